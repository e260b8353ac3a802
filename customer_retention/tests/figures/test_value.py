from decimal import Decimal

from odoo.tests import tagged

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestValue(RetentionCase):
    """Sums over the windows of days, counts and days of purchases."""

    def test_window_borders(self):
        """Each window of days takes its first day, and leaves the next day to the window before."""
        # One power of two per purchase, so that every sum tells which purchases are in it.
        partner = self._create_customer(
            purchases=[
                (0, 1),
                (29, 2),
                (30, 4),
                (364, 8),
                (365, 16),
                (729, 32),
                (730, 64),
                (1094, 128),
                (1095, 256),
            ]
        )
        self._refresh()
        self.assertFigures(
            partner,
            value_month=1 + 2,  # today - date < 30
            value_year=1 + 2 + 4 + 8,  # < 365
            value_year_1=16 + 32,  # 365 to 729
            value_year_2=64 + 128,  # 730 to 1094
            lifetime_value=511,  # 2^9 - 1: all
            purchase_count=9,
            purchase_days=9,
            first_purchase_date=days_ago(1095),
            previous_purchase_date=days_ago(29),
            last_purchase_date=days_ago(0),
        )

    def test_no_purchase(self):
        """Who never bought has no figures and is a prospect."""
        partner = self._create_customer()
        self._refresh()
        self.assertFalse(self._get_figures(partner))
        self.assertEqual(partner.retention_status, "prospect")

    def test_one_purchase(self):
        """With one purchase there is no purchase before it, and the average is its amount."""
        partner = self._create_customer(purchases=[(10, 120.5)])
        self._refresh()
        self.assertFigures(
            partner,
            value_month=120.5,
            value_year=120.5,
            value_year_1=0,
            lifetime_value=120.5,
            average_purchase=120.5,
            purchase_count=1,
            purchase_days=1,
            first_purchase_date=days_ago(10),
            previous_purchase_date=False,
            last_purchase_date=days_ago(10),
        )

    def test_two_purchases_of_one_day(self):
        """Two purchases of one day are two purchases and one purchase day."""
        partner = self._create_customer(purchases=[(40, 10), (10, 100), (10, 70)])
        self._refresh()
        self.assertFigures(
            partner,
            purchase_count=3,
            purchase_days=2,
            first_purchase_date=days_ago(40),
            previous_purchase_date=days_ago(40),  # the last but one *day*, not purchase
            last_purchase_date=days_ago(10),
            average_purchase=60,  # (10 + 100 + 70) / 3
        )

    def test_negative_amounts(self):
        """Returns lower the value, but are neither purchases nor purchase days."""
        # 300 + 200 - 50 - 70 = 380; average (300 + 200) / 2 = 250
        partner = self._create_customer(purchases=[(60, 300), (20, 200), (20, -50), (5, -70)])
        self._refresh()
        self.assertFigures(
            partner,
            value_month=200 - 50 - 70,
            value_year=380,
            lifetime_value=380,
            average_purchase=250,
            purchase_count=2,
            purchase_days=2,
            previous_purchase_date=days_ago(60),
            last_purchase_date=days_ago(20),
        )

    def test_only_negative_amounts(self):
        """Who only returned something is no customer."""
        partner = self._create_customer(purchases=[(20, -50)])
        self._refresh()
        self.assertFalse(self._get_figures(partner))

    def test_zero_amounts(self):
        """A purchase of zero is no purchase: no count, no day, and nobody becomes a customer by it."""
        free = self._create_customer(purchases=[(20, 0)])
        partner = self._create_customer(purchases=[(20, 10), (5, 0)])
        self._refresh()
        self.assertFalse(self._get_figures(free))
        self.assertFigures(
            partner, purchase_count=1, purchase_days=1, last_purchase_date=days_ago(20)
        )

    def test_future_amounts(self):
        """A date in the future counts in nothing until it comes."""
        later = self._create_customer(purchases=[(-1, 10)])
        partner = self._create_customer(purchases=[(20, 10), (-1, 500)])
        self._refresh()
        self.assertFalse(self._get_figures(later))
        self.assertFigures(
            partner,
            value_month=10,
            value_year=10,
            lifetime_value=10,
            purchase_count=1,
            last_purchase_date=days_ago(20),
        )

    def test_negative_year(self):
        """A credit note for a purchase of the year before can make this year negative."""
        partner = self._create_customer(purchases=[(400, 100), (10, -30)])
        self._refresh()
        self.assertFigures(partner, value_year=-30, value_year_1=100, lifetime_value=70)

    def test_cents_are_exact(self):
        """Ten times ten cents are one unit, to the cent."""
        partner = self._create_customer(purchases=[(day, 0.1) for day in range(10)])
        self._refresh()
        self.env.cr.execute(
            "SELECT lifetime_value::text FROM retention_customer WHERE partner_id = %s",
            [partner.id],
        )
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), Decimal(1))
