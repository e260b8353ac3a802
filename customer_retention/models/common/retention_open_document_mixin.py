from odoo import models

from .window_action import open_form


class RetentionOpenDocumentMixin(models.AbstractModel):
    """Rows with ``res_model`` and ``res_id`` that they open, read with the reader's own rights."""

    _name = "retention.open.document.mixin"
    _description = "Rows That Open Their Document"

    def action_open_document(self):
        """Open the document this was read from, or is about."""
        self.ensure_one()
        return open_form(self.res_model, self.res_id)
