"""Numbers as people write them."""

from decimal import Decimal


def plain(value):
    """Return ``value`` in full, without exponent or idle zeros.

    >>> [plain(value) for value in (5, 12.50, 0.01, -0.0, 1e30, 2147483648.0, 1e-12)]
    ['5', '12.5', '0.01', '0', '1000000000000000000000000000000', '2147483648', '0.000000000001']
    """
    text = f"{Decimal(repr(value)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
