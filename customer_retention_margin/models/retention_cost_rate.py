from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RetentionCostRate(models.Model):
    """What an hour of ours and late money cost in one company; without a row they cost nothing.

    One row for each company. The rates of today count for the whole window, so that a change of a
    rate is no change of a customer.
    """

    _name = "retention.cost.rate"
    _inherit = ["retention.range.mixin", "retention.writable.mixin"]
    _description = "Cost Rates"
    _order = "company_id, id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Currency of the hourly rate: converted at the rate of the day it is counted.",
    )
    hourly_rate = fields.Monetary(
        "Cost of an Hour",
        help="What an hour of a visit or a call costs, wages and travel included.",
    )
    interest_percent = fields.Float(
        "Interest (% a Year)",
        digits=(6, 3),
        help="What money costs that customers pay late, in percent a year.",
    )

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "A company has one row of cost rates only: change that one."
    )

    @api.model
    def _get_ranges(self):
        return {
            **super()._get_ranges(),
            "hourly_rate": (0, 1_000_000),
            "interest_percent": (0, 100),
        }

    @api.depends("company_id")
    def _compute_currency_id(self):
        for rate in self:
            rate.currency_id = rate.currency_id or rate.company_id.currency_id

    @api.constrains("currency_id", "company_id")
    def _check_currency(self):
        """Refuse a currency that cannot be converted into the company's."""
        Rate = self.env["res.currency.rate"]
        for rate in self:
            company, currency = rate.company_id, rate.currency_id
            if currency == company.currency_id:
                continue
            known = Rate.search_count(
                [
                    ("currency_id", "=", currency.id),
                    ("company_id", "in", (False, company.root_id.id)),
                ],
                limit=1,
            )
            if not known:
                raise ValidationError(
                    self.env._(
                        "%(field)s is %(currency)s, which has no rate in %(company)s. It has to be "
                        "%(own)s, or a currency with a rate.",
                        field=self._get_field_label("currency_id"),
                        currency=currency.name,
                        company=company.name,
                        own=company.currency_id.name,
                    )
                )

    def _get_hourly_cost(self):
        """Return the cost of an hour in company currency, at the rate of today."""
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            self.hourly_rate,
            company.currency_id,
            company,
            company._get_retention_today(),
            round=False,
        )
