from odoo import models


class ResPartner(models.Model):
    """The sheet of a customer has what they said last."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        lines = [self.satisfaction_summary or "", self.nps_summary or ""]
        lines += (self.satisfaction_comments or "").split("\n")
        section = self._prepare_section(self.env._("What they say"), lines)
        return super()._get_sheet_sections() + ([section] if section else [])
