from odoo.tests import tagged

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestRfm(RetentionCase):
    """Scores from 1 to 5 among all customers, and the segments drawn from them."""

    def _get_scores(self, partners, name):
        return [self._get_figures(partner)[name] for partner in partners]

    def test_ten_customers(self):
        """Of ten different customers two have each score, the most recent the best."""
        # Positions ceil(10/5), … = 2, 4, 6, 8 in ascending order: from the oldest 1 1 2 2 3 3 4 4 5 5.
        partners = self._create_customers(*([(100 - number, 10)] for number in range(10)))
        run = self._refresh()
        self.assertEqual(
            self._get_scores(partners, "recency_score"), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        )
        # The 2nd, 4th, 6th and 8th bought 99, 97, 95 and 93 days ago.
        self.assertEqual(run.limits["recency"], [str(days_ago(days)) for days in (99, 97, 95, 93)])

    def test_eleven_customers(self):
        """Positions are rounded up: of eleven the first three score 1."""
        # ceil(11/5) = 3, ceil(22/5) = 5, ceil(33/5) = 7, ceil(44/5) = 9: 3, 2, 2, 2 and 2 customers.
        partners = self._create_customers(*([(10, number)] for number in range(1, 12)))
        run = self._refresh()
        self.assertEqual(
            self._get_scores(partners, "monetary_score"), [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        )
        self.assertEqual([float(limit) for limit in run.limits["monetary"]], [3, 5, 7, 9])

    def test_few_customers(self):
        """With fewer than five customers limits coincide, and scores are left out."""
        for count, scores in (
            (1, [1]),  # positions 1, 1, 1, 1
            (2, [1, 3]),  # 1, 1, 2, 2: two limits are below the second
            (3, [1, 2, 4]),  # 1, 2, 2, 3: one below the second, three below the third
            (4, [1, 2, 3, 4]),  # 1, 2, 3, 4
            (5, [1, 2, 3, 4, 5]),  # 1, 2, 3, 4
        ):
            with self.subTest(count=count):
                self.Past.search([("company_id", "=", self.company.id)]).unlink()
                partners = self._create_customers(
                    *([(10, 100 + number)] for number in range(count))
                )
                self._refresh()
                self.assertEqual(self._get_scores(partners, "monetary_score"), scores)

    def test_ties(self):
        """Equal values have equal scores, and a large tie at the bottom scores 1."""
        # Days of purchase 1 1 1 1 1 1 2 3 4 5; positions 2, 4, 6, 8 hold 1, 1, 1, 3.
        # 1: none below. 2 and 3: the three ones are below. 4 and 5: all four.
        partners = self._create_customers(
            *(
                [(10 + number, 10) for number in range(days)]
                for days in (1, 1, 1, 1, 1, 1, 2, 3, 4, 5)
            )
        )
        run = self._refresh()
        self.assertEqual(
            self._get_scores(partners, "frequency_score"), [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]
        )
        self.assertEqual(run.limits["frequency"], ["1", "1", "1", "3"])

    def test_all_equal(self):
        """Where all are equal all score 1."""
        partners = self._create_customers(*[[(10, 10)]] * 6)
        self._refresh()
        for name in ("recency_score", "frequency_score", "monetary_score"):
            self.assertEqual(self._get_scores(partners, name), [1] * 6)

    def test_money_of_two_years(self):
        """Money is that of 730 days, returns taken off; what is older does not count."""
        # Two years: 729 days ago 50; 730 days ago 0; 10 and 400 days ago 30 + 30 = 60; 70 - 30 = 40;
        # 55. In ascending order: 0, 40, 50, 55, 60.
        partners = self._create_customers(
            [(729, 50)],
            [(730, 1000)],
            [(10, 30), (400, 30)],
            [(500, 70), (10, -30)],
            [(20, 55)],
        )
        self._refresh()
        self.assertEqual(self._get_scores(partners, "monetary_score"), [3, 1, 5, 2, 4])

    def test_frequency_counts_days(self):
        """Two purchases of one day count once."""
        partners = self._create_customers([(10, 10), (10, 10), (10, 10)], [(10, 10), (11, 10)])
        self._refresh()
        # 1 and 2 days: scores 1 and 3, as of two customers.
        self.assertEqual(self._get_scores(partners, "frequency_score"), [1, 3])

    def test_all_segments(self):
        """Every pair of recency and the mean of frequency and money has its segment."""
        # 25 customers: five last days, and in each 1 to 5 days of purchase of 100 each. Positions
        # 5, 10, 15 and 20 end the five groups of five, so that every group has its own score.
        segments = {
            5: ["new", "new", "potential", "champion", "champion"],
            4: ["promising", "promising", "potential", "champion", "champion"],
            3: ["about_to_sleep", "about_to_sleep", "attention", "loyal", "loyal"],
            2: ["hibernating", "hibernating", "at_risk", "at_risk", "at_risk"],
            1: ["dormant", "dormant", "dormant", "cannot_lose", "cannot_lose"],
        }
        cells = [(recency, often) for recency in segments for often in range(1, 6)]
        partners = self._create_customers(
            *(
                [(60 - 10 * recency + number, 100) for number in range(often)]
                for recency, often in cells
            )
        )
        self._refresh()
        for partner, (recency, often) in zip(partners, cells, strict=True):
            with self.subTest(recency=recency, often=often):
                self.assertFigures(
                    partner,
                    recency_score=recency,
                    frequency_score=often,
                    monetary_score=often,
                    rfm_segment=segments[recency][often - 1],
                )

    def test_mean_is_rounded_up(self):
        """The mean of frequency and money is rounded up: 2 and 3 make 3, 3 and 4 make 4."""

        # Five customers with 1 to 5 days of purchase, and
        # money in an order of its own:
        #   days     1    2    3    4    5   -> frequency 1 2 3 4 5
        #   money   20   30   40   10   50   -> money     2 3 4 1 5
        # All of the same last day: recency 1. Means: 1.5 -> 2, 2.5 -> 3, 3.5 -> 4, 2.5 -> 3, 5.
        def bought(days, money):
            return [(10, money)] + [(20 + number, 0.01) for number in range(days - 1)]

        partners = self._create_customers(
            *(bought(*each) for each in ((1, 20), (2, 30), (3, 40), (4, 10), (5, 50)))
        )
        self._refresh()
        self.assertEqual(self._get_scores(partners, "frequency_score"), [1, 2, 3, 4, 5])
        self.assertEqual(self._get_scores(partners, "monetary_score"), [2, 3, 4, 1, 5])
        self.assertEqual(
            self._get_scores(partners, "rfm_segment"),
            ["dormant", "dormant", "cannot_lose", "dormant", "cannot_lose"],
        )

    def test_segment_before(self):
        """The segment before stays beside the present one until the segment changes again."""
        # Two customers: the more recent has recency 3, the other 1; both bought once for the same.
        first, second = self._create_customers([(10, 10)], [(20, 10)])
        self._refresh()
        # R 3, F 1, M 1: fm 1. R 1: dormant.
        self.assertFigures(first, rfm_segment="about_to_sleep", previous_rfm_segment=False)
        self.assertFigures(second, rfm_segment="dormant", previous_rfm_segment=False)
        self._create_past(second, (5, 10))
        self._refresh()
        # Second: R 3, F 3, M 3: fm 3. First: R 1, F 1, M 1.
        self.assertFigures(second, rfm_segment="attention", previous_rfm_segment="dormant")
        self.assertFigures(first, rfm_segment="dormant", previous_rfm_segment="about_to_sleep")
        self._create_past(second, (5, 10))  # nothing changes its segment
        self._refresh()
        self.assertFigures(
            second, lifetime_value=30, rfm_segment="attention", previous_rfm_segment="dormant"
        )
