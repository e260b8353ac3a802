from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date

from .retention_complaint import INTERNAL

# RFC 3834, and what Exchange looks at: nobody answers an automatic answer by another one.
AUTOMATIC_HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


class RetentionComplaint(models.Model):
    """The one automatic answer: we have it, and you hear from us by that day.

    It acknowledges nothing: an employee does. One for each address and day, and none to an address
    of our own.
    """

    _inherit = "retention.complaint"

    receipt_sent_at = fields.Datetime(
        "Receipt Sent", readonly=True, copy=False, groups=INTERNAL, help="The automatic answer."
    )

    def _acknowledge_receipt(self, message=None):
        """Write to who complained by when they hear from us.

        :param message: the mail that it answers, if it came by mail
        """
        self.ensure_one()
        customer = self._mail_get_partners()[self.id]
        sender = message and message.email_from or customer.email_formatted or self.email_from
        address = email_normalize(sender)
        if not address or self._is_own_address(address) or self._is_answered_today(address):
            return
        mine = self.sudo().with_context(lang=customer.lang or self.env.lang)
        known = customer if customer.email_normalized == address else customer.browse()
        mine.with_user(self.env.ref("base.user_root")).sudo().message_post(
            body=mine._get_receipt_body(),
            subject=mine.env._("We have your complaint: %s", self.name),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            email_from=mine._get_receipt_sender(),
            author_id=self.company_id.partner_id.id,
            partner_ids=known.ids,
            outgoing_email_to=False if known else address,
            mail_headers=AUTOMATIC_HEADERS,
            notify_skip_followers=True,
            parent_id=message.id if message else False,
        )
        mine.receipt_sent_at = fields.Datetime.now()

    def _get_receipt_body(self):
        day = self.answer_deadline and format_date(
            self.env, self._get_local_day(self.answer_deadline), date_format="EEEE, d MMMM"
        )
        body = Markup("<p>%s</p>") % self.env._(
            "We are sorry that something went wrong, and have your complaint “%s”.", self.name
        )
        if day:
            body += Markup("<p>%s</p>") % self.env._("You hear from us by %s.", day)
        return body

    def _get_receipt_sender(self):
        company = self.company_id.sudo()
        return company.partner_id.email_formatted or company.email_formatted

    def _is_own_address(self, address):
        """Return whether mails to ``address`` come back to this database."""
        return self.env["retention.complaint.inbox"]._is_own_address(address)

    def _is_answered_today(self, address):
        """Return whether this address has had an automatic answer today, in the company's zone."""
        start, _end = self.company_id._get_day_bounds(self.company_id._get_retention_today())
        sent = Domain("receipt_sent_at", ">=", start)
        written = Domain("email_normalized", "=", address)
        written |= Domain("contact_id.email_normalized", "=", address)
        written |= Domain("partner_id.email_normalized", "=", address)
        return bool(self.sudo().search_count(sent & written, limit=1))
