from odoo import api, fields, models


class SaleOrder(models.Model):
    """A quotation says at its top that the customer waits for an answer to a complaint."""

    _inherit = "sale.order"

    open_complaint_text = fields.Text(
        compute="_compute_open_complaint_text",
        groups="sales_team.group_sale_salesman",
        help="Open complaints of the customer that the reader may see, one a line.",
    )

    @api.depends("partner_id", "company_id", "state")
    @api.depends_context("uid", "lang")
    def _compute_open_complaint_text(self):
        self.open_complaint_text = False
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        customers = quotations.partner_id.commercial_partner_id
        if not customers:
            return
        complaints = self.env["retention.complaint"].search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "in", quotations.company_id.ids),
                ("is_open", "=", True),
            ]
        )
        for order in quotations:
            customer = order.partner_id.commercial_partner_id
            own = complaints.filtered(
                lambda each, order=order, customer=customer: (
                    each.partner_id == customer and each.company_id == order.company_id
                )
            )
            order.open_complaint_text = "\n".join(own._get_facts()) or False

    def action_complain(self):
        """Note a complaint about this order."""
        self.ensure_one()
        action = self.partner_id.with_company(self.company_id).action_complain()
        action["context"] |= {
            "default_order_id": self.id,
            "default_company_id": self.company_id.id,
        }
        return action
