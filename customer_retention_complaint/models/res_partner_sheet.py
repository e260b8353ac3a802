from odoo import models

# So many open complaints stand on the sheet.
COMPLAINTS = 3


class ResPartner(models.Model):
    """The sheet of a customer has the open complaints, and what was promised."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        complaints = self.retention_complaint_ids.filtered(
            lambda each: each.is_open and each.company_id == self.env.company
        )
        facts = complaints[:COMPLAINTS]._get_facts()
        section = self._prepare_section(
            self.env._("Complaints"), facts, len(complaints) if facts else 0
        )
        return super()._get_sheet_sections() + ([section] if section else [])
