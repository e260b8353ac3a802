from odoo import api, models


class ResPartner(models.Model):
    """Contacts that move to another company, or away from one, take their purchases along."""

    _inherit = "res.partner"

    def write(self, vals):
        moving = {"parent_id", "is_company"} & vals.keys()
        before = self._get_commercial_partners() if moving else {}
        written = super().write(vals)
        self._note_moved(before)
        # Companies keep their zone in memory (see res.company).
        if "tz" in vals and self.env["res.company"].sudo().search_count(
            [("partner_id", "in", self.ids)], limit=1
        ):
            self.env.registry.clear_cache()
        return written

    def _get_commercial_partners(self):
        """Return the commercial partner of these contacts and all below them, ``{contact: partner}``."""
        every = self.sudo().with_context(active_test=False)
        below = every.search([("id", "child_of", self.ids)])
        return {partner: partner.commercial_partner_id for partner in below}

    @api.model
    def _note_moved(self, before):
        """Note who moved: a contact takes its purchases along, so both customers are counted again.

        :param before: see :meth:`_get_commercial_partners`
        """
        moved = [each for each, partner in before.items() if each.commercial_partner_id != partner]
        if moved:
            former = self.browse().union(*(before[each] for each in moved))
            present = self.browse().union(*(each.commercial_partner_id for each in moved))
            self.env["retention.change"]._note(former | present)
