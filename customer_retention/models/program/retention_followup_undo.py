from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .retention_followup_channel import BY_PEOPLE

# The button stands for ten seconds; who was slow, or has a slow line, is not sent away.
UNDO_SECONDS = 60
# What moves with a follow-up that is put off or tried again.
MOVED = ("date_opened", "postponed_count", "tries", "try_half")


class RetentionFollowup(models.Model):
    """A wrong button taken back at once, and something done today opened again."""

    _inherit = "retention.followup"

    undo = fields.Json(
        readonly=True,
        help="Who moved it when, and where it was before.",
        groups="base.group_system",
    )
    thanks_ids = fields.One2many(
        "retention.thanks", "followup_id", readonly=True, help="The thanks that it was."
    )
    can_reopen = fields.Boolean(
        compute="_compute_can_reopen", help="Done today, and nothing has followed from it."
    )

    def _remember(self):
        """Note where these are now, so that the present user can take back what comes next."""
        for followup in self.sudo():
            before = {name: followup[name] for name in MOVED}
            before["date_opened"] = fields.Date.to_string(followup.date_opened)
            followup.undo = {
                "user": self.env.uid,
                "at": fields.Datetime.to_string(fields.Datetime.now()),
                "before": before,
                "deadline": fields.Date.to_string(followup.activity_id.date_deadline),
                "feedback": followup.feedback,
            }

    def _said(self, message, undo=True):
        """Return the action that says ``message``, and for ten seconds offers to take it back."""
        return {
            "type": "ir.actions.client",
            "tag": "retention_said",
            "params": {"message": message, "undo": self.ids if undo else False},
        }

    def action_undo(self):
        """Take back that these were put off, or noted as not reached, a moment ago.

        :raise UserError: it was somebody else, or too long ago, or something has followed from it
        """
        self.check_access("read")
        since = fields.Datetime.now() - timedelta(seconds=UNDO_SECONDS)
        for followup in self.sudo():
            undo = followup.undo
            if (
                not undo
                or undo["user"] != self.env.uid
                or fields.Datetime.to_datetime(undo["at"]) < since
            ):
                raise UserError(
                    self.env._("%s: it is too late to undo this.", followup.partner_id.display_name)
                )
            if followup.state != "open":
                followup.with_user(self.env.user).action_reopen()
            followup.write({**undo["before"], "undo": False, "feedback": undo["feedback"]})
            followup.activity_id.date_deadline = undo["deadline"] or followup.date_opened

    @api.depends("state", "date_done", "channel")
    def _compute_can_reopen(self):
        for followup in self:
            followup.can_reopen = not followup.sudo()._get_followed()

    def action_reopen(self):
        """Open again what was done today, as long as nothing has followed from it.

        :raise UserError: naming what has followed
        """
        self.check_access("read")
        for followup in self.sudo():
            if followed := followup._get_followed():
                raise UserError(
                    self.env._(
                        "%(customer)s cannot be opened again: %(reason)s",
                        customer=followup.partner_id.display_name,
                        reason=followed,
                    )
                )
            followup._reopen()

    def _get_followed(self):
        """Return why this one cannot be opened again, in words; False where it can. Hook."""
        self.ensure_one()
        today = self.company_id._get_retention_today()
        if self.state != "done" or self.date_done != today or self.channel not in BY_PEOPLE:
            return self.env._("it was not done today.")
        if self._get_later().filtered(lambda each: each.state in ("open", "done", "canceled")):
            return self.env._("the next step has begun.")
        if self.channel == "activity" and self._get_parts().filtered(lambda each: each != self):
            return self.env._("another call is planned.")
        if self.enrollment_id.state not in ("open", "done"):
            return self.env._("the program has ended for this customer.")
        if self.thanks_ids:
            return self.env._("thanks are noted for it.")
        return False

    def _get_parts(self):
        """Return all follow-ups of the step of this one."""
        return self.enrollment_id.followup_ids.filtered(lambda each: each.step_id == self.step_id)

    def _get_later(self):
        """Return the follow-ups of the steps after this one's."""
        return self.enrollment_id.followup_ids.filtered(
            lambda each: (
                each.step_id != self.step_id
                and (each.step_id.sequence, each.step_id.id)
                > (self.step_id.sequence, self.step_id.id)
            )
        )

    def _reopen(self):
        """Open this one again, on today; what was planned after it is planned anew when it is done."""
        self._get_later().unlink()
        self.enrollment_id.filtered(lambda each: each.state == "done").write(
            {"state": "open", "date_end": False}
        )
        self.write(
            {
                "state": "open",
                "date_done": False,
                "reached": False,
                "feedback": False,
                "activity_id": False,
                "date_opened": self.company_id._get_retention_today(),
            }
        )
        self.filtered("user_id")._create_missing_activities()
