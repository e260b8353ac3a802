from markupsafe import escape

from odoo import models

from ...tools.retelling import retell


class RetentionFollowup(models.Model):
    """What a follow-up says of people, done or not: on itself, its activity, and the note of its end."""

    _inherit = "retention.followup"

    def _retell(self, words):
        """Replace ``words``, see ``res.partner._retell``, in the texts of this one."""
        self.ensure_one()
        escaped = {str(escape(old)): str(escape(new)) for old, new in words.items()}
        activity = self.activity_id
        texts = [(each, "body", escaped) for each in self._get_notes_of_end()]
        texts += [
            (self, "feedback", words),
            (activity, "summary", words),
            (activity, "note", escaped),
            (activity, "feedback", words),
        ]
        for record, name, told in texts:
            text = record[name]
            if text and (retold := retell(text, told)) != text:
                record[name] = retold

    def _get_notes_of_end(self):
        """Return the messages that Odoo left in the customer's chatter when this one was done."""
        summary = self.activity_id.summary
        if self.state != "done" or not summary:
            return self.env["mail.message"]
        return self.env["mail.message"].search(
            [
                ("model", "=", "res.partner"),
                ("res_id", "=", self.partner_id.id),
                ("mail_activity_type_id", "!=", False),
                ("body", "like", str(escape(summary))),
            ]
        )
