from odoo import models


class ResPartner(models.Model):
    """The sheet of a customer says what is planned, or would be best to do."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        section = self._prepare_section(self.env._("Next"), [self.next_sentence or ""])
        return ([section] if section else []) + super()._get_sheet_sections()
