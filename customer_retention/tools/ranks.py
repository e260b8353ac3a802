"""Positions in an order: which customer is the last of the top, where a quintile ends."""

from decimal import ROUND_CEILING, Decimal

# What ends the first four; the fifth ends with the last.
LIMITS = 4


def top_count(percent, count):
    """Return how many of ``count`` are the top ``percent`` (0-100, a Decimal), rounded up."""
    return int((Decimal(percent) * count / 100).to_integral_value(rounding=ROUND_CEILING))


def quintile_positions(count):
    """Return the positions (from 1, ascending) whose values end the first four quintiles of ``count``."""
    return [-(-count * quintile // 5) for quintile in range(1, LIMITS + 1)]
