"""What is wrong with a header or a line of a spreadsheet of purchases, in words.

Numbers and dates are read here as well: what cannot be read is what is wrong. A fault of a line
leaves out that line. A fault of the file (its quotes, its letters, how it writes numbers and dates)
would leave out lines by what they say, the large ones for instance: such a file is refused whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

NEEDED = ("document", "date", "customer", "quantity", "unit_price")
USED = (*NEEDED, "country")
FIRST_DAY = date(1900, 1, 1)
"""Earlier dates are slips of the pen; Odoo takes none either."""
NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
ANY_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
GROUPED = re.compile(r"\d[\d.,'’ ]*|[.,]\d+", re.ASCII)
"""What is left of a number in another way of writing: separators of thousands, a decimal comma."""
OTHER_DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d).*"  # 05.01.2024, 1/5/24, 2024/1/5, 2024-1-5
    r"|\d{1,2}\.? *[^\W\d]{3,}\.?,? *\d{4}.*|[^\W\d]{3,}\.? *\d{1,2},? *\d{4}.*"  # 5 January 2024
    r"|\d{5}(\.\d+)?"  # 45296: days counted by a spreadsheet
)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
TOO_LARGE = 10**12
LONGEST = 500
"""Characters of a name or number: the database indexes no more."""
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
FOREIGN = re.compile("[\ud800-\udfff]")
"""What bytes that are no UTF-8 are read as."""
SAVE_AS_UTF8 = "save the file as UTF-8"
QUOTES = "close every quote, and write a quote inside a cell twice"
NUMBERS = "write numbers without separators of thousands and with a point, like 1234.56"
DATES = "write dates like 2024-12-31 or 2024-12-31 23:59"
JOINERS = "\u061c\u200c\u200d\u200e\u200f"
"""Marks that nobody sees, and some scripts and emoji are not written without."""
IDLE = "\u00ad\u200b\u2060\ufeff"
"""Marks that nobody sees, and no word is another one without."""


class Wrong(NamedTuple):
    """What is wrong with a line; ``change`` is what to do where the file is at fault."""

    reason: str
    change: str = ""


def refuse_header(header: Sequence[str]) -> str:
    """Return what is wrong with the first line of a file, "" where it can be used."""
    twice = [name for name in USED if header.count(name) > 1]
    if twice:
        return f"has two columns {', '.join(twice)}: name the one that is meant, and the other otherwise"
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


def refuse_row(row: Sequence[str], header: Sequence[str]) -> Wrong | None:
    """Return what is wrong with a row as a whole: an open quote took in lines below, or columns."""
    whole = len(row) == len(header)
    cells = [cell for name, cell in zip(header, row, strict=True) if name in USED] if whole else row
    inner = (line for cell in cells for line in cell.splitlines()[1:])
    if any(line.count(",") >= len(header) - 1 for line in inner):
        return Wrong("a quote is not closed: the lines below are part of a cell", QUOTES)
    if not whole:
        found = "1 column" if len(row) == 1 else f"{len(row)} columns"
        return Wrong(f"{found} where the first line has {len(header)}")
    return None


def clean(text: str) -> str:
    """Return a cell as it is meant: blanks of every kind as blanks, none around it, no idle marks.

    Marks that nobody sees stay where the name is of a script, or has a sign, that may need them.
    """
    if text.isascii():
        return text.strip()
    blank = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text)
    needed = any(
        unicodedata.bidirectional(sign) in ("R", "AL")
        or unicodedata.category(sign) in ("Mc", "Mn", "So")
        for sign in blank
    )
    dropped = IDLE if needed else IDLE + JOINERS
    return "".join(sign for sign in blank if sign not in dropped).strip()


def refuse_cells(cell: dict[str, str]) -> Wrong | None:
    """Return what is wrong with the needed cells of a line, but for the date."""
    for name in NEEDED:
        text = cell[name]
        if not text:
            return Wrong(f"no {name}")
        if FOREIGN.search(text):
            return Wrong(f"{name} {text!r} is not written in UTF-8", SAVE_AS_UTF8)
        if not "".join(sign for sign in text if sign not in JOINERS).isprintable():
            return Wrong(f"{name} {text!r} has a line break, or a character that cannot be shown")
        if len(text) > LONGEST:
            return Wrong(f"{name} {text[:20]}… has {len(text)} characters: {LONGEST} is the most")
    for name in ("quantity", "unit_price"):
        if not NUMBER.fullmatch(cell[name]):
            return _refuse_number(name, cell[name])
    return None


def _refuse_number(name: str, text: str) -> Wrong:
    if ANY_NUMBER.fullmatch(text) and abs(float(text)) >= TOO_LARGE:
        return Wrong(f"{name} {text!r} is too large: it has to be below {TOO_LARGE:,}")
    bare = "".join(sign for sign in text if unicodedata.category(sign) != "Sc").strip("+-() ")
    change = NUMBERS if GROUPED.fullmatch(bare) else ""
    return Wrong(f"{name} {text!r} is not a number like 1234.56", change)


def day(text: str) -> date | None:
    """Return the day of a date with or without a time, None where it is no date."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def refuse_day(text: str, found: date | None, latest: date | None) -> Wrong | None:
    """Return what is wrong with a date that was read as ``found``.

    After ``latest``, where given, none is taken: one slip would move all other dates into the past.
    """
    if found is None:
        change = DATES if OTHER_DATE.fullmatch(text) and not ISO_DAY.match(text) else ""
        return Wrong(f"date {text!r} is not a date like 2024-12-31 or 2024-12-31 23:59", change)
    if found < FIRST_DAY:
        return Wrong(f"date {text!r} is before {FIRST_DAY}")
    if latest and found > latest:
        return Wrong(f"date {text!r} is after today ({latest}); with SHIFT=0 it is loaded as it is")
    return None
