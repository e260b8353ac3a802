from babel.dates import get_month_names

from odoo import http
from odoo.http import request
from odoo.tools.misc import babel_locale_parse

from odoo.addons.portal.controllers.portal import CustomerPortal


class RetentionProfile(CustomerPortal):
    """The customer's own profile: what we know, what matters most, how to be contacted.

    Always the contact of the user who is signed in, whatever the request says; the fields are
    those that the business shows (``retention.profile.field``).
    """

    @http.route(
        "/my/profile",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def portal_my_profile(self, saved=None, **typed):
        """Show the profile; after a POST save it, or show again what was typed and what to change."""
        partner = request.env.user.partner_id.sudo()
        form = partner._get_portal_profile()
        errors = {}
        if request.httprequest.method == "POST":
            typed["interest_ids"] = request.httprequest.form.getlist("interest_ids")
            values, errors = partner._read_portal_profile(form, typed)
            if not errors:
                partner._write_portal_profile(form, values)
                return request.redirect("/my/profile?saved=1")
            form = partner._get_portal_profile(typed)
        return request.render(
            "customer_retention.portal_my_profile",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "retention_profile",
                "partner": partner,
                "form": form,
                "errors": errors,
                "months": self._get_months(),
                "saved": bool(saved) and not errors,
            },
        )

    def _get_months(self):
        """Return ``[(1, "January"), …]`` in the reader's language."""
        locale = babel_locale_parse(request.env.lang)
        return list(get_month_names("wide", context="stand-alone", locale=locale).items())
