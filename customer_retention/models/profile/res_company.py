from odoo import api, fields, models, tools

# Fields of a profile that a business may not be allowed to keep, with the setting of each.
KEPT = {
    "birthday": "retention_keep_birthday",
    "interest_ids": "retention_keep_interests",
    "preferences": "retention_keep_preferences",
    "family_notes": "retention_keep_family_notes",
    "education": "retention_keep_education",
    "income_range": "retention_keep_income_range",
    "financial_notes": "retention_keep_financial_notes",
}
# Months between two looks at the same thing.
MONTHS = (
    "retention_priority_months",
    "retention_review_a_months",
    "retention_review_b_months",
    "retention_review_c_months",
)


class ResCompany(models.Model):
    """What a company keeps of a customer's profile, and how often it looks at it (file of its own
    for size)."""

    _inherit = "res.company"

    retention_keep_birthday = fields.Boolean("Keep Birthdays", default=True)
    retention_keep_interests = fields.Boolean("Keep Interests", default=True)
    retention_keep_preferences = fields.Boolean("Keep Preferences", default=True)
    retention_keep_family_notes = fields.Boolean("Keep Family", default=True)
    retention_keep_education = fields.Boolean("Keep Education", default=True)
    retention_keep_income_range = fields.Boolean("Keep Income", default=True)
    retention_keep_financial_notes = fields.Boolean("Keep Finances", default=True)
    retention_priority_months = fields.Integer(
        "Ask the Priority Again After (Months)",
        default=6,
        required=True,
        help="Months after which a customer is asked again what matters most. 0: never again.",
    )
    retention_review_a_months = fields.Integer(
        "Review Class A Every (Months)",
        default=3,
        required=True,
        help="Months between two reviews of a customer of class A. 0: no reviews.",
    )
    retention_review_b_months = fields.Integer(
        "Review Class B Every (Months)",
        default=6,
        required=True,
        help="Months between two reviews of a customer of class B. 0: no reviews.",
    )
    retention_review_c_months = fields.Integer(
        "Review Class C Every (Months)",
        default=12,
        required=True,
        help="Months between two reviews of a customer of class C. 0: no reviews.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), **dict.fromkeys(MONTHS, (0, 120))}

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(KEPT.values()):
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company_id")
    def _get_hidden_profile_fields(self, company_id):
        """Return the names of the partner fields that this company does not keep, as a tuple.

        Asked at every access to such a field, hence from the registry's cache.
        """
        company = self.sudo().browse(company_id)
        return tuple(name for name, setting in KEPT.items() if not company[setting])

    def _delete_hidden_profiles(self):
        """Empty, on all contacts, the fields that no company keeps any more; return their number.

        Set-based and without a trace of the content: no message, no tracking.
        """
        Partner = self.env["res.partner"]
        companies = self.sudo().with_context(active_test=False).search([])
        hidden = [n for n, setting in KEPT.items() if not any(companies.mapped(setting))]
        count = 0
        for name in hidden:
            count += Partner.sudo()._empty_profile_field(name)
        return count
