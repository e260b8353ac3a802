from odoo import api, fields, models


class RetentionMerge(models.Model):
    """One contact that was merged into another: the number it had, and whom it is now.

    Links that were sent to it stay valid. Where the other is merged in turn, core lets the row
    point to whom that one is now.
    """

    _name = "retention.merge"
    _description = "Merged Contact"
    _rec_name = "merged_id"

    merged_id = fields.Integer("Former Number", required=True, index=True, aggregator=None)
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")

    @api.model
    def _note(self, merged_ids, survivor):
        """Note that the contacts of these numbers are ``survivor`` now; no rights are needed."""
        self.sudo().create(
            [{"merged_id": merged_id, "partner_id": survivor.id} for merged_id in merged_ids]
        )
