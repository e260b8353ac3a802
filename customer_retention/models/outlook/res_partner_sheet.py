from odoo import models


class ResPartner(models.Model):
    """The sheet of a customer says what to expect."""

    _inherit = "res.partner"

    def _get_sheet_value(self):
        lines = super()._get_sheet_value()
        return [*lines, self.outlook] if lines else lines
