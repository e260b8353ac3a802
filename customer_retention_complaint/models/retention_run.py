from odoo import api, models


class RetentionRun(models.Model):
    """After new figures: who bought again after a complaint, and whom they are compared with."""

    _inherit = "retention.run"

    @api.model
    def _after_figures(self, company, partner_ids):
        result = super()._after_figures(company, partner_ids)
        Complaint = self.env["retention.complaint"].sudo()
        Complaint._update_recovery(company, partner_ids)
        if partner_ids is None:
            Complaint.env["retention.complaint.peer"]._draw(company)
            Complaint.env["retention.complaint.peer"]._update(company)
        return result
