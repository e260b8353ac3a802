from odoo import api, models
from odoo.tools import SQL


class RetentionPurchase(models.Model):
    """What it costs to make it right, for addons that ask what a customer costs.

    Redress with a credit note costs nothing here: once that is posted, turnover is less by it.
    """

    _inherit = "retention.purchase"

    @api.model
    def _get_cost_queries(self):
        redress = SQL(
            """SELECT complaint.partner_id, redress.company_id, redress.date,
                      redress.entered_cost AS amount, TRUE AS is_known
                 FROM retention_complaint_redress AS redress
                 JOIN retention_complaint AS complaint ON complaint.id = redress.complaint_id
                WHERE redress.entered_cost > 0 AND redress.move_id IS NULL"""
        )
        return {**super()._get_cost_queries(), "redress": redress}

    @api.model
    def _get_cost_changed_queries(self, since):
        redress = SQL(
            """SELECT complaint.partner_id, redress.company_id
                 FROM retention_complaint_redress AS redress
                 JOIN retention_complaint AS complaint ON complaint.id = redress.complaint_id
                WHERE redress.write_date >= %s""",
            since,
        )
        return {**super()._get_cost_changed_queries(since), "redress": redress}
