import math
import random

from odoo.tests import BaseCase, tagged

from ...tools import outlook, regression
from ...tools.outlook import Known, Learnt


def newton(rows, outcomes):
    """Return logistic coefficients by Newton's iteration on the features as they are.

    Another way than the tool's: nothing is standardized, the ridge is laid on each coefficient
    times the standard deviation of its feature, and the step is solved by Cramer's rule.
    """
    width, count = len(rows[0]), len(rows)
    ridge = [0.0]
    for i in range(1, width):
        mean = sum(row[i] for row in rows) / count
        ridge.append(sum((row[i] - mean) ** 2 for row in rows) / count)
    found = [0.0] * width
    for _step in range(50):
        chances = [
            1 / (1 + math.exp(-sum(b * x for b, x in zip(found, row, strict=True)))) for row in rows
        ]
        slope = [
            sum((y - p) * row[i] for y, p, row in zip(outcomes, chances, rows, strict=True))
            - ridge[i] * found[i]
            for i in range(width)
        ]
        bend = [
            [
                sum(p * (1 - p) * row[i] * row[j] for p, row in zip(chances, rows, strict=True))
                + (ridge[i] if i == j else 0)
                for j in range(width)
            ]
            for i in range(width)
        ]
        whole = determinant(bend)
        step = [
            determinant([[*line[:i], slope[k], *line[i + 1 :]] for k, line in enumerate(bend)])
            / whole
            for i in range(width)
        ]
        found = [b + change for b, change in zip(found, step, strict=True)]
    return found


def determinant(matrix):
    """Return the determinant, along the first line."""
    if len(matrix) == 1:
        return matrix[0][0]
    return sum(
        (-1) ** i * value * determinant([[*line[:i], *line[i + 1 :]] for line in matrix[1:]])
        for i, value in enumerate(matrix[0])
    )


@tagged("post_install", "-at_install")
class TestOutlookRules(BaseCase):
    """What is learnt from histories, and how it is tried out."""

    def test_worked_example(self):
        """First 200 and last 20 days ago, 6 days, average 250, lifetime 1,500."""
        # Own span 180 with 5 gaps, company gap 38: (2 * 38 + 180) / (2 + 5) = 36.571.
        known = Known(
            recency=20, tenure=200, days=6, gap=(2 * 38 + 180) / 7, average=250, lifetime=1500
        )
        self.assertAlmostEqual(known.gap, 36.57, 2)
        learnt = Learnt((6.23, 0.34, -0.26, 1.95, 0.36), (1.0, 1.41, 0.74), 1.09, 300)
        # 6.23 + .34 ln 21 - .26 ln(1 + 20/36.571) + 1.95 ln(6/290) + .36 ln 251
        # = 6.23 + 1.0351 - .1134 - 7.5616 + 1.9891 = 1.5793; 1 / (1 + e^-1.5793) = .8291.
        self.assertAlmostEqual(learnt.get_chance(known), 0.8290, 4)
        # (2 * 300 + 1500) / 8 = 262.5: 1 + 1.41 ln 262.5 + .74 ln(6/290) = 5.984; 1.09 e^5.984.
        features = outlook.get_value_features(known, 300)
        self.assertAlmostEqual(
            outlook.get_expected_value(learnt.spending, learnt.scale, features), 432.86, 2
        )
        self.assertAlmostEqual(learnt.get_value(known), 358.84, 2)

    def test_border_cases(self):
        """One purchase, one of today, more given back than bought: numbers, and finite ones."""
        learnt = Learnt((6.23, 0.34, -0.26, 1.95, 0.36), (1.0, 1.41, 0.74), 1.09, 300)
        once = Known(recency=0, tenure=0, days=1, gap=38, average=80, lifetime=80)
        # All of today: recency and lateness 0; frequency ln(1/90).
        self.assertEqual(outlook.get_features(once), (1, 0, 0, math.log(1 / 90), math.log(81)))
        returned = Known(recency=400, tenure=400, days=1, gap=38, average=80, lifetime=-500)
        # Net negative counts as nothing: (600 + 0) / 3.
        self.assertEqual(outlook.get_value_features(returned, 300)[1], math.log(200))
        for known in (once, returned):
            self.assertTrue(0 < learnt.get_chance(known) < 1)
            self.assertTrue(math.isfinite(learnt.get_value(known)))

    def test_against_newton(self):
        """Coefficients are those of an independent iteration, within a millionth."""
        draw = random.Random(17)
        rows, outcomes = [], []
        for _number in range(400):
            row = (
                1.0,
                draw.gauss(3, 1),
                draw.expovariate(1),
                draw.gauss(-4, 0.5),
                draw.gauss(5, 2),
            )
            score = -1 + 0.8 * row[1] - 1.1 * row[2] + 0.4 * row[3] + 0.1 * row[4]
            rows.append(row)
            outcomes.append(float(draw.random() < 1 / (1 + math.exp(-score))))
        for own, other in zip(
            regression.fit_logistic(rows, outcomes), newton(rows, outcomes), strict=True
        ):
            self.assertAlmostEqual(own, other, 6)

    def test_line(self):
        """A line through points on it is found; a feature that never changes counts nothing."""
        rows = [(1.0, x, 7.0, x * x) for x in range(6)]
        found = regression.fit_line(rows, [3 + 2 * x - 0.5 * x * x for x in range(6)])
        for own, other in zip(found, (3, 2, 0, -0.5), strict=True):
            self.assertAlmostEqual(own, other, 9)
        with self.assertRaises(regression.NotConverged):
            regression.fit_line([(1.0, x, 2 * x) for x in range(6)], [0.0, 1, 2, 3, 4, 6])

    def test_curve(self):
        """Pairs in the right order, equal ones half."""
        # Buyers .9 and .4, others .4 and .1: three of four pairs right, and one half.
        self.assertEqual(outlook.get_auc([0.9, 0.4, 0.4, 0.1], [True, True, False, False]), 0.875)
        self.assertEqual(outlook.get_auc([1, 2], [True, False]), 0)

    def test_captured(self):
        """The best 20 % by score hold their share of what was bought."""
        # The best of five holds 60 of 100.
        self.assertEqual(outlook.get_captured([5, 1, 2, 3, 4], [60, 10, 10, 10, 10], 20), 0.6)
        self.assertEqual(outlook.get_captured([1, 2], [0, 0], 20), 0)

    def test_tenths(self):
        """Ten groups from the likeliest on, with what was said and what came."""
        chances = [number / 20 for number in range(20)]
        snapshot = [
            Known(1, 1, 1, 30, 5, 5, bought=number >= 10, amount=number) for number in range(20)
        ]
        tenths = outlook.get_tenths(chances, [1.0] * 20, snapshot)
        self.assertEqual(len(tenths), 10)
        # The first has the numbers 19 and 18.
        self.assertEqual(
            tenths[0],
            {"lowest": 0.9, "customers": 2, "chance": 0.925, "share": 1, "value": 2, "amount": 37},
        )
        self.assertEqual(tenths[-1]["share"], 0)
        self.assertEqual(outlook.get_tenth(0.93, tenths), tenths[0])
        self.assertEqual(outlook.get_tenth(0.1, tenths), tenths[8])
        self.assertEqual(outlook.get_tenth(-1, tenths), tenths[9])

    def test_refusals(self):
        """299 customers are too few, 300 are not; so are 49 who bought, or who did not."""
        for customers, buyers, expected in (
            (299, 100, ("customers", 299, 300)),
            (300, 100, None),
            (300, 49, ("buyers", 49, 50)),
            (300, 50, None),
            (300, 251, ("others", 49, 50)),
            (300, 250, None),
        ):
            self.assertEqual(outlook.get_size_refusal(customers, buyers), expected)
        for history, quiet, horizon, expected in (
            (269, 0, 90, ("history", 269, 270)),
            (270, 0, 90, None),
            (1094, 0, 365, ("history", 1094, 1095)),
            (1095, 29, 365, None),
            (1095, 30, 365, ("quiet", 30, 30)),
        ):
            self.assertEqual(outlook.get_span_refusal(history, quiet, horizon), expected)

    def test_nothing_to_learn(self):
        """Buyers who gave back all they bought, or customers without amounts: refused, no crash."""
        same = [Known(5, 50, 2, 30, 0, 0, bought=number % 2 == 0) for number in range(400)]
        with self.assertRaises(regression.NotConverged):
            outlook.learn(same)
        returned = [
            Known(number, 50 + number, 2, 30, 9, 9, bought=number % 2 == 0) for number in range(400)
        ]
        with self.assertRaises(regression.NotConverged):
            outlook.learn(returned)

    def test_nothing_to_try(self):
        """Where everybody, or nobody, bought afterwards, there is no order to judge: refused."""
        learnt = Learnt((6.23, 0.34, -0.26, 1.95, 0.36), (1.0, 1.41, 0.74), 1.09, 300)
        for bought in (True, False):
            same = [Known(5, 50, 2, 30, 9, 9, bought=bought) for _number in range(20)]
            with self.assertRaises(regression.NotConverged):
                outlook.try_out(learnt, same)
