from odoo import api, fields, models

from odoo.addons.customer_retention.models.figures.res_partner import figure

from .retention_customer import CONTRIBUTION, RetentionCustomer


class ResPartner(models.Model):
    """What is left of a customer in the current company, for those who may know it."""

    _inherit = "res.partner"

    contribution_year = figure("contribution_year", model=RetentionCustomer)
    serve_year = figure("serve_year", model=RetentionCustomer)
    goods_year = figure("goods_year", model=RetentionCustomer)
    visit_year = figure("visit_year", model=RetentionCustomer)
    goodwill_year = figure("goodwill_year", model=RetentionCustomer)
    late_year = figure("late_year", model=RetentionCustomer)
    cost_known_percent = figure("cost_known_percent", model=RetentionCustomer)
    is_costly_gold = figure("is_costly_gold", model=RetentionCustomer)
    contribution_reason = fields.Char(
        "Why No Contribution",
        compute="_compute_contribution_reason",
        groups=CONTRIBUTION,
        help="Why nothing is said of the contribution, in a sentence.",
    )

    @api.depends("contribution_year", "cost_known_percent")
    @api.depends_context("company", "uid", "lang")
    def _compute_contribution_reason(self):
        Customer = self.env["retention.customer"]
        for partner in self:
            has_figures = partner.retention_status not in (False, "prospect")
            partner.contribution_reason = has_figures and Customer._get_contribution_reason(partner)
