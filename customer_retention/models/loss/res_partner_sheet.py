from odoo import models


class ResPartner(models.Model):
    """The sheet of a customer says why they choose us, and what went wrong."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        choices = ", ".join(self.choice_reason_ids.mapped("name"))
        wrong = (self.deal_breaker_summary or "").split("\n")
        own = [
            self._prepare_section(self.env._("Why they choose us"), [choices]),
            self._prepare_section(self.env._("What went wrong"), wrong),
        ]
        return super()._get_sheet_sections() + [section for section in own if section]
