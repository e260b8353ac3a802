from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged

from ...tools import movement
from ..common import NOW, TODAY, days_ago
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestMovementLevels(ProgramCase):
    """What is above what: the worst is 0."""

    def test_levels(self):
        self.assertEqual(movement.levels("abc_class"), {"c": 0, "b": 1, "a": 2})
        status = movement.levels("status")
        self.assertEqual(status["new"], status["won_back"])
        self.assertLess(status["silent"], status["late"])


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOver(ProgramCase):
    """Before anything is done, the cause is looked at again; both arms alike. Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        cls.customer = cls._create_customer("Customer", user_id=cls.user.id)

    def _record(self, *types):
        self.env.flush_all()
        return self.Event._record(self.company, types, days_ago(30), TODAY)

    def _enter_purchase(self, **values):
        """Put the customer into a program on an order of 5 June, a call 10 days later."""
        program = self._create_program(
            {"delay_days": 10, "delay_kind": "calendar"},
            event_type="purchase",
            status_to=False,
            pause_days=0,
            **values,
        )
        program.activated_on = days_ago(30)
        order = self._create_order(self.customer, datetime(2026, 6, 5, 10), 100)
        self._refresh()
        self._record("purchase")
        return program, order, self._enter(program)

    def _get_state(self, program):
        self._act()
        return program.enrollment_ids.mapped(lambda each: (each.state, each.reason))

    def test_true(self):
        """Nothing happened to the order: the call is made."""
        program, _order, _enrollment = self._enter_purchase()
        self.assertEqual(self._get_state(program), [("open", False)])
        self.assertEqual(program.enrollment_ids.followup_ids.state, "open")

    def test_canceled(self):
        program, order, _enrollment = self._enter_purchase()
        order._action_cancel()
        self.assertEqual(self._get_state(program), [("stopped", "over")])
        self.assertEqual(program.enrollment_ids.followup_ids.mapped("state"), ["canceled"])

    def test_deleted(self):
        program, order, _enrollment = self._enter_purchase()
        order._action_cancel()
        order.unlink()
        self.assertEqual(self._get_state(program), [("stopped", "over")])

    def test_other_customer(self):
        """The order is another customer's now: nobody calls the first one about it."""
        program, order, _enrollment = self._enter_purchase()
        other = self._create_customer("Other")
        self.env.cr.execute("UPDATE sale_order SET partner_id = %s", [other.id])
        self.env.invalidate_all()
        self.assertEqual(self._get_state(program), [("stopped", "over")])
        self.assertEqual(order.partner_id, other)

    def test_corrected_date(self):
        """An order whose date is corrected is still the same one."""
        program, order, _enrollment = self._enter_purchase()
        order.date_order = datetime(2026, 5, 20, 10)
        self.assertEqual(self._get_state(program), [("open", False)])

    def test_held_out(self):
        """Who is held out leaves for the same reason, by the scheduled action."""
        program, order, enrollment = self._enter_purchase(holdout_percent=100)
        self.assertEqual(enrollment.arm, "held_out")
        order._action_cancel()
        self.Enrollment._stop_over()
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "over"))

    def test_before_entry(self):
        """What is over before anybody looked enters no program."""
        program = self._create_program(
            event_type="purchase", status_to=False, pause_days=0, exit_on_purchase=False
        )
        program.activated_on = days_ago(30)
        order = self._create_order(self.customer, datetime(2026, 6, 5, 10), 100)
        self._record("purchase")
        order._action_cancel()
        self._enter(program)
        enrollment = program.enrollment_ids
        self.assertEqual((enrollment.state, enrollment.reason), ("refused", "over"))
        self.assertFalse(enrollment.arm)

    def test_open_work(self):
        """Work that somebody has in hand is withdrawn, and they find it as such."""
        program, order, _enrollment = self._enter_purchase()
        followup = self._act()
        self.assertTrue(followup.activity_id)
        order._action_cancel()
        self.Enrollment._stop_over()
        self.assertFalse(followup.activity_id.exists())
        mine = self._as(self.Followup, self.user)
        found = mine.search([("state", "=", "canceled"), ("user_id", "=", self.user.id)])
        self.assertEqual(found.enrollment_id.reason, "over")
        self.assertIn("Sam Sales has nothing to do about it", self.customer.message_ids[0].body)

    def test_figures(self):
        """A change of figures is over where it turned back; further the same way, or equal, is no end."""
        # Twelve purchases, one every 30 days: the gap is (2 * 90 + 330) / (2 + 11) = 39.2 days; late
        # after 58, silent after 117, lost after 730.
        cases = (
            ("late", "silent", 125, False),  # as it was
            ("active", "late", 125, False),  # late, now silent: further
            ("late", "silent", 740, False),  # now lost: further
            ("late", "silent", 60, True),  # now late: turned back
            ("late", "silent", 1, True),  # now active
            ("prospect", "new", 1, False),  # now active: an equal
            ("silent", "won_back", 1, False),  # now active: an equal
            ("prospect", "new", 60, True),  # now late
        )
        for old, new, idle, is_over in cases:
            customer = self._create_customer("Twelve")
            self._create_past(customer, *[(idle + 30 * n, 10) for n in range(12)])
            self._refresh()
            event = self._create_event(customer, old_value=old, new_value=new)
            with self.subTest(old=old, new=new, idle=idle):
                self.assertEqual(bool(event._filter_over()), is_over)

    def test_gold(self):
        """Became gold, and is not any more."""
        rich, richer = self._create_customers([(10, 100)], [(5, 10)])
        self._refresh()
        events = [
            self._create_event(each, type="is_gold", old_value="false", new_value="true")
            for each in (rich, richer)
        ]
        # One of two is gold (10 % of 2, rounded up): the one of 100.
        over = self.Event.union(*events)._filter_over()
        self.assertEqual(over, events[1])

    def test_first_purchase(self):
        """A welcome needs a purchase: the mistaken order is cancelled, figures and event go apart."""
        order = self._create_order(self.customer, datetime(2026, 6, 10, 10), 100)
        self._refresh()
        event = self._record("first_purchase")
        self.assertFalse(event._filter_over())
        order._action_cancel()
        self._refresh()
        self.assertEqual(event._filter_over(), event)

    def test_loss(self):
        """Won back, or no loss at all."""
        lost = self.env["retention.loss"].create(
            {"partner_id": self.customer.id, "date": days_ago(3)}
        )
        event = self.Event.search([("type", "=", "loss_recorded"), ("res_id", "=", lost.id)])
        self.assertFalse(event._filter_over())
        lost.state = "won_back"
        self.assertEqual(event._filter_over(), event)

    def test_referral(self):
        """Somebody else brought the customer after all."""
        first, second = self._create_customers([(400, 10)], [(400, 10)])
        self.customer.referred_by_id = first
        event = self._record("referral_named")
        self.assertFalse(event._filter_over())
        self.customer.referred_by_id = second
        self.assertEqual(event._filter_over(), event)

    def test_answer(self):
        """The answer was corrected: nobody is dissatisfied any more."""
        answer = self.env["retention.satisfaction"].create(
            {"partner_id": self.customer.id, "level": "dissatisfied"}
        )
        event = self.Event.search([("type", "=", "dissatisfied"), ("res_id", "=", answer.id)])
        self.assertFalse(event._filter_over())
        self.env.cr.execute("UPDATE retention_satisfaction SET level = 'satisfied'")
        self.assertEqual(event._filter_over(), event)

    def test_by_hand(self):
        """What people decided is no cause that ends."""
        events = self._create_event(self.customer, type="manual", res_model="x", res_id=1)
        events |= self._create_event(self.customer, type="priority", res_model="x", res_id=1)
        self.assertFalse(events._filter_over())

    def test_statements(self):
        """One statement a company and type, however many events."""
        customers = self._create_customers(*[[(100, 10)]] * 30)
        self._refresh()
        for customer in customers:
            self._create_event(customer)
        events = self.Event.search([("partner_id", "in", customers.ids)])
        events._filter_over()
        for count in (1, 30):
            self.env.invalidate_all()
            with self.assertQueryCount(__system__=4):
                events[:count]._filter_over()

    def test_every_type(self):
        """Every type answers, those of other addons too."""
        for kind, _label in self.Event._fields["type"]._description_selection(self.env):
            event = self._create_event(self.customer, type=kind, old_value=False, new_value=False)
            with self.subTest(type=kind):
                self.assertFalse(event._filter_over())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBoughtSince(ProgramCase):
    """Bought since is a purchase dated later than the last one known when the event was recorded."""

    def setUp(self):
        super().setUp()
        self.company.retention_basis = "ordered"
        self.customer = self._create_customer("Buyer", user_id=self.user.id)
        self._create_past(self.customer, (300, 10))
        self._refresh()
        self.program = self._create_program({"delay_days": 5, "delay_kind": "calendar"})
        self.program.activated_on = days_ago(30)

    def _get_reason(self, event_days, *purchases):
        """Enter by an event of some days ago, then buy; return the reason of the end."""
        event = self._create_event(self.customer, event_days, old_value="late")
        self.assertEqual(event.last_purchase_date, days_ago(300))
        self._enter(self.program)
        self._create_past(self.customer, *purchases)
        self._refresh()
        self._act()
        return self.program.enrollment_ids.reason

    def test_day_of_entry(self):
        self.assertEqual(self._get_reason(0, (0, 50)), "bought")

    def test_between_event_and_entry(self):
        """Bought after the event, before somebody took it up."""
        self.assertEqual(self._get_reason(6, (4, 50)), "bought")

    def test_dated_back(self):
        """Posted now, dated before the event."""
        self.assertEqual(self._get_reason(3, (20, 50)), "bought")

    def test_known(self):
        """The purchase of 300 days ago was known: another of that day changes nothing."""
        self.assertFalse(self._get_reason(3, (300, 50), (310, 20)))

    def test_just_before(self):
        """What was bought before somebody put the customer in by hand ends nothing."""
        self._create_past(self.customer, (0, 50))
        self.Event._record_manual(self.program, self.customer, self.company)
        event = self.Event.search([("type", "=", "manual"), ("partner_id", "=", self.customer.id)])
        self.assertEqual(event.last_purchase_date, TODAY)
        enrollment = self._enter(self.program)
        self._act()
        self.assertEqual((enrollment.state, enrollment.reason), ("open", False))

    def test_of_the_run(self):
        """Changes of figures know the purchase that made them."""
        customer = self._create_customer("New Gold")
        self._refresh()
        self._create_order(customer, NOW - timedelta(days=1), 5000)
        self._refresh()
        event = self.Event.search([("partner_id", "=", customer.id), ("type", "=", "status")])
        self.assertEqual((event.new_value, event.last_purchase_date), ("new", days_ago(1)))

    def test_scheduled(self):
        """The scheduled action ends both arms the same way, by the figures."""
        self.program.holdout_percent = 100
        self._create_event(self.customer, 6, old_value="late")
        enrollment = self._enter(self.program)
        self.assertEqual(enrollment.arm, "held_out")
        self._create_past(self.customer, (4, 50))
        self._refresh()
        self.Enrollment._stop_bought()
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "bought"))

    def test_defaults(self):
        """Which events a purchase settles by default."""
        staying = {
            kind
            for kind, _label in self.Event._get_program_types()
            if not self.Event._get_traits(kind).ends_on_purchase
        }
        self.assertLessEqual(
            {"purchase", "first_purchase", "birthday", "anniversary", "referral_named",
             "referral_converted", "review_due", "priority_due", "priority", "dissatisfied"},
            staying,
        )  # fmt: skip
        self.assertTrue(
            staying.isdisjoint({"status", "abc_class", "is_gold", "non_sale", "manual"})
        )

    def test_paused(self):
        """Bought while the program was paused."""
        self._create_event(self.customer, 2, old_value="late")
        self._enter(self.program)
        self.program.action_pause()
        self._create_past(self.customer, (1, 50))
        with freeze_time(NOW + timedelta(days=4)):
            self.program.action_resume()
            self._act()
            self.assertEqual(self.program.enrollment_ids.reason, "bought")
