from odoo import models


class RetentionEvent(models.Model):
    """Who wants to be called said when: "Wants to be called: in the morning"."""

    _inherit = "retention.event"

    def _get_answer_in_words(self):
        words = super()._get_answer_in_words()
        if self.type != "wants_call":
            return words
        lines = (
            self.env["survey.user_input.line"]
            .sudo()
            .search(
                [
                    ("user_input_id.satisfaction_ids", "=", self.res_id),
                    ("question_id.retention_measure", "=", "wants_call"),
                    ("suggested_answer_id.retention_value", "=", "yes"),
                ],
                limit=1,
            )
        )
        said = lines.suggested_answer_id.value
        return f"{words}: {said}" if said else words
