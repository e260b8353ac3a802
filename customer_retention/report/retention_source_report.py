from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.common.say_value import say_money


class RetentionSourceReport(models.Model):
    """What customers are worth by where they came from: one row per customer and company.

    Live SQL over the figures of the last run; money is untaxed, in company currency.
    """

    _name = "retention.source.report"
    _inherit = ["retention.open.partner.mixin", "retention.speaking.mixin"]
    _description = "Sources of Customers"
    _auto = False
    _rec_name = "partner_id"
    _order = "value_year desc, id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    acquisition_date = fields.Date("First Contact", readonly=True)
    acquisition_origin = fields.Selection(
        [("person", "Entered"), ("lead", "First lead"), ("order", "First order")],
        "Source Known From",
        readonly=True,
    )
    first_purchase_date = fields.Date("First Purchase", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    new_count = fields.Integer(
        "New Customers",
        readonly=True,
        help="Customers whose first purchase was in the last 365 days.",
    )
    value_year = fields.Monetary(
        "Last 12 Months", readonly=True, help="Purchases of the last 365 days, without taxes."
    )
    lifetime_value = fields.Monetary(
        "Lifetime", readonly=True, help="All purchases up to today, without taxes."
    )
    silent_rate = fields.Float(
        "Silent",
        readonly=True,
        aggregator="avg",
        help="Share of the customers whose next purchase is long overdue (0 to 1).",
    )
    lost_rate = fields.Float(
        "Lost",
        readonly=True,
        aggregator="avg",
        help="Share of the customers who are lost (0 to 1).",
    )
    referral_count = fields.Integer(
        "Referrals", readonly=True, help="Number of customers whom these customers brought us."
    )

    _depends = {
        "res.partner": [
            "acquisition_campaign_id",
            "acquisition_date",
            "acquisition_medium_id",
            "acquisition_origin",
            "acquisition_source_id",
            "company_id",
            "referred_by_id",
            "user_id",
        ],
        "retention.customer": [
            "company_id",
            "first_purchase_date",
            "lifetime_value",
            "partner_id",
            "status",
            "value_year",
        ],
    }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all rows. A referral counts in a company that may see the new customer."""
        today = self.env["retention.customer"]._get_today_sql(SQL("figure.company_id"))
        return SQL(
            """SELECT figure.id, figure.partner_id, customer.user_id, figure.company_id,
                      figure.currency_id,
                      customer.acquisition_source_id AS source_id,
                      customer.acquisition_medium_id AS medium_id,
                      customer.acquisition_campaign_id AS campaign_id,
                      customer.acquisition_date, customer.acquisition_origin,
                      figure.first_purchase_date,
                      1 AS customer_count,
                      (figure.first_purchase_date > %(today)s - 365)::int AS new_count,
                      figure.value_year, figure.lifetime_value,
                      (figure.status = 'silent')::int::float8 AS silent_rate,
                      (figure.status = 'lost')::int::float8 AS lost_rate,
                      COALESCE(brought.number, 0)::int AS referral_count
                 FROM retention_customer AS figure
                 JOIN res_partner AS customer ON customer.id = figure.partner_id
                 LEFT JOIN (SELECT referral.referred_by_id, company.id AS company_id, COUNT(*) AS number
                              FROM res_partner AS referral
                              JOIN res_company AS company
                                ON referral.company_id IS NULL OR referral.company_id = company.id
                             WHERE referral.referred_by_id IS NOT NULL
                               AND referral.commercial_partner_id = referral.id
                             GROUP BY referral.referred_by_id, company.id) AS brought
                   ON brought.referred_by_id = figure.partner_id
                  AND brought.company_id = figure.company_id""",
            today=today,
        )

    @api.model
    def _get_sentence(self, domain):
        """Say which source brings most of the value of the last 12 months."""
        found = self._read_group(
            domain & Domain("source_id", "!=", False),
            ["source_id"],
            ["value_year:sum", "customer_count:sum"],
            order="value_year:sum desc",
            limit=1,
        )
        [(total,)] = self._read_group(domain, [], ["value_year:sum"])
        if not found or not found[0][1]:
            return None
        [(source, amount, count)] = found
        sentence = self.env._(
            "%(name)s brings most: %(count)s customers, who bought for %(amount)s in 12 months, "
            "%(share)s %% of all.",
            name=source.name,
            count=count,
            amount=say_money(self.env, amount, self.env.company.currency_id),
            share=round(100 * amount / total),
        )
        return sentence, domain & Domain("source_id", "=", source.id)
