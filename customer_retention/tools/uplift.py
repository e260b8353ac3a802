"""What a program brought: difference between treated and held-out customers, with its interval.

Sources: R. G. Newcombe, Statistics in Medicine 17 (1998), p. 873, method 10 (hybrid of Wilson
scores); the pooled t interval of Student (1908); the quantile of t by the expansion of
R. A. Fisher and E. A. Cornish (1960), exact to 1e-6 from 100 degrees of freedom on.
"""

from dataclasses import dataclass
from math import ceil, sqrt

Z = 1.959963984540054
MIN_CUSTOMERS = 100
MIN_BUYERS = 20
CAP_PERCENT = 95


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


def cap_value(values):
    """Return the 95th percentile of the values above 0 (of buyers of both arms); None without any.

    The smallest value that at least 95 % of them do not exceed. Values are cut there, since one
    very large purchase would otherwise decide the result.
    """
    bought = sorted(value for value in values if value > 0)
    if not bought:
        return None
    return bought[ceil(len(bought) * CAP_PERCENT / 100) - 1]


def difference_of_means(values_1, values_0):
    """Return mean 1 less mean 0 with the 95 % interval of the pooled t test.

    :param values_1: at least one number; together with ``values_0`` at least three
    """
    count_1, count_0 = len(values_1), len(values_0)
    mean_1, mean_0 = sum(values_1) / count_1, sum(values_0) / count_0
    squares = sum((value - mean_1) ** 2 for value in values_1)
    squares += sum((value - mean_0) ** 2 for value in values_0)
    freedom = count_1 + count_0 - 2
    half = t_quantile(freedom) * sqrt(squares / freedom) * sqrt(1 / count_1 + 1 / count_0)
    difference = mean_1 - mean_0
    return Interval(difference, difference - half, difference + half)


def t_quantile(freedom):
    """Return the 97.5 % quantile of Student's t with ``freedom`` degrees of freedom."""
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def is_too_few(customers, buyers):
    """Return whether an arm is too small to tell anything."""
    return customers < MIN_CUSTOMERS or buyers < MIN_BUYERS
