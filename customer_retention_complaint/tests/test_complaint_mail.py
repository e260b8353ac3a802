from email.message import EmailMessage

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCase

EXCHANGE = {
    "Auto-Submitted": "auto-generated",
    "X-MS-Exchange-Generated-Message-Source": "Mailbox Rules Agent",
    "X-Auto-Response-Suppress": "All",
}
GMAIL = {"Precedence": "bulk", "X-Autoreply": "yes", "Auto-Submitted": "auto-replied"}
ODOO = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
AUTOMATIC = {
    "Exchange": EXCHANGE,
    "Gmail": GMAIL,
    "Odoo": ODOO,
    "panel": {"X-Autorespond": "I am away"},
    "null sender": {"Return-Path": "<>"},
}


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintCase):
    """Mails to the address for complaints, as they come from the outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {
                "name": "shop.test",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "default_from": "notifications",
            }
        )
        cls.company.alias_domain_id = cls.domain
        cls.company.partner_id.email = "shop@shop.test"
        cls.inbox = cls.env["retention.complaint.inbox"].create(
            {"company_id": cls.company.id, "alias_name": "wrong", "alias_domain_id": cls.domain.id}
        )
        cls.number = 0

    def _receive(self, sender="Ann <ann@example.com>", to="wrong@shop.test", headers=None, **given):
        """Let a mail in on Tuesday 7 April at 9:00, and return the complaints it made."""
        type(self).number += 1
        message = EmailMessage()
        message["From"] = sender
        message["To"] = to
        message["Subject"] = given.get("subject", "The lamp flickers")
        message["Message-Id"] = given.get("message_id", f"<{self.number}.test@example.com>")
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(given.get("body", "It flickers below half."))
        if html := given.get("html"):
            message.add_alternative(html, subtype="html")
        for name, content in given.get("attachments", ()):
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        before = self.Complaint.search([])
        with (
            self._on(7, given.get("clock", "09:00")),
            mute_logger("odoo.addons.mail.models.mail_thread"),
        ):
            self.env["mail.thread"].message_process(None, message.as_bytes())
        return self.Complaint.search([]) - before

    def _get_sent(self, address):
        return (
            self.env["mail.mail"]
            .search([])
            .filtered(
                lambda mail: (
                    address in (mail.email_to or "")
                    or address in mail.recipient_ids.mapped("email")
                )
            )
        )

    # ------------------------------------------------------------------
    # A mail becomes a complaint
    # ------------------------------------------------------------------

    def test_customer(self):
        """A customer's mail is a complaint of the customer, of the company of the address."""
        complaint = self._receive("Customer <customer@example.com>")
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual((complaint.company_id, complaint.channel), (self.company, "email"))
        self.assertEqual((complaint.name, complaint.user_id), ("The lamp flickers", self.sam))
        self.assertIn("below half", complaint.description)
        self.assertDue(complaint, ack_deadline=(8, "09:00"), reply_deadline=False)
        self.assertFalse(complaint.acknowledged_at)

    def test_unknown(self):
        """Somebody unknown has no customer: it waits to be assigned, and answers come back to it."""
        complaint = self._receive()
        self.assertFalse(complaint.partner_id)
        self.assertFalse(complaint.user_id)
        self.assertEqual(complaint.email_normalized, "ann@example.com")
        receipt = complaint.message_ids.filtered(lambda each: each.message_type == "auto_comment")
        self._receive(headers={"In-Reply-To": receipt.message_id}, body="And now it smells.")
        self.assertTrue(complaint.reply_deadline)

    def test_receipt(self):
        """One automatic answer with the day, marked as automatic, that acknowledges nothing."""
        complaint = self._receive("Customer <customer@example.com>")
        [mail] = self._get_sent("customer@example.com")
        self.assertIn("Tuesday, 14 April", mail.body_html)
        self.assertIn("'Auto-Submitted': 'auto-replied'", mail.headers)
        self.assertIn("'X-Auto-Response-Suppress': 'All'", mail.headers)
        self.assertFalse(complaint.acknowledged_at)

    def test_one_receipt_a_day(self):
        """A second mail of the same address on the same day is a complaint, and is not answered."""
        for clock in ("09:00", "10:00"):
            self.assertTrue(self._receive(clock=clock, body=clock))
        self.assertEqual(len(self._get_sent("ann@example.com")), 1)

    def test_multipart(self):
        """HTML is cleaned, an attachment of 20 MB is kept, nothing of it stands in the text."""
        html = "<p>See <b>this</b></p><script>alert(1)</script><img src=x onerror=alert(2)>"
        content = b"\x01" * 20_000_000
        complaint = self._receive(html=html, attachments=[("lamp.bin", content)])
        self.assertIn("<b>this</b>", complaint.description)
        for bad in ("script", "onerror"):
            self.assertNotIn(bad, complaint.description)
            self.assertNotIn(bad, "".join(complaint.message_ids.mapped("body")))
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertEqual((attachment.name, attachment.file_size), ("lamp.bin", len(content)))

    def test_odd_mails(self):
        """No subject, a long one, a NUL: a complaint in any case."""
        self.assertEqual(self._receive(subject="").name, "It flickers below half.")
        long = self._receive(subject="Far too long " * 100, sender="b@example.com")
        # 200 at most with the mark that something is left out, and no blank before it.
        self.assertLessEqual(len(long.name), 200)
        self.assertTrue(long.name.startswith("Far too long Far") and long.name.endswith("Far…"))
        self.assertTrue(self._receive(sender="c@example.com", body="It broke\x00 in two"))

    def test_other_companys_contact(self):
        """A contact of another company's is nobody here: to be assigned."""
        self.customer.company_id = self._create_company("Other")
        complaint = self._receive("Customer <customer@example.com>")
        self.assertFalse(complaint.partner_id)

    # ------------------------------------------------------------------
    # What nobody wrote
    # ------------------------------------------------------------------

    def test_automatic(self):
        """Out-of-office of Exchange, Gmail and Odoo make no complaint; they are counted and readable."""
        for name, headers in AUTOMATIC.items():
            with self.subTest(name):
                self.assertFalse(self._receive(headers=headers, subject=name))
                kept = self.env["retention.complaint.unfiled"].search([("name", "=", name)])
                self.assertEqual((kept.reason, kept.inbox_id), ("automatic", self.inbox))
                self.assertIn("flickers", kept.body)
        self.assertFalse(self._get_sent("ann@example.com"))
        self.assertEqual(self.inbox.unfiled_count, len(AUTOMATIC))

    def test_automatic_answer(self):
        """Neither does an automatic answer reopen, stop waiting, or want a reply: it is a note."""
        for kind, method in (("waiting", "action_wait"), ("solved", "action_solve")):
            complaint = self._create_complaint(name=kind)
            sent = self._write_employee(complaint, 7, "08:30")
            self._do(complaint, method, 7, "08:45")
            for name, headers in AUTOMATIC.items():
                with self.subTest(name=name, kind=kind):
                    self._receive(
                        "Customer <customer@example.com>",
                        headers={**headers, "In-Reply-To": sent.message_id},
                    )
                    complaint.invalidate_recordset()
                    self.assertEqual((complaint.kind, complaint.reply_deadline), (kind, False))
                    last = complaint.message_ids.sorted("id")[-1:]
                    self.assertEqual(last.subtype_id, self.env.ref("mail.mt_note"))

    def test_unfiled_made_a_complaint(self):
        """What was one after all becomes it with one click, once, received when the mail came."""
        self._receive("customer@example.com", headers=GMAIL)
        kept = self.env["retention.complaint.unfiled"].search([("inbox_id", "=", self.inbox.id)])
        for _again in range(2):
            kept.action_file()
        complaint = kept.complaint_id
        self.assertEqual((complaint.partner_id, complaint.received_at), (self.customer, kept.date))

    def test_bounce(self):
        """A bounce is core's."""
        self.assertFalse(self._receive("MAILER-DAEMON@example.com"))
        self.assertFalse(
            self._receive(headers={"Auto-Submitted": "auto-replied"}, to="bounce@shop.test")
        )

    def test_own_addresses(self):
        """Two of our own addresses do not write to each other for ever."""
        for sender in ("wrong@shop.test", "catchall@shop.test", "notifications@shop.test"):
            with self.subTest(sender):
                self.assertFalse(self._receive(sender))
                self.assertFalse(self._get_sent(sender))
        kept = self.env["retention.complaint.unfiled"].search([("inbox_id", "=", self.inbox.id)])
        self.assertEqual(set(kept.mapped("reason")), {"own_address"})

    def test_same_mail_twice(self):
        """The same mail delivered twice is one complaint."""
        self.assertTrue(self._receive(message_id="<same@example.com>"))
        self.assertFalse(self._receive(message_id="<same@example.com>"))

    def test_flood(self):
        """Twenty of one sender in two hours are enough; the others are kept to be read."""
        for _each in range(20):
            self.assertTrue(self._receive())
        self.assertFalse(self._receive())
        kept = self.env["retention.complaint.unfiled"].search([("inbox_id", "=", self.inbox.id)])
        self.assertEqual(kept.mapped("reason"), ["too_many"])

    def test_forged_employee(self):
        """A mail in an employee's name acknowledges nothing, answers nothing, and is no customer's."""
        complaint = self._create_complaint()
        self._write_customer(complaint, 7, "08:00")
        due = complaint.reply_deadline
        sent = complaint.message_ids.sorted("id")[-1:]
        self._receive(self.sam.email_formatted, headers={"In-Reply-To": sent.message_id})
        complaint.invalidate_recordset()
        self.assertEqual(
            len(complaint.message_ids.filtered(lambda each: each.message_type == "email")), 1
        )
        self.assertEqual((complaint.acknowledged_at, complaint.reply_deadline), (False, due))
        new = self._receive(self.sam.email_formatted)
        self.assertFalse(new.partner_id)

    def test_customer_answers(self):
        """A customer's answer by mail ends waiting and opens again what was solved."""
        for method, kind in (("action_wait", "work"), ("action_solve", "work")):
            complaint = self._create_complaint()
            sent = self._write_employee(complaint, 7, "08:30")
            self._do(complaint, method, 7, "08:45")
            self._receive("customer@example.com", headers={"In-Reply-To": sent.message_id})
            complaint.invalidate_recordset()
            self.assertEqual(complaint.kind, kind)
            self.assertDue(complaint, reply_deadline=(8, "09:00"))

    def test_one_address_a_company(self):
        """Each company has one address, which knows its company whoever it is changed by."""
        other = self._create_company("Other")
        self.inbox.company_id = other
        self.assertIn(f"'company_id': {other.id}", self.inbox.alias_defaults)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["retention.complaint.inbox"].create({"company_id": other.id})
