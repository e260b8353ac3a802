from odoo import models


class StockPicking(models.Model):
    """A transfer a customer complains about."""

    _inherit = "stock.picking"

    def action_complain(self):
        """Note a complaint about this delivery."""
        self.ensure_one()
        partner = self.sale_id.partner_id or self.partner_id
        action = partner.with_company(self.company_id).action_complain()
        action["context"] |= {
            "default_picking_id": self.id,
            "default_order_id": self.sale_id.id,
            "default_company_id": self.company_id.id,
        }
        return action
