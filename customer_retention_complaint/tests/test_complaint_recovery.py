from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintRecovery(ComplaintCase):
    """Did they buy again? Company gap 30, purchases on 5 January, 9 February and 9 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "retention_gap_default_days": 30,
                "retention_gap_weight": 2,
                "retention_active_factor": 1.5,
            }
        )
        cls._set_up_accounts()
        cls._buy(cls.customer, date(2026, 1, 5), date(2026, 2, 9), date(2026, 3, 9))

    @classmethod
    def _buy(cls, partner, *days, amount=100):
        return cls.Past.create(
            [{"partner_id": partner.id, "date": day, "amount": amount} for day in days]
        )

    def _create_solved(self, **values):
        """Return a complaint solved on Monday 30 March."""
        complaint = self._create_complaint(27, "10:00", 3, **values)
        self._do(complaint, "action_solve", 30, "10:00", 3)
        return complaint

    def _update(self, day, month):
        with self._on(day, "03:00", month):
            self.Complaint._update_recovery(self.company)
        self.env.invalidate_all()

    def test_window(self):
        """Gap (2 · 30 + 63) / 4 = 30.75 days, 1.5 times it 46.125: until 15 May, frozen."""
        complaint = self._create_solved()
        self.assertEqual(complaint.recovery_until, date(2026, 5, 15))
        self.assertEqual(complaint.recovery_state, "pending")
        self._buy(self.customer, date(2026, 3, 20))
        self._update(1, 4)
        self.assertEqual(complaint.recovery_until, date(2026, 5, 15))

    def test_days(self):
        """The last day counts, the day after and the day of the solution do not."""
        cases = (
            (date(2026, 5, 15), "recovered", 100),
            (date(2026, 5, 16), "not_recovered", 0),
            (date(2026, 3, 30), "not_recovered", 0),
        )
        for day, state, value in cases:
            with self.subTest(day=day):
                complaint = self._create_solved()
                self._update(10, 5)
                self.assertEqual(complaint.recovery_state, "pending")
                purchase = self._buy(self.customer, day)
                self._update(17, 5)
                self.assertEqual(
                    (complaint.recovery_state, complaint.recovered_value), (state, value)
                )
                purchase.unlink()
                complaint.unlink()

    def test_pending_on_last_day(self):
        """On the last day there is time yet."""
        complaint = self._create_solved()
        self._update(15, 5)
        self.assertEqual(complaint.recovery_state, "pending")
        self._update(16, 5)
        self.assertEqual(complaint.recovery_state, "not_recovered")

    def test_new_customer(self):
        """Who never bought has 1.5 times the company's gap: 45 days."""
        partner = self.env["res.partner"].create({"name": "New"})
        complaint = self._create_solved(partner_id=partner.id)
        self.assertEqual(complaint.recovery_until, date(2026, 5, 14))

    def test_repeated(self):
        """A second complaint in that time is no recovery, bought or not; one of later does not matter."""
        complaint = self._create_solved()
        self._buy(self.customer, date(2026, 4, 10))
        self._update(11, 4)
        self.assertEqual(complaint.recovery_state, "recovered")
        second = self._create_complaint(15, "10:00", 5)
        self._update(16, 5)
        self.assertEqual((complaint.recovery_state, complaint.recovered_value), ("repeated", 0))
        with self._on(17, "10:00", 5):
            second.received_at = at(16, "10:00", 5)
        self._update(17, 5)
        self.assertEqual(complaint.recovery_state, "recovered")

    def test_reopened(self):
        """What was not settled is not counted from a solution that was none."""
        complaint = self._create_solved()
        self._do(complaint, "action_reopen", 1, "10:00")
        self.assertEqual((complaint.recovery_state, complaint.recovery_until), (False, False))
        self._do(complaint, "action_solve", 2, "10:00")
        self.assertEqual(complaint.recovery_until, date(2026, 5, 18))

    def test_invoices_that_are_no_purchase(self):
        """Not bought again: made anew by "reverse and create", replacements, the complained document."""
        invoice = self._create_invoice(self.customer, date(2026, 3, 9), 200)
        complaint = self._create_solved(invoice_id=invoice.id)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        with self._on(2, "10:00"):
            reversal = wizard.create({"journal_id": invoice.journal_id.id, "reason": "Wrong"})
            action = reversal.modify_moves()
            anew = self.env["account.move"].browse(action["res_id"])
            anew.invoice_date = date(2026, 4, 2)
            anew.action_post()
        self.assertEqual(anew.retention_replaced_id, invoice)
        self._update(20, 4)
        self.assertEqual(complaint.recovery_state, "pending")
        self._create_invoice(self.customer, date(2026, 4, 3), 50)
        self._update(20, 4)
        self.assertEqual((complaint.recovery_state, complaint.recovered_value), ("recovered", 50))

    def test_orders_that_are_no_purchase(self):
        """A replacement order, and what is invoiced of the complained order, are no new purchase."""
        self.company.retention_basis = "ordered"
        order = self._create_order(self.customer, at(20, "10:00", 3), 80)
        complaint = self._create_solved(order_id=order.id)
        order.date_order = at(2, "10:00")  # confirmed anew
        replacement = self._create_order(self.customer, at(3, "10:00"), 90)
        complaint.redress_ids = [
            Command.create({"kind": "replacement", "order_id": replacement.id})
        ]
        self._update(20, 4)
        self.assertEqual(complaint.recovery_state, "pending")
        self._create_order(self.customer, at(4, "10:00"), 70)
        self._update(20, 4)
        self.assertEqual((complaint.recovery_state, complaint.recovered_value), ("recovered", 70))

    def test_redress_cost(self):
        """A posted credit note's untaxed amount, else nothing; without one what was entered."""
        complaint = self._create_solved()
        Redress = self.env["retention.complaint.redress"]
        gift = Redress.create({"complaint_id": complaint.id, "kind": "gift", "cost": 15})
        self.assertEqual((gift.cost, gift.is_in_turnover), (15, False))
        credit = self._create_invoice(self.customer, date(2026, 4, 1), 40, "out_refund", post=False)
        money = Redress.create(
            {"complaint_id": complaint.id, "kind": "credit", "cost": 99, "move_id": credit.id}
        )
        self.assertEqual((money.cost, money.is_in_turnover), (0, True))
        credit.action_post()
        self.assertEqual(money.cost, 40)
        self.assertEqual(complaint.redress_cost, 55)
        self.env.flush_all()
        row = self.env["retention.complaint.report"].browse(complaint.id)
        self.assertEqual(row.redress_cost, 55)
        credit.button_draft()
        self.assertEqual(money.cost, 0)

    def test_peers(self):
        """Three of the same class and status, drawn the night after, each with an own window."""
        alike = self.env["res.partner"].create([{"name": f"Alike {n}"} for n in range(5)])
        for partner in alike:
            self._buy(partner, date(2026, 1, 5), date(2026, 2, 9), date(2026, 3, 9))
        complaining = alike[4]
        self._create_complaint(1, "10:00", 3, partner_id=complaining.id)
        with self._on(28, "03:00", 3):
            self._refresh()
        complaint = self._create_solved()
        with self._on(31, "03:00", 3):
            self._refresh()
        peers = complaint.peer_ids
        self.assertEqual(len(peers), 3)
        self.assertNotIn(complaining, peers.partner_id)
        self.assertNotIn(self.customer, peers.partner_id)
        self.assertEqual(set(peers.mapped("date_from")), {date(2026, 3, 30)})
        first = peers[0].partner_id
        self._buy(first, date(2026, 4, 10))
        with self._on(11, "03:00"):
            self._refresh()
        peers.invalidate_recordset()
        self.assertEqual(sorted(peers.mapped("state")), ["bought", "pending", "pending"])
        until = max(peers.mapped("date_until")) + timedelta(days=1)
        with self._on(until.day, "03:00", until.month):
            self._refresh()
        peers.invalidate_recordset()
        self.assertEqual(sorted(peers.mapped("state")), ["bought", "not_bought", "not_bought"])
        self.assertEqual(complaint.peer_ids, peers)


@tagged("post_install", "-at_install")
class TestComplaintPage(ComplaintCase):
    """The numbers of the page Complaints, and the records that they open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Analysis = cls.env["retention.complaint.analysis"]

    def _get(self, day=20, month=4, user=None, **choice):
        with self._on(day, "12:00", month):
            Analysis = self._as(self.Analysis, user or self.manager)
            return Analysis.get_complaints(**choice)

    def test_numbers(self):
        """Received, solved, open and overdue; the median hours; each number opens as many."""
        quick = self._create_complaint(7, "09:00")
        self._do(quick, "action_acknowledge", 7, "10:00")
        self._do(quick, "action_solve", 8, "09:00")
        slow = self._create_complaint(7, "09:00")
        self._do(slow, "action_acknowledge", 7, "14:00")
        self._do(slow, "action_solve", 9, "09:00")
        self._create_complaint(8, "09:00")
        page = self._get()
        found = {name: page[name]["value"] for name in ("opened", "solved", "is_open", "overdue")}
        self.assertEqual(found, {"opened": 3, "solved": 2, "is_open": 1, "overdue": 1})
        # 1 and 4 hours; 8 and 16 hours.
        self.assertEqual((page["ack_hours"]["value"], page["solve_hours"]["value"]), (2.5, 12))
        for name in ("opened", "solved"):
            Report = self._as(self.env["retention.complaint.report"], self.manager)
            self.assertEqual(Report.search_count(page[name]["domain"]), page[name]["value"])
        for name in ("is_open", "overdue"):
            Complaint = self._as(self.Complaint, self.manager)
            self.assertEqual(Complaint.search_count(page[name]["domain"]), page[name]["value"])
        weeks = {week["date"]: (week["opened"], week["solved"]) for week in page["weeks"]}
        self.assertEqual(weeks["2026-04-06"], (3, 2))
        self.assertEqual(sum(opened for opened, _solved in weeks.values()), 3)

    def test_promises(self):
        """One kept, one moved: half of the promises were kept."""
        complaint = self._create_complaint()
        for day, promised in ((7, 8), (8, 9)):
            with self._on(day, "09:00"):
                complaint.promised_date = date(2026, 4, promised)
        self._do(complaint, "action_solve", 9, "10:00")
        promises = self._get()["promises"]
        self.assertEqual((promises["value"], promises["part"], promises["count"]), (50, 1, 2))
        self.assertEqual(promises["moved"], 1)

    def test_interval(self):
        """14 of 20 are 70 %, 48.1 to 85.5 %; 19 are too few."""
        share = self.Analysis._get_share(14, 20)
        self.assertEqual(
            [round(share[name], 1) for name in ("value", "low", "high")], [70, 48.1, 85.5]
        )
        self.assertTrue(self.Analysis._get_share(14, 19)["is_few"])

    def test_groups(self):
        """By salesperson with complaints for 100 orders: 1 of 4 orders is 25."""
        for number in range(4):
            order = self._create_order(self.customer, at(8 + number, "09:00"), 100)
            order.user_id = self.sam
        self._create_complaint(9, "09:00", order_id=order.id)
        [row] = self._get(group="salesperson_id")["groups"]
        self.assertEqual((row["label"], row["opened"], row["orders"]), ("Sam Sales", 1, 4))
        self.assertEqual(row["per_100"], 25)
        [row] = self._get(group="category_id")["groups"]
        self.assertEqual((row["label"], row["per_100"]), ("Other", None))

    def test_rights(self):
        """A salesperson sees the numbers of own and unassigned customers."""
        stranger = self._create_user("complaint_stranger", "sales_team.group_sale_salesman")
        self._create_complaint(7, "09:00")
        self.assertEqual(self._get(user=self.sam)["opened"]["value"], 1)
        self.assertEqual(self._get(user=stranger)["opened"]["value"], 0)

    def test_choices(self):
        """A period or group that is none is refused, with what is allowed."""
        for choice in ({"days": 91}, {"group": "name"}):
            with self.subTest(choice), self.assertRaisesRegex(UserError, "one of"):
                self._get(**choice)
