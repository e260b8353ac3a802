from odoo.tests import tagged

from ..common import RetentionCase


@tagged("post_install", "-at_install")
class TestAbc(RetentionCase):
    """Classes A, B and C by both methods."""

    def _get_classes(self, partners):
        return "".join(self._get_figures(partner).abc_class for partner in partners)

    def _create_values(self, *values):
        """Create one customer for each value of this year."""
        return self._create_customers(*([(10, value)] for value in values))

    def _create_years(self, *years):
        """Create one customer for each ``(this year, the year before, the year before that)``.

        One more customer is so much better that nobody of up to five is A: 20 % of 5 is 1.
        """
        self._create_customer("Best", [(10, 1000000)])
        return self._create_customers(
            *(
                [(days, value) for days, value in zip((10, 400, 800), values, strict=True)]
                for values in years
            )
        )

    def test_top_fifth(self):
        """Of five customers one is A, of six two: 20 %, rounded up."""
        partners = self._create_values(50, 40, 30, 20, 10)
        run = self._refresh()
        self.assertEqual(self._get_classes(partners), "acccc")
        self.assertEqual(run.a_limit, 50)
        self._create_customer(purchases=[(10, 5)])
        run = self._refresh()
        self.assertEqual(self._get_classes(partners), "aaccc")
        self.assertEqual(run.a_limit, 40)

    def test_ties(self):
        """Customers of the value of the last A are all A; after ties the rank goes on counting."""
        partners = self._create_values(50, 50, 30, 20, 10)  # ranks 1, 1, 3: limit 1
        self._refresh()
        self.assertEqual(self._get_classes(partners), "aaccc")

    def test_values_are_numbers(self):
        """1000 is more than 900, and 95.5 more than 95.49."""
        partners = self._create_values(95.5, 95.49, 9, 5, 1)
        self._refresh()
        self.assertEqual(self._get_classes(partners), "acccc")
        more = self._create_values(1000, 900, 800, 700, 600)  # ten: two are A
        self._refresh()
        self.assertEqual(self._get_classes(partners | more), "cccccaaccc")

    def test_percent_is_a_setting(self):
        """The part of class A is the company's: 60 % of 5 is 3."""
        self.company.retention_abc_a_percent = 60
        partners = self._create_values(50, 40, 30, 20, 10)
        self._refresh()
        self.assertEqual(self._get_classes(partners), "aaacc")

    def test_growth_borders(self):
        """B grew at least 10 % in each of two years, from a value above zero."""
        partners = self._create_years(
            (121, 110, 100),  # 110 = 1.1 * 100 and 121 = 1.1 * 110: B, exactly
            (120.99, 110, 100),  # 120.99 < 121
            (121, 109.99, 100),  # 109.99 < 110
            (500, 400, 0),  # no value to grow from
        )
        self._refresh()
        self.assertEqual(self._get_classes(partners), "bccc")

    def test_growth_from_nothing(self):
        """Growth from a negative or missing year is none; cents count."""
        partners = self._create_years(
            (500, 400, -10),
            (500, 0, 100),
            (1.21, 1.1, 1),  # exactly 10 % twice
            (1.2, 1.1, 1),  # 1.2 < 1.21
        )
        self._refresh()
        self.assertEqual(self._get_classes(partners), "ccbc")

    def test_a_comes_before_b(self):
        """Who is among the top is A, grown or not."""
        [partner] = self._create_customers([(10, 500), (400, 300), (800, 100)])
        self._refresh()
        self.assertEqual(self._get_classes(partner), "a")

    def test_growth_is_a_setting(self):
        """With a growth of 0 % a steady customer is B; with 50 % 1.5 times is needed."""
        self.company.retention_abc_growth_percent = 0
        steady, half = self._create_years((100, 100, 100), (225, 150, 100))
        self._refresh()
        self.assertEqual(self._get_classes(steady | half), "bb")
        self.company.retention_abc_growth_percent = 50
        self._refresh()
        self.assertEqual(self._get_classes(steady | half), "cb")

    def test_nobody_bought_this_year(self):
        """Without a value this year nobody is A, and everybody is C."""
        partners = self._create_customers([(400, 100)], [(800, 10)])
        run = self._refresh()
        self.assertEqual(self._get_classes(partners), "cc")
        self.assertFalse(run.a_limit)

    def test_pareto_borders(self):
        """A while strictly larger customers hold less than 80 %, B while less than 95 %."""
        self.company.retention_abc_method = "pareto"
        # Of 100: above the second are exactly 80, above the third exactly 95.
        partners = self._create_values(80, 15, 5)
        run = self._refresh()
        self.assertEqual(self._get_classes(partners), "abc")
        self.assertEqual((run.a_limit, run.b_limit), (80, 15))

    def test_pareto_just_below(self):
        """A hair below the border the next customer is still in."""
        self.company.retention_abc_method = "pareto"
        # Of 100: above the second are 79.99 < 80, above the third 94.99 < 95.
        partners = self._create_values(79.99, 15, 5.01)
        self._refresh()
        self.assertEqual(self._get_classes(partners), "aab")

    def test_pareto_ties(self):
        """Customers of the same value share a class: only strictly larger ones count."""
        self.company.retention_abc_method = "pareto"
        # Of 120: above both 40 are 20 (the larger is 0): A; above the two 10 are 100 = 83.3 %: B.
        partners = self._create_values(40, 40, 20, 10, 10)
        self._refresh()
        self.assertEqual(self._get_classes(partners), "aaabb")

    def test_pareto_without_value(self):
        """Who has no value this year, or less than none, is C and no part of the whole."""
        self.company.retention_abc_method = "pareto"
        # The whole is 100: the return of 50 does not lower it.
        partners = self._create_values(80, 15, 5)
        none, less = self._create_customers([(400, 900)], [(400, 900), (10, -50)])
        self._refresh()
        self.assertEqual(self._get_classes(partners | none | less), "abccc")

    def test_pareto_shares_are_settings(self):
        """Both shares are the company's."""
        self.company.write(
            {
                "retention_abc_method": "pareto",
                "retention_pareto_a_percent": 50,
                "retention_pareto_b_percent": 80.5,
            }
        )
        # Of 1000: above are 0, 500 (not < 500), 805 (not < 805).
        partners = self._create_values(500, 305, 195)
        self._refresh()
        self.assertEqual(self._get_classes(partners), "abc")
