from odoo import models


class ResUsers(models.Model):
    """Complaints of people who leave go to who steps in, else to *To Assign*."""

    _inherit = "res.users"

    def _hand_over_work(self):
        result = super()._hand_over_work()
        complaints = (
            self.env["retention.complaint"]
            .sudo()
            .search([("user_id", "in", self.ids), ("is_open", "=", True)])
        )
        for complaint in complaints:
            company = complaint.company_id
            today = company._get_retention_today()
            complaint.user_id = complaint.user_id._get_at_work(
                today, complaint.team_id, company, leaving=self
            )
        return result
