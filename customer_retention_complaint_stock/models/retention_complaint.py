from odoo import api, fields, models


class RetentionComplaint(models.Model):
    """A complaint about a delivery, and so about the order that was delivered."""

    _inherit = "retention.complaint"

    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        groups="base.group_user",
        domain="[('partner_id', 'child_of', partner_id), ('picking_type_code', '=', 'outgoing')]",
    )

    @api.model
    def _complete_values(self, vals):
        picking = self.env["stock.picking"].sudo().browse(vals.get("picking_id") or False)
        if picking:
            given = {
                "order_id": picking.sale_id.id,
                "partner_id": (picking.sale_id.partner_id or picking.partner_id).id,
                "company_id": picking.company_id.id,
            }
            vals = {**{name: value for name, value in given.items() if value}, **vals}
        return super()._complete_values(vals)
