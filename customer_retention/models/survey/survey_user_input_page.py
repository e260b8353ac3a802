from odoo import models

# Types of questions that our own page shows; others go on on core's pages.
ON_ONE_PAGE = ("char_box", "text_box", "numerical_box", "scale", "simple_choice", "multiple_choice")


class SurveyUserInput(models.Model):
    """What follows the first question: all of it on one page of ours, and all of it may be left out."""

    _inherit = "survey.user_input"

    def _get_following_questions(self):
        """Return the questions after the first that are asked and have not been passed yet."""
        self.ensure_one()
        shown = self.survey_id._get_pages_or_questions(self).filtered(lambda each: not each.is_page)
        passed = self.user_input_line_ids.question_id
        return shown - passed - self._get_inactive_conditional_questions()

    def _goes_on_here(self):
        """Return whether the rest of the survey fits on our own page."""
        self.ensure_one()
        survey, following = self.survey_id, self._get_following_questions()
        return (
            survey.questions_layout == "page_per_question"
            and not survey.is_time_limited
            and all(each.question_type in ON_ONE_PAGE for each in following)
            and not any(
                each.is_time_limited or (each.constr_mandatory and each.comments_allowed)
                for each in following
            )
        )

    def _get_chosen(self):
        """Return the choice of the first question that was answered, see :meth:`_get_choices`; None if not."""
        self.ensure_one()
        question = self._get_first_question()
        lines = self.user_input_line_ids.filtered(
            lambda line: line.question_id == question and not line.skipped
        )
        line = lines[:1]
        key = str(line.suggested_answer_id.id or line.value_scale) if line else None
        return next((each for each in self._get_choices() if each["key"] == key), None)

    def _answer_following(self, sent):
        """Save what was sent of the page after the first question, by the means of core.

        Where that makes other questions follow, they are asked next; without any, it is finished.

        :param sent: ``{"question_<id>": list of texts, "comment_<id>": list of texts}``
        :return: messages where it cannot be saved, ``{question id: message}``; nothing is saved then
        """
        self.ensure_one()
        following = self._get_following_questions()
        answers = {each: self._read_sent(each, sent) for each in following}
        errors = {}
        for question, (answer, comment) in answers.items():
            errors |= question.validate_question(answer, comment)
        if errors:
            return errors
        for question, (answer, comment) in answers.items():
            self._save_lines(question, answer, comment)
        self._clear_inactive_conditional_answers()
        if following:
            self.last_displayed_page_id = following[-1]
        if not self._get_following_questions():
            self._mark_done()
        return {}

    def _read_sent(self, question, sent):
        """Return the answer to ``question`` as core takes it, and the comment beside its choices."""
        values = sent.get(f"question_{question.id}", [])
        comment = next(iter(sent.get(f"comment_{question.id}", [])), None) or None
        if question.question_type == "multiple_choice":
            return values, comment
        return next(iter(values), ""), comment
