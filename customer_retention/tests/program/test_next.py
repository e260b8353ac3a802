from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import ALL, NOW, OWN, TODAY, days_ago
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestNext(ProgramCase):
    """What comes next for a customer, on the contact and in the lists."""

    def _see(self, partner, user=None):
        self.env.invalidate_all()
        partner = self._as(partner, user or self.user)
        return partner.next_kind, partner.next_sentence

    def test_followup(self):
        """What is to be done goes before what is planned: act, person, day, program."""
        program = self._create_program({}, {"delay_days": 3})
        partner = self._create_silent()
        self._enter(program)
        planned = ("planned", "Call on Monday, 15 June, planned by “Call who went silent”.")
        self.assertEqual(self._see(partner), planned)
        followup = self._act()
        self.assertEqual(
            self._see(partner),
            ("followup", "Call by Sam Sales on Monday, 15 June (Call who went silent)."),
        )
        followup.action_done()
        self.assertEqual(
            self._see(partner),
            ("planned", "Call on Thursday, 18 June, planned by “Call who went silent”."),
        )

    def test_held_out(self):
        """Deliberately left alone until the last step would be due; taken out, it may be called."""
        program = self._create_program({"delay_days": 4}, holdout_percent=100)
        partner = self._create_silent()
        enrollment = self._enter(program)
        self.assertEqual(enrollment.arm, "held_out")
        kind, sentence = self._see(partner)
        self.assertEqual(kind, "held_out")
        self.assertEqual(
            sentence,
            "Deliberately left alone until Friday, 19 June: comparison group of "
            "“Call who went silent”.",
        )
        self.assertEqual(
            self._as(partner, self.user)._say_uncalled_reason(),
            {"words": sentence, "can_call": False},
        )
        stranger = self._create_user("next_stranger", OWN)
        with self.assertRaisesRegex(UserError, "customers of colleagues"):
            self._as(partner, stranger).action_take_out()
        with self.assertRaisesRegex(
            UserError, "Deliberately left alone for a comparison.*Silent 1"
        ):
            self._as(partner, self.user).action_call_today()
        self._as(partner, self.user).action_take_out()
        self.assertEqual(
            (enrollment.state, enrollment.reason, enrollment.arm),
            ("stopped", "taken_out", "held_out"),
        )
        self.assertEqual(self._see(partner), (False, False))

    def test_best_action(self):
        """Who is late and nobody follows up is to be called; who brought us somebody is thanked."""
        late = self._create_customer(
            "Late", [(200, 9), (230, 1), (260, 1)], user_id=self.user.id
        )  # fmt: skip
        ann = self._create_customer("Ann", [(3, 5)], user_id=self.user.id)
        self._create_customer("Bob", [(1, 5)], referred_by_id=ann.id, referred_date=days_ago(5))
        self._refresh()
        self.assertEqual(self._see(late), ("call", "Nobody follows up yet."))
        self.assertEqual(
            self._see(ann), ("thank", "Brought us customers, and was not thanked yet.")
        )
        self._as(late, self.user).action_call_today()
        self.assertEqual(self._see(late)[0], "followup")

    def test_colleagues(self):
        """Of a colleague's customer nothing is said; all-documents sees it."""
        program = self._create_program()
        partner = self._create_silent()
        self._enter(program)
        stranger = self._create_user("next_other", OWN)
        self.assertEqual(self._see(partner, stranger), (False, False))
        self.assertEqual(self._see(partner, self._create_user("next_all", ALL))[0], "planned")

    def test_lists(self):
        """The same stands in lists and boards, with the last 12 months as bars."""
        late = self._create_customer(
            "Late", [(200, 9), (230, 1), (260, 1)], user_id=self.user.id
        )  # fmt: skip
        self._refresh()
        figures = self._as(self._get_figures(late), self.user)
        self.assertEqual(figures.next_sentence, "Nobody follows up yet.")
        # July 2025 to June 2026; bought in September, October and November 2025.
        self.assertEqual(figures.months, [0, 0, 1, 1, 9, 0, 0, 0, 0, 0, 0, 0])

    def test_list_statements(self):
        partners = self._create_customers(*[[(day, 100), (day + 60, 50)] for day in range(20)])
        self._refresh()
        figures = self.env["retention.customer"].search([("partner_id", "in", partners.ids)])
        names = ["partner_id", "status", "months", "next_sentence", "satisfaction_level"]
        names += ["status_reason", "value_year"]
        for _warm in range(2):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._as(figures, self.user).read(names)
        self.assertLessEqual(self.cr.sql_log_count - before, 12)


@tagged("post_install", "-at_install")
class TestBulk(ProgramCase):
    """What lists of rows about customers offer for the chosen ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._create_customers([(10, 5)], [(12, 5)], [(14, 5)])
        cls.customers.user_id = cls.user
        cls._refresh()
        cls.rows = cls.env["retention.customer"].search([("partner_id", "in", cls.customers.ids)])

    def setUp(self):
        super().setUp()
        self.env.cr._now = NOW

    def test_buttons(self):
        """Lists of customers and of reports about them have the buttons, with their methods."""
        for model in ("retention.customer", "retention.loss.call", "retention.cohort.report"):
            arch = self._as(self.env[model], self.user).get_view(view_type="list")["arch"]
            for name, label in self.env[model]._get_bulk_buttons().items():
                with self.subTest(model=model, name=name):
                    self.assertIn(f'name="{name}"', arch)
                    self.assertIn(label, arch)
                    self.assertTrue(callable(getattr(self.env[model], name)))
        arch = self._as(self.Followup, self.user).get_view(view_type="list")["arch"]
        self.assertNotIn("action_plan_call", arch)

    def test_plan_calls(self):
        action = self._as(self.rows, self.user).action_plan_call()
        Dialog = self._as(self.env[action["res_model"]], self.user)
        dialog = Dialog.with_context(**action["context"]).create({})
        self.assertEqual(dialog.partner_ids, self.customers)
        dialog.action_plan()
        calls = self.Followup.search([("partner_id", "in", self.customers.ids)])
        self.assertEqual((len(calls), set(calls.mapped("date_opened"))), (3, {TODAY}))

    def test_send_survey(self):
        action = self._as(self.rows, self.user).action_send_survey()
        dialog = self._as(self.env[action["res_model"]], self.user)
        dialog = dialog.with_context(**action["context"], active_model="retention.loss.call")
        self.assertEqual(dialog.create({}).partner_ids, self.customers)

    def test_add_to_program(self):
        program = self._create_program()
        action = self._as(self.rows, self.user).action_add_to_program()
        dialog = self._as(self.env[action["res_model"]], self.user).with_context(
            **action["context"]
        )
        dialog.create({"program_id": program.id}).action_add()
        self.assertEqual(self._enter(program).partner_id, self.customers)

    def test_write(self):
        """Who has no address, or wants no mails, is named and left out."""
        ann, bob, eve = self.customers
        ann.email, bob.email = "ann@example.com", "bob@example.com"
        bob.do_not_contact = True
        action = self._as(self.rows, self.user).action_write_mail()
        self.assertEqual(action["context"]["default_res_ids"], ann.ids)
        self.assertIn("Write to 1; left out", action["name"])
        self.assertIn(bob.display_name, action["name"])
        self.assertIn(eve.display_name, action["name"])
        row = self.rows.filtered(lambda each: each.partner_id == eve)
        with self.assertRaisesRegex(UserError, "Nobody to write to"):
            self._as(row, self.user).action_write_mail()

    def _assign(self, partners, **values):
        dialog = self.env["retention.salesperson.assign"].with_user(self.user)
        return dialog.with_company(self.company).create({"partner_ids": partners.ids, **values})

    def test_assign(self):
        """Who sold something last, else who is chosen; customers with a salesperson keep theirs."""
        seller = self._create_user("assign_seller", OWN, name="Sally Seller")
        kept, sold, other = self.customers
        (sold | other).user_id = False
        order = self._create_order(sold, NOW, 10)
        order.user_id = seller
        # Odoo may have made the order's salesperson the customer's.
        (sold | other).user_id = False
        self.user.group_ids |= self.env.ref("base.group_partner_manager")
        action = self._as(self.rows, self.user).action_assign_salesperson()
        self.assertEqual(set(action["context"]["default_partner_ids"]), set(self.customers.ids))
        dialog = self._assign(self.customers)
        self.assertEqual(
            dialog.outcome.split("\n"), ["Sally Seller: 1", "Stay without one: 1", "Keep theirs: 1"]
        )
        dialog.action_assign()
        self.assertEqual(sold.user_id, seller)
        self.assertFalse(other.user_id)
        self._assign(other, rule="person", user_id=seller.id).action_assign()
        self.assertEqual((other.user_id, kept.user_id), (seller, self.user))

    def test_assign_team(self):
        """Members of a team who can work here, in turn."""
        one, two = (self._create_user(f"team_{name}", OWN, name=name) for name in ("One", "Two"))
        clerk = self._create_user("team_clerk", name="Clerk")
        team = self.env["crm.team"].create({"name": "Team", "company_id": self.company.id})
        team.member_ids = one | two | clerk
        self.customers.user_id = False
        self.user.group_ids |= self.env.ref("base.group_partner_manager")
        dialog = self._assign(self.customers, rule="team", team_id=team.id)
        self.assertEqual(dialog.outcome.split("\n"), ["One: 2", "Two: 1"])
        dialog.action_assign()
        self.assertEqual(self.customers.mapped("user_id.name"), ["One", "Two"])
        with self.assertRaisesRegex(UserError, "Team is empty"):
            self._assign(self.customers, rule="team").action_assign()

    def test_assign_refused(self):
        clerk = self._create_user("assign_clerk")
        with self.assertRaisesRegex(UserError, "Salesperson is empty"):
            self._assign(self.customers, rule="person").action_assign()
        with self.assertRaisesRegex(UserError, "does not work for"):
            self._assign(self.customers, rule="person", user_id=clerk.id).action_assign()

    def test_dialog(self):
        with Form(self._as(self.env["retention.salesperson.assign"], self.user)) as form:
            self.assertEqual((form.rule, form.only_missing), ("last_sale", True))
