from odoo import fields, models
from odoo.exceptions import UserError


class RetentionFollowupAnswer(models.TransientModel):
    """What came of a call: how satisfied the customer is and what lies behind, or nobody was there.

    One button saves and closes: the answer becomes a row of ``retention.satisfaction`` of origin
    phone, about the document the call was made for, and the follow-up ends with the words as its
    feedback. Whoever may see the follow-up may note its answer; on the same day they may correct it.
    """

    _name = "retention.followup.answer"
    _inherit = ["retention.writable.mixin"]
    _description = "What Came of a Call"

    followup_id = fields.Many2one("retention.followup", readonly=True)
    satisfaction_id = fields.Many2one(
        "retention.satisfaction",
        readonly=True,
        help="The answer to correct, if it is noted already.",
    )
    what_to_do = fields.Char(related="followup_id.what_to_do", related_sudo=False)
    comment = fields.Text("What Lies Behind", help="In the customer's words; may be left out.")

    def action_dissatisfied(self):
        """Note that the customer is dissatisfied, and end the call."""
        return self._save("yes", "dissatisfied")

    def action_satisfied(self):
        """Note that the customer is satisfied, and end the call."""
        return self._save("yes", "satisfied")

    def action_very_satisfied(self):
        """Note that the customer is very satisfied, and end the call."""
        return self._save("yes", "very_satisfied")

    def action_reached(self):
        """Note that the customer was reached, but not asked, and end the call."""
        return self._save("yes")

    def action_not_reached(self):
        """Note that nobody was reached, and end the call."""
        return self._save("no")

    def _save(self, reached, level=False):
        self.ensure_one()
        if self.satisfaction_id:
            self.satisfaction_id._correct(level, (self.comment or "").strip())
            return {"type": "ir.actions.act_window_close"}
        followup = self.followup_id
        followup.check_access("read")
        if followup.state != "open":
            raise UserError(
                self.env._(
                    "%(customer)s: this call has been closed already.",
                    customer=followup.partner_id.display_name,
                )
            )
        Satisfaction = self.env["retention.satisfaction"]
        words = (self.comment or "").strip()
        if level:
            Satisfaction._record([followup._prepare_answer_values(level, words)])
            words = words or Satisfaction._get_level_label(level)
        followup._do(reached, words)
        return {"type": "ir.actions.act_window_close"}
