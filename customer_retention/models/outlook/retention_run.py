from odoo import models

from .retention_outlook import HORIZONS


class RetentionRun(models.Model):
    """Whoever counts for the first time need not wait a week for the outlook."""

    _inherit = "retention.run"

    def action_count_now(self):
        action = super().action_count_now()
        if not self.env["retention.outlook"]._get_latest(self.env.company, HORIZONS[0]):
            self.env.ref("customer_retention.ir_cron_learn_outlook").sudo()._trigger()
        return action
