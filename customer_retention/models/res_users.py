from odoo import api, models

from .res_company_profile import KEPT


class ResUsers(models.Model):
    """Users carry the fields of their contact: what a company does not keep is absent here, too."""

    _inherit = "res.users"

    @api.model
    def _has_field_access(self, field, operation):
        if field.name in KEPT and operation == "read" and not self.env.su:
            if field.name in self.env["res.partner"]._get_hidden_profile_fields():
                return False
        return super()._has_field_access(field, operation)
