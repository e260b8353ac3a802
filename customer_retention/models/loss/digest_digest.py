from odoo import fields, models
from odoo.exceptions import AccessError

from ..common.groups import SALESMAN


class DigestDigest(models.Model):
    """What moved in the period: customers lost, won back, and brought by others, in the digest.

    Flows only, one count each, off until switched on. For those who may read them; the digest leaves
    out what its reader may not.
    """

    _inherit = "digest.digest"

    kpi_retention_lost = fields.Boolean("Customers Lost")
    kpi_retention_lost_value = fields.Integer(compute="_compute_kpi_retention_lost_value")
    kpi_retention_won_back = fields.Boolean("Customers Won Back")
    kpi_retention_won_back_value = fields.Integer(compute="_compute_kpi_retention_won_back_value")
    kpi_retention_brought = fields.Boolean("Customers Brought by Others")
    kpi_retention_brought_value = fields.Integer(compute="_compute_kpi_retention_brought_value")

    def _compute_kpi_retention_lost_value(self):
        self._check_retention_reader()
        self._calculate_company_based_kpi(
            "retention.loss", "kpi_retention_lost_value", date_field="date"
        )

    def _compute_kpi_retention_won_back_value(self):
        self._check_retention_reader()
        self._calculate_company_based_kpi(
            "retention.loss", "kpi_retention_won_back_value", date_field="date_won_back"
        )

    def _compute_kpi_retention_brought_value(self):
        """Count the first purchases of customers whom others brought."""
        self._check_retention_reader()
        self._calculate_company_based_kpi(
            "retention.event",
            "kpi_retention_brought_value",
            date_field="date",
            additional_domain=[("type", "=", "referral_converted")],
        )

    def _check_retention_reader(self):
        if not self.env.user.has_group(SALESMAN):
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("customer_retention.retention_menu").id
        for name, action in (
            ("kpi_retention_lost", "retention_loss_action"),
            ("kpi_retention_won_back", "retention_loss_action"),
            ("kpi_retention_brought", "retention_referral_action"),
        ):
            actions[name] = f"customer_retention.{action}?menu_id={menu}"
        return actions
