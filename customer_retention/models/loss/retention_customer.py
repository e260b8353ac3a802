from odoo import api, models
from odoo.tools import SQL


class RetentionCustomer(models.Model):
    """Whoever was recorded as lost is lost, until the next purchase."""

    _inherit = "retention.customer"

    @api.model
    def _get_loss_query(self):
        return SQL("SELECT partner_id, company_id, date FROM retention_loss")
