from odoo import models
from odoo.tools import hmac

# How often we write to an address, as chosen on the page behind each mail.
OFTEN, RARELY, NEVER = "often", "rarely", "never"


class ResPartner(models.Model):
    """Mails of programs and surveys: how they end, and the page on which a person says how often we write."""

    _inherit = "res.partner"

    def _finish_mail(self, mail, company, why=""):
        """Put under ``mail``, to this person, why they get it and how to get fewer; and its headers.

        :param company: whose mail it is
        :param why: what it is about, in words the person knows
        """
        self.ensure_one()
        # The language of the mail, which may be another one than the reader's of this page.
        person = self.with_context(lang=self.lang or self.env.lang).with_company(company)
        footer = person.env["ir.qweb"]._render(
            "customer_retention.mail_footer",
            {
                "company": company.sudo(),
                "why": why,
                "url": person._get_unsubscribe_url(),
            },
        )
        mail.write(
            {
                # Plain text of the markup: it would escape what it is put to.
                "body_html": (mail.body_html or "") + str(footer),
                "headers": repr(person._get_unsubscribe_headers()),
            }
        )

    def _get_unsubscribe_headers(self):
        """Return the mail headers by which a mail program unsubscribes in one click (RFC 8058)."""
        return {
            "List-Unsubscribe": f"<{self._get_unsubscribe_url()}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "X-Auto-Response-Suppress": "OOF",
        }

    def _get_unsubscribe_url(self):
        """Return the address of the page on which this person says how often we write."""
        self.ensure_one()
        return (
            f"{self.get_base_url()}/retention/unsubscribe/{self.id}/{self._get_unsubscribe_token()}"
        )

    def _get_unsubscribe_token(self, number=None):
        """Return the token of this contact's present address; another address has another.

        :param number: of a contact that was merged into this one, by default its own
        """
        self.ensure_one()
        signed = (number or self.id, self.email_normalized or "")
        return hmac(self.env(su=True), "retention_unsubscribe", signed)

    def _get_mail_wish(self):
        """Return how often we write to this person now: ``often``, ``rarely`` or ``never``."""
        self.ensure_one()
        if self._filter_refusing("email") or not self._is_contact_allowed():
            return NEVER
        return RARELY if self._filter_rarely_contacted() else OFTEN

    def _set_mail_wish(self, wish):
        """Write to this person as often as they chose by the link in a mail, and note it on the contact.

        The blacklist is Odoo's own, for all mailings. What the company refuses as a whole, and a
        contact who wants none at all, stay as they are: not settled by a link in one mail.
        """
        self.ensure_one()
        partner = self.sudo()
        if wish == partner._get_mail_wish():
            return
        blacklist = self.env["mail.blacklist"].sudo()
        if wish == NEVER:
            blacklist._add(
                partner.email_normalized,
                message=self.env._("Asked for by the link in one of our emails."),
            )
            note = self.env._("Wants no more emails: asked for by the link in one of ours.")
        else:
            for address in partner._get_emails():
                blacklist._remove(
                    address, message=self.env._("Taken back by the link in one of our emails.")
                )
            partner.contact_rarely = wish == RARELY
            note = (
                self.env._(
                    "Wants surveys and offers at most twice a year: chosen by the link in one of our emails."
                )
                if wish == RARELY
                else self.env._("Wants our emails: chosen by the link in one of them.")
            )
        partner.invalidate_recordset(["is_blacklisted"])
        partner.message_post(body=note)
