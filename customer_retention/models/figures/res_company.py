from decimal import Decimal

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...tools.numbers import plain

# The settings that change what a figure means, with what each allows: (lowest, highest). The
# nightly run compares them with those of the run before (see retention.run).
LIMITS = {
    "retention_gold_percent": (0.01, 100),
    "retention_abc_a_percent": (0.01, 100),
    "retention_abc_growth_percent": (0, 1000),
    "retention_pareto_a_percent": (0.01, 100),
    "retention_pareto_b_percent": (0.01, 100),
    "retention_gap_weight": (1, 100),
    "retention_gap_default_days": (1, 3650),
    "retention_gap_min_customers": (1, 1000000),
    "retention_new_days": (1, 3650),
    "retention_won_back_days": (1, 3650),
    "retention_active_factor": (1, 100),
    "retention_silent_factor": (1, 100),
    "retention_lost_days": (1, 36500),
}
# What must not be above what.
ORDERED = (
    ("retention_pareto_a_percent", "retention_pareto_b_percent"),
    ("retention_active_factor", "retention_silent_factor"),
)
CHOICES = ("retention_basis", "retention_abc_method")


class ResCompany(models.Model):
    """Every number of the definitions of figures, per company, and the company's own calendar day."""

    _name = "res.company"
    _inherit = ["res.company", "retention.range.mixin"]

    retention_basis = fields.Selection(
        [("invoiced", "Posted invoices"), ("ordered", "Confirmed orders")],
        string="Purchases Counted From",
        default="invoiced",
        required=True,
        help="Posted invoices less credit notes, or confirmed sales orders at the rate of the "
        "order's date. Never both: a sale would count twice.",
    )
    retention_gold_percent = fields.Float(
        "Gold Customers (%)",
        default=10,
        digits=(5, 2),
        required=True,
        help="The top customers by value of the last 365 days that are gold, in percent of those who bought.",
    )
    retention_abc_method = fields.Selection(
        [("top", "Top customers and growth"), ("pareto", "Share of value (Pareto)")],
        string="ABC Method",
        default="top",
        required=True,
        help="Top: A are the best by yearly value, B those who grew in each of two years, C the "
        "rest. Pareto: A hold the first part of the value, B the next, C the rest.",
    )
    retention_abc_a_percent = fields.Float(
        "Class A (%)",
        default=20,
        digits=(5, 2),
        required=True,
        help="The top customers by yearly value that are class A, in percent of those who bought.",
    )
    retention_abc_growth_percent = fields.Float(
        "Growth for Class B (%)",
        default=10,
        digits=(6, 2),
        required=True,
        help="A customer is class B when the value grew by at least this much in each of two years.",
    )
    retention_pareto_a_percent = fields.Float(
        "Class A Up to (% of Value)",
        default=80,
        digits=(5, 2),
        required=True,
        help="Class A are the customers who hold together this share of the yearly value.",
    )
    retention_pareto_b_percent = fields.Float(
        "Class B Up to (% of Value)",
        default=95,
        digits=(5, 2),
        required=True,
        help="Class B follow class A up to this share of the yearly value; class C are the others.",
    )
    retention_gap_weight = fields.Integer(
        "Weight of the Usual Purchase Interval",
        default=2,
        required=True,
        help="How many intervals of the usual customer are mixed into a customer's own rhythm. The "
        "more purchases a customer has, the less this weighs.",
    )
    retention_gap_default_days = fields.Integer(
        "Purchase Interval to Start With (Days)",
        default=90,
        required=True,
        help="The days between two purchases assumed while too few customers bought repeatedly.",
    )
    retention_gap_min_customers = fields.Integer(
        "Customers Needed to Measure the Interval",
        default=20,
        required=True,
        help="The usual purchase interval is measured once this many customers bought on three days or more.",
    )
    retention_new_days = fields.Integer(
        "New For (Days)",
        default=90,
        required=True,
        help="A customer with one purchase day is new for this many days.",
    )
    retention_won_back_days = fields.Integer(
        "Won Back For (Days)",
        default=90,
        required=True,
        help="A customer who returned after a long silence or a loss is shown as won back for this many days.",
    )
    retention_active_factor = fields.Float(
        "Late After (Times the Interval)",
        default=1.5,
        digits=(6, 2),
        required=True,
        help="A customer is late when this many times the expected interval has passed since the last purchase.",
    )
    retention_silent_factor = fields.Float(
        "Silent After (Times the Interval)",
        default=3,
        digits=(6, 2),
        required=True,
        help="A customer is silent when this many times the expected interval has passed since the last purchase.",
    )
    retention_lost_days = fields.Integer(
        "Lost After (Days)",
        default=730,
        required=True,
        help="A customer without any purchase for this many days is lost.",
    )

    retention_thanks_months = fields.Integer(
        "Thank Gold Customers Every (Months)",
        default=12,
        required=True,
        help="A gold customer who was not thanked for this long comes up under To Thank.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), **LIMITS, "retention_thanks_months": (1, 120)}

    @api.constrains(*(name for pair in ORDERED for name in pair))
    def _check_retention_settings(self):
        for company in self:
            for low, high in ORDERED:
                if company[low] > company[high]:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is %(value)s. It must not be above %(other)s, which is %(limit)s.",
                            field=company._get_field_label(low),
                            value=plain(company[low]),
                            other=company._get_field_label(high),
                            limit=plain(company[high]),
                        )
                    )

    def _get_retention_settings(self):
        """Return the settings that decide the figures as ``{name: str, int or Decimal}``.

        Percents and factors come as decimals with two digits, so that every comparison is exact.
        """
        self.ensure_one()
        settings = {name: self[name] for name in CHOICES}
        for name in LIMITS:
            value = self[name]
            settings[name] = (
                Decimal(f"{value:.2f}") if self._fields[name].type == "float" else value
            )
        return settings

    def _get_retention_zone(self, strict=False):
        """Return the ``pytz`` zone of the company's days: its partner's, else its calendar's, else UTC.

        :param strict: raise a UserError naming company and value where the zone does not exist;
            otherwise such a company counts in UTC
        """
        self.ensure_one()
        name = self._read_retention_zone_name() if strict else self._get_retention_zone_name()
        try:
            return pytz.timezone(name)
        except pytz.UnknownTimeZoneError as error:
            if strict:
                raise UserError(
                    self.env._(
                        "Timezone of company %(company)s is %(value)s. It has to be a zone of the "
                        "list on the contact of the company.",
                        company=self.sudo().name,
                        value=name,
                    )
                ) from error
            return pytz.utc

    @ormcache("self.id")
    def _get_retention_zone_name(self):
        """Return the name of the zone, kept in memory: every list of customers asks for it."""
        return self._read_retention_zone_name()

    def _read_retention_zone_name(self):
        company = self.sudo()
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"

    def write(self, vals):
        written = super().write(vals)
        if {"partner_id", "resource_calendar_id"} & vals.keys():
            self.env.registry.clear_cache()
        return written

    @api.model
    def _get_retention_companies(self):
        """Return all companies, archived ones too, as superuser; their ids are kept in memory."""
        return self.sudo().browse(self._get_retention_company_ids())

    @ormcache()
    def _get_retention_company_ids(self):
        return tuple(self.sudo().with_context(active_test=False).search([]).ids)

    def _get_retention_today(self):
        """Return today's date in the company's zone."""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(self._get_retention_zone()).date()
