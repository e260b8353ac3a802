from odoo import models

from ...tools.measures import TEXT_LIMIT, TEXTS, find_text_fault, read_number


class SurveyQuestion(models.Model):
    """Answers to surveys that ask customers are checked before they are saved.

    What pages can send is open to everybody with a link: numbers outside the scale, choices of
    another question, lists instead of texts, a megabyte of text. All are refused with a message
    beside the question. Surveys that ask nothing about customers are left to core.
    """

    _inherit = "survey.question"

    def _is_retention_question(self):
        """Whether this question is part of a survey that asks customers."""
        self.ensure_one()
        return bool(self.retention_measure) or self.survey_id._is_about_customers()

    def validate_question(self, answer, comment=None):
        if not self._is_retention_question():
            return super().validate_question(answer, comment)
        if comment is not None and (fault := self._get_text_error(comment)):
            return {self.id: fault}
        if self.question_type in TEXTS and answer and (fault := self._get_text_error(answer)):
            return {self.id: fault}
        if self.question_type == "scale" and type(answer) is int:
            answer = str(answer)  # core takes the number 0 for no answer
        try:
            return super().validate_question(answer, comment)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            # Core expects what its own pages send.
            return {self.id: self.env._("Please answer this question again.")}

    def _validate_matrix(self, answers):
        errors = super()._validate_matrix(answers)
        if errors or not self._is_retention_question():
            return errors
        rows, columns = set(self.matrix_row_ids.ids), set(self.suggested_answer_ids.ids)
        for row, chosen in answers.items():
            if read_number(row) not in rows or not isinstance(chosen, list):
                return {self.id: self.env._("Please answer this question again.")}
            if not {read_number(each) for each in chosen} <= columns:
                return {self.id: self.env._("Please choose from the answers of this question.")}
        return {}

    def _get_text_error(self, text):
        """Return why ``text`` cannot be saved, in the reader's words; False where it can."""
        fault = find_text_fault(text)
        if fault == "length":
            return self.env._(
                "Your text has %(length)s characters. Up to %(limit)s fit here.",
                length=len(text),
                limit=TEXT_LIMIT,
            )
        if fault == "character":
            return self.env._("Your text contains a character that cannot be saved.")
        return fault and self.env._("Please answer with a text.")

    def _validate_scale(self, answer):
        errors = super()._validate_scale(answer)
        if errors or not answer or not self._is_retention_question():
            return errors
        number = read_number(answer)
        if number is None or not self.scale_min <= number <= self.scale_max:
            return {
                self.id: self.env._(
                    "Please choose a number from %(low)s to %(high)s.",
                    low=self.scale_min,
                    high=self.scale_max,
                )
            }
        return {}

    def _validate_choice(self, answer, comment):
        errors = super()._validate_choice(answer, comment)
        if errors or not self._is_retention_question():
            return errors
        chosen = answer if isinstance(answer, list) else [answer] if answer else []
        ids = [read_number(each) for each in chosen]
        if not set(ids) <= set(self.suggested_answer_ids.ids) or len(set(ids)) < len(ids):
            return {self.id: self.env._("Please choose from the answers of this question.")}
        return {}
