from odoo import fields, models


class RetentionFollowupAnswer(models.TransientModel):
    """A call may end as a complaint: of the answer just noted, where there is one."""

    _inherit = "retention.followup.answer"

    next_act = fields.Selection(
        selection_add=[("complaint", "Make it a complaint"), ("loss",)],
        ondelete={"complaint": "set default"},
    )

    def _get_next_action(self, followup):
        if self.next_act != "complaint":
            return super()._get_next_action(followup)
        if answer := followup.satisfaction_ids.sorted("id")[-1:]:
            return answer.action_complain()
        action = followup.action_complain()
        action["context"] |= {"default_name": (self.comment or "").strip().partition("\n")[0]}
        return action
