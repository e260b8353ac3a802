from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

LONGEST_NAME = 200


class RetentionComplaint(models.Model):
    """Complaints and answers by mail, and what a message means for the clocks.

    A public message of an employee, written in Odoo, acknowledges and answers. A message that came
    as a mail never does, whoever it says it is from: anybody can write an employee's address. What
    nobody wrote (``complaint_is_automatic``, see ``mail.thread``) is kept as a note and moves
    nothing.
    """

    _inherit = "retention.complaint"

    # ------------------------------------------------------------------
    # A mail becomes a complaint
    # ------------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = {"channel": "email", **(custom_values or {})}
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        body = msg_dict.get("body") or ""
        values["description"] = body
        values["name"] = self._get_mail_name(msg_dict.get("subject"), body, msg_dict["email_from"])
        if partner := self._get_sender(msg_dict, company):
            values.setdefault("partner_id", partner.id)
        complaint = super(RetentionComplaint, self.with_company(company)).message_new(
            msg_dict, values
        )
        if customer := complaint._mail_get_partners()[complaint.id]:
            complaint.message_subscribe(customer.ids)
        return complaint

    @api.model
    def _get_mail_name(self, subject, body, sender):
        """Return one sentence for a mail: its subject, else how it begins, else who wrote it."""
        words = " ".join((subject or html2plaintext(body)).split())
        words = words or self.env._("Complaint of %s", sender or self.env._("somebody unknown"))
        return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"

    @api.model
    def _get_sender(self, msg_dict, company):
        """Return the contact who wrote a mail, none where it is an employee or another company's."""
        partner = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or False).exists()
        is_ours = partner.user_ids.filtered(lambda user: not user.share)
        if is_ours or partner.company_id and partner.company_id != company:
            return partner.browse()
        return partner

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        # By the index, and not by reading every address.
        return Domain("email_normalized", "=", email_from_normalized)

    # ------------------------------------------------------------------
    # What a message means
    # ------------------------------------------------------------------

    def message_post(self, **kwargs):
        if self.env.context.get("complaint_is_automatic"):
            kwargs["subtype_id"] = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
            kwargs.pop("subtype_xmlid", None)
            kwargs["partner_ids"] = []
        return super().message_post(**kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        for complaint in self:
            complaint._follow_message(message.sudo())
        return result

    def _follow_message(self, message):
        """Do to the clocks what a new message means."""
        self.ensure_one()
        is_public = message.subtype_id and not message.subtype_id.internal
        if message.message_type not in ("comment", "email") or not is_public or message.is_internal:
            return
        # Whoever works, or worked, here is no customer; OdooBot is archived.
        users = message.author_id.with_context(active_test=False).user_ids
        employees = users.filtered(lambda user: not user.share)
        is_written_here = message.message_type == "comment" and self.env.user._is_internal()
        if is_written_here and any(employees.mapped("active")):
            self._tell_customer(message.date)
        elif not employees and self._is_first_message(message):
            self._acknowledge_receipt(message)
        elif not employees:
            self._hear_customer(message.date)

    def _is_first_message(self, message):
        """Return whether this is the mail that the complaint came by."""
        if self.channel != "email" or message.message_type != "email":
            return False
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "in", ("comment", "email", "auto_comment")),
            ("id", "!=", message.id),
        ]
        return not self.env["mail.message"].sudo().search_count(domain, limit=1)
