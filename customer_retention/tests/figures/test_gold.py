from odoo.tests import tagged

from ..common import RetentionCase


@tagged("post_install", "-at_install")
class TestGold(RetentionCase):
    """The top customers by value of the last 365 days."""

    def _create_values(self, *values):
        """Create one customer for each value of this year."""
        return self._create_customers(*([(10, value)] for value in values))

    def _get_gold(self, partners):
        return [self._get_figures(partner).is_gold for partner in partners]

    def test_top_ten_percent(self):
        """Of ten customers one is gold: 10 % of 10 is 1."""
        partners = self._create_values(*range(1000, 0, -100))
        run = self._refresh()
        self.assertEqual(self._get_gold(partners), [True] + [False] * 9)
        self.assertEqual((run.buyer_count, run.gold_limit, run.best_not_gold), (10, 1000, 900))

    def test_top_is_rounded_up(self):
        """Of eleven customers two are gold: 10 % of 11 is 1.1, rounded up."""
        partners = self._create_values(*range(1100, 0, -100))
        self._refresh()
        self.assertEqual(self._get_gold(partners), [True, True] + [False] * 9)

    def test_tie_shares_the_better_side(self):
        """Customers of the same value are all gold when one of them is."""
        # Eleven buyers, so the limit is rank 2. Ranks: 1, then three times 2.
        partners = self._create_values(500, 400, 400, 400, *range(70, 0, -10))
        run = self._refresh()
        self.assertEqual(self._get_gold(partners), [True] * 4 + [False] * 7)
        self.assertEqual((run.gold_limit, run.best_not_gold), (400, 70))

    def test_tie_above_pushes_down(self):
        """Ranks count customers, not values: after two equal firsts comes rank 3."""
        # Eleven buyers, limit rank 2. Ranks: 1, 1, 3, ...
        partners = self._create_values(500, 500, 400, *range(80, 0, -10))
        self._refresh()
        self.assertEqual(self._get_gold(partners), [True, True] + [False] * 9)

    def test_only_buyers_of_this_year_count(self):
        """The percent is taken of those with a value this year, not of all customers."""
        # Ten buyers and one customer of last year and one with a return only: 10 % of 10 is 1.
        partners = self._create_values(*range(1000, 0, -100))
        self._create_customer(purchases=[(400, 5000)])
        self._create_customer(purchases=[(400, 5000), (5, -10)])
        run = self._refresh()
        self.assertEqual(self._get_gold(partners), [True] + [False] * 9)
        self.assertEqual((run.customer_count, run.buyer_count), (12, 10))

    def test_percent_is_a_setting(self):
        """The percent is the company's: 12.5 % of 8 is exactly 1, 12.51 % is already 2."""
        partners = self._create_values(80, 70, 60, 50, 40, 30, 20, 10)
        self.company.retention_gold_percent = 12.5
        self._refresh()
        self.assertEqual(self._get_gold(partners), [True] + [False] * 7)
        self.company.retention_gold_percent = 12.51
        self._refresh()
        self.assertEqual(self._get_gold(partners), [True, True] + [False] * 6)
        self.company.retention_gold_percent = 100
        self._refresh()
        self.assertEqual(self._get_gold(partners), [True] * 8)

    def test_gold_gap(self):
        """Missing to be gold is the distance to the last gold customer, of whatever is there now."""
        partners = self._create_values(*range(1000, 0, -100))  # gold: 1000
        old = self._create_customer(purchases=[(400, 50)])
        back = self._create_customer(purchases=[(400, 50), (5, -30)])
        self._refresh()
        self.assertFigures(partners[0], gold_gap=0)
        self.assertFigures(partners[1], gold_gap=100)  # 1000 - 900
        self.assertFigures(partners[9], gold_gap=900)  # 1000 - 100
        self.assertFigures(old, gold_gap=1000, is_gold=False)  # 1000 - 0
        self.assertFigures(back, gold_gap=1030, is_gold=False)  # 1000 - (-30)

    def test_gold_margin(self):
        """A gold customer's margin is the distance to the best who is not; others have none."""
        # Eleven buyers: two gold; the best that is not has 900.
        partners = self._create_values(*range(1100, 0, -100))
        self._refresh()
        self.assertFigures(partners[0], gold_margin=200)  # 1100 - 900
        self.assertFigures(partners[1], gold_margin=100)  # 1000 - 900
        self.assertFigures(partners[2], gold_margin=0)

    def test_only_customer(self):
        """A single customer is gold, with nothing missing and the whole value as margin."""
        [partner] = self._create_values(70)
        self._refresh()
        self.assertFigures(partner, is_gold=True, gold_gap=0, gold_margin=70)

    def test_nobody_bought_this_year(self):
        """Where nobody bought in 365 days nobody is gold and nothing is missing."""
        partner = self._create_customer(purchases=[(365, 100)])
        run = self._refresh()
        self.assertFigures(partner, is_gold=False, gold_gap=0, gold_margin=0, abc_class="c")
        self.assertEqual((run.customer_count, run.buyer_count), (1, 0))

    def test_no_customers(self):
        """A company without any purchase runs without an error, and has no customer."""
        run = self._refresh()
        self.assertTrue(run.is_complete)
        self.assertEqual((run.customer_count, run.buyer_count, run.changed_count), (0, 0, 0))

    def test_rank(self):
        """The rank is one more than the number of larger values; equal values share it."""
        partners = self._create_values(500, 400, 400, 100)
        last_year = self._create_customer(purchases=[(400, 900)])
        returned = self._create_customer(purchases=[(400, 900), (10, -5)])
        self._refresh()
        for partner, rank in zip(partners, (1, 2, 2, 4), strict=True):
            self.assertFigures(partner, rank=rank)
            self.assertEqual(partner.rank, rank)
        self.assertFigures(last_year, rank=0, cumulative_percent=0)
        self.assertFigures(returned, rank=0, cumulative_percent=0)

    def test_cumulative_percent(self):
        """The cumulative share is that of all with as much or more, of those who bought."""
        # The whole is 800; the return of another customer does not lower it.
        partners = self._create_values(400, 100, 100, 150, 50)
        self._create_customer(purchases=[(400, 900), (10, -5)])
        self._refresh()
        # 400, 550 with 150, 750 with both 100, 800.
        shares = (50, 93.75, 93.75, 68.75, 100)
        for partner, share in zip(partners, shares, strict=True):
            self.assertFigures(partner, cumulative_percent=share)
