from datetime import timedelta

from odoo.tests import tagged

from ..common import NOW, days_ago
from .histories import HistoryCase


@tagged("post_install", "-at_install")
class TestMerge(HistoryCase):
    """Merging contacts adds up what they bought, loses nothing and makes no events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_company("Second Company")

    def _merge(self, *partners):
        """Merge ``partners`` into the last of them, as the wizard does."""
        merged = self.env["res.partner"].union(*partners)
        self.env["base.partner.merge.automatic.wizard"]._merge(merged.ids, partners[-1])
        self.env.invalidate_all()

    def _refresh_both(self):
        for company in (self.company, self.second):
            self._refresh(company)
            self.assertMatchesOracle(company)

    def test_both_with_figures_in_two_companies(self):
        """Two customers of two companies become one, with the sum in each company."""
        first, second = self._create_customers([(10, 100), (40, 1)], [(10, 20), (400, 2)])
        self._create_past(first, (10, 1000), company_id=self.second.id)
        self._create_past(second, (20, 2000), company_id=self.second.id)
        self._refresh_both()
        self._merge(first, second)
        self.assertFalse(first.exists())
        self._refresh_both()
        # Both bought 10 days ago: that is one purchase day of two purchases.
        self.assertFigures(
            second,
            lifetime_value=123,
            purchase_count=4,
            purchase_days=3,
            first_purchase_date=days_ago(400),
        )
        self.assertFigures(second, self.second, lifetime_value=3000, purchase_days=2)
        self.assertEqual(
            self.Customer.search_count([("partner_id", "in", (first | second).ids)]), 2
        )

    def test_no_figure_is_lost_before_the_next_run(self):
        """Between merge and run the survivor has figures: those from before."""
        first, second = self._create_customers([(10, 100)], [(10, 20)])
        self._refresh_both()
        self._merge(first, second)
        self.assertFigures(second, lifetime_value=20)
        self.assertEqual(second.value_year, 20)

    def test_figures_in_one_company_each(self):
        """Who was a customer of one company only brings those figures along."""
        first, second = self._create_customers([(10, 100)], [])
        self._create_past(second, (20, 2000), company_id=self.second.id)
        self._refresh_both()
        self._merge(first, second)
        self._refresh_both()
        self.assertFigures(second, lifetime_value=100)
        self.assertFigures(second, self.second, lifetime_value=2000)

    def test_without_figures(self):
        """Merging those who never bought is nothing that figures know of."""
        first, second, buyer = self._create_customers([], [], [(10, 100)])
        self._refresh_both()
        self._merge(first, second)
        self.assertFalse(self.Event.search([]))
        self._merge(second, buyer)
        self._refresh_both()
        self.assertFigures(buyer, lifetime_value=100)

    def test_no_events(self):
        """The run after a merge records no event, the one after that does."""
        *others, first, second = self._create_customers(
            *([(10, 50)] for _number in range(9)), [(10, 30)], [(10, 40)]
        )
        self._refresh_both()
        self._merge(first, second)
        # 70 of ten customers, of whom one is gold: not the nine with 50 any more.
        self._refresh_both()
        self.assertFigures(second, is_gold=True)
        self.assertFigures(others[0], is_gold=False)
        events = self.Event.search([])
        self.assertEqual(events.mapped("type"), ["merged"])
        self.assertRecordValues(
            events,
            [{"partner_id": second.id, "company_id": self.company.id, "key": str(first.id)}],
        )
        with self._at(NOW + timedelta(days=80)):
            self._refresh()
        self.assertIn(
            ("status", "new", "active"),
            [
                (event.type, event.old_value, event.new_value)
                for event in self.Event.search([("partner_id", "=", others[0].id)])
            ],
        )

    def test_three(self):
        """Three contacts become one at once."""
        first, second, third = self._create_customers([(10, 1)], [(20, 2)], [(30, 4)])
        self._refresh_both()
        self._merge(first, second, third)
        self._refresh_both()
        self.assertFigures(third, lifetime_value=7, purchase_days=3)
        self.assertEqual(self.Customer.search_count([("company_id", "=", self.company.id)]), 1)

    def test_contacts_of_one_company(self):
        """Merging two contacts of one customer changes nothing about the customer."""
        customer = self._create_customer()
        first, second = self.env["res.partner"].create(
            [{"name": name, "parent_id": customer.id} for name in ("Ann", "Anne")]
        )
        self._create_past(first, (10, 100))
        self._create_past(second, (20, 10))
        self._refresh_both()
        self._merge(first, second)
        self._refresh_both()
        self.assertFigures(customer, lifetime_value=110)

    def test_company_with_contacts(self):
        """The contacts of a merged company bring their purchases to the other company."""
        first, second = self._create_customers([(10, 100)], [(20, 10)])
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": first.id})
        self._create_past(contact, (30, 1))
        self._refresh_both()
        self._merge(first, second)
        self.assertEqual(contact.commercial_partner_id, second)
        self._refresh_both()
        self.assertFigures(second, lifetime_value=111)

    def test_into_a_contact(self):
        """A customer merged into the contact of a company becomes that company's."""
        customer, other, third = self._create_customers([(10, 100)], [(20, 10)], [])
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": customer.id})
        below = self.env["res.partner"].create({"name": "Below", "parent_id": other.id})
        self._create_past(below, (30, 1))
        self._refresh_both()
        self._merge(third, other, contact)
        self._refresh_both()
        self.assertFigures(customer, lifetime_value=111)
        self.assertEqual(below.commercial_partner_id, customer)
        self.assertEqual(self.Customer.search_count([("company_id", "=", self.company.id)]), 1)

    def test_history_is_kept(self):
        """The events of a merged customer are told of the survivor."""
        first, second = self._create_customers([(80, 100)], [(20, 10)])
        self._refresh_both()
        with self._at(NOW + timedelta(days=20)):
            self._refresh()
        self.assertEvents(first, ("status", "new", "active"))
        self._merge(first, second)
        self.assertEvents(second, ("status", "new", "active"), ("merged", False, False))

    def test_hour_and_night(self):
        """Merged purchases are in the figures by the next night, however few customers it counts."""
        self.patch(type(self.Run), "_INCREMENTAL_FROM", 0)
        first, second = self._create_customers([(10, 100)], [(20, 10)])
        self._refresh_both()
        self._merge(first, second)
        with self._at(NOW + timedelta(hours=2)):
            self.Run._refresh_changed(self.company)
        with self._at(NOW + timedelta(hours=14)):
            self.Run._refresh_night(self.company)
            self.assertMatchesOracle()
        self.assertFigures(second, lifetime_value=110)
        self.assertFalse(self.Event.search([("type", "!=", "merged")]))
