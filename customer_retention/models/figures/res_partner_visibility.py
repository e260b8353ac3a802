from odoo import api, fields, models

from ..common.groups import ALL_LEADS, SALESMAN


class ResPartner(models.Model):
    """Whether the reader is one who sees this customer's figures (file of its own for size)."""

    _inherit = "res.partner"

    is_colleagues_customer = fields.Boolean(
        "Customer of a Colleague",
        compute="_compute_is_colleagues_customer",
        groups=SALESMAN,
        help="The figures, if there are any, are shown to this customer's salesperson, not to you.",
    )

    @api.depends("commercial_partner_id.user_id")
    @api.depends_context("uid")
    def _compute_is_colleagues_customer(self):
        """As the record rules say, whether there are figures or not."""
        sees_all = self.env.su or self.env.user.has_group(ALL_LEADS)
        for partner in self:
            salesperson = partner.sudo().commercial_partner_id.user_id
            partner.is_colleagues_customer = (
                not sees_all and salesperson and salesperson != self.env.user
            )
