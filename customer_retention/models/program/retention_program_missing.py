from odoo import models

from ..common.window_action import open_action
from .retention_followup_channel import BY_MAIL


class RetentionProgram(models.Model):
    """What customers lack whom a program would take up: a salesperson, an email address, a phone number."""

    _inherit = "retention.program"

    def _get_needs(self):
        """Return what this program needs to know of a customer."""
        needs = []
        if self.responsible_rule in ("customer", "document"):
            needs.append("salesperson")
        channels = set(self.step_ids.mapped("channel"))
        if channels & set(BY_MAIL):
            needs.append("email")
        if "phone" in self.step_ids.activity_type_id.mapped("retention_reach"):
            needs.append("phone")
        return needs

    def _get_missing(self, partners):
        """Return ``[{"kind", "count", "words"}]`` of what ``partners`` lack, nothing where all have it."""
        lacking = partners._get_lacking(self._get_needs())
        return [
            {
                "kind": kind,
                "count": len(some),
                "words": partners._say_lacking(kind, len(some), len(partners)),
            }
            for kind, some in lacking.items()
        ]

    def action_open_missing(self, kind):
        """Open the customers who would enter, or are in the state already, and lack ``kind``.

        :raise UserError: ``kind`` is not salesperson, email or phone
        """
        self.ensure_one()
        self.check_access("read")
        partners = self._get_previewed_partners()
        lacking = partners._get_lacking([kind]).get(kind, partners.browse())
        return open_action(
            self.env,
            "contacts.action_contacts",
            [("id", "in", lacking.ids)],
            name=partners._say_lacking(kind, len(lacking), len(partners)),
            views=[(False, "list"), (False, "kanban"), (False, "form")],
        )

    def _get_previewed_partners(self):
        """Return who would have entered in the last 90 days, and who is in the state already."""
        program, company, today, past_start = self._get_preview_frame()
        occasions = self._filter_seen(program._get_past_events(company, past_start, today))
        entries, _refused = program._get_entries(company, occasions)
        partners = self.env["res.partner"].with_company(company)
        partners = partners.browse({each.partner.id for each in entries})
        domain = program._get_in_state_domain(company)
        if domain is not None:
            partners |= partners.search(domain)
        return partners
