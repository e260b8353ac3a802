from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.customer_retention.models.common.visible_one2many import VisibleOne2many

SALESMAN = "sales_team.group_sale_salesman"


class ResPartner(models.Model):
    """The complaints of a customer: how many, what is open, and what that keeps others from."""

    _inherit = "res.partner"

    retention_complaint_ids = VisibleOne2many(
        "retention.complaint", "partner_id", "Complaints", groups=SALESMAN
    )
    complaint_count = fields.Integer(
        "Number of Complaints", compute="_compute_complaint_count", groups=SALESMAN
    )
    open_complaint_count = fields.Integer(
        "Open Complaints", compute="_compute_complaint_count", groups=SALESMAN
    )

    @api.depends("retention_complaint_ids.is_open")
    @api.depends_context("company", "uid")
    def _compute_complaint_count(self):
        """Count the complaints of the current company that the reader may see, of the customer."""
        groups = self.env["retention.complaint"]._read_group(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "is_open"],
            ["__count"],
        )
        counts = {(partner.id, is_open): count for partner, is_open, count in groups}
        for partner in self:
            opened = counts.get((partner._origin.id, True), 0)
            partner.open_complaint_count = opened
            partner.complaint_count = opened + counts.get((partner._origin.id, False), 0)

    def _filter_open_complaints(self):
        """Return those with an open complaint in the current company, their own or their customer's.

        Whoever may see it or not: nobody is asked for an opinion or sold to meanwhile.
        """
        found = super()._filter_open_complaints()
        everybody = self.ids + self.sudo().commercial_partner_id.ids
        is_theirs = Domain("partner_id", "in", everybody) | Domain("contact_id", "in", self.ids)
        rows = (
            self.env["retention.complaint"]
            .sudo()
            .search_fetch(
                is_theirs
                & Domain("is_open", "=", True)
                & Domain("company_id", "=", self.env.company.id),
                ["partner_id", "contact_id"],
                order="id",
            )
        )
        complaining = rows.partner_id | rows.contact_id
        return found | self.filtered(
            lambda each: each in complaining or each.sudo().commercial_partner_id in complaining
        )

    def action_complain(self):
        """Note a complaint: one sentence is enough."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Note a Complaint"),
            "res_model": "retention.complaint",
            "views": [
                (
                    self.env.ref(
                        "customer_retention_complaint.retention_complaint_view_form_quick"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_partner_id": self.id, "default_channel": "phone"},
        }

    def action_open_complaints(self):
        """Open the complaints of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_retention_complaint.retention_complaint_action"
        )
        return {
            **action,
            "name": self.env._("Complaints of %s", self.display_name),
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }
