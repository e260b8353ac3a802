from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merge contacts without losing what is known of them, and without making events of it."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        Customer = self.env["retention.customer"].sudo()
        companies = Customer.search(
            [("partner_id", "in", partners.commercial_partner_id.ids)]
        ).company_id
        self._settle_acquisition(partners, dst_partner)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        survivor = partners.exists()
        if len(survivor) == 1 < len(partners):
            survivor._follow_customers(survivor)
            self._rename_referral_events(survivor)
            self._record_merge(survivor, partners - survivor, companies)
        return result

    def _record_merge(self, survivor, merged, companies):
        """Tell the next run of each company that figures move because contacts were merged."""
        self.env["retention.event"].sudo().create(
            [
                {
                    "date": company._get_retention_today(),
                    "type": "merged",
                    "partner_id": survivor.commercial_partner_id.id,
                    "company_id": company.id,
                    "key": ",".join(str(each) for each in merged.ids),
                }
                for company in companies
            ]
        )

    def _rename_referral_events(self, survivor):
        """Give the events of referrals the keys that their collectors would give them now.

        Else those of the last days would be recorded once more. Of two that have become the same
        the older one takes the key.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH named AS (
                          SELECT DISTINCT ON (event.company_id, event.type, key.now)
                                 event.id, event.company_id, event.type, key.now
                            FROM retention_event AS event
                            JOIN res_partner AS referrer ON referrer.id = event.partner_id
                            JOIN res_partner AS referred ON referred.id = event.related_partner_id
                           CROSS JOIN LATERAL (
                                 SELECT referred.commercial_partner_id || '-'
                                        || referrer.commercial_partner_id AS now) AS key
                           WHERE event.type IN ('referral_named', 'referral_converted')
                             AND %(survivor)s IN (event.partner_id, event.related_partner_id)
                           ORDER BY event.company_id, event.type, key.now, event.id)
                   UPDATE retention_event AS event
                      SET key = named.now
                     FROM named
                    WHERE event.id = named.id
                      AND NOT EXISTS (
                          SELECT FROM retention_event AS other
                           WHERE other.company_id = named.company_id
                             AND other.type = named.type AND other.key = named.now)""",
                survivor=survivor.id,
            )
        )
        self.env["retention.event"].invalidate_model(["key"])
