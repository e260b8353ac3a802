from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How often customers are asked, on the settings page."""

    _inherit = "res.config.settings"

    retention_survey_pause_days = fields.Integer(
        related="company_id.retention_survey_pause_days", readonly=False
    )
    retention_transactional_pause_days = fields.Integer(
        related="company_id.retention_transactional_pause_days", readonly=False
    )
    retention_relationship_pause_days = fields.Integer(
        related="company_id.retention_relationship_pause_days", readonly=False
    )
    retention_survey_valid_days = fields.Integer(
        related="company_id.retention_survey_valid_days", readonly=False
    )
