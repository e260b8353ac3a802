from odoo import api, fields, models
from odoo.exceptions import AccessError


class PrivacyLookupWizard(models.TransientModel):
    """Answer a privacy request with the sensitive profile, too: which parts of it we hold."""

    _inherit = "privacy.lookup.wizard"

    @api.depends("line_ids", "line_ids.sensitive_profile")
    def _compute_records_description(self):
        result = super()._compute_records_description()
        for wizard in self:
            held = [line for line in wizard.line_ids if line.sensitive_profile]
            if held:
                lines = [f"#{line.res_id}: {line.sensitive_profile}" for line in held]
                wizard.records_description += "\n" + self.env._(
                    "Sensitive profile: %(lines)s", lines="; ".join(lines)
                )
        return result


class PrivacyLookupWizardLine(models.TransientModel):
    """A contact found by the privacy lookup shows the sensitive fields it holds, by name only."""

    _inherit = "privacy.lookup.wizard.line"

    sensitive_profile = fields.Char(
        compute="_compute_sensitive_profile",
        help="The sensitive profile fields that hold something, without their content.",
    )

    @api.depends("res_model", "res_id", "is_unlinked", "execution_details")
    @api.depends_context("lang")
    def _compute_sensitive_profile(self):
        for line in self:
            partner = self.env["res.partner"]
            if line.res_model == "res.partner" and not line.is_unlinked:
                partner = partner.browse(line.res_id).exists()
            line.sensitive_profile = partner and ", ".join(partner._get_sensitive_labels())

    def action_delete_sensitive_profile(self):
        """Empty the sensitive fields of the contact of this line and note it in the lookup's log."""
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators can answer privacy requests."))
        labels = self.sensitive_profile
        self.env["res.partner"].browse(self.res_id).action_delete_sensitive_profile()
        self.execution_details = self.env._(
            "Deleted of contact #%(partner)s: %(fields)s", partner=self.res_id, fields=labels
        )
