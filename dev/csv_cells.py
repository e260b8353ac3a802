"""What is wrong with a header or a line of a spreadsheet of purchases, in words.

Numbers and dates are read here as well: what cannot be read is what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

NEEDED = ("document", "date", "customer", "quantity", "unit_price")
FIRST_DAY = date(1900, 1, 1)
"""Earlier dates are slips of the pen; Odoo takes none either."""
NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
ANY_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
TOO_LARGE = 10**12
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
FOREIGN = re.compile("[\ud800-\udfff]")
"""What bytes that are no UTF-8 are read as."""
SAVE_AS_UTF8 = "save the file as UTF-8"


def refuse_header(header: Sequence[str]) -> str:
    """Return what is wrong with the first line of a file, "" where it can be used."""
    missing = [name for name in NEEDED if name not in header]
    if not missing:
        return ""
    if any(FOREIGN.search(name) for name in header):
        return f"is not written in UTF-8: {SAVE_AS_UTF8}"
    if len(header) == 1:
        for sign, name in SEPARATORS.items():
            if sign in header[0]:
                return f"has {name} between its columns: save it with commas"
    return (
        f"has no column {', '.join(missing)}: "
        f"its first line must name {', '.join(NEEDED)} (and country, where known)"
    )


def refuse_cells(cell: dict[str, str]) -> str:
    """Return what is wrong with the needed cells of a line, but for the date."""
    for name in NEEDED:
        if not cell[name]:
            return f"no {name}"
        if not cell[name].isprintable():
            if FOREIGN.search(cell[name]):
                return f"{name} {cell[name]!r} is not written in UTF-8: {SAVE_AS_UTF8}"
            return f"{name} {cell[name]!r} has a line break, or a character that cannot be shown"
    for name in ("quantity", "unit_price"):
        if not NUMBER.fullmatch(cell[name]):
            return f"{name} {cell[name]!r} {_refuse_number(cell[name])}"
    return ""


def _refuse_number(text: str) -> str:
    if ANY_NUMBER.fullmatch(text) and abs(float(text)) >= TOO_LARGE:
        return f"is too large: it has to be below {TOO_LARGE:,}"
    return "is not a number like 1234.56"


def day(text: str) -> date | None:
    """Return the day of a date with or without a time, None where it is no date."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def refuse_day(text: str, found: date | None, latest: date | None) -> str:
    """Return what is wrong with a date that was read as ``found``.

    After ``latest``, where given, none is taken: one slip would move all other dates into the past.
    """
    if found is None:
        return f"date {text!r} is not a date like 2024-12-31 or 2024-12-31 23:59"
    if found < FIRST_DAY:
        return f"date {text!r} is before {FIRST_DAY}"
    if latest and found > latest:
        return f"date {text!r} is after today ({latest}); with SHIFT=0 it is loaded as it is"
    return ""
