"""What a program brought: difference between treated and held-out customers, with its interval.

Sources: the pooled t interval of Student (1908); the quantile of t by the expansion of
R. A. Fisher and E. A. Cornish (1960), exact to 1e-6 from 100 degrees of freedom on. Rates are
compared in ``intervals``.
"""

from math import ceil, sqrt

from .intervals import Interval, Z

Z_POWER = 0.8416212335729143
MIN_CUSTOMERS = 100
MIN_BUYERS = 20
CAP_PERCENT = 95


def cap_value(values):
    """Return the 95th percentile of ``values``, those of the buyers of both arms.

    The smallest value that at least 95 % of them do not exceed. Values are cut there, since one
    very large purchase would otherwise decide the result. A buyer who returned everything is one
    of them, with nothing.

    :param values: at least one number
    """
    return sorted(values)[ceil(len(values) * CAP_PERCENT / 100) - 1]


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


def smallest_share_found(count_1, count_0, share_0):
    """Return the share of buyers among the treated that is found in 4 of 5 runs; None where none is.

    The smallest share above ``share_0``, that of the others, which a test of two proportions at
    5 %, two-sided, finds with a power of 80 %: difference = z(97.5 %) · √(p(1 - p)(1/n₁ + 1/n₀))
    + z(80 %) · √(p₁(1 - p₁)/n₁ + p₀(1 - p₀)/n₀), with p the share of both arms together
    (J. L. Fleiss, Statistical Methods for Rates and Proportions, 1981, formula 3.14).

    :param count_1: customers treated
    :param count_0: customers held out
    :param share_0: share of these who buy, 0-1
    """
    if is_too_few(count_1, count_1 * share_0) or is_too_few(count_0, count_0 * share_0):
        return None

    def is_found(share_1):
        pooled = (count_1 * share_1 + count_0 * share_0) / (count_1 + count_0)
        chance = sqrt(pooled * (1 - pooled) * (1 / count_1 + 1 / count_0))
        spread = sqrt(share_1 * (1 - share_1) / count_1 + share_0 * (1 - share_0) / count_0)
        return share_1 - share_0 >= Z * chance + Z_POWER * spread

    low, high = share_0, 1.0
    if not is_found(high):
        return None
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if is_found(middle) else (middle, high)
    return high
