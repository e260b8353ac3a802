"""When a customer who complained counts as won back: a purchase within the usual gap."""

from fractions import Fraction
from math import floor

MIN_CUSTOMERS = 20


def window_days(factor, weight, company_gap, span, gaps):
    """Return in how many days after the solution a purchase counts as bought again.

    The largest d with d · (k + m) ≤ factor · (k · company gap + span), as the status *active* is
    defined.

    :param factor: how many times the expected gap still counts, a Decimal or a float as it is read
    :param weight: k, how many gaps of its own the company's gap weighs
    :param company_gap: usual days between two purchases of the company's customers
    :param span: days from the customer's first to the last purchase day
    :param gaps: m, the customer's purchase days less one, 0 for none

    >>> window_days(1.5, 2, 30, 63, 2)
    46
    """
    gaps = max(gaps, 0)
    if not weight + gaps:
        return floor(Fraction(str(factor)) * company_gap)
    return floor(Fraction(str(factor)) * (weight * company_gap + span) / (weight + gaps))
