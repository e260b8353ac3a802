from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.retention_complaint_filing import LONGEST_TEXT
from ..models.retention_complaint_mail import LONGEST_NAME


class ComplaintPortal(CustomerPortal):
    """A customer files complaints, follows and answers them, and says whether they are settled.

    The list is the signed-in customer's; a link with a token shows the one complaint, never the
    list. What was typed stays where something has to be changed.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            Complaint = request.env["retention.complaint"]
            values["complaint_count"] = (
                Complaint.search_count(self._get_complaints_domain())
                if Complaint.has_access("read")
                else 0
            )
        return values

    def _get_complaints_domain(self):
        # The rules leave out what is not for them; a user of ours sees the own ones here, too.
        return [("partner_id", "=", request.env.user.partner_id.commercial_partner_id.id)]

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_complaints(self, page=1, **kwargs):
        """Show the complaints of the signed-in customer, the open ones first."""
        Complaint = request.env["retention.complaint"]
        domain = self._get_complaints_domain()
        pager = portal_pager(
            url="/my/complaints",
            total=Complaint.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        complaints = Complaint.search(
            domain,
            order="is_open desc, received_at desc, id desc",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return request.render(
            "customer_retention_complaint.portal_my_complaints",
            {
                **self._prepare_portal_layout_values(),
                # Names of employees and stages are not the customer's to read otherwise.
                "complaints": complaints.sudo(),
                "page_name": "complaint",
                "pager": pager,
                "default_url": "/my/complaints",
            },
        )

    @http.route(
        "/my/complaints/new", type="http", auth="user", methods=["GET", "POST"], website=True
    )
    def portal_new_complaint(self, document="", name="", description="", **kwargs):
        """File a complaint; show again what was typed where something is missing."""
        person = request.env.user.partner_id
        Complaint = request.env["retention.complaint"].sudo()
        typed = {
            "document": document.strip(),
            "name": name.replace("\x00", "").strip(),
            "description": description.replace("\x00", "").strip(),
        }
        errors = {}
        chosen = Complaint._read_portal_document(person, typed["document"])
        if chosen is None:
            raise NotFound()
        if request.httprequest.method == "POST":
            errors = self._get_complaint_errors(typed)
            if not errors:
                values = {"name": typed["name"], "description": typed["description"], **chosen}
                complaint, is_new = Complaint._file(person, values)
                return request.redirect(
                    f"/my/complaints/{complaint.id}?{'filed' if is_new else 'known'}=1"
                )
        return request.render(
            "customer_retention_complaint.portal_new_complaint",
            {
                **self._prepare_portal_layout_values(),
                "documents": Complaint._get_portal_documents(person),
                "typed": typed,
                "errors": errors,
                "page_name": "complaint",
            },
        )

    def _get_complaint_errors(self, typed):
        """Return what has to be changed before it can be filed, ``{field: message}``."""
        errors = {}
        if not typed["name"]:
            errors["name"] = request.env._("Say in one sentence what went wrong.")
        elif len(typed["name"]) > LONGEST_NAME:
            errors["name"] = request.env._(
                "This is %(count)s characters long. Up to %(allowed)s fit here; the rest goes "
                "into the field below.",
                count=len(typed["name"]),
                allowed=LONGEST_NAME,
            )
        if len(typed["description"]) > LONGEST_TEXT:
            errors["description"] = request.env._(
                "This is %(count)s characters long. Up to %(allowed)s are possible; attach a "
                "document to your complaint afterwards.",
                count=len(typed["description"]),
                allowed=LONGEST_TEXT,
            )
        return errors

    @http.route("/my/complaints/<int:complaint_id>", type="http", auth="public", website=True)
    def portal_complaint(self, complaint_id, access_token=None, **kwargs):
        """Show one complaint to its customer, or to whoever has its link."""
        complaint = self._get_complaint(complaint_id, access_token)
        if not complaint:
            return request.redirect("/my")
        values = {
            "complaint": complaint,
            "page_name": "complaint",
            "filed": bool(kwargs.get("filed")),
            "known": bool(kwargs.get("known")),
            "access_token": access_token,
        }
        values = self._get_page_view_values(
            complaint, access_token, values, "my_complaints_history", False, **kwargs
        )
        return request.render("customer_retention_complaint.portal_complaint", values)

    @http.route(
        "/my/complaints/<int:complaint_id>/verdict",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_complaint_verdict(
        self, complaint_id, access_token=None, verdict="", would_buy_again="", comment="", **kwargs
    ):
        """Note whether it is settled, as the customer says."""
        complaint = self._get_complaint(complaint_id, access_token)
        fields = request.env["retention.complaint"]._fields
        if not complaint or verdict not in dict(fields["customer_verdict"].selection):
            raise NotFound()
        if would_buy_again not in dict(fields["would_buy_again"].selection):
            would_buy_again = False
        person = request.env.user.partner_id
        if request.env.user._is_public() or request.env.user._is_internal():
            person = complaint._mail_get_partners()[complaint.id]
        text = comment.replace("\x00", "").strip()[:LONGEST_TEXT]
        complaint._say_verdict(person, verdict, would_buy_again, text)
        token = f"?access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/complaints/{complaint_id}{token}")

    def _get_complaint(self, complaint_id, access_token):
        """Return a complaint the visitor may see, as superuser; None otherwise."""
        try:
            return self._document_check_access(
                "retention.complaint", complaint_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return None
