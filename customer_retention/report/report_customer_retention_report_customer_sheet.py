from odoo import api, models
from odoo.exceptions import AccessError, UserError

# More sheets at once are a mailing, and take a server too long.
MOST = 100


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
        }
