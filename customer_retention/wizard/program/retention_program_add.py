from odoo import fields, models
from odoo.exceptions import UserError


class RetentionProgramAdd(models.TransientModel):
    """Put customers chosen in a list into a program."""

    _name = "retention.program.add"
    _inherit = ["retention.writable.mixin"]
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
        """Record them; the program takes them up within the hour, unless a guard keeps them out.

        :raise UserError: some of them are customers of colleagues
        """
        self.ensure_one()
        theirs = self.partner_ids.filtered("is_colleagues_customer")
        if theirs:
            raise UserError(
                self.env._(
                    "Customers of colleagues cannot be put into a program by you: %(names)s. Please "
                    "leave them out.",
                    names=", ".join(theirs.mapped("display_name")),
                )
            )
        self.env["retention.event"]._record_manual(
            self.program_id, self.partner_ids, self.program_id.company_id or self.env.company
        )
        return {"type": "ir.actions.act_window_close"}
