from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..models.common.say_value import say_money

# More sheets at once are a mailing, and take a server too long.
MOST = 100
# The bars: so many months, the highest so many pixels.
MONTHS, HIGHEST = 24, 36


class ReportRetentionCustomerSheet(models.AbstractModel):
    """The sheet of a customer before a call or a visit: one page, the sections that rooms and addons give."""

    _name = "report.customer_retention.report_customer_sheet"
    _description = "Customer Sheet"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the customers, each once, a contact's company instead of it, and their sections.

        :raise UserError: more than 100 customers at once
        :raise AccessError: a customer is a colleague's
        """
        customers = self.env["res.partner"].browse(docids).commercial_partner_id
        if len(customers) > MOST:
            raise UserError(
                self.env._(
                    "Sheets of %(count)s customers at once are too many. Please choose %(most)s at "
                    "most.",
                    count=len(customers),
                    most=MOST,
                )
            )
        self.env["retention.customer"].check_access("read")
        customers.check_access("read")
        if theirs := customers.filtered("is_colleagues_customer"):
            raise AccessError(
                self.env._(
                    "The figures of customers of colleagues are not visible to you: %s.",
                    ", ".join(theirs.mapped("display_name")),
                )
            )
        return {
            "doc_ids": customers.ids,
            "doc_model": "res.partner",
            "docs": customers,
            "company": self.env.company,
            "sections": {each.id: each._get_sheet_sections() for each in customers},
            **self._get_bars(customers),
        }

    @api.model
    def _get_bars(self, customers):
        """Return what they bought in each of the last 24 months as bars.

        :return: ``{"bars": {partner id: [height in pixels, …]}, "highest": {partner id: words},
            "months": [first, last]}``; a month given back has no height, and a customer without
            purchases no bars
        """
        company = self.env.company
        amounts = self.env["retention.customer"]._get_months(customers, company, MONTHS)
        today = company._get_retention_today()
        bars, highest = {}, {}
        for partner_id, months in amounts.items():
            if (most := max(months)) > 0:
                bars[partner_id] = [max(0, round(HIGHEST * each / most)) for each in months]
                highest[partner_id] = say_money(self.env, most, company.currency_id)
        return {
            "bars": bars,
            "highest": highest,
            "months": [
                format_date(self.env, day, date_format="MMM y")
                for day in (today - relativedelta(months=MONTHS - 1), today)
            ],
        }
