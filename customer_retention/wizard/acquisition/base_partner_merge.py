from odoo import models
from odoo.tools import SQL

from ...sql import referral_figures, source_touch
from ...tools.referrals import find_circle

REFERRAL = (
    "referred_by_id",
    "referred_by_contact_id",
    "referred_date",
    "referred_company_id",
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What people know of merged contacts: settled before they become one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _settle_acquisition(self, partners, dst_partner):
        """Choose what the merged contact keeps, so that nobody is left brought by themselves.

        The referrer kept is the first of those named that is still above the merged customer
        when all are one: that of the customer it becomes part of, of the contact that stays, then
        of the others. Where none is, nobody brought them.
        """
        if not 2 <= len(partners) <= 3:
            return  # core does nothing, or refuses
        survivor = (
            dst_partner if dst_partner in partners else self._get_ordered_partner(partners.ids)[-1]
        )
        kept_first = survivor | partners
        self._settle_referrers(kept_first.sudo())
        self._settle_sources(kept_first.sudo())

    def _settle_referrers(self, partners):
        """Let all of ``partners``, the one that stays first, have the referrer that is kept."""
        survivor = partners[0]
        customer = self._get_merged_customer(survivor, partners)
        merging = partners.filtered(lambda each: each.commercial_partner_id == each) | customer
        kept = self._get_referral_values(customer | partners, merging)
        for partner in partners - customer:
            # Of contacts nothing is kept: it belongs to their company.
            is_kept = customer in partners
            self._write_referral(partner, kept if is_kept else dict.fromkeys(REFERRAL, False))
        self._write_referral(customer, kept)
        self.env.execute_query(
            SQL(
                """UPDATE res_partner
                      SET referred_by_id = %(customer)s,
                          referred_by_contact_id = %(person)s
                    WHERE referred_by_id = ANY(%(merging)s) AND id != ALL(%(merging)s)
                RETURNING id""",
                customer=customer.id,
                person=SQL(
                    "COALESCE(referred_by_contact_id, %s)",
                    survivor.id if customer != survivor else None,
                ),
                merging=(merging - customer).ids,
            )
        )
        self.env["res.partner"].invalidate_model([*REFERRAL, "referral_ids"])

    def _get_merged_customer(self, survivor, partners):
        """Return the commercial partner that all will belong to: core keeps what any of them has."""
        if any(partner.is_company for partner in partners):
            return survivor
        parents = [partner.parent_id for partner in partners if partner.parent_id]
        if not parents:
            return survivor
        return (survivor.parent_id or parents[-1]).commercial_partner_id

    def _get_referral_values(self, candidates, merging):
        """Return the values of the first of ``candidates`` whose referrer is not below ``merging``."""
        one = merging[0].id
        self.env.flush_all()
        query = referral_figures.select_upwards(candidates.referred_by_id.ids)
        line = {
            child: one if referrer in merging.ids else referrer
            for child, referrer in self.env.execute_query(query)
            if child not in merging.ids
        }
        for partner in candidates:
            referrer = partner.referred_by_id.commercial_partner_id
            if not referrer or referrer in merging:
                continue
            if not find_circle({**line, one: referrer.id}, [one]):
                return {
                    name: partner[name].id if name.endswith("_id") else partner[name]
                    for name in REFERRAL
                }
        return dict.fromkeys(REFERRAL, False)

    def _settle_sources(self, partners):
        """Let all of ``partners`` have one source: what a person entered first, else the earliest."""
        known = partners.filtered("acquisition_origin")
        if not known:
            return
        entered = known.filtered(lambda each: each.acquisition_origin == "person")
        earliest = known.sorted(lambda each: (not each.acquisition_date, each.acquisition_date))
        partners.write({name: (entered or earliest)[0][name] for name in source_touch.COLUMNS})

    def _write_referral(self, partner, values):
        # Directly: the rules on writing hold for what people enter, and here all changes at once.
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value or None) for name, value in values.items()
        )
        self.env.cr.execute(SQL("UPDATE res_partner SET %s WHERE id = %s", assignments, partner.id))
