from odoo import api, fields, models

STANDINGS = {"low": ("low",), "not_low": ("middle", "high"), "high": ("high",)}


class SurveyQuestion(models.Model):
    """A question that depends on how well or badly the customer answered before it.

    Core's own conditions name suggested answers; of a scale there are none. See
    ``tools.measures.get_standing`` for what counts as low and high.
    """

    _inherit = "survey.question"

    retention_asked_after = fields.Selection(
        [
            ("low", "A low answer"),
            ("not_low", "Any answer but a low one"),
            ("high", "A high answer"),
        ],
        "Only Asked After",
        help="Low: dissatisfied, worse than expected, 1 or 2 of 5, up to 6 of 10. High: very "
        "satisfied, better than expected, 5 of 5, 9 or 10 of 10. One low answer makes them all low. "
        "Empty: asked in any case.",
    )

    @api.constrains("retention_asked_after", "survey_id")
    def _check_retention_asked_after(self):
        for question in self.filtered("retention_asked_after"):
            question.survey_id._check_one_question_a_page()

    def _is_asked_after(self, standing):
        """Return whether this question is asked where the answers before it are ``standing``."""
        self.ensure_one()
        return not self.retention_asked_after or standing in STANDINGS[self.retention_asked_after]
