from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    """Complaints of the period in the digest: how many came, how many deadlines passed.

    ``create_date`` would count a complaint of last week, noted today, as of today: both go by when
    it happened.
    """

    _inherit = "digest.digest"

    kpi_retention_complaint_opened = fields.Boolean("Complaints")
    kpi_retention_complaint_opened_value = fields.Integer(
        compute="_compute_kpi_retention_complaint_opened_value"
    )
    kpi_retention_complaint_late = fields.Boolean("Complaints Answered Late")
    kpi_retention_complaint_late_value = fields.Integer(
        compute="_compute_kpi_retention_complaint_late_value"
    )

    def _compute_kpi_retention_complaint_opened_value(self):
        self._check_complaint_reader()
        self._calculate_company_based_kpi(
            "retention.complaint",
            "kpi_retention_complaint_opened_value",
            date_field="received_at",
        )

    def _compute_kpi_retention_complaint_late_value(self):
        self._check_complaint_reader()
        self._calculate_company_based_kpi(
            "retention.complaint.turn",
            "kpi_retention_complaint_late_value",
            date_field="at",
            additional_domain=[("kind", "=", "overdue")],
        )

    def _check_complaint_reader(self):
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("customer_retention.retention_menu").id
        action = "customer_retention_complaint.retention_complaint_action"
        actions["kpi_retention_complaint_opened"] = f"{action}?menu_id={menu}"
        actions["kpi_retention_complaint_late"] = f"{action}?menu_id={menu}"
        return actions
