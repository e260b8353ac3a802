from odoo import models


class RetentionFollowup(models.Model):
    """My Day says what a customer waits for, and a call can end as a complaint."""

    _inherit = "retention.followup"

    def _get_talking_points(self, partner):
        points = super()._get_talking_points(partner)
        company = self.company_id or self.env.company
        # Read for all customers of the list at once.
        complaints = partner.commercial_partner_id.retention_complaint_ids.filtered(
            lambda each: each.is_open and each.company_id == company
        )
        return complaints._get_facts() + points

    def action_complain(self):
        """Make what the customer said a complaint."""
        self.ensure_one()
        self.check_access("read")
        action = (self.contact_id or self.partner_id).action_complain()
        action["context"] |= {"default_company_id": self.company_id.id}
        return action
