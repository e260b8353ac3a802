from odoo import http
from odoo.http import request
from odoo.tools import consteq


class RetentionUnsubscribe(http.Controller):
    """No more mails of programs, in one click of the mail program (RFC 8058) or on a page.

    A GET changes nothing: mail scanners open links. The token fits one address of one contact; a
    link to one that was merged since ends the mails of whom it became part of.
    """

    URL = "/retention/unsubscribe/<int:partner_id>/<string:token>"

    @http.route(URL, type="http", auth="public", methods=["GET"], sitemap=False)
    def ask(self, partner_id, token, **_kwargs):
        """Ask whether mails should stop."""
        partner = self._get_partner(partner_id, token)
        return self._render(partner, done=bool(partner and partner.is_blacklisted))

    @http.route(URL, type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def stop(self, partner_id, token, **_kwargs):
        """Put the address on Odoo's list of those who want no mails."""
        partner = self._get_partner(partner_id, token)
        if partner:
            partner._mail_blacklist_add_from_link()
        return self._render(partner, done=bool(partner))

    def _get_partner(self, partner_id, token):
        """Return the contact that the link was made for, or None."""
        if not token.isascii():
            return None  # none of ours; cannot be compared
        partner = request.env["res.partner"].sudo()._browse_merged(partner_id)
        if partner.email_normalized and consteq(partner._get_unsubscribe_token(partner_id), token):
            return partner
        return None

    def _render(self, partner, done):
        return request.render(
            "customer_retention.unsubscribe",
            {"email": partner and partner.email_normalized, "done": done},
            status=200 if partner else 404,
        )
