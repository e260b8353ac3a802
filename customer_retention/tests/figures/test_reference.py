import random

from odoo.tests import tagged

from ..common import TODAY, RetentionCase, days_ago
from .reference import get_figures

MONEY = {
    "value_month",
    "value_year",
    "value_year_1",
    "value_year_2",
    "lifetime_value",
    "gold_gap",
    "gold_margin",
}


@tagged("post_install", "-at_install")
class TestReference(RetentionCase):
    """The figures of many random customers are those of a second, plain implementation."""

    maxDiff = None

    def _create_random(self, seed, count):
        """Create customers of few different days and amounts, so that much is equal."""
        chance = random.Random(seed)
        borders = (0, 29, 30, 89, 90, 135, 136, 270, 271, 364, 365, 729, 730, 1094, 1095)
        amounts = (-50, -0.01, 0, 0.01, 10, 10, 11, 12.1, 33.33, 100, 100, 110, 121, 999.99)
        purchases = []
        for _customer in range(count):
            rhythm = chance.randrange(1, 200)
            last = chance.choice((*borders, chance.randrange(-20, 900)))
            bought = [
                (last + number * rhythm + chance.randrange(3), chance.choice(amounts))
                for number in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 8)))
            ]
            bought += [
                (chance.choice(borders), chance.choice(amounts))
                for _number in range(chance.randrange(3))
            ]
            purchases.append(bought)
        return self._create_customers(*purchases), purchases

    def _compare(self, partners, purchases, method="top"):
        expected = get_figures(
            [
                (partner.id, days_ago(days), round(amount * 100))
                for partner, bought in zip(partners, purchases, strict=True)
                for days, amount in bought
            ],
            TODAY,
            method,
        )
        domain = [("company_id", "=", self.company.id)]
        rows = {row.partner_id.id: row for row in self.Customer.search(domain)}
        self.assertEqual(rows.keys(), expected.keys())
        for partner_id, customer in expected.items():
            row = rows[partner_id]
            found = {
                name: round(row[name] * 100) if name in MONEY else row[name] or 0
                for name in customer.figures
            }
            figures = {name: value or 0 for name, value in customer.figures.items()}
            self.assertEqual(found, figures, customer.purchases)
            self.assertAlmostEqual(row.average_purchase * 100, float(customer.average), 6)
            self.assertAlmostEqual(row.expected_gap_days, float(customer.expected), 9)
        return expected

    def test_many(self):
        """With a measured rhythm, by both methods of classes; every status and segment occurs."""
        partners, purchases = self._create_random(7, 400)
        self._refresh()
        expected = self._compare(partners, purchases)
        for name, count in (("status", 6), ("rfm_segment", 11), ("abc_class", 3)):
            values = {customer.figures[name] for customer in expected.values()}
            self.assertEqual(len(values), count, f"This test says nothing of some {name}")
        self.company.retention_abc_method = "pareto"
        self._refresh()
        self._compare(partners, purchases, "pareto")

    def test_few(self):
        """With so few customers that limits coincide and the rhythm is assumed."""
        for seed, count in enumerate((1, 2, 3, 4, 6, 12)):
            with self.subTest(count=count):
                self.Past.search([("company_id", "=", self.company.id)]).unlink()
                partners, purchases = self._create_random(100 + seed, count)
                self._refresh()
                self._compare(partners, purchases)
