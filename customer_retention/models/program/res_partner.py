from odoo import api, fields, models
from odoo.tools import SQL

from ..common.groups import SALESMAN
from ..common.visible_one2many import VisibleOne2many
from ..common.window_action import open_action
from ..figures.res_partner import figure_field


class ResPartner(models.Model):
    """Whom programs may approach, by which address, and what a contact can be put into by hand."""

    _inherit = "res.partner"

    retention_followup_ids = VisibleOne2many(
        "retention.followup",
        "partner_id",
        "Follow-ups",
        groups=SALESMAN,
    )

    open_followup_count = figure_field(
        fields.Integer,
        "Open Follow-ups",
        help="Follow-ups of the current company that are to be done.",
    )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "open_followup_count" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        followups = self.env["retention.followup"]._search(
            [("company_id", "=", self.env.company.id), ("state", "=", "open")]
        )
        return SQL(
            """(SELECT COUNT(*) FROM retention_followup AS followup
                 WHERE followup.partner_id = %s AND followup.id IN %s)""",
            SQL.identifier(alias, "id"),
            followups.subselect(),
        )

    @api.depends("retention_followup_ids.state")
    def _compute_retention_figures(self):
        return super()._compute_retention_figures()

    def action_open_followups(self):
        """Open the follow-ups of this customer, as on My Day."""
        self.ensure_one()
        return open_action(
            self.env,
            "customer_retention.retention_followup_action_day",
            [("partner_id", "=", self.id), ("state", "=", "open")],
            name=self.display_name,
        )

    def _get_contact_guards(self):
        """Return who is not to be approached at all, ordered ``{reason of an enrollment: partners}``."""
        return {
            "archived": self.filtered(lambda each: not each.active),
            "do_not_contact": self - self._filter_contact_allowed(),
        }

    def write(self, vals):
        result = super().write(vals)
        if vals.get("do_not_contact"):
            self._end_enrollments("do_not_contact")
        elif vals.get("active") is False:
            self._end_enrollments("archived")
        return result

    def _end_enrollments(self, reason):
        """Take these contacts out of every program at once; a company takes its people along."""
        enrollments = (
            self.env["retention.enrollment"]
            .sudo()
            .search(
                [
                    ("state", "=", "open"),
                    "|",
                    ("partner_id", "in", self.ids),
                    ("contact_id", "in", self.ids),
                ]
            )
        )
        enrollments._stop(reason)

    def _filter_open_complaints(self):
        """Return those with an open complaint to the current company. Hook: there are none here."""
        return self.browse()
