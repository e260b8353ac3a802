from odoo import models


class AccountMoveReversal(models.TransientModel):
    """An invoice that is reversed and made anew is no new purchase: the new one says what it replaces."""

    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        values = super()._modify_default_reverse_values(origin_move)
        return {**values, "retention_replaced_id": origin_move.id}
