from odoo import fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    """The company's settings of profiles on the settings page (file of its own for size)."""

    _inherit = "res.config.settings"

    retention_keep_birthday = fields.Boolean(
        related="company_id.retention_keep_birthday", readonly=False
    )
    retention_keep_interests = fields.Boolean(
        related="company_id.retention_keep_interests", readonly=False
    )
    retention_keep_preferences = fields.Boolean(
        related="company_id.retention_keep_preferences", readonly=False
    )
    retention_keep_family_notes = fields.Boolean(
        related="company_id.retention_keep_family_notes", readonly=False
    )
    retention_keep_education = fields.Boolean(
        related="company_id.retention_keep_education", readonly=False
    )
    retention_keep_income_range = fields.Boolean(
        related="company_id.retention_keep_income_range", readonly=False
    )
    retention_keep_financial_notes = fields.Boolean(
        related="company_id.retention_keep_financial_notes", readonly=False
    )
    retention_priority_months = fields.Integer(
        related="company_id.retention_priority_months", readonly=False
    )
    retention_review_a_months = fields.Integer(
        related="company_id.retention_review_a_months", readonly=False
    )
    retention_review_b_months = fields.Integer(
        related="company_id.retention_review_b_months", readonly=False
    )
    retention_review_c_months = fields.Integer(
        related="company_id.retention_review_c_months", readonly=False
    )

    def action_delete_hidden_profiles(self):
        """Delete what contacts still hold in fields that no company keeps any more."""
        if not self.env.is_admin():
            raise AccessError(self.env._("Only administrators can delete parts of all profiles."))
        count = self.env["res.company"]._delete_hidden_profiles()
        message = self.env._("Values deleted: %(count)s", count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }
