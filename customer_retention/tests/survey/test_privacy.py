from odoo import Command
from odoo.tests import tagged

from ...tools.retelling import retell
from ..common import OWN, TODAY
from ..program.test_program import ProgramCase
from .test_survey_invite import InviteCase

NAME, EMAIL, PHONE = "Jane Private", "jane@private.example", "+1 555 555 0177"
TRACES = ("Jane", "Private", "private.example", "5550177", "0177")


class PrivacyCase(ProgramCase, InviteCase):
    """Jane Private of the customer Pine Works, and what we made about her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pine = cls.env["res.partner"].create(
            {"name": "Pine Works", "is_company": True, "user_id": cls.user.id}
        )
        cls.jane = cls.env["res.partner"].create(
            {"name": NAME, "email": EMAIL, "phone": PHONE, "parent_id": cls.pine.id}
        )

    def _call(self, done=False):
        """Return a follow-up to call Jane, who answers for Pine Works."""
        program = self._create_program(
            {
                "summary": "Call {{ object.name }}",
                "note": "{{ object.name }} <{{ object.email }}>, {{ object.phone }}: ask & listen",
            },
            pause_days=0,
            name="Call <who> went silent",
        )
        self._create_event(self.pine, contact_id=self.jane.id)
        self._enter(program)
        followup = self._act().filtered(lambda each: each.program_id == program)
        self.assertEqual(followup.activity_id.summary, f"Call {NAME}")
        self.assertIn(EMAIL, followup.activity_id.note)
        if done:
            followup._do("yes", f"{NAME} is glad; jane says hello")
        return followup

    def assertNoTrace(self, *texts):
        for text in texts:
            for trace in TRACES:
                self.assertNotIn(trace.casefold(), (text or "").casefold())


@tagged("post_install", "-at_install")
class TestDeletion(PrivacyCase):
    """Who is deleted stands nowhere any more in what we made."""

    def _delete(self, how):
        if how == "lookup":
            wizard = self.env["privacy.lookup.wizard"].create({"name": NAME, "email": EMAIL})
            wizard.action_lookup()
            line = wizard.line_ids.filtered(lambda each: each.res_model == "res.partner")
            self.assertEqual(line.res_id, self.jane.id)
            line.action_unlink()
        else:
            self.jane.unlink()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_invitation(self):
        """An invitation has no copies of name and address; mails about it are gone, sent or not."""
        for how in ("unlink", "lookup"):
            invitation = self.survey._invite(self.jane, self.company)
            self.assertFalse(invitation.email or invitation.nickname)
            mail = self._get_mails(invitation)
            self.assertIn(NAME, mail.body_html)
            with self.subTest(how=how):
                self._delete(how)
                self.assertFalse(invitation.partner_id or invitation.email or invitation.nickname)
                self.assertFalse(mail.exists() or invitation.message_ids)
                self.assertEqual(invitation._get_answer_state(), "expired")
            self.jane = self.jane.create(
                {"name": NAME, "email": EMAIL, "phone": PHONE, "parent_id": self.pine.id}
            )

    def test_typed(self):
        """What the person typed as name and address goes, the other answers stay."""
        self.survey.question_and_page_ids = [
            Command.create({"title": title, "question_type": "char_box", "sequence": 90, **values})
            for title, values in (
                ("Email?", {"save_as_email": True, "validation_email": True}),
                ("Name?", {"save_as_nickname": True}),
                ("Where do you live?", {}),
            )
        ]
        invitation = self.survey._invite(self.jane, self.company)
        email, name, town = self.survey.question_ids[-3:]
        for question, answer in ((email, EMAIL), (name, NAME), (town, "Riga")):
            invitation._save_lines(question, answer)
        self.assertEqual((invitation.email, invitation.nickname), (EMAIL, NAME))
        self._answer_question(invitation, "satisfaction", "satisfied")
        invitation._mark_done()
        self._delete("unlink")
        self.assertFalse(invitation.email or invitation.nickname)
        lines = invitation.user_input_line_ids
        self.assertEqual(lines.filtered("value_char_box").mapped("value_char_box"), ["Riga"])
        # The answer counts on: it is the customer's.
        self.assertEqual(self._get_satisfaction(self.pine).level, "satisfied")
        self.Satisfaction._read_answers(invitation.browse(self.Satisfaction._get_unread_answers()))
        self.assertEqual(self._get_satisfaction(self.pine).level, "satisfied")

    def test_others(self):
        """Invitations of others, and answers to surveys that are not ours, are not touched."""
        other = self._create_person("Jane Other", parent_id=self.pine.id)
        invitation = self.survey._invite(other, self.company)
        invitation.nickname = "Janie"
        self._delete("unlink")
        self.assertEqual((invitation.partner_id, invitation.nickname), (other, "Janie"))
        self.assertEqual(len(self._get_mails(invitation)), 1)
        self.assertEqual(invitation._get_answer_state(), "open")

    def test_open_call(self):
        """A call to the person is not made any more: it was not meant for the company."""
        followup = self._call()
        activity = followup.activity_id
        self._delete("unlink")
        self.assertFalse(activity.exists())
        self.assertEqual((followup.state, followup.contact_id.id), ("canceled", False))
        enrollment = followup.enrollment_id
        self.assertEqual(
            (enrollment.state, enrollment.reason, enrollment.date_end),
            ("stopped", "deleted", TODAY),
        )

    def test_call_made(self):
        """A call that was made stays, without saying to whom."""
        followup = self._call(done=True)
        activity = followup.activity_id
        self._delete("lookup")
        self.assertEqual((followup.state, followup.partner_id), ("done", self.pine))
        self.assertEqual(activity.summary, "Call …")
        self.assertEqual(str(activity.note), "<p>… &lt;…&gt;, …: ask &amp; listen</p>")
        self.assertEqual(followup.feedback, "… is glad; … says hello")
        note = self.pine.message_ids.filtered("mail_activity_type_id")
        self.assertEqual(len(note), 1)
        self.assertNoTrace(str(note.body))
        self.assertIn("… is glad; … says hello", note.body)

    def test_referral(self):
        """Thanks for bringing somebody stay, without the name."""
        self.jane.parent_id = False
        self.jane.referred_by_id = self.pine
        thanks = self.env["retention.thanks"].create(
            {"partner_id": self.pine.id, "kind": "note", "referral_id": self.jane.id}
        )
        self.assertEqual(thanks.reason, f"Brought us {NAME}")
        self._delete("unlink")
        self.assertEqual(thanks.reason, "Brought us …")

    def test_nothing_left(self):
        """No text of ours in the whole database names who was deleted."""
        self.jane.preferred_name = "Janey"
        self._call(done=True)
        self._call()
        self.survey._invite(self.jane, self.company)
        self.assertTrue(self._find_traces())
        self._delete("unlink")
        self.assertFalse(self._find_traces())

    def _find_traces(self):
        """Return the fields, of models where we write, in which a part of her name or address stands."""
        found = set()
        of_core = ("survey.user_input", "survey.user_input.line", "mail.activity", "mail.mail")
        for model in self.env.values():
            ours = model._name.startswith("retention.") or model._name in of_core
            if not ours or model._transient or model._abstract or not model._auto:
                continue
            records = model.sudo().with_context(active_test=False).search([])
            for name, field in model._fields.items():
                if not field.store or field.type not in ("char", "text", "html"):
                    continue
                texts = " ".join(str(text) for text in records.mapped(name) if text).casefold()
                if any(trace.casefold() in texts for trace in TRACES):
                    found.add(f"{model._name}.{name}")
        return found


@tagged("post_install", "-at_install")
class TestRenaming(PrivacyCase):
    """Who gets another name, or none that says anything, is called so in what we made before, too."""

    def test_anonymous(self):
        """Open and done work, and thanks, are about the new name; the address is gone."""
        done, still_open = self._call(done=True), self._call()
        invitation = self.survey._invite(self.jane, self.company)
        self.jane.write({"name": "Customer 17", "email": False, "phone": False})
        self.env.flush_all()
        self.env.invalidate_all()
        for followup in (done, still_open):
            self.assertEqual(followup.activity_id.summary, "Call Customer 17")
            note = "<p>Customer 17 &lt;…&gt;, …: ask &amp; listen</p>"
            self.assertEqual(str(followup.activity_id.note), note)
        self.assertEqual((done.state, still_open.state), ("done", "open"))
        self.assertIn("Customer 17 is glad", done.feedback)
        self.assertNoTrace(invitation.email, invitation.nickname)

    def test_by_salesperson(self):
        """A salesperson who may write the contact corrects the name everywhere."""
        followup = self._call()
        seller = self._create_user("privacy_seller", f"{OWN},base.group_partner_manager")
        self._as(self.jane, seller).name = "Jane Miller"
        self.assertEqual(followup.activity_id.summary, "Call Jane Miller")

    def test_unchanged(self):
        """A write that changes no name looks for no text."""
        self.jane.mapped("name")
        self.patch(type(self.jane), "_retell", lambda *_args: self.fail("nothing changed"))
        self.jane.write({"name": NAME, "email": EMAIL, "city": "Riga"})


@tagged("post_install", "-at_install")
class TestRetelling(PrivacyCase):
    """Words in texts."""

    def test_words(self):
        """Whole words, whatever the capitals, the longest first, and what came in is not replaced again."""
        cases = (
            (
                "Call Ann Lee's Annex, not Ann",
                {"Ann": "…", "Ann Lee": "Bea"},
                "Call Bea's Annex, not …",
            ),
            ("ann", {"Ann": "Bea", "Bea": "Ann"}, "Bea"),
            ("a+b (x)", {"a+b": "c", "(x)": "y"}, "c y"),
            ("Žofie a Žofier", {"Žofie": "…"}, "… a Žofier"),
            ("", {"Ann": "…"}, ""),
            (False, {"Ann": "…"}, False),
            ("Ann", {}, "Ann"),
            ("Ann", {" ": "…"}, "Ann"),
            (r"Ann \1", {"Ann": r"\g<0>\1"}, r"\g<0>\1 \1"),
        )
        for text, words, expected in cases:
            with self.subTest(text=text):
                self.assertEqual(retell(text, words), expected)
