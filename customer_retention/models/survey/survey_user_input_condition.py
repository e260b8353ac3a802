from odoo import models

from ...tools.measures import get_standing, join_standings


class SurveyUserInput(models.Model):
    """What the customer has said so far, and which questions that leaves out."""

    _inherit = "survey.user_input"

    def _get_standing(self):
        """Return ``low``, ``middle`` or ``high``: how these answers speak of us; None for nothing."""
        self.ensure_one()
        return join_standings(map(self._get_standing_of_line, self.user_input_line_ids))

    def _get_standing_of_line(self, line):
        value = line.suggested_answer_id.retention_value or line.value_scale
        return None if line.skipped else get_standing(line.question_id.retention_measure, value)

    def _get_inactive_conditional_questions(self):
        inactive = super()._get_inactive_conditional_questions()
        for answer in self:
            questions = answer.survey_id.question_ids
            if not any(each.retention_asked_after for each in questions):
                continue
            said = {}
            for line in answer.user_input_line_ids - inactive.user_input_line_ids:
                said.setdefault(line.question_id, []).append(answer._get_standing_of_line(line))
            before = []
            for question in questions.sorted():
                if not question._is_asked_after(join_standings(before)):
                    inactive |= question
                else:
                    before += said.get(question, [])
        return inactive
