from odoo import fields, models


class CrmLeadLost(models.TransientModel):
    """Ask for the competitor beside the reason when an opportunity is lost."""

    _inherit = "crm.lead.lost"

    competitor_id = fields.Many2one("retention.competitor", help="Whom the customer chose instead.")

    def action_lost_reason_apply(self):
        if self.competitor_id:
            self.lead_ids.competitor_id = self.competitor_id
        return super().action_lost_reason_apply()
