from odoo import api, fields, models
from odoo.exceptions import UserError


class RetentionProgramStart(models.TransientModel):
    """Switch a program on, with the work it makes in view, and take those already in the state."""

    _name = "retention.program.start"
    _inherit = ["retention.writable.mixin"]
    _description = "Switch a Program On"

    program_id = fields.Many2one("retention.program", required=True, ondelete="cascade")
    in_state_count = fields.Integer("In This State Now", compute="_compute_in_state_count")
    take_count = fields.Integer(
        "Take of Them",
        help="So many customers who are in this state already enter too, the highest value first; "
        "the limits of a day spread them.",
    )

    @api.depends("program_id")
    def _compute_in_state_count(self):
        for wizard in self:
            program = wizard.program_id
            company = program.company_id or self.env.company
            domain = program._get_in_state_domain(company) if program else None
            Partner = self.env["res.partner"].with_company(company)
            wizard.in_state_count = 0 if domain is None else Partner.search_count(domain)

    def action_start(self):
        """Switch the program on and put the wanted number of customers into it."""
        self.ensure_one()
        if not 0 <= self.take_count <= self.in_state_count:
            raise UserError(
                self.env._(
                    "Take of Them is %(value)s. It has to be between 0 and %(highest)s.",
                    value=self.take_count,
                    highest=self.in_state_count,
                )
            )
        self.program_id.action_start()
        # A second click at once waits here, is tried again, and finds the program running.
        self.program_id.flush_recordset()
        company = self.program_id.company_id or self.env.company
        self.program_id._take_in_state(company, self.take_count)
        return {"type": "ir.actions.act_window_close"}
