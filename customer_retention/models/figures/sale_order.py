from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "retention.document.mixin", "retention.badge.mixin"]

    @api.model
    def _is_purchase(self, document):
        return document.state == "sale"
