from odoo import api, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "retention.document.mixin"]

    @api.model
    def _is_purchase(self, document):
        return document.state == "posted" and document.is_sale_document(include_receipts=True)
