from odoo import api, models


class ResPartner(models.Model):
    """What invitations say of a contact who is deleted."""

    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _forget_in_invitations(self):
        invitations = self.env["survey.user_input"].sudo()
        invitations.search(
            [("partner_id", "in", self.ids), ("retention_company_id", "!=", False)]
        )._forget_person()
