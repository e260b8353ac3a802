from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged

from ..common import ALL, NOW, days_ago
from .test_survey_answer import AnswerCase
from .test_survey_invite import InviteCase


@tagged("post_install", "-at_install")
class TestSurveySend(InviteCase):
    """Sending by hand: who will be asked stands there before, and each asks only whom they may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user("colleague", ALL, name="Cleo")
        cls.nobodys = cls._create_person("Nobodys")
        cls.theirs = cls._create_person("Theirs", user_id=cls.colleague.id)

    def _open(self, records, user=None):
        """Open the dialog on ``records`` as ``user``, by default the salesperson."""
        model = self._as(self.env["retention.survey.send"], user or self.user).with_context(
            active_model=records._name, active_ids=records.ids
        )
        return Form(model)

    def _send(self, records, user=None):
        """Send the survey by hand, and return the invitations made."""
        before = self.env["survey.user_input"].search([])
        form = self._open(records, user)
        form.survey = str(self.survey.id)
        form.save().action_send()
        return self.env["survey.user_input"].search([]) - before

    def test_before(self):
        """The numbers, the names and the reasons stand there before anything is sent."""
        without = self.env["res.partner"].create({"name": "Without"})
        asked = self._create_person("Asked")
        self._ask(asked)
        form = self._open(self.partner | without | asked | self.theirs)
        form.survey = str(self.survey.id)
        self.assertEqual((form.asked_count, form.left_out_count), (1, 3))
        self.assertEqual(form.asked_names, "Edwin")
        self.assertEqual(
            form.left_out.splitlines(),
            [
                "Without: has no email address",
                "Asked: was asked a short time ago",
                "Theirs: is the customer of a colleague",
            ],
        )
        form.survey = str(self.relationship.id)
        self.assertEqual(form.asked_count, 1)
        self.assertIn("asked a short time ago", form.left_out)

    def test_lost(self):
        """Who is lost, or was let go, is asked only why they left, or where somebody says so."""
        lost, let_go = self._create_customers(*[[(800, 10)]] * 2)
        for customer, name in ((lost, "lost"), (let_go, "gone")):
            customer.write({"email": f"{name}@example.com", "user_id": self.user.id, "name": name})
        self._refresh()
        loss = self.env["retention.loss"].create(
            {"partner_id": let_go.id, "date": days_ago(100), "state": "let_go"}
        )
        self.assertEqual(loss.company_id, self.company)
        form = self._open(self.partner | lost | let_go)
        form.survey = str(self.survey.id)
        self.assertEqual(form.asked_names, "Edwin")
        self.assertEqual(
            form.left_out.splitlines(),
            ["lost: is lost, or was let go", "gone: is lost, or was let go"],
        )
        self.assertTrue(form.has_lost)
        form.includes_lost = True
        self.assertEqual((form.asked_count, form.left_out_count), (3, 0))
        form.includes_lost = False
        form.survey = str(self.env.ref("customer_retention.survey_survey_left").id)
        self.assertEqual(form.asked_count, 3)

    def test_preview(self):
        """The mail is looked at before anything is sent; nothing of it stays, and its links lead nowhere."""
        before = self.env["survey.user_input"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        form = self._open(self.partner)
        form.survey = str(self.survey.id)
        self.assertFalse(form.preview)
        form.is_previewed = True
        self.assertIn("Question about satisfaction", form.preview)
        self.assertIn("Edwin", form.preview)
        self.assertNotIn("href", form.preview)
        self.assertEqual(self.env["survey.user_input"].search_count([]), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_own(self):
        """Our own companies, their people and users are left out: they are no customers."""
        people = self.env["res.partner"].create(
            [
                {
                    "name": "Works Here",
                    "email": "w@x.test",
                    "parent_id": self.company.partner_id.id,
                },
                {"name": "Branch", "email": "b@x.test"},
            ]
        )
        self.env["res.company"].create({"name": "Branch", "partner_id": people[1].id})
        self.company.partner_id.email = "us@x.test"
        everybody = self.company.partner_id | people | self.colleague.partner_id | self.partner
        self.colleague.partner_id.email = "cleo@x.test"
        form = self._open(everybody, self.colleague)
        form.survey = str(self.survey.id)
        self.assertEqual((form.asked_names, form.left_out_count), ("Edwin", 4))
        self.assertEqual(
            {line.partition(": ")[2] for line in form.left_out.splitlines()},
            {"is your own company, or of it"},
        )

    def test_rights(self):
        """Own and unassigned customers for a salesperson, all for who sees all; others send nothing."""
        everybody = self.partner | self.nobodys | self.theirs
        sent = self._send(everybody)
        self.assertEqual(sent.partner_id, self.partner | self.nobodys)
        by_person = {each.partner_id: each.retention_user_id for each in sent}
        self.assertEqual(by_person, {self.partner: self.user, self.nobodys: self.user})
        self.assertEqual(self._send(self.theirs, self.colleague).partner_id, self.theirs)
        with self.assertRaisesRegex(UserError, "Nobody of these"):
            self._send(self.theirs)
        employee = self._create_user("plain")
        with self.assertRaises(AccessError):
            self._open(self.partner, employee)

    def test_choices(self):
        """Only surveys that ask customers can be chosen, by people without rights on surveys."""
        plain = self._create_survey("nps", title="Internal")
        wizard = self._as(self.env["retention.survey.send"], self.user)
        keys = [key for key, _title in wizard._selection_survey()]
        self.assertIn(str(self.survey.id), keys)
        self.assertNotIn(str(plain.id), keys)
        forged = wizard.create(
            {"survey": str(plain.id), "partner_ids": [Command.set(self.partner.ids)]}
        )
        with self.assertRaisesRegex(UserError, "not sent to customers any more"):
            forged.action_send()
        with self.assertRaises(AccessError):
            self.survey.with_user(self.user).read(["title"])
        created = wizard.create(
            {
                "survey": str(self.survey.id),
                "partner_ids": [Command.set(self.partner.ids)],
            }
        )
        self.survey.retention_kind = False
        with self.assertRaisesRegex(UserError, "not sent to customers any more"):
            created.action_send()

    def test_orders(self):
        """From orders: the person who ordered, about the latest of their orders, once."""
        first = self._create_order(self.partner, "2026-05-01 10:00:00", 10)
        second = self._create_order(self.partner, "2026-06-01 10:00:00", 10)
        hidden = self._create_order(self.theirs, "2026-06-01 10:00:00", 10)
        (first | second).user_id = self.user
        hidden.user_id = self.colleague
        sent = self._send(first | second)
        self.assertEqual(
            (sent.retention_res_model, sent.retention_res_id), (first._name, second.id)
        )
        with self.assertRaises(AccessError):
            self._send(hidden)

    def test_company(self):
        """Nobody asks in the name of a company they do not work for, or about its orders elsewhere."""
        other = self._create_company("Other Company")
        order = self._create_order(self.partner, "2026-05-01 10:00:00", 10)
        order.user_id = self.user
        wizard = self._as(self.env["retention.survey.send"], self.user)
        values = {"survey": str(self.survey.id), "company_id": other.id}
        forged = {**values, "partner_ids": [Command.set(self.partner.ids)]}
        with self.assertRaises(AccessError):
            wizard.create(forged)
        forged = wizard.sudo().create(forged).sudo(False)
        with self.assertRaises(AccessError):
            forged.action_send()
        self.user.company_ids |= other
        both = wizard.with_context(allowed_company_ids=(self.company | other).ids)
        mixed = both.create({**values, "order_ids": [Command.set(order.ids)]})
        with self.assertRaisesRegex(UserError, "orders of one company"):
            mixed.action_send()
        self.assertFalse(
            self.env["survey.user_input"].search([("partner_id", "=", self.partner.id)])
        )

    def test_colleagues(self):
        """Of a colleague's customers it is not said what they want, or when they were asked."""
        self._ask(self.theirs)
        form = self._open(self.theirs)
        form.survey = str(self.survey.id)
        self.assertEqual(form.left_out, "Theirs: is the customer of a colleague")

    def test_customers(self):
        """From the list of customers of this app: their contacts are asked."""
        self._create_past(self.partner, (10, 100))
        self._refresh()
        self.assertEqual(self._send(self._get_figures(self.partner)).partner_id, self.partner)

    def test_many(self):
        """Two hundred people are looked at with hardly more queries than twenty."""
        counts = []
        for count in (20, 220):
            people = self.env["res.partner"].create(
                [
                    {"name": f"P {count} {each}", "email": f"p{count}.{each}@example.com"}
                    for each in range(count)
                ]
            )
            wizard = self._as(self.env["retention.survey.send"], self.user).create(
                {"survey": str(self.survey.id), "partner_ids": [Command.set(people.ids)]}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(wizard.asked_count, count)
            self.assertIn(f"{count - 20} more" if count > 20 else "P 20 0", wizard.asked_names)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSurveyTours(AnswerCase):
    """In a browser: the customer with a phone, and the salesperson who sends."""

    browser_size = "390x844"
    touch_enabled = True

    def test_answer_on_phone(self):
        """From the link in the mail to the thanks by name, one tap a question, without a login."""
        survey = self.env.ref("customer_retention.survey_survey_after_sale")
        answer = survey._invite(self.partner, self.company)
        satisfied = survey.question_ids[0].suggested_answer_ids.filtered(
            lambda each: each.retention_value == "satisfied"
        )
        self.start_tour(self._get_path(answer, satisfied.id), "retention_survey_answer", login=None)
        self.env.invalidate_all()
        self.assertEqual(answer.state, "done")
        row = self._get_satisfaction(self.partner)
        self.assertEqual((row.level, row.comment), ("very_satisfied", "Kind people"))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSurveySendTour(HttpCase, InviteCase):
    """The dialog Send Survey in a browser."""

    def test_send(self):
        """From the contact: who will be asked, send, and it is sent."""
        self.user.password = "invite_user"
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}", "retention_survey_send", login=self.user.login
        )
        answer = self.env["survey.user_input"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(answer.retention_company_id, self.company)
        self.assertEqual(self._get_mails(answer).state, "outgoing")
