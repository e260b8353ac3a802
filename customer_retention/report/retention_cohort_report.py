from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RetentionCohortReport(models.Model):
    """When customers came and when they bought again: one row per customer, company and month bought.

    Months are calendar months of the company's zone. A customer's cohort is the month of the first
    purchase day. Amounts are net, untaxed, in company currency; a month with nothing but money paid
    back has a row, too, and is no month bought. Days to come are left out. Read live from the
    purchases: a merge, an import or another basis moves cohorts.
    """

    _name = "retention.cohort.report"
    _inherit = ["retention.open.partner.mixin", "retention.speaking.mixin"]
    _description = "Cohorts of Customers"
    _auto = False
    _rec_name = "partner_id"
    _order = "cohort desc, months_since, id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    customer_user_id = fields.Many2one("res.users", "Salesperson Now", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    cohort = fields.Date(readonly=True, help="First day of the month of the first purchase.")
    month = fields.Date("Month Bought", readonly=True, help="First day of the month.")
    months_since = fields.Integer(
        "Month", readonly=True, aggregator=None, help="Months after that of the first purchase."
    )
    last_months_since = fields.Integer(
        "Last Month",
        readonly=True,
        aggregator=None,
        help="Months from the first purchase to the last month in which this customer bought.",
    )
    is_bought = fields.Boolean(
        "Bought", readonly=True, help="Unset where money was only paid back in that month."
    )
    is_open = fields.Boolean(
        "Month Not Over", readonly=True, help="The present month: it is not over yet."
    )
    customer_count = fields.Integer("Customers", readonly=True)
    amount = fields.Monetary(readonly=True, help="Net, untaxed, in company currency.")
    channel = fields.Char(readonly=True, help="Of the first purchase: invoice, order, past …")
    user_id = fields.Many2one(
        "res.users", "First Salesperson", readonly=True, help="Who sold the first purchase."
    )
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)

    _depends = {
        "res.partner": [
            "acquisition_medium_id",
            "acquisition_source_id",
            "country_id",
            "user_id",
        ],
        "account.move": ["invoice_user_id"],
        "sale.order": ["user_id"],
    }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all rows of all companies."""
        today = self.env["retention.customer"]._get_today_sql(SQL("purchase.company_id"))
        return SQL(
            """SELECT bought.id, bought.partner_id, customer.user_id AS customer_user_id,
                      bought.company_id, company.currency_id,
                      first.cohort, bought.month,
                      (12 * (EXTRACT(YEAR FROM bought.month) - EXTRACT(YEAR FROM first.cohort))
                       + EXTRACT(MONTH FROM bought.month) - EXTRACT(MONTH FROM first.cohort)
                      )::int AS months_since,
                      (12 * (EXTRACT(YEAR FROM first.last) - EXTRACT(YEAR FROM first.cohort))
                       + EXTRACT(MONTH FROM first.last) - EXTRACT(MONTH FROM first.cohort)
                      )::int AS last_months_since,
                      bought.is_bought,
                      bought.month = DATE_TRUNC('month', bought.today)::date AS is_open,
                      1 AS customer_count, bought.amount, first.channel,
                      COALESCE(move.invoice_user_id, sale.user_id) AS user_id,
                      customer.acquisition_source_id AS source_id,
                      customer.acquisition_medium_id AS medium_id,
                      customer.country_id
                 FROM (SELECT MIN(purchase.id) AS id, purchase.partner_id, purchase.company_id,
                              DATE_TRUNC('month', purchase.date)::date AS month,
                              SUM(purchase.amount) AS amount,
                              BOOL_OR(purchase.is_counted) AS is_bought, %(today)s AS today
                         FROM (%(purchases)s) AS purchase
                        WHERE purchase.date <= %(today)s
                        GROUP BY purchase.partner_id, purchase.company_id, 4) AS bought
                 JOIN (SELECT DISTINCT ON (purchase.partner_id, purchase.company_id)
                              purchase.partner_id, purchase.company_id,
                              DATE_TRUNC('month', purchase.date)::date AS cohort,
                              DATE_TRUNC('month', MAX(purchase.date) OVER (
                                  PARTITION BY purchase.partner_id, purchase.company_id))::date AS last,
                              purchase.channel, purchase.res_model, purchase.res_id
                         FROM (%(purchases)s) AS purchase
                        WHERE purchase.is_counted AND purchase.date <= %(today)s
                        ORDER BY purchase.partner_id, purchase.company_id, purchase.date, purchase.id
                      ) AS first
                   ON first.partner_id = bought.partner_id
                  AND first.company_id = bought.company_id AND first.cohort <= bought.month
                 JOIN res_partner AS customer ON customer.id = bought.partner_id
                 JOIN res_company AS company ON company.id = bought.company_id
                 LEFT JOIN account_move AS move
                   ON first.res_model = 'account.move' AND move.id = first.res_id
                 LEFT JOIN sale_order AS sale
                   ON first.res_model = 'sale.order' AND sale.id = first.res_id""",
            today=today,
            purchases=self.env["retention.purchase"]._get_query(),
        )

    @api.model
    def _get_sentence(self, domain):
        """Say how many buy again in the month after their first purchase, of those who had the time."""
        in_month = domain & Domain("is_bought", "=", True)
        first = in_month & Domain("months_since", "=", 0) & Domain("is_open", "=", False)
        over = self.env.company._get_retention_today().replace(day=1) - relativedelta(months=1)
        base = first & Domain("cohort", "<", over)
        total = self.search_count(base)
        if not total:
            return None
        again = in_month & Domain("months_since", "=", 1) & Domain("cohort", "<", over)
        count = self.search_count(again)
        sentence = self.env._(
            "%(count)s of %(total)s customers bought again in the month after their first purchase "
            "(%(share)s %%).",
            count=count,
            total=total,
            share=round(100 * count / total),
        )
        return sentence, again
