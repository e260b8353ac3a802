from odoo import models


class ResPartner(models.Model):
    """Thanking a customer, for whom they brought or without an occasion."""

    _inherit = "res.partner"

    def _get_thank_action(self, values):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Thank"),
            "res_model": "retention.thanks",
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items() if value},
        }

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
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "customer_retention.retention_thanks_action"
            ),
            "domain": [("partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }

    def action_open_referrals(self):
        """Open the customers this one brought."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "customer_retention.retention_referral_action"
            ),
            "domain": [("referred_by_id", "=", self.id)],
            "context": {"active_test": False, "default_referred_by_id": self.id},
        }
