from odoo import models


class ResPartner(models.Model):
    """The sheet of a customer says how to address them, and what matters most to them."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        lines = []
        if self.preferred_name:
            lines.append(self.env._("Call them %s.", self.preferred_name))
        if self.priority_id:
            lines.append(self.env._("Cares most about: %s.", self.priority_id.name))
        section = self._prepare_section(self.env._("How to speak to them"), lines)
        return ([section] if section else []) + super()._get_sheet_sections()
