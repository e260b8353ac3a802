from odoo import api, models


class ResPartner(models.Model):
    """Contacts that become part of another company, or leave one: what is known of them goes along.

    Their purchases count for the customer they belong to now, and rows about a customer who is
    none any more follow (``retention.follow.mixin``).
    """

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
        """Let everything follow those who moved, and both customers be counted again.

        :param before: see :meth:`_get_commercial_partners`
        """
        moved = self.browse().union(
            *(each for each, partner in before.items() if each.commercial_partner_id != partner)
        )
        if moved:
            former = self.browse().union(*(before[each] for each in moved))
            self.env["retention.change"]._note(former | moved.commercial_partner_id)
            self._follow_customers(moved)

    @api.model
    def _browse_merged(self, number):
        """Return the contact that has, or had before it was merged, this number; empty without one."""
        partner = self.browse(number).exists()
        if partner:
            return partner
        notes = self.env["retention.merge"].sudo().search([("merged_id", "=", number)], limit=1)
        return self.browse(notes.partner_id.id)

    def _take_over(self, merged_ids):
        """Let what is known of the contacts that were merged into this one be known of it."""
        self.ensure_one()
        self.env["retention.merge"]._note(merged_ids, self)
        self.env.flush_all()
        self.env["retention.event"]._follow_merged_causes(merged_ids, self.sudo())
        self._follow_customers(self)

    @api.model
    def _follow_customers(self, moved):
        """Let everything that names one of ``moved`` as a customer name whom they belong to now.

        The one place for it, whether contacts move by hand, by an import or by a merge. Models of
        rows about a customer need no more than ``retention.follow.mixin``. Hook: columns elsewhere.

        :param moved: contacts whose commercial partner is another than before, or who took over
            what was known of merged ones
        """
        self.env.flush_all()
        for name in self.env.registry.descendants(["retention.follow.mixin"], "_inherit"):
            if not self.env[name]._abstract:
                self.env[name].sudo()._follow_customers(moved.sudo())
        self.env.invalidate_all()
