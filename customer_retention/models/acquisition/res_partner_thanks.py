from odoo import api, models

from ...tools.retelling import retell
from ..common.window_action import open_action, open_dialog


class ResPartner(models.Model):
    """Thanking a customer, for whom they brought or without an occasion."""

    _inherit = "res.partner"

    def _get_thank_action(self, values):
        # As the reader thanked last: who writes notes writes the next one, too.
        last = self.env["retention.thanks"].search(
            [("user_id", "=", self.env.uid)], order="id desc", limit=1
        )
        values = {"kind": last.kind or "note", **values}
        given = {f"default_{name}": value for name, value in values.items() if value}
        return open_dialog("retention.thanks", self.env._("Thank"), **given)

    def action_thank(self):
        """Open a thank-you for this customer; on a contact, for the person."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return self._get_thank_action(
            {"partner_id": customer.id, "contact_id": self.id if self != customer else False}
        )

    def action_thank_referrer(self):
        """Open a thank-you for who brought this customer."""
        self.ensure_one()
        return self._get_thank_action(
            {
                "partner_id": self.referred_by_id.id,
                "contact_id": self.referred_by_contact_id.id,
                "referral_id": self.id,
            }
        )

    def action_open_thanks(self):
        """Open what this customer was thanked for."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return open_action(
            self.env,
            "customer_retention.retention_thanks_action",
            [("partner_id", "=", customer.id)],
            {"default_partner_id": customer.id},
        )

    @api.model
    def _retell(self, words):
        thanks = self.env["retention.thanks"].sudo()
        for each in thanks.search([("referral_id", "in", [partner.id for partner in words])]):
            reason = retell(each.reason, words[each.referral_id])
            if reason != each.reason:
                each.reason = reason
        return super()._retell(words)

    def action_open_referrals(self):
        """Open the customers this one brought."""
        self.ensure_one()
        return open_action(
            self.env,
            "customer_retention.retention_referral_action",
            [("referred_by_id", "=", self.id)],
            {"active_test": False, "default_referred_by_id": self.id},
        )
