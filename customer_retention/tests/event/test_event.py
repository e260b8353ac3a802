from datetime import datetime

from odoo.tests import freeze_time, tagged

from ..common import NOW, TODAY, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestEvent(RetentionCase):
    """Changes of figures become events, once, and never for what did not happen that day.

    Purchases of before are past purchases; what happens during a test is an order, because a run
    after an import writes no events.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"

    def _create_two(self):
        """Create and refresh two customers; the first is silent, the second new, gold and A.

        Of two customers the better scores 3 and the other 1. The first has recency 1, frequency 1
        (both bought once) and money 3: dormant. The second has 3, 1 and 1: about to sleep.
        """
        first, second = self._create_customers([(500, 100)], [(10, 50)])
        self._refresh()
        self.assertFigures(first, status="silent", abc_class="c", rfm_segment="dormant")
        self.assertFigures(second, status="new", abc_class="a", rfm_segment="about_to_sleep")
        return first, second

    def test_first_run(self):
        """The first run of a company writes no events: the past makes none."""
        first, second = self._create_two()
        self.assertEvents(first)
        self.assertEvents(second)

    def test_changes(self):
        """A purchase makes one event for each of class, gold, segment and status that changes."""
        first, second = self._create_two()
        self._create_order(first, NOW, 200)
        run = self._refresh()
        self.assertTrue(run.with_events)
        # Value this year 200 and 50: the first is now gold and A. It returned after 500 days,
        # more than 3 * 90. It has the better score in all three: 3, mean 3: attention; the second
        # has 1, 1, 1: dormant. It is new as before.
        self.assertEvents(
            first,
            ("status", "silent", "won_back"),
            ("abc_class", "c", "a"),
            ("is_gold", "false", "true"),
            ("rfm_segment", "dormant", "attention"),
        )
        self.assertEvents(
            second,
            ("abc_class", "a", "c"),
            ("is_gold", "true", "false"),
            ("rfm_segment", "about_to_sleep", "dormant"),
        )
        events = self.Event.search([("partner_id", "in", (first | second).ids)])
        self.assertEqual(set(events.mapped("date")), {TODAY})
        self.assertEqual(events.company_id, self.company)

    def test_second_run(self):
        """A second run writes no event again."""
        first, second = self._create_two()
        self._create_order(first, NOW, 200)
        self._refresh()
        count = self.Event.search_count([])
        self._refresh()
        self.assertEqual(self.Event.search_count([]), count)

    def test_words(self):
        """An event says in words what happened."""
        first, second = self._create_two()
        self._create_order(first, NOW, 200)
        self._refresh()
        events = self.Event.search([("partner_id", "in", (first | second).ids)])
        self.assertEqual(
            set(events.mapped("description")),
            {
                "Became won back (was silent)",
                "Class C → A",
                "Became gold",
                "Segment Dormant → Needs attention",
                "Class A → C",
                "No longer gold",
                "Segment About to sleep → Dormant",
            },
        )

    def test_day_of_the_company(self):
        """The day of an event is that of the company's zone."""
        self.company.partner_id.tz = "Pacific/Auckland"
        first, _second = self._create_two()
        self._create_order(first, NOW, 200)
        self._refresh()
        events = self.Event.search([("partner_id", "=", first.id)])
        self.assertEqual(set(events.mapped("date")), {days_ago(-1)})  # 16 June, 0:00

    def test_days_make_events(self):
        """A status that changes because days pass is an event of the day it is seen."""
        partner = self._create_customer(purchases=[(89, 10)])
        self._refresh()
        with freeze_time(datetime(2026, 6, 16, 12)):
            self._refresh()
        self.assertEvents(partner, ("status", "new", "active"))
        self.assertEqual(self.Event.search([("partner_id", "=", partner.id)]).date, days_ago(-1))

    def test_new_customer(self):
        """Of a new customer only the status is an event: a prospect became new."""
        self._refresh()
        partner = self._create_customer()
        self._create_order(partner, NOW, 100)
        self._refresh()
        self.assertEvents(partner, ("status", "prospect", "new"))

    def test_customer_with_an_old_purchase(self):
        """Who turns up with an old purchase did not become new: no event."""
        self._refresh()
        old, lost = self._create_customer(), self._create_customer()
        self._create_order(old, datetime(2026, 3, 1, 12), 100)  # 106 days ago: active
        self._create_order(lost, datetime(2020, 3, 1, 12), 100)
        self._refresh()
        self.assertFigures(old, status="active")
        self.assertEvents(old)
        self.assertEvents(lost)

    def test_customer_disappears(self):
        """Who loses the only purchase becomes a prospect again, from whatever it was."""
        self._refresh()
        new, active = self._create_customer(), self._create_customer()
        orders = self._create_order(new, NOW, 100)
        orders |= self._create_order(active, datetime(2026, 3, 1, 12), 100)
        self._refresh()
        orders._action_cancel()
        self._refresh()
        self.assertEvents(new, ("status", "prospect", "new"), ("status", "new", "prospect"))
        self.assertEvents(active, ("status", "active", "prospect"))

    def test_changed_settings(self):
        """The run after changed settings writes no events; the one after that does again."""
        first, second = self._create_two()
        self.company.retention_new_days = 5
        run = self._refresh()
        self.assertFalse(run.with_events)
        self.assertFigures(second, status="active")
        self.assertEvents(second)
        self._create_order(first, NOW, 200)
        self.assertTrue(self._refresh().with_events)
        self.assertIn("won_back", self.Event.search([]).mapped("new_value"))

    def test_changed_basis(self):
        """The run after a changed basis writes no events."""
        self._refresh()
        partner = self._create_customer()
        self._create_order(partner, NOW, 100)
        self.company.retention_basis = "invoiced"
        self._refresh()
        self.company.retention_basis = "ordered"
        run = self._refresh()
        self.assertFalse(run.with_events)
        self.assertFigures(partner, status="new")
        self.assertEvents(partner)

    def test_import(self):
        """The run after imported, changed or deleted past purchases writes no events."""
        first, second = self._create_two()
        self._create_past(first, (5, 1000))
        self._refresh()
        self.assertFigures(first, is_gold=True, status="won_back")
        past = self.Past.search([("partner_id", "=", first.id)], limit=1)
        past.amount = 1
        self._refresh()
        self.assertFigures(first, is_gold=False)
        past.unlink()
        self._refresh()
        self.assertFigures(first, status="silent")
        self.assertEvents(first)
        self.assertEvents(second)

    def test_import_of_another_company(self):
        """An import in another company silences nothing here."""
        other = self._create_company("Elsewhere")
        first, second = self._create_two()
        self._create_past(second, (5, 1000), company_id=other.id)
        self._create_order(first, NOW, 200)
        self.assertTrue(self._refresh().with_events)

    def test_merge(self):
        """Merging contacts adds their purchases up, and the run after it writes no events."""
        first, second = self._create_two()
        self._create_order(first, NOW, 200)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first | second).ids, second, extra_checks=False)
        self.env.invalidate_all()
        run = self._refresh()
        self.assertFalse(run.with_events)
        self.assertFigures(second, lifetime_value=350, purchase_count=3, is_gold=True)
        types = self.Event.search([("partner_id", "=", second.id)]).mapped("type")
        self.assertEqual(types, ["merged"])
        self.assertTrue(self._refresh().with_events)

    def test_merge_keeps_history(self):
        """The events of both merged contacts stay, with the one that is left."""
        self._refresh()
        first, second = self._create_customer(), self._create_customer()
        self._create_order(first, NOW, 100)
        self._create_order(second, NOW, 100)
        self._refresh()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first | second).ids, second, extra_checks=False)
        self.env.invalidate_all()
        self.assertEvents(
            second,
            ("status", "prospect", "new"),
            ("status", "prospect", "new"),
            ("merged", False, False),
        )

    def test_failed_run(self):
        """Nothing of a failed run stays, neither figures nor events."""
        first, _second = self._create_two()
        self._create_order(first, NOW, 200)
        self.company.partner_id.tz = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s",
            [self.company.partner_id.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(Exception, "Mars/Olympus"):
            self.Run._refresh(self.company)
        self.assertEvents(first)
