from collections import Counter
from hashlib import sha256

from odoo.tests import BaseCase, tagged

from ...tools import arms
from ...tools.sampling import draw_order, invitations, margin, outlook, sample_size


@tagged("post_install", "-at_install")
class TestSampleSize(BaseCase):
    """How many answers are needed, and how many invitations for them."""

    def test_published(self):
        """±5 % at 95 %: the numbers printed everywhere."""
        for population, expected in (
            (10, 10),
            (50, 45),
            (100, 80),
            (200, 132),
            (1_000, 278),
            (2_000, 323),
            (5_000, 357),
            (10_000, 370),
            (100_000, 383),
            (1_000_000, 384),
            (10_000_000, 385),
        ):
            with self.subTest(population=population):
                self.assertEqual(sample_size(population, 0.05, 0.95), expected)

    def test_by_hand(self):
        """z = 1.959964: n₀ = 3.841459 · 0.25 / 0.0009 = 1067.07, / (1 + 1066.07 / 2000) = 696.08.

        z = 2.575829: n₀ = 6.634897 · 0.25 / 0.0025 = 663.49, / (1 + 662.49 / 1000) = 399.09.
        z = 1.644854: n₀ = 2.705543 · 0.25 / 0.01 = 67.64, / (1 + 66.64 / 300) = 55.34.
        """
        self.assertEqual(sample_size(2_000, 0.03, 0.95), 697)
        self.assertEqual(sample_size(1_000, 0.05, 0.99), 400)
        self.assertEqual(sample_size(300, 0.10, 0.90), 56)

    def test_percent(self):
        """Rates and percents say the same: nobody asks for ±500 %."""
        self.assertEqual(sample_size(1_000, 5, 95), 278)
        self.assertEqual(sample_size(100, 5, 0.95), 80)
        self.assertEqual(sample_size(5_000, 0.05, 95), 357)
        # ±1 %: 9603.65 / (1 + 9602.65 / 1000) = 905.78; ±100 % nobody asks for.
        self.assertEqual(sample_size(1_000, 1, 95), 906)
        self.assertEqual(sample_size(2_000, 2.5, 99.9), sample_size(2_000, 0.025, 0.999))
        self.assertEqual(margin(100, 1_000, 95), margin(100, 1_000, 0.95))

    def test_small(self):
        """Nobody, one, and an error so wide that one answer is enough."""
        self.assertEqual(sample_size(0, 0.05, 0.95), 0)
        self.assertEqual(sample_size(1, 0.05, 0.95), 1)
        self.assertEqual(sample_size(1_000, 0.99, 0.50), 1)

    def test_smallest(self):
        """The size keeps the error, one answer fewer does not."""
        for population in (2, 17, 100, 500, 1_000, 5_000, 123_456):
            for error in (0.01, 0.03, 0.05, 0.1, 0.25):
                for confidence in (0.8, 0.95, 0.99):
                    size = sample_size(population, error, confidence)
                    with self.subTest(population=population, error=error, confidence=confidence):
                        self.assertLessEqual(margin(size, population, confidence), error + 1e-9)
                        if size > 1:
                            fewer = margin(size - 1, population, confidence)
                            self.assertGreater(fewer, error - 1e-9)

    def test_margin_by_hand(self):
        """100 of 1,000: 0.979982 · √(900 / 999 / 100) = 0.979982 · 0.0949158 = 0.0930158."""
        self.assertAlmostEqual(margin(100, 1_000, 0.95), 0.0930158, 6)
        self.assertEqual(margin(1_000, 1_000, 0.95), 0)
        self.assertIsNone(margin(0, 1_000, 0.95))
        # 1 of 1,000 says next to nothing: 0.979982 · √(999 / 999 / 1).
        self.assertAlmostEqual(margin(1, 1_000, 0.95), 0.979982, 6)

    def test_invitations(self):
        """278 answers: 834 where one in three answers, 927 at 30 % (926.7), all at 20 % (1,390)."""
        self.assertEqual(invitations(278, 1 / 3, 1_000), 834)
        self.assertEqual(invitations(278, 0.3, 1_000), 927)
        self.assertEqual(invitations(278, 0.2, 1_000), 1_000)
        self.assertEqual(invitations(278, 1, 1_000), 278)
        # 27 / 0.3 is 90.00000000000001 in floats.
        self.assertEqual(invitations(27, 0.3, 1_000), 90)
        self.assertEqual(invitations(0, 0.3, 1_000), 0)

    def test_outlook(self):
        """What comes of it is chosen by who can be asked and how many of them answer."""
        for asked, rate, expected in (
            (0, 0.8, ("nobody", 0, None)),
            (100, 0.8, ("enough", 80, 0.0492)),  # 0.98 · √(20 / 99 / 80)
            (90, 0.5, ("some", 45, 0.1089)),  # 0.98 · √(55 / 99 / 45) = 0.98 / 9
            (100, 0.45, ("all", 45, 0.1089)),
            (1, 0.5, ("some", 0, None)),
        ):
            with self.subTest(asked=asked, rate=rate):
                case, answers, reached = outlook(100, 80, asked, rate, 0.95)
                self.assertEqual((case, answers), expected[:2])
                if expected[2] is None:
                    self.assertIsNone(reached)
                else:
                    self.assertAlmostEqual(reached, expected[2], 4)

    def test_refused(self):
        """What cannot be meant is refused, with the argument, its value and what is allowed."""
        for call, name, value, allowed in (
            (lambda: sample_size(-1, 0.05, 0.95), "population", "-1", "from 0 on"),
            (lambda: sample_size(1.5, 0.05, 0.95), "population", "1.5", "whole number"),
            (lambda: sample_size(100, 0, 0.95), "error", "0", "above 0 and below 1"),
            (lambda: sample_size(100, 100, 0.95), "error", "100", "percent from 1 to below 100"),
            (lambda: sample_size(100, float("nan"), 0.95), "error", "nan", "above 0"),
            (
                lambda: sample_size(100, 0.05, 1),
                "confidence",
                "1",
                "a rate below 1, or percent above 1",
            ),
            (lambda: sample_size(100, 0.05, 100), "confidence", "100", "below 100"),
            (lambda: sample_size(100, 0.05, -5), "confidence", "-5", "above 0"),
            (lambda: margin(-1, 100, 0.95), "answers", "-1", "from 0 on"),
            (lambda: invitations(10, 0, 100), "response_rate", "0", "above 0 and up to 1"),
            (lambda: invitations(10, 1.1, 100), "response_rate", "1.1", "above 0 and up to 1"),
        ):
            with self.subTest(name=name, value=value), self.assertRaises(ValueError) as caught:
                call()
            message = str(caught.exception)
            self.assertIn(f"{name} is {value}", message)
            self.assertIn(allowed, message)


@tagged("post_install", "-at_install")
class TestDrawOrder(BaseCase):
    """Drawn by chance, and always the same."""

    def test_reproducible(self):
        """By SHA-256 of sample:seed:id, in whatever order the customers are given."""
        ids = list(range(1, 51))
        expected = sorted(ids, key=lambda each: sha256(f"sample:june:{each}".encode()).hexdigest())
        self.assertEqual(draw_order("june", ids), expected)
        self.assertEqual(draw_order("june", reversed(ids)), expected)
        self.assertNotEqual(draw_order("july", ids), expected)

    def test_next_in_order(self):
        """Without one of them, the others keep their order: a replacement moves nobody else."""
        order = draw_order("june", range(100))
        without = draw_order("june", set(range(100)) - {order[3]})
        self.assertEqual(without, order[:3] + order[4:])

    def test_not_the_arms(self):
        """Who is drawn first is held out of program 7 as often as anybody: about 100 of 1,000."""
        first = draw_order("seed", range(10_000))[:1_000]
        held_out = sum(arms.is_held_out("seed", 7, each, 10) for each in first)
        # Binomial: 100 ± 3.3 · √(1000 · 0.1 · 0.9).
        self.assertTrue(69 <= held_out <= 131, held_out)

    def test_uniform(self):
        """In 10,000 draws everybody is drawn as often: chi-square below its 99.9 % limit.

        20 customers, 19 degrees of freedom: 43.82. The first place is a plain chi-square. Of
        samples of 5 everybody is expected in 2,500; the five of one draw exclude each other, so
        the sum is divided by 1 − 5/20 and multiplied by 19/20.
        """
        draws, customers, size = 10_000, 20, 5
        first, drawn = Counter(), Counter()
        for seed in range(draws):
            order = draw_order(seed, range(customers))
            first[order[0]] += 1
            drawn.update(order[:size])
        expected = draws / customers
        spread = sum((first[each] - expected) ** 2 for each in range(customers)) / expected
        self.assertLess(spread, 43.82)
        expected = draws * size / customers
        spread = sum((drawn[each] - expected) ** 2 for each in range(customers)) / expected
        self.assertLess(spread / (1 - size / customers) * (customers - 1) / customers, 43.82)
        # Not too even either (0.1 % limit: 5.41): that would be no chance.
        self.assertGreater(spread, 5.41)
