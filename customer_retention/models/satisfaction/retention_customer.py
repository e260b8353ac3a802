from odoo import api, fields, models


class RetentionCustomer(models.Model):
    """Boards and lists of customers show what each said last."""

    _inherit = "retention.customer"

    satisfaction_level = fields.Selection(
        selection=lambda self: self.env["retention.satisfaction"]._fields["level"].selection,
        string="Satisfaction",
        compute="_compute_satisfaction_level",
        help="What the customer said last.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_satisfaction_level(self):
        for customer in self:
            partner = customer.partner_id.with_company(customer.company_id)
            customer.satisfaction_level = partner.satisfaction_level
