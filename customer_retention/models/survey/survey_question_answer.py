from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.measures import CHOICES, MEASURES


class SurveyQuestionAnswer(models.Model):
    """What a suggested answer means for the measure of its question: a value or a record."""

    _inherit = "survey.question.answer"

    retention_value = fields.Char(
        "Value",
        help="What this answer counts as: a number of the scale, or a word such as very_satisfied, "
        "better or yes.",
    )
    retention_record = fields.Reference(
        [
            ("retention.priority", "Priority"),
            ("retention.reason", "Reason to Choose Us"),
            ("crm.lost.reason", "Deal Breaker"),
            ("retention.competitor", "Competitor"),
            ("retention.interest", "Interest"),
        ],
        "Stands For",
        help="The priority, reason, competitor or interest this answer stands for.",
    )

    @api.constrains("retention_value", "retention_record", "question_id")
    def _check_retention_meaning(self):
        """Refuse answers that the measure of their question cannot take.

        Each by itself: where several are changed at once, the others are still to come. The
        question checks all of them.
        """
        for question, answers in self.grouped("question_id").items():
            if question.retention_measure and question.question_type in CHOICES:
                answers._check_fits(question.retention_measure)

    def _check_fits(self, name):
        """Raise a ValidationError naming the first of these answers that measure ``name`` cannot take."""
        rule = MEASURES[name]
        measure = self.env["survey.question"]._get_measure_label(name)
        models = dict(self._fields["retention_record"]._description_selection(self.env))
        for answer in self:
            if rule.records:
                record = answer.retention_record
                if record and record._name in rule.records:
                    continue
                message = self.env._(
                    "The answer “%(answer)s” of “%(question)s” stands for %(value)s. For the "
                    "measure “%(measure)s” it has to stand for one of the list %(allowed)s."
                )
                value = record and record.display_name
                allowed = ", ".join(models[name] for name in rule.records)
            elif answer.retention_value in rule.allowed_values or not rule.allowed_values:
                continue
            else:
                message = self.env._(
                    "The answer “%(answer)s” of “%(question)s” has the value %(value)s. For the "
                    "measure “%(measure)s” it has to be one of: %(allowed)s."
                )
                value = answer.retention_value
                allowed = ", ".join(rule.allowed_values)
            raise ValidationError(
                message
                % {
                    "answer": answer.value_label,
                    "question": answer.question_id.title,
                    "value": value or self.env._("nothing"),
                    "measure": measure,
                    "allowed": allowed,
                }
            )
