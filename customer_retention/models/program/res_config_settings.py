from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The limits of programs on the settings page."""

    _inherit = "res.config.settings"

    retention_pause_days = fields.Integer(related="company_id.retention_pause_days", readonly=False)
    retention_daily_mail_cap = fields.Integer(
        related="company_id.retention_daily_mail_cap", readonly=False
    )
    retention_day_priority = fields.Selection(
        related="company_id.retention_day_priority", readonly=False
    )
    retention_escalation_user_id = fields.Many2one(
        related="company_id.retention_escalation_user_id", readonly=False
    )
