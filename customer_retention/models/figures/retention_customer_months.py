from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

# So many months the small chart of cards and lists has.
MONTHS = 12


class RetentionCustomer(models.Model):
    """The last months of a customer as a small chart, for cards and lists."""

    _inherit = "retention.customer"

    months = fields.Json(
        "12 Months",
        compute="_compute_months",
        help="Net value of each of the last 12 calendar months, the present one last.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_months(self):
        """Read the purchases of all of them by one statement for each company."""
        self.months = False
        for company, customers in self.grouped("company_id").items():
            found = self._get_months(customers.partner_id, company, MONTHS)
            for customer in customers:
                customer.months = found.get(customer.partner_id.id, False)

    @api.model
    def _get_months(self, partners, company, count):
        """Return the net value of each of the last ``count`` calendar months, the present one last.

        By one statement, whatever the reader's rights: whoever asks has looked at them.

        :return: ``{partner id: [amount, …]}`` in company currency, without those who bought nothing
        """
        today = company._get_retention_today()
        first = today.replace(day=1) - relativedelta(months=count - 1)
        found = {}
        for partner_id, place, amount in self.env.execute_query(
            SQL(
                """SELECT partner_id,
                          (12 * (EXTRACT(YEAR FROM date) - EXTRACT(YEAR FROM %(first)s::date))
                           + EXTRACT(MONTH FROM date) - EXTRACT(MONTH FROM %(first)s::date))::int,
                          SUM(amount)
                     FROM (%(purchases)s) AS purchase
                    WHERE partner_id = ANY(%(partners)s) AND company_id = %(company)s
                      AND date BETWEEN %(first)s AND %(today)s
                    GROUP BY 1, 2""",
                first=first,
                today=today,
                purchases=self.env["retention.purchase"]._get_query(),
                partners=partners.ids,
                company=company.id,
            )
        ):
            found.setdefault(partner_id, [0] * count)[place] = float(amount)
        return found
