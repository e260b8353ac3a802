from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's retention settings on the settings page; what each means stands on res.company."""

    _inherit = "res.config.settings"

    # Processes that a business can do without: an addon each, installed by its switch.
    module_customer_retention_complaint = fields.Boolean("Complaints")
    module_customer_retention_margin = fields.Boolean("Contribution")
    retention_basis = fields.Selection(
        related="company_id.retention_basis", readonly=False, required=True
    )
    retention_gold_percent = fields.Float(
        related="company_id.retention_gold_percent", readonly=False
    )
    retention_abc_method = fields.Selection(
        related="company_id.retention_abc_method", readonly=False, required=True
    )
    retention_abc_a_percent = fields.Float(
        related="company_id.retention_abc_a_percent", readonly=False
    )
    retention_abc_growth_percent = fields.Float(
        related="company_id.retention_abc_growth_percent", readonly=False
    )
    retention_pareto_a_percent = fields.Float(
        related="company_id.retention_pareto_a_percent", readonly=False
    )
    retention_pareto_b_percent = fields.Float(
        related="company_id.retention_pareto_b_percent", readonly=False
    )
    retention_gap_weight = fields.Integer(related="company_id.retention_gap_weight", readonly=False)
    retention_gap_default_days = fields.Integer(
        related="company_id.retention_gap_default_days", readonly=False
    )
    retention_gap_min_customers = fields.Integer(
        related="company_id.retention_gap_min_customers", readonly=False
    )
    retention_new_days = fields.Integer(related="company_id.retention_new_days", readonly=False)
    retention_won_back_days = fields.Integer(
        related="company_id.retention_won_back_days", readonly=False
    )
    retention_active_factor = fields.Float(
        related="company_id.retention_active_factor", readonly=False
    )
    retention_silent_factor = fields.Float(
        related="company_id.retention_silent_factor", readonly=False
    )
    retention_lost_days = fields.Integer(related="company_id.retention_lost_days", readonly=False)
    retention_thanks_months = fields.Integer(
        related="company_id.retention_thanks_months", readonly=False
    )

    def action_count_now(self):
        """Count all customers of the current company now, by the settings that are saved."""
        return self.env["retention.run"].action_count_now()
