from odoo.tests import BaseCase, tagged

from ...tools import intervals


@tagged("post_install", "-at_install")
class TestIntervals(BaseCase):
    """How sure shares are, against published numbers and by hand."""

    def test_newcombe(self):
        """The interval of a difference of rates is that of the published method."""
        # 56 of 70 against 48 of 80: 0.2, from 0.0524 to 0.3339.
        found = intervals.difference_of_rates(56, 70, 48, 80)
        self.assertAlmostEqual(found.difference, 0.2)
        self.assertAlmostEqual(found.low, 0.0524, 4)
        self.assertAlmostEqual(found.high, 0.3339, 4)
        self.assertTrue(found.is_clear)
        self.assertEqual(found.direction, "up")

    def test_wilson(self):
        """The interval of a rate after Wilson, by hand for 0 of 10, published for 81 of 263."""
        low, high = intervals.wilson(0, 10)
        self.assertAlmostEqual(low, 0)
        # z²/n / (1 + z²/n) with z² = 3.8415: 0.38415 / 1.38415
        self.assertAlmostEqual(high, 0.2775, 4)
        # Newcombe, Statistics in Medicine 17 (1998), p. 857, table I: 0.2553 to 0.3662.
        low, high = intervals.wilson(81, 263)
        self.assertAlmostEqual(low, 0.2553, 4)
        self.assertAlmostEqual(high, 0.3662, 4)

    def test_nps(self):
        """NPS is promoters less detractors, with 1.96 standard errors on both sides."""
        # 50 promoters, 20 detractors of 100: p − d = 0.3; √((0.7 − 0.09) / 100) = 0.078102.
        score, half = intervals.nps(50, 20, 100)
        self.assertAlmostEqual(score, 30)
        self.assertAlmostEqual(half, 1.959964 * 7.8102, 3)  # 15.31
        low, high = intervals.nps_interval(50, 20, 100)
        self.assertAlmostEqual(low, 14.69, 2)
        self.assertAlmostEqual(high, 45.31, 2)

    def test_nps_ends(self):
        """An interval never leaves the scale, and all saying the same have none."""
        # 29 of 30: p = 0.9667, √((0.9667 − 0.9344) / 30) = 0.03277; 96.67 + 6.42 > 100.
        low, high = intervals.nps_interval(29, 0, 30)
        self.assertAlmostEqual(low, 90.24, 2)
        self.assertEqual(high, 100)
        self.assertEqual(intervals.nps(0, 12 / 7, 12 / 7), (-100, 0))

    def test_nps_moved(self):
        """A movement is one where the interval of the difference leaves out 0."""
        # 0.3 against 0.0 of 100 each (30 of both): √((0.61 + 0.6) / 100) = 0.11; ± 21.56 < 30.
        found = intervals.difference_of_nps((50, 20, 100), (30, 30, 100))
        self.assertAlmostEqual(found.difference, 30)
        self.assertAlmostEqual(found.low, 30 - 21.56, 2)
        self.assertEqual(found.direction, "up")
        # Of 50 each: ± 30.49, which holds 0.
        found = intervals.difference_of_nps((25, 10, 50), (15, 15, 50))
        self.assertAlmostEqual(found.high, 30 + 30.49, 2)
        self.assertEqual(found.direction, "same")
        self.assertEqual(
            intervals.difference_of_nps((30, 30, 100), (50, 20, 100)).direction, "down"
        )

    def test_too_few(self):
        """Below 30 answers nothing is told."""
        self.assertTrue(intervals.is_too_few(29))
        self.assertFalse(intervals.is_too_few(30))
