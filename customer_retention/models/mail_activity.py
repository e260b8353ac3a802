from odoo import models


class MailActivity(models.Model):
    """A follow-up ends with its activity: done with the feedback, canceled when it is deleted."""

    _inherit = "mail.activity"

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

    def _get_open_followups(self):
        return (
            self.env["retention.followup"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "=", "open")])
        )
