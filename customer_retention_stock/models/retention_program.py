from odoo import api, models


class RetentionProgram(models.Model):
    """Programs that a delivery starts."""

    _inherit = "retention.program"

    @api.depends("event_type")
    def _compute_exit_on_purchase(self):
        # The invoice of what was delivered comes after the delivery, and is no reason to stop.
        delivered = self.filtered(lambda program: program.event_type == "delivery")
        delivered.exit_on_purchase = False
        return super(RetentionProgram, self - delivered)._compute_exit_on_purchase()
