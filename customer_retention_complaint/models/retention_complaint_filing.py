from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

# A customer with more open complaints than this is shown the last of them.
MOST_OPEN = 10
SAME_MINUTES = 10
LONGEST_TEXT = 20000


class RetentionComplaint(models.Model):
    """Complaints filed by customers, in the portal or in a survey, and what they say in the end."""

    _inherit = "retention.complaint"

    @api.model
    def _file(self, person, values):
        """Return the complaint of ``person`` with these values, as superuser, and whether it is new.

        The same text within ten minutes, and what comes beside more than ten open ones, is the one
        that is there.

        :param person: contact who complains
        :param values: ``name``, ``description`` (plain text) and others of the model
        """
        Complaint = self.sudo()
        name = " ".join(values["name"].split())
        text = (values.get("description") or "").strip()
        values = {
            "channel": "portal",
            "company_id": self.env.company.id,
            **values,
            "name": name,
            "description": plaintext2html(text) if text else False,
            "partner_id": person.id,
        }
        if found := Complaint._find_filed(person, values):
            return found, False
        complaint = Complaint.with_company(values["company_id"]).create(values)
        complaint.message_subscribe(person.ids)
        complaint._acknowledge_receipt()
        return complaint, True

    @api.model
    def _find_filed(self, person, values):
        """Return the complaint that is there already, of the same company; empty otherwise."""
        own = Domain("partner_id", "=", person.commercial_partner_id.id)
        own &= Domain("company_id", "=", values["company_id"])
        since = fields.Datetime.now() - timedelta(minutes=SAME_MINUTES)
        same = Domain("name", "=", values["name"]) & Domain("received_at", ">=", since)
        for each in self.search(own & same, order="id desc"):
            if (each.description or "") == (values["description"] or ""):
                return each
        is_open = own & Domain("is_open", "=", True)
        if self.search_count(is_open, limit=MOST_OPEN + 1) > MOST_OPEN:
            return self.search(is_open, order="id desc", limit=1)
        return self.browse()

    def _say_verdict(self, person, verdict, would_buy_again=False, comment=False):
        """Note what the customer says: settled, or not and to be taken up again.

        :param person: the contact who says it; may be empty
        :param verdict: ``settled`` or ``not_settled``
        """
        self.ensure_one()
        complaint = self.sudo()
        if verdict == "not_settled":
            complaint.message_post(
                body=plaintext2html(comment) if comment else self.env._("This is not settled."),
                author_id=person.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        elif complaint.kind != "confirmed":
            complaint._change_stage(complaint._get_stage("confirmed"), fields.Datetime.now())
        complaint.write(
            {
                "customer_verdict": verdict,
                "would_buy_again": would_buy_again or complaint.would_buy_again,
                "verdict_comment": comment or complaint.verdict_comment,
            }
        )

    @api.model
    def _get_portal_documents(self, person):
        """Return what ``person`` can complain about, ``[(key, label)]``: their own orders and invoices."""
        customer = person.commercial_partner_id
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                [("partner_id", "child_of", customer.id), ("state", "=", "sale")],
                order="date_order desc, id desc",
                limit=50,
            )
        )
        invoices = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", customer.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ],
                order="invoice_date desc, id desc",
                limit=50,
            )
        )
        return [
            *((f"order-{each.id}", self.env._("Order %s", each.name)) for each in orders),
            *((f"invoice-{each.id}", self.env._("Invoice %s", each.name)) for each in invoices),
        ]

    @api.model
    def _read_portal_document(self, person, key):
        """Return the values of a document chosen in the portal; None where it is not theirs."""
        if not key:
            return {}
        kind, _dash, number = key.partition("-")
        models_of = {"order": "sale.order", "invoice": "account.move"}
        if kind not in models_of or not number.isdecimal() or len(number) > 9:
            return None
        document = self.env[models_of[kind]].sudo().browse(int(number)).exists()
        customer = person.commercial_partner_id
        if not document or document.partner_id.commercial_partner_id != customer:
            return None
        if kind == "order" and document.state != "sale":
            return None
        if kind == "invoice" and (document.move_type, document.state) != ("out_invoice", "posted"):
            return None
        return {f"{kind}_id": document.id, "company_id": document.company_id.id}
