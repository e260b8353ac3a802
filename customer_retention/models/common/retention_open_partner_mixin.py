from odoo import models

from .window_action import open_form


class RetentionOpenPartnerMixin(models.AbstractModel):
    """Rows with a ``partner_id`` that they open, read with the reader's own rights."""

    _name = "retention.open.partner.mixin"
    _description = "Rows That Open Their Customer"

    def action_open_partner(self):
        """Open the contact of the customer this is about."""
        self.ensure_one()
        return {
            **open_form("res.partner", self.partner_id.id),
            "context": {"retention_page": "retention"},
        }
