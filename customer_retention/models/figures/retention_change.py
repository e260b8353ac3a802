from datetime import timedelta

from odoo import api, fields, models

KEEP_DAYS = 14


class RetentionChange(models.Model):
    """A customer whose purchases changed in a way that no document shows any more.

    A deleted invoice, an order moved to another customer, a contact moved to another company:
    what is left has no ``write_date`` to find it by. The next light or nightly run counts these
    customers again. Kept for two weeks, longer than any run looks back.
    """

    _name = "retention.change"
    _description = "Changed Customer"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")

    _create_date_idx = models.Index("(create_date)")

    @api.model
    def _note(self, partners):
        """Note that the purchases of ``partners`` changed; no rights on this model are needed."""
        if partners:
            self.sudo().create([{"partner_id": partner.id} for partner in partners])

    @api.autovacuum
    def _gc_changes(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("create_date", "<", limit)]).unlink()


class PurchaseDocumentMixin(models.AbstractModel):
    """Notes customers whose purchase is deleted or given to another partner."""

    _name = "retention.document.mixin"
    _description = "Document of a Purchase"

    def write(self, vals):
        if "partner_id" in vals:
            moved = self.filtered(lambda document: document.partner_id.id != vals["partner_id"])
            self.env["retention.change"]._note(moved.filtered(self._is_purchase).partner_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _note_deleted_purchase(self):
        self.env["retention.change"]._note(self.partner_id)

    @api.model
    def _is_purchase(self, document):
        """Return whether ``document`` counts as a purchase of its partner."""
        return True
