from ast import literal_eval
from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..common import OWN, TODAY, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestReview(RetentionCase):
    """When to look at a profile again, and when to ask for the priority; today is 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two of four with a value this year, ⌈20 % · 4⌉ = 1 is A: the first. None grew twice.
        cls.a, cls.c, cls.c2, cls.c3 = cls._create_customers(
            [(10, 1000)], [(10, 100)], [(10, 50)], [(10, 10)]
        )
        cls.prospect = cls.env["res.partner"].create({"name": "Prospect"})
        cls._refresh()
        cls.everybody = cls.a | cls.c | cls.c2 | cls.c3 | cls.prospect
        cls.speed = cls.env.ref("customer_retention.retention_priority_speed")

    def _search(self, *leaves, **kwargs):
        domain = [("id", "in", self.everybody.ids), *leaves]
        return self.env["res.partner"].search(domain, **kwargs)

    def test_rhythm(self):
        """The next review is three months after the last in class A, twelve in class C."""
        self.assertEqual((self.a.abc_class, self.c.abc_class), ("a", "c"))
        (self.a | self.c).last_review_date = "2026-03-31"
        self.assertEqual(self.a.next_review_date, date(2026, 6, 30))
        self.assertEqual(self.c.next_review_date, date(2027, 3, 31))
        self.company.retention_review_c_months = 2
        self.env.invalidate_all()
        self.assertEqual(self.c.next_review_date, date(2026, 5, 31))
        self.assertTrue(self.c.is_review_due)

    def test_never_reviewed(self):
        """Without a review, the first purchase counts: 5 June 2026 and twelve months."""
        self.assertEqual(days_ago(10), date(2026, 6, 5))
        self.assertEqual(self.c.next_review_date, date(2027, 6, 5))
        self.assertFalse(self.c.is_review_due)

    def test_no_rhythm(self):
        """0 months is no review at all; a prospect has none either."""
        self.company.retention_review_c_months = 0
        self.env.invalidate_all()
        self.assertFalse(self.c.next_review_date)
        self.assertFalse(self.c.is_review_due)
        self.prospect.last_review_date = "2020-01-01"
        self.assertFalse(self.prospect.next_review_date)

    def test_due(self):
        """Due from the day on; the list has the stale ones first."""
        self.c.last_review_date = "2025-06-15"
        self.c2.last_review_date = "2025-06-16"
        self.c3.last_review_date = "2024-01-01"
        found = self._search(("is_review_due", "=", True), order="next_review_date")
        self.assertEqual(found, self.c3 | self.c)
        not_due = self._search(("is_review_due", "=", False))
        self.assertEqual(not_due, self.a | self.c2 | self.prospect)

    def test_list(self):
        """The list To review is that of the menu: stale ones first, lost ones not at all."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_retention.res_partner_action_review"
        )
        self.c.last_review_date = "2025-06-15"
        self.c3.last_review_date = "2024-01-01"
        domain = literal_eval(action["domain"])
        self.assertEqual(self._search(*domain, order="next_review_date, id"), self.c3 | self.c)

    def test_mark(self):
        """Mark as reviewed moves the next review on from today."""
        self.c3.last_review_date = "2024-01-01"
        self.assertTrue(self.c3.is_review_due)
        self.c3.action_mark_reviewed()
        self.assertEqual(self.c3.last_review_date, TODAY)
        self.assertEqual(self.c3.next_review_date, date(2027, 6, 15))
        self.assertFalse(self.c3.is_review_due)

    def test_priority_due(self):
        """Customers are asked who were never asked, or six months ago; prospects are not."""
        self.a.write({"priority_id": self.speed.id, "priority_date": "2025-12-15"})
        self.c.write({"priority_id": self.speed.id, "priority_date": "2025-12-16"})
        self.assertEqual(self._search(("is_priority_due", "=", True)), self.a | self.c2 | self.c3)
        self.company.retention_priority_months = 7
        self.assertEqual(self._search(("is_priority_due", "=", True)), self.c2 | self.c3)
        self.company.retention_priority_months = 0
        self.assertEqual(self._search(("is_priority_due", "=", True)), self.c2 | self.c3)

    def test_priority_taken_away(self):
        """Who no longer has a priority is asked again."""
        self.a.priority_id = self.speed
        self.a.priority_id = False
        self.assertTrue(self.a.is_priority_due)

    def test_hidden(self):
        """A colleague's customer is neither to review nor to be asked for who does not see it."""
        seller = self._create_user("seller", OWN)
        self.c3.write({"user_id": self._create_user("x", OWN).id, "last_review_date": "2024-01-01"})
        partner = self._as(self.c3, seller)
        self.assertFalse(partner.is_review_due or partner.is_priority_due)
        self.assertFalse(partner.next_review_date)

    def test_companies(self):
        """Each company has its rhythm and its customers."""
        other = self._create_company("Other")
        other.retention_review_c_months = 1
        self.c.last_review_date = "2026-05-01"
        self.assertFalse(self.c.with_company(other).next_review_date)
        self._create_past(self.c, (5, 11), company_id=other.id)
        self._refresh(other)
        # The only customer of the other company is its class A: three months.
        self.assertEqual(self.c.with_company(other).next_review_date, date(2026, 8, 1))
        self.assertEqual(self.c.next_review_date, date(2027, 5, 1))

    def test_settings(self):
        """Months are 0 to 120, said by the field's name."""
        with self.assertRaisesRegex(ValidationError, "Review Class A Every .* is -1"):
            self.company.retention_review_a_months = -1
        with self.assertRaisesRegex(ValidationError, "between 0 and 120"):
            self.company.retention_priority_months = 121


@tagged("post_install", "-at_install")
class TestReviewEvents(RetentionCase):
    """Events that a review or a question is due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        [cls.partner] = cls._create_customers([(100, 1000)])
        cls._refresh()
        cls.speed = cls.env.ref("customer_retention.retention_priority_speed")

    def _record(self, event_type, since, until):
        events = self.Event._record(self.company, [event_type], since, until)
        return [(event.partner_id, event.date) for event in events]

    def test_review_due(self):
        """Due on its day, once; after the next review there is another."""
        # The only customer is class A: three months after the first purchase, 7 March 2026.
        self.assertEqual(days_ago(100), date(2026, 3, 7))
        due = date(2026, 6, 7)
        self.assertEqual(self._record("review_due", date(2026, 6, 8), TODAY), [])
        self.assertEqual(self._record("review_due", due, due), [(self.partner, due)])
        self.assertEqual(self._record("review_due", date(2026, 1, 1), TODAY), [])
        self.partner.action_mark_reviewed()
        self.assertEqual(self._record("review_due", date(2026, 1, 1), TODAY), [])
        with freeze_time("2026-09-20 12:00"):
            events = self._record("review_due", date(2026, 9, 1), date(2026, 9, 20))
            self.assertEqual(events, [(self.partner, date(2026, 9, 15))])

    def test_priority_due(self):
        """Due on the first purchase where it was never told, then six months after each answer."""
        first = date(2026, 3, 7)
        self.assertEqual(self._record("priority_due", first, TODAY), [(self.partner, first)])
        self.assertEqual(self._record("priority_due", first, TODAY), [])
        self.partner.priority_id = self.speed
        self.assertEqual(self._record("priority_due", first, date(2026, 12, 14)), [])
        again = date(2026, 12, 15)
        self.assertEqual(self._record("priority_due", again, again), [(self.partner, again)])

    def test_words(self):
        """The event says what it is about."""
        self._record("review_due", date(2026, 6, 1), TODAY)
        event = self.Event.search([("partner_id", "=", self.partner.id)], limit=1)
        self.assertEqual(event.description, "Review due")

    def test_recorded_nightly(self):
        """The scheduled action records both types."""
        types = self.Event._get_recorded_types()
        self.assertTrue({"priority_due", "review_due"} <= set(types))
