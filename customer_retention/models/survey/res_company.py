from odoo import api, fields, models

# What each setting allows: (lowest, highest) days.
SURVEY_LIMITS = {
    "retention_survey_pause_days": (0, 3650),
    "retention_transactional_pause_days": (0, 3650),
    "retention_relationship_pause_days": (0, 3650),
    "retention_survey_valid_days": (1, 3650),
}


class ResCompany(models.Model):
    """How often customers are asked something, and for how long they can answer."""

    _inherit = "res.company"

    retention_survey_pause_days = fields.Integer(
        "Pause After Any Survey (Days)",
        default=30,
        required=True,
        help="Who was asked something is not asked anything else for so many days.",
    )
    retention_transactional_pause_days = fields.Integer(
        "Pause Between Surveys After a Sale or Contact (Days)",
        default=90,
        required=True,
        help="Who was asked about a sale or contact is not asked about another for so many days.",
    )
    retention_relationship_pause_days = fields.Integer(
        "Pause Between Surveys About the Relationship (Days)",
        default=180,
        required=True,
        help="Who was asked about the relationship is not asked that again for so many days.",
    )
    retention_survey_valid_days = fields.Integer(
        "Surveys Can Be Answered For (Days)",
        default=30,
        required=True,
        help="The link in the email works for so many days.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), **SURVEY_LIMITS}

    def _get_survey_pauses(self):
        """Return the days between two surveys of one kind, ``{kind of survey: days}``."""
        self.ensure_one()
        return {
            "transactional": self.retention_transactional_pause_days,
            "relationship": self.retention_relationship_pause_days,
        }
