from odoo import api, models
from odoo.tools import plaintext2html

from ...tools.measures import names_somebody


class RetentionSatisfaction(models.Model):
    """What answers say about losses, priorities and people the customer knows.

    ``said`` is ``{row: {measure: [Told]}}`` everywhere.
    """

    _inherit = "retention.satisfaction"

    # ------------------------------------------------------------------
    # Why they did not buy, or left
    # ------------------------------------------------------------------

    def _get_noted_elsewhere(self, wanted, measures, competitor_id):
        """Return those of ``wanted`` that the document asked about or a loss says already, or now.

        A document or loss without a reason takes the first one given.
        """
        self.ensure_one()
        given = [each for each in wanted if each.kind == "deal_breaker"]
        if not given:
            return []
        noted = set()
        document = self._get_lost_document()
        if document:
            noted.add(self._complete_reason(document, "lost_reason_id", given, competitor_id))
        if self.survey_id.retention_is_exit:
            loss = self._get_exit_loss() or self._create_loss(given, measures, competitor_id)
            if loss:
                noted.add(self._complete_reason(loss, "reason_id", given, competitor_id))
        return [each for each in given if each.lost_reason_id in noted]

    @api.model
    def _complete_reason(self, record, name, given, competitor_id):
        """Fill reason and competitor of ``record`` where they are empty; return its reason."""
        values = {}
        if not record[name]:
            values[name] = given[0].lost_reason_id
        if competitor_id and not record.competitor_id:
            values["competitor_id"] = competitor_id
        if values:
            record.write(values)
        return record[name].id

    def _get_lost_document(self):
        """Return the lost opportunity or cancelled quotation the answer is about, if it is one."""
        if self.res_model not in ("crm.lead", "sale.order"):
            return None
        document = self.env[self.res_model].sudo().browse(self.res_id).exists()
        if self.res_model == "sale.order" and document.opportunity_id:
            document = document.opportunity_id
        mention = self.env["retention.mention"]._get_of_documents(document)
        return document if mention else None

    def _get_figures_of_loss(self):
        """Return the figures of the customer where it is silent or lost."""
        return (
            self.env["retention.customer"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("status", "in", ("silent", "lost")),
                ]
            )
        )

    def _get_exit_loss(self):
        """Return the loss recorded since the last purchase."""
        figures = self._get_figures_of_loss()
        return (
            self.env["retention.loss"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("date", ">=", figures.last_purchase_date),
                    ("state", "!=", "won_back"),
                ],
                limit=1,
            )
            if figures
            else None
        )

    def _create_loss(self, given, measures, competitor_id):
        """Record a silent customer who says why as lost; others stay what they are."""
        if not self._get_figures_of_loss():
            return None
        return (
            self.env["retention.loss"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_id.id,
                    "contact_id": self.contact_id.id,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id,
                    "date": self.date,
                    "reason_id": given[0].lost_reason_id,
                    "competitor_id": competitor_id,
                    "note": self.comment,
                }
            )
        )

    # ------------------------------------------------------------------
    # Priority and referral
    # ------------------------------------------------------------------

    @api.model
    def _note_priorities(self, said):
        """Note the priority on the customer with the day it was told, unless a later one is known."""
        told = [
            (row, line.record[1])
            for row, measures in said.items()
            for line in measures.get("priority", ())
            if line.record
        ]
        for row, priority_id in sorted(told, key=lambda each: (each[0].date, each[0].id)):
            partner = row.partner_id.sudo().with_company(row.company_id)
            known = partner.priority_date
            if "priority_id" in partner._get_hidden_profile_fields():
                continue
            if partner.priority_id and known and known >= row.date:
                continue
            partner.priority_id = priority_id
            if partner.priority_date != row.date:
                partner.priority_date = row.date

    @api.model
    def _note_referrals(self, said):
        """Make a lead of whom the customer knows: brought by the customer, for a person to confirm."""
        named = {}
        for row, measures in said.items():
            texts = [each.text for each in measures.get("referral", ()) if each.text]
            if names_somebody("\n".join(texts)):
                named[row.id] = "\n".join(texts)
        if not named:
            return
        Lead = self.env["crm.lead"].sudo().with_context(active_test=False)
        known = Lead.search([("satisfaction_id", "in", list(named))]).satisfaction_id
        for row in self.browse(named) - known:
            Lead.with_company(row.company_id).create(row._prepare_referral_values(named[row.id]))

    def _prepare_referral_values(self, text):
        self.ensure_one()
        is_lead = self.user_id.has_group("crm.group_use_lead") if self.user_id else False
        is_shared = self.partner_id.company_id in (self.env["res.company"], self.company_id)
        return {
            "name": self.env._("Recommended by %s", self.partner_id.name),
            "type": "lead" if is_lead else "opportunity",
            "description": plaintext2html(text),
            "referred_by_id": self.partner_id.id if is_shared else False,
            "satisfaction_id": self.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
        }
