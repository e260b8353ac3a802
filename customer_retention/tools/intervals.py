"""How sure a share is: 95 % intervals of rates, of NPS and of their differences.

Sources: E. B. Wilson, Journal of the American Statistical Association 22 (1927), p. 209;
R. G. Newcombe, Statistics in Medicine 17 (1998), p. 873, method 10 (hybrid of Wilson scores); the
NPS as the mean of answers that count 1, 0 or -1, with the normal interval of a mean.

Counts may be fractions: a customer who answered twice gives half of each answer.
"""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
MIN_ANSWERS = 30


@dataclass(frozen=True)
class Interval:
    """A difference and the 95 % interval around it."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self):
        """Whether the interval leaves out 0: there was an effect."""
        return self.low > 0 or self.high < 0

    @property
    def direction(self):
        """``up``, ``down``, or ``same`` where the interval holds 0."""
        if not self.is_clear:
            return "same"
        return "up" if self.low > 0 else "down"


def wilson(successes, count):
    """Return the 95 % interval (low, high) of a rate, after Wilson."""
    rate = successes / count
    middle = (rate + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * sqrt(rate * (1 - rate) / count + Z**2 / (4 * count**2))
    return middle - half, middle + half


def difference_of_rates(successes_1, count_1, successes_0, count_0):
    """Return rate 1 less rate 0 with Newcombe's 95 % interval."""
    rate_1, rate_0 = successes_1 / count_1, successes_0 / count_0
    low_1, high_1 = wilson(successes_1, count_1)
    low_0, high_0 = wilson(successes_0, count_0)
    difference = rate_1 - rate_0
    return Interval(
        difference,
        difference - sqrt((rate_1 - low_1) ** 2 + (high_0 - rate_0) ** 2),
        difference + sqrt((high_1 - rate_1) ** 2 + (rate_0 - low_0) ** 2),
    )


def nps(promoters, detractors, count):
    """Return NPS in points (-100 to 100) and its half interval: 196 · √((p + d − (p − d)²) / n)."""
    return 100 * (promoters - detractors) / count, 100 * Z * _nps_error(
        promoters, detractors, count
    )


def nps_interval(promoters, detractors, count):
    """Return the 95 % interval (low, high) of the NPS in points, cut at -100 and 100."""
    score, half = nps(promoters, detractors, count)
    return max(-100, score - half), min(100, score + half)


def difference_of_nps(answers_1, answers_0):
    """Return NPS 1 less NPS 0 in points with its 95 % interval.

    :param answers_1, answers_0: ``(promoters, detractors, count)``
    """
    difference = nps(*answers_1)[0] - nps(*answers_0)[0]
    half = 100 * Z * sqrt(_nps_error(*answers_1) ** 2 + _nps_error(*answers_0) ** 2)
    return Interval(difference, difference - half, difference + half)


def is_too_few(count):
    """Return whether so few answers tell nothing: below 30."""
    return count < MIN_ANSWERS


def _nps_error(promoters, detractors, count):
    """Return the standard error of p − d."""
    p, d = promoters / count, detractors / count
    # Rounding can leave a hair less than nothing where all say the same.
    return sqrt(max(0, p + d - (p - d) ** 2) / count)
