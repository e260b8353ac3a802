"""Texts of customers in spreadsheets: pure rules."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(text: object) -> object:
    """Return ``text`` so that a spreadsheet shows it and does not calculate it.

    Source: OWASP, "CSV Injection". Core guards CSV files against some of these and Excel files
    against none.

    >>> escape_formula("=1+1"), escape_formula(" @SUM(1)"), escape_formula("Fine - thanks"), escape_formula(5)
    ("'=1+1", "' @SUM(1)", 'Fine - thanks', 5)
    """
    if isinstance(text, str) and text.lstrip(" \n").startswith(FORMULA_STARTS):
        return f"'{text}"
    return text
