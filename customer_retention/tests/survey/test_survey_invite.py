from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import NOW, TODAY, days_ago
from ..program.test_program import ProgramCase
from .common_survey import SurveyCase


@freeze_time(NOW)
class InviteCase(SurveyCase):
    """A transactional survey of two questions, and customers who can be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "info@retention.example.com"
        cls.survey = cls._create_survey(
            "satisfaction", "improvement", retention_kind="transactional"
        )
        cls.relationship = cls._create_survey(
            "nps", title="About Us", retention_kind="relationship"
        )
        cls.user = cls._create_user("invite_user", "sales_team.group_sale_salesman", name="Sam")
        cls.partner = cls._create_person("Edwin", user_id=cls.user.id)

    @classmethod
    def _create_person(cls, name, **values):
        """Create a contact with an e-mail address of their own."""
        address = f"{name.lower().replace(' ', '.')}@example.com"
        return cls.env["res.partner"].create({"name": name, "email": address, **values})

    def _ask(self, contacts, survey=None, days=0, **values):
        """Invite ``contacts`` as if it were ``days`` ago."""
        answers = (survey or self.survey)._invite(contacts, self.company, **values)
        answers.retention_invite_date = days_ago(days)
        return answers

    def _get_mails(self, answers):
        """Return the mails of invitations, in their order."""
        mails = self.env["mail.mail"].search(
            [("model", "=", "survey.user_input"), ("res_id", "in", answers.ids)]
        )
        return mails.sorted(lambda each: answers.ids.index(each.res_id))

    def assertRefused(self, contacts, *reasons, survey=None, company=None):
        """Assert why ``contacts`` cannot be asked; None where they can."""
        refusals = contacts._get_survey_refusals(survey or self.survey, company or self.company)
        self.assertEqual([refusals.get(each) for each in contacts], list(reasons))


@tagged("post_install", "-at_install")
class TestSurveyInvite(InviteCase):
    """What an invitation is, and what its mail says."""

    def test_invitation(self):
        """The person, fresh tokens, 30 days to answer, the document and its salesperson."""
        order = self._create_order(self.partner, NOW, 100)
        other = self._create_user("order_user", "sales_team.group_sale_salesman")
        order.user_id = other
        first = self.survey._invite(self.partner, self.company, document=order)
        second = self.survey._invite(self.partner, self.company)
        self.assertEqual((first.partner_id, first.state), (self.partner, "new"))
        self.assertEqual(first.deadline, datetime(2026, 7, 15, 12))  # 15 June + 30 days
        self.assertEqual(first.retention_invite_date, TODAY)
        self.assertEqual(first.retention_company_id, self.company)
        self.assertEqual(
            (first.retention_res_model, first.retention_res_id), (order._name, order.id)
        )
        self.assertEqual(first.retention_user_id, other)
        self.assertEqual(second.retention_user_id, self.user)
        self.assertEqual(second.retention_res_model, False)
        tokens = {*first.mapped("access_token"), *second.mapped("access_token")}
        tokens |= {*first.mapped("invite_token"), *second.mapped("invite_token")}
        self.assertEqual(len(tokens - {False}), 4)

    def test_deadline(self):
        """Each company says how long its surveys can be answered."""
        other = self._create_company("Other", retention_survey_valid_days=7)
        answer = self.survey._invite(self.partner, other)
        self.assertEqual(answer.deadline, NOW + timedelta(days=7))
        with self.assertRaisesRegex(ValidationError, "is 0. .* between 1 and 3650"):
            other.retention_survey_valid_days = 0

    def test_company(self):
        """The mail comes from the company that asks, and answers to it go to the salesperson."""
        other = self._create_company("Other Company", email="hello@other.example.com")
        mine = self._get_mails(self.survey._invite(self.partner, self.company))
        theirs = self._get_mails(self.survey._invite(self.partner, other))
        self.assertIn("info@retention.example.com", mine.email_from)
        self.assertIn("hello@other.example.com", theirs.email_from)
        self.assertIn("Other Company", theirs.body_html)
        self.assertNotIn("Retention Company", theirs.body_html)
        self.assertEqual(mine.reply_to, self.user.email_formatted)

    def test_queue(self):
        """The mail waits in Odoo's queue, to the person alone, and can be unsubscribed in one click."""
        with patch.object(type(self.env["mail.mail"]), "send") as send:
            answer = self.survey._invite(self.partner, self.company)
        send.assert_not_called()
        mail = self._get_mails(answer)
        self.assertEqual((mail.state, mail.recipient_ids), ("outgoing", self.partner))
        self.assertFalse(mail.email_to)
        self.assertIn("List-Unsubscribe=One-Click", mail.headers)
        self.assertIn(self.partner._get_unsubscribe_token(), mail.headers)

    def test_no_email(self):
        """Who has no address gets an invitation and no mail."""
        answer = self._ask(self.env["res.partner"].create({"name": "Nobody"}))
        self.assertEqual(answer.state, "new")
        self.assertFalse(self._get_mails(answer))

    def test_impossible(self):
        """An archived, an empty and a survey behind a login are refused, with the reason."""
        empty = self._create_survey(title="Empty", retention_kind="transactional")
        closed = self._create_survey("nps", title="Closed", active=False)
        login = self._create_survey("nps", title="Login", users_login_required=True)
        for survey, reason in ((empty, "no question"), (closed, "archived"), (login, "login")):
            with self.assertRaisesRegex(UserError, reason):
                survey._invite(self.partner, self.company)

    def test_languages(self):
        """Each person is asked in their own language, where the survey has it."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("de_DE")
        self.survey.lang_ids = [
            Command.link(self.env["res.lang"]._lang_get(code).id) for code in ("en_US", "fr_FR")
        ]
        people = self.env["res.partner"].union(
            *(self._create_person(code, lang=code) for code in ("fr_FR", "de_DE", "en_US"))
        )
        answers = self.survey._invite(people, self.company)
        self.assertEqual(answers.mapped("lang_id.code"), ["fr_FR", "en_US"])
        self.assertEqual([each.lang_id.code for each in answers], ["fr_FR", "en_US", "en_US"])

    def test_queries(self):
        """A hundred people cost hardly more queries than ten: nothing is asked for each of them."""
        counts = []
        for count in (10, 110):
            people = self.env["res.partner"].create(
                [
                    {"name": f"P {count} {each}", "email": f"p{count}.{each}@example.com"}
                    for each in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            people._get_survey_refusals(self.survey, self.company)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_mail_queries(self):
        """Each invitation with its mail costs about four queries, those of Odoo's mail."""
        counts = []
        for count in (10, 40):
            people = self.env["res.partner"].create(
                [
                    {"name": f"M {count} {each}", "email": f"m{count}.{each}@example.com"}
                    for each in range(count)
                ]
            )
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.survey._invite(people, self.company)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 30 * 5)


@tagged("post_install", "-at_install")
class TestSurveyRefusals(InviteCase):
    """Whom we leave alone, and why."""

    def test_any_pause(self):
        """Nothing within 30 days of the last survey of any kind: asked 29 days ago no, 30 days yes."""
        self._ask(self.partner, self.relationship, days=29)
        self.assertRefused(self.partner, "surveyed")
        self._ask(self.partner, self.relationship, days=30)
        self.env["survey.user_input"].search(
            [("partner_id", "=", self.partner.id), ("retention_invite_date", "=", days_ago(29))]
        ).unlink()
        self.assertRefused(self.partner, None)

    def test_transactional_pause(self):
        """About a sale not within 90 days of the last about a sale; the relationship may be asked."""
        answer = self._ask(self.partner, days=89)
        self.assertRefused(self.partner, "surveyed")
        self.assertRefused(self.partner, None, survey=self.relationship)
        answer.retention_invite_date = days_ago(90)
        self.assertRefused(self.partner, None)

    def test_relationship_pause(self):
        """The relationship not within 180 days of the last time; a sale may be asked about."""
        answer = self._ask(self.partner, self.relationship, days=179)
        self.assertRefused(self.partner, "surveyed", survey=self.relationship)
        self.assertRefused(self.partner, None)
        answer.retention_invite_date = days_ago(180)
        self.assertRefused(self.partner, None, survey=self.relationship)

    def test_settings(self):
        """The pauses are those of the company; 0 is no pause."""
        self._ask(self.partner)
        self.company.write(
            {"retention_survey_pause_days": 0, "retention_transactional_pause_days": 0}
        )
        self.assertRefused(self.partner, None)
        self._ask(self.partner, days=9)
        self.company.retention_transactional_pause_days = 10
        self.assertRefused(self.partner, "surveyed")
        with self.assertRaisesRegex(ValidationError, "is -1"):
            self.company.retention_transactional_pause_days = -1

    def test_companies(self):
        """What another company asks is its own business."""
        other = self._create_company("Other")
        self._ask(self.partner)
        self.assertRefused(self.partner, None, company=other)

    def test_not_by_us(self):
        """An answer to a survey that we did not send, and a test, are no invitation."""
        self.survey.sudo()._create_answer(partner=self.partner)
        answer = self._ask(self.partner)
        answer.test_entry = True
        self.assertRefused(self.partner, None)

    def test_shared_address(self):
        """People who share an address or a number are asked once; so are they within one list."""
        same = self._create_person("Twin", email="Edwin@example.com", phone="+32456001122")
        phone = self._create_person("Phone", phone="+32456001122")
        self._ask(self.partner)
        self.assertRefused(same | phone, "surveyed", None)
        self._ask(phone)
        other = self._create_person("Third", phone="+32456001122")
        self.assertRefused(other, "surveyed")
        fresh = self._create_person("Fresh") | self._create_person(
            "Again", email="fresh@example.com"
        )
        self.assertRefused(fresh, None, "surveyed")

    def test_people_of_a_customer(self):
        """Colleagues are asked each for themselves; the customer's own record counts as all of them."""
        customer = self._create_person("Shop", is_company=True)
        ann, bob = (self._create_person(name, parent_id=customer.id) for name in ("Ann", "Bob"))
        asked = self._ask(ann)
        self.assertRefused(ann | bob, "surveyed", None)
        self.assertRefused(customer, "surveyed")
        asked.unlink()
        self.assertRefused(customer | ann | bob, None, "surveyed", "surveyed")
        self.assertRefused(ann | bob | customer, None, None, "surveyed")
        self._ask(customer)
        self.assertRefused(ann | bob, "surveyed", "surveyed")

    def test_unwilling(self):
        """Archived, not to be contacted, on the blacklist, without an address: with the reason."""
        archived = self._create_person("Archived", active=False)
        alone = self._create_person("Alone", do_not_contact=True)
        shop = self.env["res.partner"].create(
            {"name": "Shop", "is_company": True, "do_not_contact": True}
        )
        person = self._create_person("Person", parent_id=shop.id)
        listed = self._create_person("Listed")
        self.env["mail.blacklist"]._add(listed.email)
        without = self.env["res.partner"].create({"name": "Without"})
        self.assertRefused(
            archived | alone | person | listed | without | self.partner,
            "archived",
            "do_not_contact",
            "do_not_contact",
            "opt_out",
            "no_email",
            None,
        )

    def test_complaint(self):
        """Nobody is asked while a complaint of the customer is open."""
        customer = self._create_person("Shop", is_company=True)
        person = self._create_person("Ann", parent_id=customer.id)

        def complaining(partners):
            return partners & customer

        with patch.object(type(customer), "_filter_open_complaints", complaining):
            self.assertRefused(person | self.partner, "complaint", None)


@tagged("post_install", "-at_install")
class TestSurveyStep(InviteCase, ProgramCase):
    """A step of a program that sends a survey."""

    def _enter_survey(self, *partners, **values):
        program = self._create_program(
            {"channel": "survey", "survey_id": self.survey.id, "activity_type_id": False}
            | {"purpose": "survey", "summary": False},
            **values,
        )
        for partner in partners:
            self._create_event(partner)
        self._enter(program)
        return program

    def test_sent(self):
        """The survey is sent, the follow-up is done and knows the answer it asked for."""
        program = self._enter_survey(self.partner)
        followup = self._act()
        self.assertEqual((followup.state, followup.date_done), ("done", TODAY))
        answer = followup.user_input_ids
        self.assertEqual((answer.partner_id, answer.survey_id), (self.partner, self.survey))
        self.assertEqual(self._get_mails(answer).state, "outgoing")
        self.assertEqual(program.enrollment_ids.state, "done")
        self.assertEqual(program.step_ids.display_name, "At once: How Are We Doing?")

    def test_skipped(self):
        """Those who are not to be asked are skipped with the reason; two of one address once."""
        listed = self._create_person("Listed")
        self.env["mail.blacklist"]._add(listed.email)
        without = self.env["res.partner"].create({"name": "Without"})
        twin = self._create_person("Twin", email="edwin@example.com")
        asked = self._create_person("Asked")
        self._ask(asked, self.relationship)
        ours = self._create_user("ours").partner_id
        people = (self.partner, listed, without, asked, ours)
        self._enter_survey(*people)
        self._enter_survey(twin, name="Other", pause_days=0)
        found = {each.partner_id: each.skip_reason for each in self._act()}
        self.assertEqual(
            found,
            {
                self.partner: False,
                listed: "opt_out",
                without: "no_email",
                asked: "surveyed",
                ours: "own",
                twin: "surveyed",
            },
        )

    def test_own_are_not_called(self):
        """Neither does anybody call our own people to ask them."""
        program = self._create_program({"purpose": "survey"})
        self._create_event(self.company.partner_id)
        self._enter(program)
        self.assertEqual(self._act().skip_reason, "own")
        self.assertRefused(self.company.partner_id, "own")

    def test_call_counts(self):
        """A call that asks counts as a survey about a sale; one in which nobody was reached does not."""
        program = self._create_program({"purpose": "survey"})
        self._create_event(self.partner)
        self._enter(program)
        followup = self._act()
        self.assertEqual(followup.state, "open")
        self.assertRefused(self.partner, "surveyed")
        followup._close(reached="no")
        self.assertRefused(self.partner, None)
        followup.reached = "yes"
        self.assertRefused(self.partner, "surveyed")
        followup.date_done = days_ago(30)
        self.assertRefused(self.partner, "surveyed")
        self.assertRefused(self.partner, None, survey=self.relationship)
        followup.date_done = days_ago(90)
        self.assertRefused(self.partner, None)

    def test_mail_cap(self):
        """Surveys and e-mails of programs share the company's limit of mails a day."""
        self.company.retention_daily_mail_cap = 2
        people = [self._create_person(f"Person {number}") for number in range(3)]
        self._enter_survey(*people)
        self.assertEqual(self._act().mapped("state").count("done"), 2)

    def test_refused(self):
        """A step by survey needs a survey that asks customers, and has the purpose survey."""
        program = self._create_program(start=False)
        plain = self._create_survey("nps", title="Plain")
        step = program.step_ids
        for values, message in (
            ({"channel": "survey"}, "Survey is empty"),
            ({"channel": "survey", "survey_id": plain.id}, "Survey is Plain"),
            (
                {"channel": "survey", "survey_id": self.survey.id, "purpose": "offer"},
                "has the purpose Survey",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                step.write(values)
        step.write({"channel": "survey", "survey_id": self.survey.id})
        self.assertEqual(step.purpose, "survey")

    def test_archived_survey(self):
        """A step whose survey was archived is skipped as incomplete."""
        self._enter_survey(self.partner)
        self.survey.action_archive()
        self.assertEqual(self._act().skip_reason, "incomplete")
