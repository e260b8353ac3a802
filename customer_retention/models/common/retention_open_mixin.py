from odoo import models


class RetentionOpenPartnerMixin(models.AbstractModel):
    """Rows with a ``partner_id`` that they open, read with the reader's own rights."""

    _name = "retention.open.partner.mixin"
    _description = "Rows That Open Their Customer"

    def action_open_partner(self):
        """Open the contact of the customer this is about."""
        self.ensure_one()
        return open_form("res.partner", self.partner_id.id)


class RetentionOpenDocumentMixin(models.AbstractModel):
    """Rows with ``res_model`` and ``res_id`` that they open, read with the reader's own rights."""

    _name = "retention.open.document.mixin"
    _description = "Rows That Open Their Document"

    def action_open_document(self):
        """Open the document this was read from, or is about."""
        self.ensure_one()
        return open_form(self.res_model, self.res_id)


def open_form(model, record_id):
    """Return the action that opens one record."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "res_id": record_id,
        "views": [(False, "form")],
    }
