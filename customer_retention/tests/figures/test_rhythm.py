from odoo.tests import freeze_time, tagged

from ..common import NOW, RetentionCase, days_ago


def every(days, last=10):
    """Return three purchases ``days`` apart, the last of them ``last`` days ago."""
    return [(last, 10), (last + days, 10), (last + 2 * days, 10)]


@tagged("post_install", "-at_install")
class TestRhythm(RetentionCase):
    """The usual gap of a company, a customer's expected gap, when the next purchase is due."""

    def _get_company_gap(self, *purchases):
        self._create_customers(*purchases)
        return self._refresh().company_gap_days

    def test_fewer_than_twenty(self):
        """With 19 customers of three days or more the usual gap is 90 days."""
        self.assertEqual(self._get_company_gap(*[every(10)] * 19), 90)

    def test_twenty(self):
        """From 20 customers of three days or more on the usual gap is measured."""
        self.assertEqual(self._get_company_gap(*[every(10)] * 20), 10)

    def test_two_days_do_not_measure(self):
        """Customers of one or two days neither count as the twenty nor move the median."""
        gap = self._get_company_gap(
            *[every(10)] * 19, *[[(10, 10), (11, 10)]] * 5, *[[(10, 10)]] * 5
        )
        self.assertEqual(gap, 90)
        self._create_customers(every(10))
        self.assertEqual(self._refresh().company_gap_days, 10)

    def test_odd_count(self):
        """The median of an odd number is the one in the middle."""
        self.company.retention_gap_min_customers = 3
        self.assertEqual(self._get_company_gap(every(5), every(40), every(7)), 7)

    def test_even_count_is_rounded_half_up(self):
        """The median of an even number is the mean of the two in the middle, half up."""
        self.company.retention_gap_min_customers = 4
        # In the middle 10 and 11: 10.5, rounded to 11.
        self.assertEqual(self._get_company_gap(every(1), every(10), every(11), every(300)), 11)

    def test_fractions(self):
        """Own gaps are fractions: days from first to last by the number of gaps."""
        self.company.retention_gap_min_customers = 2
        # 0, 1 and 21 days: 21 / 2 = 10.5. 0, 1, 2 and 28: 28 / 3 = 9.33. Mean 9.917: 10.
        self.assertEqual(
            self._get_company_gap(
                [(10, 10), (11, 10), (31, 10)], [(10, 10), (11, 10), (12, 10), (38, 10)]
            ),
            10,
        )

    def test_just_below_half(self):
        """10.5 exactly is rounded up, a hair less is rounded down."""
        self.company.retention_gap_min_customers = 2
        # 31 / 3 = 10.333 and 21 / 2 = 10.5: mean 10.4167: 10.
        self.assertEqual(
            self._get_company_gap(
                [(10, 10), (11, 10), (12, 10), (41, 10)], [(10, 10), (11, 10), (31, 10)]
            ),
            10,
        )

    def test_half_of_a_single_customer(self):
        """A single own gap of 10.5 days makes 11."""
        self.company.retention_gap_min_customers = 1
        self.assertEqual(self._get_company_gap([(10, 10), (11, 10), (31, 10)]), 11)

    def test_minimum_and_default_are_settings(self):
        """How many customers are needed and what is assumed before are the company's."""
        self.company.write({"retention_gap_min_customers": 3, "retention_gap_default_days": 45})
        self.assertEqual(self._get_company_gap(every(10), every(10)), 45)
        self._create_customers(every(10))
        self.assertEqual(self._refresh().company_gap_days, 10)

    def test_expected_gap_and_date(self):
        """The expected gap mixes the own days with two usual gaps; the date is rounded half up."""
        cases = [
            # (purchases, expected gap, days from the last purchase to the next)
            ([(60, 10)], 180 / 2, 90),  # m = 0: the usual gap
            ([(60, 10), (60, 10)], 180 / 2, 90),  # one day
            ([(60, 10), (90, 10)], (180 + 30) / 3, 70),
            ([(60, 10), (91, 10)], (180 + 31) / 3, 70),  # 70.33
            ([(60, 10), (92, 10)], (180 + 32) / 3, 71),  # 70.67
            ([(60, 10), (70, 10), (94, 10)], (180 + 34) / 4, 54),  # 53.5
            ([(60, 10), (70, 10), (93, 10)], (180 + 33) / 4, 53),  # 53.25
            ([(60 + 10 * number, 10) for number in range(10)], (180 + 90) / 11, 25),  # 24.55
        ]
        partners = self._create_customers(*(purchases for purchases, _gap, _days in cases))
        self._refresh()
        for partner, (purchases, gap, days) in zip(partners, cases, strict=True):
            with self.subTest(purchases=purchases):
                self.assertFigures(partner, expected_date=days_ago(60 - days))
                self.assertAlmostEqual(self._get_figures(partner).expected_gap_days, gap, 9)

    def test_returns_are_no_rhythm(self):
        """Days with returns only, and days in the future, belong to no rhythm."""
        partner = self._create_customer(
            purchases=[(60, 10), (90, 10), (100, -5), (30, -5), (-10, 10)]
        )
        self._refresh()
        self.assertFigures(partner, expected_gap_days=70, purchase_days=2)  # (180 + 30) / 3

    def test_measured_gap_is_used(self):
        """Once measured, the usual gap is that of the expected gap too."""
        self.company.retention_gap_min_customers = 2
        first, _second, once = self._create_customers(every(10), every(20), [(5, 10)])
        run = self._refresh()
        self.assertEqual(run.company_gap_days, 15)  # (10 + 20) / 2
        self.assertFigures(first, expected_gap_days=(2 * 15 + 20) / (2 + 2))  # 12.5
        self.assertFigures(first, expected_date=days_ago(10 - 13))  # 12.5 half up
        self.assertFigures(once, expected_gap_days=15, expected_date=days_ago(5 - 15))

    def test_weight_is_a_setting(self):
        """How much the usual gap weighs is the company's."""
        self.company.retention_gap_weight = 5
        partner = self._create_customer(purchases=[(60, 10), (90, 10)])
        self._refresh()
        self.assertFigures(partner, expected_gap_days=(5 * 90 + 30) / (5 + 1))  # 80

    def test_days_late(self):
        """Days late are those since the next purchase was due, never less than none."""
        # Due 70 days after the last purchase.
        early, due, late = self._create_customers(
            [(69, 10), (99, 10)], [(70, 10), (100, 10)], [(71, 10), (101, 10)]
        )
        self._refresh()
        self.assertFigures(early, days_late=0, expected_date=days_ago(-1))
        self.assertFigures(due, days_late=0, expected_date=days_ago(0))
        self.assertFigures(late, days_late=1, expected_date=days_ago(1))

    def test_days_late_without_a_run(self):
        """Days late move with the day, without a run."""
        partner = self._create_customer(purchases=[(70, 10), (100, 10)])
        self._refresh()
        with freeze_time(NOW.replace(day=20)):
            self.env.invalidate_all()
            self.assertFigures(partner, days_late=5)
            self.assertEqual(partner.days_late, 5)
            self.assertEqual(self.Customer.search([("days_late", "=", 5)]).partner_id, partner)

    def test_days_late_in_the_zone_of_the_company(self):
        """In Auckland it is one day later already, so that the customer is one day late."""
        partner = self._create_customer(purchases=[(70, 10), (100, 10)])
        self.company.partner_id.tz = "Pacific/Auckland"
        self._refresh()
        self.assertFigures(partner, days_late=1)
