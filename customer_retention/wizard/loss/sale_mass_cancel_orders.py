from odoo import fields, models


class SaleMassCancelOrders(models.TransientModel):
    """Ask why when quotations are cancelled; reason and competitor may be left out."""

    _inherit = "sale.mass.cancel.orders"

    lost_reason_id = fields.Many2one(
        "crm.lost.reason", "Why Not?", help="Why the customer did not buy. It may be left out."
    )
    competitor_id = fields.Many2one(
        "retention.competitor", "Bought From", help="Whom the customer chose instead, if anybody."
    )

    def action_mass_cancel(self):
        values = {name: self[name].id for name in ("lost_reason_id", "competitor_id") if self[name]}
        if values:
            self.sale_order_ids.write(values)
        return super().action_mass_cancel()
