import pytz

from odoo import api, fields, models


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
            lost = self.filtered(lambda lead: lead.won_status == "lost")
            self.env["retention.mention"]._record_documents(lost)
        return result

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
        """Write the mentions of all opportunities that were lost before the addon came."""
        lost = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("won_status", "=", "lost"),
                    ("type", "=", "opportunity"),
                    ("partner_id", "!=", False),
                ]
            )
        )
        self.env["retention.mention"]._record_documents(lost)
