from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SurveySurvey(models.Model):
    """How often customers may be asked with this survey (see the company's pauses between surveys)."""

    _inherit = "survey.survey"

    retention_kind = fields.Selection(
        [("transactional", "After a sale or contact"), ("relationship", "The relationship")],
        "Asks Customers About",
        help="How long customers are left alone before they are asked with such a survey again. "
        "Empty: this survey is not sent to customers by Customer Retention.",
    )
    retention_is_exit = fields.Boolean(
        "Asks Why They Left",
        help="The reason a silent or lost customer gives is recorded as the loss of this customer.",
    )

    @api.constrains("questions_layout")
    def _check_one_question_a_page(self):
        for survey in self:
            asked = survey.question_ids.filtered("retention_asked_after")
            if asked and survey.questions_layout != "page_per_question":
                layouts = dict(self._fields["questions_layout"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(question)s” is only asked after some answers. For that, Pagination of "
                        "“%(survey)s” is %(value)s and has to be %(allowed)s.",
                        question=asked[0].title,
                        survey=survey.title,
                        value=layouts[survey.questions_layout],
                        allowed=layouts["page_per_question"],
                    )
                )

    def _is_about_customers(self):
        """Return whether this survey tells something about customers; others are left to core."""
        self.ensure_one()
        return bool(self.retention_kind) or any(
            each.retention_measure for each in self.question_ids
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_satisfaction(self):
        """Delete what was read from answers: the database deletes these without asking anybody."""
        self.sudo().user_input_ids._unlink_satisfaction()
