from odoo import fields, models


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
