from odoo import fields, models


class RetentionProgramAdd(models.TransientModel):
    """Put customers chosen in a list into a program."""

    _name = "retention.program.add"
    _description = "Add Customers to a Program"

    program_id = fields.Many2one(
        "retention.program",
        required=True,
        domain="[('state', '=', 'running')]",
        ondelete="cascade",
        help="A program that is running.",
    )
    partner_ids = fields.Many2many(
        "res.partner", default=lambda self: self.env.context.get("active_ids", [])
    )

    def action_add(self):
        """Record them; the program takes them up within the hour, unless a guard keeps them out."""
        self.ensure_one()
        self.env["retention.event"]._record_manual(
            self.program_id, self.partner_ids, self.program_id.company_id or self.env.company
        )
        return {"type": "ir.actions.act_window_close"}
