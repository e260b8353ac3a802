from odoo import api, models


class RetentionRun(models.Model):
    """Losses of those who came back."""

    _inherit = "retention.run"

    @api.model
    def _after_figures(self, company, partner_ids):
        self.env["retention.loss"]._update_won_back(company, partner_ids)
        return super()._after_figures(company, partner_ids)
