from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import NOW, OWN, TODAY, days_ago
from .test_program import ProgramCase


class DayCase(ProgramCase):
    """Customers of Sam Sales on Monday 15 June 2026."""

    def _call(self, *customers, user=None, day=TODAY):
        """Plan calls to customers by hand, and return them as the person sees them."""
        user = user or self.user
        followups, refused = (
            self.env["res.partner"].union(*customers)._plan_calls(
                {user: self.env["res.partner"].union(*customers)}, day, self.company
            )
        )  # fmt: skip
        self.assertFalse(refused)
        return self._as(followups, user)


@tagged("post_install", "-at_install")
class TestMyDay(DayCase):
    """What stands on the card, in the bar, and at the end of the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mine = {"user_id": cls.user.id}
        # Bought 300 in the last year, 1,000 in the year before; 500; nothing.
        cls.fell = cls._create_customer("Fell", [(40, 300), (400, 1000)], phone="+1 555 1", **mine)
        cls.rose = cls._create_customer("Rose", [(10, 500)], **mine)
        cls.none = cls._create_customer("None Yet", **mine)
        cls._refresh()

    def setUp(self):
        super().setUp()
        self.env.cr._now = NOW

    def test_order(self):
        """By value at stake: the better of the last two years; who has none comes last."""
        calls = self._call(self.none, self.rose, self.fell)
        found = calls.search([("id", "in", calls.ids)], order="value_at_stake desc, id")
        self.assertEqual(found.partner_id.mapped("name"), ["Fell", "Rose", "None Yet"])
        self.assertEqual(found.mapped("value_at_stake"), [1000, 500, 0])

    def test_card(self):
        """Whom to call under which number, what they bought last, what is open and what is overdue."""
        self._set_up_accounts(self.company)
        order = self._create_order(self.fell, NOW, 70, confirm=False)
        order.action_quotation_sent()
        invoice = self._create_invoice(self.fell, days_ago(50), 250)
        invoice.invoice_date_due = days_ago(20)
        call = self._call(self.fell)
        self.assertEqual((call.reach, call.phone), ("phone", "+1 555 1"))
        self.assertEqual(call.why, "Planned by hand")
        self.assertTrue(call.is_call and call.is_assigned)
        lines = call.documents.split("\n")
        self.assertIn("Last bought: 6 May 2026 $\N{NO-BREAK SPACE}300", lines[0])
        self.assertIn("11 May 2025 $\N{NO-BREAK SPACE}1,000", lines[0])
        self.assertEqual(lines[1], f"Open quotations: {order.name} $\N{NO-BREAK SPACE}70.")
        self.assertEqual(lines[2:], ["Overdue: $\N{NO-BREAK SPACE}250 since 26 May 2026."])

    def test_person(self):
        """The person's own number goes before that of the company."""
        ann = self._create_customer("Ann", parent_id=self.fell.id, phone="+1 555 2")
        self.assertEqual(self._call(ann).phone, "+1 555 2")

    def test_colleagues(self):
        """Of a colleague's customer no figure is shown, nor told by the order."""
        colleague = self._create_user("day_colleague", OWN)
        mine = self._create_customer("Mine", [(10, 1)], user_id=colleague.id)
        self._refresh()
        calls = self._call(mine, self.fell, user=colleague)
        self.assertEqual(calls.mapped("value_at_stake"), [1, 0])
        self.assertEqual(calls.mapped("is_value_hidden"), [False, True])
        found = calls.search([("id", "in", calls.ids)], order="value_at_stake desc")
        self.assertEqual(found, calls)

    def test_bar(self):
        """Today 1, overdue 1, three this week; at stake each customer of today once."""
        calls = self._call(self.fell, self.rose)
        calls[1].sudo().date_opened = days_ago(1)
        self._call(self.none, day=TODAY + timedelta(days=6))
        later = self._create_customer("Later", user_id=self.user.id)
        self._call(later, day=TODAY + timedelta(days=7))
        self._call(self._create_customer("Other"), user=self._create_user("day_other", OWN))
        bar = self._as(self.Followup, self.user).get_day_bar()
        self.assertEqual(
            bar,
            {
                "today": 1,
                "overdue": 1,
                "week": 3,
                "at_stake": "$\N{NO-BREAK SPACE}1,500",
                "at_stake_help": "What these customers bought in the last 12 months, or in the 12 "
                "months before if that was more.",
            },
        )

    def test_bar_statements(self):
        self._call(self.fell)
        Followup = self._as(self.Followup, self.user)
        Followup.get_day_bar()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        Followup.get_day_bar()
        self.assertLessEqual(self.cr.sql_log_count - before, 10)

    def test_end(self):
        """What was done, which of it can be opened again, and who is late without a follow-up."""
        # Every 30 days, last 200 days ago: silent. The second is to be called already.
        late, called = (
            self._create_customer(
                name, [(200, 900), (230, 1), (260, 1)], user_id=self.user.id
            )
            for name in ("Late", "Called")
        )  # fmt: skip
        self._create_customer(
            "Colleague's", [(200, 999), (230, 1), (260, 1)],
            user_id=self._create_user("day_seller", OWN).id,
        )  # fmt: skip
        self._refresh()
        self._call(called)
        done = self._call(self.rose)
        done.action_done()
        end = self._as(self.Followup, self.user).get_day_end()
        self.assertEqual(
            end["done"],
            [{"id": done.id, "name": "Rose", "words": "Call Rose", "can_reopen": True}],
        )
        self.assertEqual(
            [(row["id"], row["value"]) for row in end["late"]],
            [(late.id, "$\N{NO-BREAK SPACE}902")],
        )
        self.assertIn("Silent", end["late"][0]["words"])
        action = self._as(late, self.user).action_call_today()
        self.assertEqual(action["params"]["message"], "Late: on My Day.")
        self.assertFalse(self._as(self.Followup, self.user).get_day_end()["late"])

    def test_rights(self):
        clerk = self._create_user("day_clerk")
        for method in ("get_day_bar", "get_day_end"):
            with self.assertRaises(AccessError):
                getattr(self._as(self.Followup, clerk), method)()


@tagged("post_install", "-at_install")
class TestPlanCall(DayCase):
    """Calls planned by hand, for one customer or for many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = (cls._create_customer(name, user_id=cls.user.id) for name in ("Ann", "Bob"))  # fmt: skip
        cls.eve = cls._create_customer("Eve", user_id=False)

    def _plan(self, partners, user=None, **values):
        wizard = self._as(self.env["retention.call.plan"], user or self.user)
        return wizard.create({"partner_ids": partners.ids, **values})

    def test_by_salesperson(self):
        """Each customer's own salesperson; who has none waits under To Assign. The work is said first."""
        self.user.retention_daily_cap = 15
        self._call(self._create_customer("Known", user_id=self.user.id))
        dialog = self._plan(self.ann | self.bob | self.eve, note="Ask about the chairs")
        self.assertEqual(
            dialog.work.split("\n"),
            [
                "Sam Sales: 2, with 1 that day already; 15 a day are usual.",
                "1 without a salesperson: they wait under To Assign.",
            ],
        )
        action = dialog.action_plan()
        self.assertEqual(action["params"]["message"], "Calls planned: 3.")
        calls = self.Followup.search([("partner_id", "in", (self.ann | self.bob | self.eve).ids)])
        self.assertEqual(set(calls.mapped("state")), {"open"})
        self.assertEqual(
            {(call.partner_id.name, call.user_id.name) for call in calls},
            {("Ann", "Sam Sales"), ("Bob", "Sam Sales"), ("Eve", False)},
        )
        self.assertEqual(set(calls.mapped("date_opened")), {TODAY})
        self.assertIn("Ask about the chairs", self.ann.activity_ids.note)
        self.assertEqual(self.ann.activity_ids.user_id, self.user)

    def test_day_and_person(self):
        colleague = self._create_user("plan_colleague", OWN)
        self._plan(self.eve, user_id=colleague.id, date=days_ago(-2)).action_plan()
        call = self.Followup.search([("partner_id", "=", self.eve.id)])
        self.assertEqual((call.user_id, call.date_opened), (colleague, days_ago(-2)))
        self.assertEqual(call.activity_id.date_deadline, days_ago(-2))
        self._as(call, colleague).action_done()
        self.assertEqual(call.enrollment_id.state, "done")

    def test_not_called(self):
        """Who does not want to be contacted, or is to be called already, is named with the reason."""
        self.bob.do_not_contact = True
        self._call(self.ann)
        action = self._plan(self.ann | self.bob | self.eve).action_plan()
        message = action["params"]["message"].split("\n")
        self.assertEqual(message[0], "Calls planned: 1.")
        self.assertIn("Customer does not want to be contacted: Bob", message)
        self.assertIn("A call is planned already: Ann", message)
        with self.assertRaisesRegex(UserError, "A call is planned already: Ann"):
            self._as(self.ann, self.user).action_call_today()

    def test_refused(self):
        """Not for yesterday, not by who cannot, not of a colleague's customer."""
        with self.assertRaisesRegex(UserError, "On is 06/14/2026"):
            self._plan(self.ann, date=days_ago(1)).action_plan()
        clerk = self._create_user("plan_clerk")
        with self.assertRaisesRegex(UserError, "By is .*does not work for"):
            self._plan(self.ann, user_id=clerk.id).action_plan()
        stranger = self._create_user("plan_stranger", OWN)
        for act in (
            lambda: self._plan(self.ann, stranger).action_plan(),
            self._as(self.ann, stranger).action_call_today,
            self._as(self.ann, stranger).action_plan_call,
        ):
            with self.assertRaisesRegex(UserError, "customers of colleagues.*Ann"):
                act()
        with self.assertRaises(AccessError):
            self._as(self.ann, clerk).action_call_today()
        self.assertFalse(self.Followup.search([("partner_id", "=", self.ann.id)]))

    def test_dialog(self):
        """From a contact: itself, today."""
        action = self._as(self.ann, self.user).action_plan_call()
        Dialog = self._as(self.env[action["res_model"]], self.user)
        with Form(Dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.date, TODAY)
        self.assertEqual(form.record.partner_ids, self.ann)

    def test_again(self):
        """Called today, a call can be planned again."""
        self._call(self.ann).action_done()
        self.assertTrue(self._call(self.ann))

    def test_program_stays(self):
        """The calls are kept in a program that nobody deletes or finds among the others."""
        program = self.env.ref("customer_retention.retention_program_call")
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            program.unlink()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_retention.retention_program_action"
        )
        self.assertIn("is_by_hand", action["domain"])

    def test_merged(self):
        """Who has calls planned by hand and is merged with another who has, keeps them all."""
        calls = self._call(self.ann) | self._call(self.bob)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.ann | self.bob).ids, self.ann, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(calls.exists().partner_id, self.ann)
        self.assertEqual(len(calls.sudo().enrollment_id.event_id.exists()), 2)
