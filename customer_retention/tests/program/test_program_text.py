from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..common import MANAGER, NOW, days_ago
from .test_program import ProgramCase

# What a renderer that evaluates would do something with, and what reads more than may be told.
HOSTILE = (
    "{{ object.env['res.users'].sudo().search([]).write({'active': False}) }}",
    "{{ object.unlink() }}",
    "{{ user.login }}",
    "{{ env }}",
    "{{ ctx }}",
    "{{ 7 * 7 }}",
    "{{ object }}",
    "{{ object.user_id.totp_secret }}",
    "{{ object.user_id.oauth_uid }}",
    "{{ object.activity_ids.note }}",
    "{{ object.family_notes }}",
    "{{ object.signup_type }}",
    "{{ object.name ||| somebody }}",
    "{{ object.__class__ }}",
    "{{ object._name }}",
    "{{ object.company_id.parent_id.partner_id.bank_ids }}",
)


@tagged("post_install", "-at_install")
class TestProgramText(ProgramCase):
    """The words of steps are filled, never evaluated, in whatever language and way they came in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.program = cls._create_program({"note": "Say hello.", "purpose": "service"})
        cls.step = cls.program.step_ids
        cls.manager = cls._create_user("text_manager", MANAGER)

    def _write_past_checks(self, name, **texts):
        """Put texts by language where they could only come from an older version, or by SQL."""
        self.step.flush_recordset()
        for lang, text in texts.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE retention_program_step SET %(name)s ="
                    " COALESCE(%(name)s, '{}') || jsonb_build_object(%(lang)s, %(text)s)"
                    " WHERE id = %(id)s",
                    name=SQL.identifier(name),
                    lang=lang,
                    text=text,
                    id=self.step.id,
                )
            )
        self.step.invalidate_recordset()

    def _hand_out(self, **values):
        """Return the activity that the step becomes for a customer with ``values``."""
        self._create_silent(**values)
        self._enter(self.program)
        return self._act().activity_id

    def test_filled(self):
        """Values stand in the customer's language, as people write them."""
        self.step.with_context(lang="fr_FR").summary = "Appeler {{ object.name }}"
        self.step.note = (
            "{{ salutation }} {{object.country_id.name}}, {{ object.birthday }}, {{ object.color }},"
            " {{ object.type }}, {{ object.city }}."
        )
        germany = self.env.ref("base.de")
        germany.with_context(lang="fr_FR").name = "Allemagne"
        activity = self._hand_out(
            lang="fr_FR",
            country_id=germany.id,
            birthday="1980-02-28",
            preferred_name="Jean",
        )
        self.assertEqual(activity.summary, "Appeler Silent 1")
        self.assertEqual(
            activity.note,
            "<p>Dear Jean, Allemagne, 28/02/1980, 0, Contact, .</p>",
        )

    def test_named(self):
        """The last purchase and who was brought can stand in the words; nothing where there is none."""
        self.step.summary = "{{ last_purchase }} / {{ referral }}"
        customer = self._create_customer("Edwin", [(400, 100)], user_id=self.user.id)
        self._refresh()
        friend = self.env["res.partner"].create({"name": "Friend"})
        for event in (
            self._create_event(customer),
            self._create_event(
                self._create_silent(), type="referral_named", related_partner_id=friend.id
            ),
        ):
            enrollment = self.Enrollment._enter(self.program, event)
            followup = enrollment.followup_ids
            words = self.step._fill("summary", followup)[followup]
            expected = "05/11/2025 / " if enrollment.partner_id == customer else " / Friend"
            self.assertEqual(words, expected)
        self.assertEqual(str(days_ago(400 - 183)), "2025-11-10")

    def test_values_are_text(self):
        """A customer's name is neither markup nor a placeholder itself."""
        self.step.note = "For {{ object.name }}"
        activity = self._hand_out(name="{{ object.email }}<script>x</script>", email="e@x.org")
        self.assertEqual(activity.summary, "Call {{ object.email }}<script>x</script>")
        self.assertEqual(
            activity.note, "<p>For {{ object.email }}&lt;script&gt;x&lt;/script&gt;</p>"
        )

    def test_refused(self):
        """A manager saves nothing else in any language, by whatever door."""
        step = self._as(self.step, self.manager)
        french = step.with_context(lang="fr_FR")
        for text in HOSTILE:
            doors = {
                "write": lambda text=text: step.write({"note": text}),
                "write in French": lambda text=text: french.write({"summary": text}),
                "dialog": lambda text=text: step.update_field_translations(
                    "summary", {"fr_FR": text}
                ),
                "dialog, both": lambda text=text: step.update_field_translations(
                    "note", {"en_US": text, "fr_FR": "Bonjour"}
                ),
                "editor": lambda text=text: step.web_override_translations({"summary": text}),
                "create": lambda text=text: french.create(
                    {"program_id": self.program.id, "activity_type_id": 1, "note": text}
                ),
                "through the program": lambda text=text: step.program_id.write(
                    {"step_ids": [Command.update(step.id, {"summary": text})]}
                ),
            }
            for name, door in doors.items():
                with (
                    self.subTest(text=text, door=name),
                    self.assertRaisesRegex(ValidationError, "Placeholder is"),
                    self.cr.savepoint(),
                ):
                    door()
        self.assertEqual(
            self.step.get_field_translations("summary")[0][1]["value"], "Call {{ object.name }}"
        )

    def test_other_language_named(self):
        """What is wrong in another language is said with the language."""
        with self.assertRaisesRegex(ValidationError, "In French / Français: .*braces without"):
            self.step.update_field_translations("summary", {"fr_FR": "Appeler {{ object.name"})

    def test_left_out(self):
        """What got in all the same is left out: the work is handed out, the program shows it."""
        users = self.env["res.users"].search([])
        for text in HOSTILE:
            with self.subTest(text=text):
                self._write_past_checks("note", en_US="Ask.", fr_FR=f"Voir {text}")
                self.assertIn("In French / Français: Placeholder is", self.program.fault)
                followup = (
                    self.program.enrollment_ids.followup_ids
                    or self._hand_out(lang="fr_FR").retention_followup_ids
                )
                self.assertEqual(self.step._fill("note", followup)[followup], "Voir ")
        self.assertEqual(followup.activity_id.note, "<p>Voir </p>")
        self.assertEqual(self.env["res.users"].search([]), users)

    def test_my_day(self):
        """The list of what nobody has is filled like an activity, and evaluates as little."""
        self._write_past_checks("summary", en_US=f"Call {{{{ object.name }}}} {HOSTILE[0]}")
        self._write_past_checks("note", en_US="<b>Now</b> {{ object.unlink() }}")
        self._create_silent(user_id=False)
        self._enter(self.program)
        followup = self._as(self._act(), self.manager)
        self.assertFalse(followup.activity_id)
        self.assertEqual(followup.what_to_do, "Call Silent 1 ")
        self.assertEqual(followup.what_to_say, "<p>&lt;b&gt;Now&lt;/b&gt; </p>")

    def test_not_kept(self):
        """A field that the company may not keep is told to nobody."""
        self.step.note = "Born on {{ object.birthday }}"
        self._create_silent(birthday="1980-02-28")
        self.company.retention_keep_birthday = False
        self.assertIn("object.birthday", self.program.fault)
        self._enter(self.program)
        self.assertEqual(self._act().activity_id.note, "<p>Born on </p>")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestProgramTemplate(ProgramCase):
    """A step's mail template speaks of contacts and attaches what is theirs, also later."""

    def _create_template(self, **values):
        return self.env["mail.template"].create(
            {"name": "Bye", "model_id": self.env["ir.model"]._get_id("res.partner"), **values}
        )

    def test_other_model(self):
        """A template that was given to another model since is not rendered with contacts' numbers."""
        template = self._create_template()
        program = self._create_program({"channel": "email", "mail_template_id": template.id})
        self._create_silent(email="edwin@example.com")
        self._enter(program)
        template.model_id = self.env["ir.model"]._get_id("res.users")
        followup = self._act()
        self.assertEqual((followup.state, followup.skip_reason), ("skipped", "incomplete"))
        self.assertTrue(program.is_incomplete)

    def test_report_of_another_model(self):
        """Nobody is sent the invoice, or a report for others only, that has the contact's number."""
        report = self.env["ir.actions.report"].search([("model", "=", "account.move")], limit=1)
        template = self._create_template(report_template_ids=[Command.link(report.id)])
        step = {"channel": "email", "mail_template_id": template.id}
        with self.assertRaisesRegex(ValidationError, "not made for contacts"):
            self._create_program(step)
        template.report_template_ids = report.copy({"model": "res.partner", "group_ids": False})
        program = self._create_program(step)
        self.assertFalse(program.is_incomplete)
        template.report_template_ids.group_ids = self.env.ref("base.group_system")
        self.assertFalse(program.step_ids._is_complete())
