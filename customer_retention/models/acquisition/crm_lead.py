from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.window_action import open_dialog


class CrmLead(models.Model):
    """Who sent this lead; the customer made from it, or linked to it without a referrer, takes it over."""

    _inherit = "crm.lead"

    referred_by_id = fields.Many2one(
        "res.partner",
        "Brought By",
        index="btree_not_null",
        check_company=True,
        help="The customer who recommended us to this one.",
    )
    referred_match_count = fields.Integer(
        compute="_compute_referred_match_count",
        help="Number of contacts whose name fits what was written under Referred By.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if any(vals.get("referred_by_id") for vals in vals_list):
            leads._carry_referrer_over()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id") or vals.get("referred_by_id"):
            self._carry_referrer_over()
        return result

    @api.constrains("partner_id", "referred_by_id")
    def _check_referred_by_id(self):
        for lead in self.sudo():
            customer = lead.partner_id.commercial_partner_id
            if customer and customer == lead.referred_by_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Brought By of %(lead)s is %(referrer)s (%(chain)s). Nobody can be brought "
                        "by themselves or by one of their own contacts.",
                        lead=lead.display_name,
                        referrer=lead.referred_by_id.display_name,
                        chain=f"{customer.display_name} → {customer.display_name}",
                    )
                )

    def _carry_referrer_over(self):
        """Note the referrer on customers that have none, where no circle would come of it."""
        for lead in self.sudo().filtered(lambda each: each.partner_id and each.referred_by_id):
            customer = lead.partner_id.commercial_partner_id
            referrer = lead.referred_by_id
            if not customer.referred_by_id and customer._is_referral_allowed(referrer):
                company = lead.company_id or self.env.company
                customer.with_company(company).referred_by_id = referrer

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        # The customer was brought, not each of its contacts.
        if self.referred_by_id and not parent_id:
            values["referred_by_id"] = self.referred_by_id.id
        return values

    def _get_customer_information(self):
        information = super()._get_customer_information()
        for values in information.values():
            if values.get("parent_id"):
                values.pop("referred_by_id", None)
        return information

    def _merge_get_fields_specific(self):
        return {
            **super()._merge_get_fields_specific(),
            "referred_by_id": lambda _name, leads: leads._get_merged_referrer().id,
        }

    def _get_merged_referrer(self):
        """Return the first referrer named on these leads who is not the customer of the merged one."""
        customer = self.partner_id[:1].commercial_partner_id
        return self.referred_by_id.filtered(
            lambda referrer: referrer.commercial_partner_id != customer
        )[:1]

    # ------------------------------------------------------------------
    # The free text "Referred By"
    # ------------------------------------------------------------------

    @api.depends("referred", "referred_by_id", "partner_id")
    def _compute_referred_match_count(self):
        for lead in self:
            lead.referred_match_count = len(lead._get_referred_matches())

    def _get_referred_matches(self, limit=20):
        """Return contacts whose name fits the free text, exact names first; none once it is settled."""
        self.ensure_one()
        Partner = self.env["res.partner"]
        name = (self.referred or "").strip()
        if not name or self.referred_by_id:
            return Partner
        domain = [("commercial_partner_id", "!=", self.partner_id.commercial_partner_id.id)]
        if self.company_id:
            domain += Partner._check_company_domain(self.company_id)
        exact = Partner.search([("name", "=ilike", name.replace("%", r"\%")), *domain], limit=limit)
        if len(exact) >= limit or len(name) < 3:
            return exact
        similar = [
            ("complete_name", "ilike", name),
            ("id", "not in", exact.ids),
            *domain,
        ]
        return exact + Partner.search(similar, limit=limit - len(exact))

    def action_match_referrer(self):
        """Let the reader say which contact the free text under Referred By means."""
        self.ensure_one()
        name = self.env._("Who Is “%(name)s”?", name=self.referred)
        return open_dialog("retention.referrer.match", name, default_lead_id=self.id)
