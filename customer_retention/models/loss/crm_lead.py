import pytz

from odoo import api, fields, models
from odoo.tools import SQL, split_every

BATCH = 1000


class CrmLead(models.Model):
    """A lost opportunity leaves the reason why with the customer.

    Its open mention follows the opportunity: written when it is lost (core writes the reason a
    moment later, then the mention gets it), ended when it is no longer lost.
    """

    _inherit = "crm.lead"

    competitor_id = fields.Many2one(
        "retention.competitor",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Whom the customer chose instead.",
    )

    # What a mention is made of, beside won and lost.
    _MENTION_FIELDS = frozenset(
        (
            "lost_reason_id",
            "competitor_id",
            "partner_id",
            "user_id",
            "expected_revenue",
            "company_id",
            "type",
            "name",
        )
    )

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        changed = self.filtered(
            lambda lead: (
                old_status_by_lead.get(lead.id, {}).get("is_lost", False)
                != new_status_by_lead.get(lead.id, {}).get("is_lost", False)
            )
        )
        self.env["retention.mention"]._record_documents(changed)
        return result

    def write(self, vals):
        result = super().write(vals)
        if not self._MENTION_FIELDS.isdisjoint(vals):
            # Lost are archived ones: of the others the status need not be worked out for us.
            lost = self.filtered(lambda lead: not lead.active and lead.won_status == "lost")
            self.env["retention.mention"]._record_documents(lost)
        return result

    def _merge_get_fields_specific(self):
        # The competitor goes with the reason: core keeps one only where the merged one is lost.
        def get_competitor(_name, leads):
            return not leads[0].probability and leads.competitor_id[:1].id

        return {**super()._merge_get_fields_specific(), "competitor_id": get_competitor}

    @api.ondelete(at_uninstall=False)
    def _unlink_mentions(self):
        self.env["retention.mention"]._get_of_documents(self, only_open=False).unlink()

    def _prepare_mention_values(self):
        """Return the values of the mention of this opportunity; none where there is nothing to note."""
        self.ensure_one()
        if self.won_status != "lost" or self.type != "opportunity" or not self.partner_id:
            return {}
        company = self._get_mention_company()
        return {
            "partner_id": self.partner_id.commercial_partner_id.id,
            "contact_id": self.partner_id.id if self.partner_id.parent_id else False,
            "company_id": company.id,
            "user_id": self.user_id.id,
            "origin": "lead",
            "lost_reason_id": self.lost_reason_id.id,
            "competitor_id": self.competitor_id.id,
            "amount": self.company_currency._convert(
                self.expected_revenue, company.currency_id, company, self._get_mention_date()
            ),
            "reference": self.name,
        }

    def _get_mention_company(self):
        return self.company_id or self.partner_id.company_id or self.env.company

    def _get_mention_date(self):
        """Return the day the opportunity was closed, else last written, in the zone of its company."""
        company = self._get_mention_company()
        closed = pytz.utc.localize(self.date_closed or self.write_date)
        return closed.astimezone(company._get_retention_zone()).date()

    @api.model
    def _record_past_mentions(self):
        """Write the mentions of all opportunities that were lost before the addon came; none twice.

        In one statement: there may be hundreds of thousands. The few whose amount has to be
        converted are left to :meth:`_prepare_mention_values`: those without a company whose
        customer belongs to one with another currency.
        """
        self.env.flush_all()
        self.env.cr.execute(self._insert_past_mentions())
        self.env["retention.mention"].invalidate_model()
        currency = self.env.company.currency_id
        to_convert = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", False),
                    ("won_status", "=", "lost"),
                    ("type", "=", "opportunity"),
                    ("partner_id.company_id", "!=", False),
                    ("partner_id.company_id.currency_id", "!=", currency.id),
                ]
            )
        )
        for batch in split_every(BATCH, to_convert.ids, to_convert.browse):
            self.env["retention.mention"]._record_documents(batch)

    @api.model
    def _insert_past_mentions(self):
        """Return the statement that notes lost opportunities, see _prepare_mention_values."""
        return SQL(
            """INSERT INTO retention_mention
                      (kind, origin, res_model, res_id, reference, date,
                       partner_id, contact_id, company_id, currency_id, user_id,
                       lost_reason_id, competitor_id, amount,
                       create_uid, create_date, write_uid, write_date)
               SELECT 'deal_breaker', 'lead', 'crm.lead', lead.id, lead.name, %(day)s,
                      partner.commercial_partner_id,
                      CASE WHEN partner.parent_id IS NOT NULL THEN partner.id END,
                      company.id, company.currency_id, lead.user_id,
                      lead.lost_reason_id, lead.competitor_id, COALESCE(lead.expected_revenue, 0),
                      %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM crm_lead AS lead
                 JOIN res_partner AS partner ON partner.id = lead.partner_id
                 JOIN res_company AS company
                   ON company.id = COALESCE(lead.company_id, partner.company_id, %(company)s)
                WHERE lead.won_status = 'lost' AND lead.type = 'opportunity'
                  AND (lead.company_id IS NOT NULL OR company.currency_id = %(currency)s)
                  -- Read once, before the first is written: joined, it could be read for each lead.
                  AND lead.id NOT IN (
                      SELECT res_id FROM retention_mention
                       WHERE res_model = 'crm.lead' AND res_id IS NOT NULL AND date_end IS NULL)""",
            day=self.env["retention.purchase"]._get_company_day(
                SQL("COALESCE(lead.date_closed, lead.write_date)"), SQL("company.id")
            ),
            company=self.env.company.id,
            currency=self.env.company.currency_id.id,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )
