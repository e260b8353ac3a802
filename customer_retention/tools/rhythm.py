"""How often a company's customers usually buy."""

from fractions import Fraction
from math import floor


def company_gap(middle, customers, minimum, default):
    """Return the usual days between two purchases of a company's customers, whole days, at least 1.

    It is the median of the customers' own gaps, rounded half up. Whole days, because an unrounded
    median moves every night and would rewrite the figures of all customers with it.

    :param middle: the one or two middle gaps as ``(days from first to last purchase, number of
        gaps)``, so that the median is exact
    :param customers: number of customers with at least two gaps
    :param minimum: below this number of customers ``default`` is returned
    """
    if customers < minimum or not middle:
        return default
    median = sum(Fraction(span, gaps) for span, gaps in middle) / len(middle)
    return max(1, floor(median + Fraction(1, 2)))
