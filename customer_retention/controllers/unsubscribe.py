from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.program.res_partner_mail import NEVER, OFTEN, RARELY


class RetentionUnsubscribe(http.Controller):
    """How often we write, chosen on a page, or no more mails in one click of the mail program (RFC 8058).

    A GET changes nothing: mail scanners open links. The token fits one address of one contact; a
    link to one that was merged since holds for whom it became part of.
    """

    URL = "/retention/unsubscribe/<int:partner_id>/<string:token>"

    @http.route(URL, type="http", auth="public", methods=["GET"], sitemap=False)
    def ask(self, partner_id, token, **_kwargs):
        """Show how often we write now, and what can be chosen."""
        return self._render(self._get_partner(partner_id, token))

    @http.route(URL, type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def choose(self, partner_id, token, wish=NEVER, **_kwargs):
        """Write as often as was chosen; mail programs choose nothing and mean never."""
        partner = self._get_partner(partner_id, token)
        if partner:
            partner._set_mail_wish(wish if wish in (OFTEN, RARELY) else NEVER)
        return self._render(partner, changed=True)

    def _get_partner(self, partner_id, token):
        """Return the contact that the link was made for, or None."""
        if not token.isascii():
            return None  # none of ours; cannot be compared
        partner = request.env["res.partner"].sudo()._browse_merged(partner_id)
        if partner.email_normalized and consteq(partner._get_unsubscribe_token(partner_id), token):
            return partner
        return None

    def _render(self, partner, changed=False):
        if partner and partner.lang:
            request.update_context(lang=partner.lang)
        return request.render(
            "customer_retention.unsubscribe",
            {
                "email": partner and partner.email_normalized,
                "wish": partner and partner._get_mail_wish(),
                "changed": changed,
            },
            status=200 if partner else 404,
        )
