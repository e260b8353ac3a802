from odoo import Command, fields
from odoo.tests import freeze_time

from ...tools.measures import MEASURES
from ..common import NOW, RetentionCase

# Suggested answers of measures with a number: one for each of the scale.
WORDS = {
    "satisfaction": ("dissatisfied", "satisfied", "very_satisfied"),
    "expectation": ("worse", "as_expected", "better"),
    "quote_allowed": ("yes", "no"),
    "wants_call": ("yes", "no"),
}


@freeze_time(NOW)
class SurveyCase(RetentionCase):
    """Builders for surveys with measures, and for answers on the way customers give them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Satisfaction = cls.env["retention.satisfaction"]

    @classmethod
    def _create_survey(cls, *measures, title="How Are We Doing?", types=None, records=None, **vals):
        """Create a survey with one question for each of ``measures``, one a page, by invitation.

        :param types: ``{measure: question type}`` where it is not the first that fits
        :param records: ``{measure: records}`` that its suggested answers stand for
        """
        return cls.env["survey.survey"].create(
            {
                "title": title,
                "access_mode": "token",
                "questions_layout": "page_per_question",
                "is_attempts_limited": True,
                "attempts_limit": 1,
                "users_login_required": False,
                "user_id": cls.env.user.id,
                "question_and_page_ids": [
                    Command.create(
                        cls._prepare_question_values(
                            measure,
                            number,
                            (types or {}).get(measure),
                            (records or {}).get(measure, ()),
                        )
                    )
                    for number, measure in enumerate(measures, start=1)
                ],
                **vals,
            }
        )

    @classmethod
    def _prepare_question_values(cls, measure, sequence=1, question_type=None, records=()):
        rule = MEASURES[measure]
        question_type = question_type or rule.types[0]
        values = {
            "title": f"Question about {measure}",
            "sequence": sequence,
            "question_type": question_type,
            "retention_measure": measure,
            "comments_allowed": question_type in ("simple_choice", "multiple_choice"),
        }
        if question_type == "scale":
            return {**values, "scale_min": rule.low, "scale_max": rule.high}
        if question_type not in ("simple_choice", "multiple_choice"):
            return values
        if rule.is_number:
            answers = [
                {"value": f"Answer {number}", "retention_value": str(number)}
                for number in range(rule.low, rule.high + 1)
            ]
        elif rule.values:
            answers = [{"value": word, "retention_value": word} for word in rule.values]
        else:
            answers = [
                {
                    "value": record.display_name,
                    "retention_record": f"{record._name},{record.id}",
                }
                for record in records
            ]
        return {**values, "suggested_answer_ids": [Command.create(each) for each in answers]}

    @classmethod
    def _get_question(cls, survey, measure):
        """Return the question of ``survey`` about ``measure``."""
        return survey.question_ids.filtered(lambda each: each.retention_measure == measure)

    @classmethod
    def _get_suggested(cls, question, value):
        """Return the suggested answer for a word, a number or a record."""
        if hasattr(value, "_name"):
            return question.suggested_answer_ids.filtered(
                lambda each: each.retention_record == value
            )
        return question.suggested_answer_ids.filtered(
            lambda each: each.retention_value == str(value)
        )

    @classmethod
    def _answer(
        cls, survey, partner, answers, date=NOW, document=None, done=True, comments=None, **vals
    ):
        """Answer ``survey`` as ``partner`` would, at the moment ``date`` (UTC); return the answer.

        :param answers: ``{measure: number, word, text, record, or a list of records}``
        :param document: what the customer was asked about
        :param done: false leaves the answer unfinished
        :param comments: ``{measure: text}`` written in the comment field of a question
        :param vals: more values of the ``survey.user_input``; the company is the test's own
        """
        vals = {"retention_company_id": cls.company.id, **vals}
        if document:
            vals |= {"retention_res_model": document._name, "retention_res_id": document.id}
        date = fields.Datetime.to_datetime(date)
        before, cls.env.cr._now = cls.env.cr._now, date  # write_date of the lines
        with freeze_time(date):
            answer = survey.sudo()._create_answer(partner=partner, check_attempts=False, **vals)
            answer._mark_in_progress()
            for measure, value in answers.items():
                cls._answer_question(answer, measure, value, (comments or {}).get(measure))
            if done:
                answer._mark_done()
            cls.env.flush_all()
        cls.env.cr._now = before
        return answer

    @classmethod
    def _answer_question(cls, answer, measure, value, comment=None):
        """Answer the question about ``measure``: what the page sends, checked and saved by core."""
        question = cls._get_question(answer.survey_id, measure)
        # Where two ask the same, one of them fits what was said before.
        question -= answer._get_inactive_conditional_questions()
        if question.question_type in ("simple_choice", "multiple_choice"):
            values = (
                value if isinstance(value, (list, tuple)) or hasattr(value, "_name") else [value]
            )
            sent = [str(cls._get_suggested(question, each).id) for each in values]
            if question.question_type == "simple_choice":
                sent = sent[0]
        else:
            sent = str(value)
        errors = question.validate_question(sent, comment)
        assert not errors, errors
        answer._save_lines(question, sent, comment)

    def _get_satisfaction(self, partner):
        """Return the rows of ``partner``, oldest first."""
        return self.Satisfaction.search([("partner_id", "=", partner.id)], order="date, id")
