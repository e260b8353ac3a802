from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

from ..common.groups import SALESMAN


class MailActivity(models.Model):
    """A follow-up goes with its activity: done with the feedback, canceled when it is deleted.

    Given to somebody else or put off to a later day in the activity, it moves on My Day too.
    """

    _inherit = "mail.activity"

    retention_followup_ids = fields.One2many(
        "retention.followup", "activity_id", "Follow-ups", groups=SALESMAN
    )

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "date_deadline"} & vals.keys():
            for followup in self._get_open_followups():
                followup._follow_activity()
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        followups = self._get_open_followups()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if followups:
            followups._close(self.env.context.get("retention_reached", "yes"), feedback)
        return result

    def unlink(self):
        followups = self._get_open_followups()
        result = super().unlink()
        if followups:
            followups._cancel()
            followups._plan_next()
        return result

    def _to_store_defaults(self, target):
        values = super()._to_store_defaults(target)
        if self.env.user.has_group(SALESMAN):
            values.append(
                Store.Attr("retention_followup", lambda activity: activity._get_open_id())
            )
            values.append(
                Store.Attr(
                    "retention_reach", lambda activity: activity.activity_type_id.retention_reach
                )
            )
        return values

    def _get_open_id(self):
        """Return the id of the follow-up that this activity is, as far as the reader may see it."""
        followups = self.retention_followup_ids
        return followups.filtered(lambda each: each.state == "open")[:1].id

    def _get_open_followups(self):
        return (
            self.env["retention.followup"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "=", "open")])
        )
