from odoo import models

from ...models.profile.res_company import KEPT
from ...models.profile.res_partner import SENSITIVE_FIELDS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merge profiles as a whole: also the fields that the merging user or company does not see."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        Partner = self.env["res.partner"]
        names = {*KEPT, *SENSITIVE_FIELDS} - {"interest_ids"}
        unseen = [
            name for name in names if not Partner._has_field_access(Partner._fields[name], "read")
        ]
        # The last of the others that knows something, as core does; the survivor's own comes first.
        known = {
            name: next((each[name] for each in reversed(src_partners.sudo()) if each[name]), False)
            for name in unseen
            if not dst_partner.sudo()[name]
        }
        result = super()._update_values(src_partners, dst_partner)
        for name, value in known.items():
            company = self._get_keeping_company(name) if value else False
            if company:
                dst_partner.sudo().with_company(company).write({name: value})
        return result

    def _get_keeping_company(self, name):
        """Return a company that keeps field ``name``; none where nobody may: then it is forgotten."""
        return self.env["res.company"].sudo().search([(KEPT[name], "=", True)], limit=1)
