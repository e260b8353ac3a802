from odoo import fields, models
from odoo.exceptions import UserError


class RetentionFollowupAssign(models.TransientModel):
    """Give follow-ups to somebody: those of the list To Assign, or those somebody else has.

    Whoever may see a follow-up may give it to somebody who can do work in its company.
    """

    _name = "retention.followup.assign"
    _inherit = ["retention.writable.mixin"]
    _description = "Give Follow-ups to Somebody"

    followup_ids = fields.Many2many("retention.followup", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        default=lambda self: self.env.user,
    )

    def action_save(self):
        """Give them.

        :raise UserError: the person cannot do work in the company of one of them
        """
        self.ensure_one()
        user = self.user_id
        for company in self.followup_ids.company_id:
            if not user._can_work_for(company):
                raise UserError(
                    self.env._(
                        "Responsible is %(user)s, who does not work for %(company)s: it takes an "
                        "active user with sales rights there.",
                        user=user.name,
                        company=company.name,
                    )
                )
        self.followup_ids.check_access("read")
        self.followup_ids.sudo()._assign(user)
        return {"type": "ir.actions.act_window_close"}
