"""Positions in an order: which customer is the last of the top, where a fifth ends."""

from decimal import ROUND_CEILING, Decimal

FIFTHS = 4


def top_count(percent, count):
    """Return how many of ``count`` are the top ``percent`` (0-100, a Decimal), rounded up."""
    return int((Decimal(percent) * count / 100).to_integral_value(rounding=ROUND_CEILING))


def fifth_positions(count):
    """Return the positions (from 1, ascending) whose values end the first four fifths of ``count``."""
    return [-(-count * fifth // 5) for fifth in range(1, FIFTHS + 1)]
