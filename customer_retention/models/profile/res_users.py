from odoo import api, models

from .res_company import KEPT


class ResUsers(models.Model):
    """Users carry the fields of their contact: what a company does not keep is absent here, too."""

    _inherit = "res.users"

    @api.model
    def _has_field_access(self, field, operation):
        if field.name in KEPT and operation == "read" and not self.env.su:
            if field.name in self.env["res.partner"]._get_hidden_profile_fields():
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def _read_group_groupby(self, alias, groupby_spec, query):
        # Core checks the access to every field but to tags.
        if groupby_spec in KEPT:
            self._check_field_access(self._fields[groupby_spec], "read")
        return super()._read_group_groupby(alias, groupby_spec, query)
