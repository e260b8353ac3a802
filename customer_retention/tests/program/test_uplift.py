import random

from odoo.tests import BaseCase, tagged

from ...tools import arms, intervals, uplift


@tagged("post_install", "-at_install")
class TestUplift(BaseCase):
    """Draws that anybody can repeat, and what a difference between two arms is worth."""

    def test_t_quantile(self):
        """Student's 97.5 % quantile, from published tables."""
        for freedom, published in ((30, 2.04227), (100, 1.98397), (198, 1.97202), (1000, 1.96234)):
            self.assertAlmostEqual(uplift.t_quantile(freedom), published, 5)

    def test_difference_of_means(self):
        """The pooled interval by hand."""
        # Means 3 and 1; squares 2 + 2 = 4 over 4 degrees of freedom: s = 1.
        found = uplift.difference_of_means([2, 3, 4], [0, 1, 2])
        self.assertEqual(found.difference, 2)
        # t(4) = 2.776 (published); the expansion is meant for 100 degrees and more: within 1 %.
        self.assertAlmostEqual(found.high - 2, 2.776 * (2 / 3) ** 0.5, delta=0.03)

    def test_cap(self):
        """Values are cut at the 95th percentile of those who bought."""
        # 20 buyers 1…20: 95 % of 20 is the 19th.
        self.assertEqual(uplift.cap_value(list(range(1, 21))), 19)
        # A fifth who returned everything are buyers too: 0, 0, 0, 0, 0, 1…20; position 24 of 25.
        self.assertEqual(uplift.cap_value([*range(1, 21), 0, 0, 0, 0, 0]), 19)
        self.assertEqual(uplift.cap_value([7]), 7)

    def test_too_few(self):
        """Below 100 customers or 20 buyers an arm tells nothing."""
        self.assertTrue(uplift.is_too_few(99, 50))
        self.assertTrue(uplift.is_too_few(200, 19))
        self.assertFalse(uplift.is_too_few(100, 20))

    def test_no_effect_claims_nothing(self):
        """Where a program does nothing, at most 4 % of 500 proofs claim that it brings money."""
        draw = random.Random(20260615)
        claims = 0
        for _run in range(500):
            customers = [
                draw.lognormvariate(4, 1.5) if draw.random() < 0.3 else 0.0 for _each in range(1000)
            ]
            held_out, treated = customers[:150], customers[150:]
            cap = uplift.cap_value([value for value in customers if value])
            found = uplift.difference_of_means(
                [min(value, cap) for value in treated], [min(value, cap) for value in held_out]
            )
            claims += found.low > 0
        self.assertLessEqual(claims, 20)

    def test_smallest_share_found(self):
        """The share of buyers that is found in 4 of 5 runs, by hand and as published."""
        # Published tables: 388 in each arm find 50 % against 40 %.
        self.assertAlmostEqual(uplift.smallest_share_found(388, 388, 0.4), 0.5, 3)
        # By hand for 500 and 500: p = (0.4879 + 0.4) / 2 = 0.4440, and
        # 1.9600 · √(0.4440 · 0.5560 · 2 / 500) + 0.8416 · √((0.4879 · 0.5121 + 0.4 · 0.6) / 500)
        # = 1.9600 · 0.03142 + 0.8416 · 0.03130 = 0.0616 + 0.0263 = 0.0879 = 0.4879 - 0.4.
        self.assertAlmostEqual(uplift.smallest_share_found(500, 500, 0.4), 0.4879, 4)
        # Fewer held out of the same 1,000 find less.
        self.assertGreater(uplift.smallest_share_found(900, 100, 0.4), 0.54)
        # 99 held out, or 19 buyers among 100 of them, tell nothing; 99 % cannot become much more.
        self.assertIsNone(uplift.smallest_share_found(900, 99, 0.4))
        self.assertIsNone(uplift.smallest_share_found(900, 100, 0.19))
        self.assertIsNotNone(uplift.smallest_share_found(900, 100, 0.2))
        self.assertIsNone(uplift.smallest_share_found(900, 100, 0.99))

    def test_power(self):
        """That effect is indeed found in four of five simulated runs."""
        draw = random.Random(5)
        for treated, held_out in ((500, 500), (1080, 120)):
            share = uplift.smallest_share_found(treated, held_out, 0.4)
            found = 0
            for _run in range(400):
                bought = sum(draw.random() < share for _each in range(treated))
                others = sum(draw.random() < 0.4 for _each in range(held_out))
                found += intervals.difference_of_rates(bought, treated, others, held_out).low > 0
            # Binomial: 320 of 400, 4 standard deviations are 32.
            self.assertAlmostEqual(found, 320, delta=32)

    def test_arms(self):
        """The draw follows the published formula, is stable, and has the right size."""
        # printf seed:1:2 | sha256sum begins with 09aa7f62.
        self.assertEqual(arms.share("seed", 1, 2), 0x09AA7F62 / 2**32)
        held = [arms.is_held_out("seed", 7, partner, 20) for partner in range(10_000)]
        self.assertEqual(held, [arms.is_held_out("seed", 7, each, 20) for each in range(10_000)])
        # Binomial: 2,000 ± 4 standard deviations of 40.
        self.assertAlmostEqual(sum(held), 2000, delta=160)
        # The sample is drawn apart: a fifth of the held-out customers is in a sample of 20 %.
        sampled = [arms.is_sampled("seed", 7, each, 20) for each in range(10_000)]
        both = sum(a and b for a, b in zip(held, sampled, strict=True))
        self.assertAlmostEqual(both, 400, delta=80)
