from odoo import fields, models


class AccountMove(models.Model):
    """An invoice a customer complains about, and one that only replaces another."""

    _inherit = "account.move"

    retention_replaced_id = fields.Many2one(
        "account.move",
        "Made Anew",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice that was reversed, and that this one replaces.",
    )

    def action_complain(self):
        """Note a complaint about this invoice."""
        self.ensure_one()
        action = self.partner_id.with_company(self.company_id).action_complain()
        action["context"] |= {
            "default_invoice_id": self.id,
            "default_company_id": self.company_id.id,
        }
        return action
