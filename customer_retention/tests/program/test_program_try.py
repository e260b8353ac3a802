from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import MANAGER, OWN
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestProgramTry(ProgramCase):
    """Where a program stands, what it lacks, and what it would say."""

    def _get_counts(self):
        models = ("retention.enrollment", "retention.followup", "retention.event", "mail.activity")
        return [self.env[name].search_count([]) for name in models]

    def test_headings(self):
        """The event decides under which heading a program stands; three are to start with."""
        for values, theme in (
            ({"event_type": "purchase", "status_to": False}, "sale"),
            ({}, "wrong"),
            ({"event_type": "birthday", "status_to": False}, "thanks"),
            ({"event_type": "manual", "status_to": False}, "later"),
        ):
            self.assertEqual(self._create_program(start=False, **values).theme, theme)
        start = self.env["retention.program"].search([("theme", "=", "start")])
        self.assertEqual(
            set(start.get_external_id().values()),
            {
                f"customer_retention.retention_program_{name}"
                for name in ("silent_gold", "dissatisfied", "referral")
            },
        )

    def test_sentence(self):
        program = self._create_program(
            {},
            {"delay_days": 3, "condition": "previous_not_reached", "escalate_days": 2},
            start=False,
        )
        self.assertEqual(
            program.step_ids.mapped("sentence"),
            [
                "At once: Call …",
                "After 3 working days: Call …. Only if nobody was reached in the step before. "
                "Within 2 working days, else the team leader",
            ],
        )

    def test_missing(self):
        """What customers lack is said with numbers, as far as the program needs it, and opens as a list."""
        program = self._create_program(start=False)
        self._create_silent(phone="+1 555 1")
        alone = self._create_silent(user_id=False)
        self.assertEqual(
            [(each["kind"], each["words"]) for each in program.get_preview()["missing"]],
            [
                (
                    "salesperson",
                    "1 of 2 have no salesperson: their follow-ups wait under To Assign.",
                ),
                ("phone", "1 of 2 have no phone number."),
            ],
        )
        action = program.action_open_missing("salesperson")
        self.assertEqual(action["domain"], [("id", "in", alone.ids)])
        with self.assertRaisesRegex(UserError, "fax is not known.*salesperson, email, phone"):
            program.action_open_missing("fax")
        program.write({"responsible_rule": "user", "responsible_user_id": self.user.id})
        kinds = [each["kind"] for each in program.get_preview()["missing"]]
        self.assertEqual(kinds, ["phone"])

    def test_entries_of_customers(self):
        """A customer who would enter twice is two entries of one customer."""
        program = self._create_program(start=False, pause_days=0)
        partner = self._create_silent()
        self._create_event(partner, days=60)
        past = program.get_preview()["past"]
        self.assertEqual((past["customers"], past["partners"]), (2, 1))

    def test_words(self):
        """Step by step as for one customer; nothing stays."""
        program = self._create_program(
            {"note": "Ask {{ object.name }} how things are."}, {"delay_days": 3}, start=False
        )
        partner = self._create_customer("Gemini", [(5, 10)])
        self._refresh()
        before = self._get_counts()
        action = self._as(program, self.user).action_try()
        Dialog = self._as(self.env[action["res_model"]], self.user).with_context(
            **action["context"]
        )
        with Form(Dialog) as form:
            form.partner_id = partner
            self.assertIn("At once: Call Gemini", form.words)
            self.assertIn("Ask Gemini how things are.", form.words)
            self.assertIn("After 3 working days: Call Gemini", form.words)
        self.assertEqual(self._get_counts(), before)

    def test_words_of_who_is_in_it(self):
        """Tried as for somebody who was put into the program today."""
        program = self._create_program()
        partner = self._create_customer("Gemini")
        self.Event._record_manual(program, partner, self.company)
        self._enter(program)
        before = self._get_counts()
        dialog = self._as(self.env["retention.program.try"], self.user).create(
            {"program_id": program.id, "partner_id": partner.id}
        )
        self.assertIn("Call Gemini", dialog.words)
        self.assertEqual(self._get_counts(), before)

    def test_send(self):
        """The mails go to oneself, filled as for the customer, who gets nothing."""
        template = self.env["mail.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello {{ object.name }}",
                "body_html": "<p>Dear <t t-out='object.name'/></p>",
                "email_to": "{{ object.email }}",
            }
        )
        program = self._create_program(
            {"channel": "email", "mail_template_id": template.id, "activity_type_id": False},
            start=False,
        )
        partner = self._create_customer("Gemini", email="gemini@example.com")
        self.user.email = "sam@example.com"
        known = self.env["mail.mail"].search([])
        dialog = self._as(self.env["retention.program.try"], self.user).create(
            {"program_id": program.id, "partner_id": partner.id}
        )
        self.assertEqual(dialog.mail_count, 1)
        action = dialog.action_send()
        self.assertIn("Mails to", action["params"]["message"])
        [mail] = self.env["mail.mail"].search([]) - known
        self.assertIn("sam@example.com", mail.email_to)
        self.assertFalse(mail.recipient_ids)
        self.assertIn("Dear Gemini", mail.body_html)
        self.assertFalse(mail.res_id)
        self.assertFalse(self.env["retention.followup"].search([("partner_id", "=", partner.id)]))

    def test_rights(self):
        """Managers only, and only as for customers they may see."""
        program = self._create_program(start=False)
        seller = self._create_user("try_seller", OWN)
        with self.assertRaises(AccessError):
            self._as(program, seller).action_try()
        with self.assertRaises(AccessError):
            self._as(self.env["retention.program.try"], seller).create(
                {"program_id": program.id, "partner_id": self.user.partner_id.id}
            )
        other = self._create_company("Other")
        foreign = self._create_customer("Foreign", company_id=other.id)
        manager = self._create_user("try_manager", MANAGER)
        with self.assertRaises(AccessError):
            self._as(self.env["retention.program.try"], manager).create(
                {"program_id": program.id, "partner_id": foreign.id}
            )
