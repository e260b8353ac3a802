from odoo import models


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
            survivor._take_over((partners - survivor).ids)
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
