from odoo import models


class AccountMoveLine(models.Model):
    """Lines of down payments are few, and looked for with every count by invoices."""

    _inherit = "account.move.line"

    _retention_downpayment_idx = models.Index("(move_id) WHERE is_downpayment")
