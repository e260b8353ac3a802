from odoo import api, fields, models

from ..common.groups import SALESMAN
from ..figures.res_partner import figure
from .retention_customer import RetentionCustomer


class ResPartner(models.Model):
    """What this customer will probably buy, as figures and in a sentence."""

    _inherit = "res.partner"

    buy_probability = figure("buy_probability", model=RetentionCustomer)
    expected_value = figure("expected_value", model=RetentionCustomer)
    expected_value_year = figure("expected_value_year", model=RetentionCustomer)
    is_fading = figure("is_fading", model=RetentionCustomer)
    outlook = fields.Char(
        "Next 90 Days",
        compute="_compute_outlook",
        groups=SALESMAN,
        help="What customers like this one did, in a sentence; or why nothing is said.",
    )
    outlook_year_reason = fields.Char(
        "Next 12 Months",
        compute="_compute_outlook_year_reason",
        groups=SALESMAN,
        help="Why nothing is said of the next 12 months; empty where it is.",
    )

    @api.depends("buy_probability", "expected_value", "last_purchase_date")
    @api.depends_context("company", "uid", "lang")
    def _compute_outlook(self):
        Outlook = self.env["retention.outlook"]
        for partner in self:
            partner.outlook = partner.last_purchase_date and Outlook._say_of_customer(
                self.env.company, partner.buy_probability, partner.expected_value
            )

    @api.depends("expected_value_year", "last_purchase_date")
    @api.depends_context("company", "uid", "lang")
    def _compute_outlook_year_reason(self):
        reason = self.env["retention.outlook"]._say_why_not(self.env.company, 365)
        for partner in self:
            partner.outlook_year_reason = partner.last_purchase_date and reason
