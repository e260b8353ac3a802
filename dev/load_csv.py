"""Load a spreadsheet of real purchases: `make run DATA=file.csv`.

Its lines are summed to documents, each of which becomes one `retention.past.purchase` through
Odoo's own `load`; customers become contacts. Both get an external id made of their number in
the file, so that loading the file again updates and never doubles. All of it is one
transaction. A line that cannot be used is left out and reported with its number and reason.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from dev import csv_cells
from dev.say import Progress, Stop, counted

if TYPE_CHECKING:
    from odoo.api import Environment

NAMESPACE = "retention_data"
CUSTOMER = ("id", "name", "is_company", "country_id/.id")
PURCHASE = (
    "id", "partner_id/id", "date", "amount", "currency_id/.id", "reference", "company_id/.id",
)  # fmt: skip
BATCH = 1000
CENT = Decimal("0.01")
EXACT = Context(prec=60)
"""Enough for the largest sums that quantities and prices can make."""
COUNTRY_CODES = {"eire": "IE", "rsa": "ZA", "uk": "GB", "usa": "US"}
"""Names that Odoo's countries do not have."""


@dataclass(frozen=True)
class Bad:
    """A line that was left out."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass
class Document:
    """One purchase, or credit note, summed over its lines."""

    number: str
    customer: str
    date: date
    line: int
    """Line of the file it begins on."""
    total: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """The total rounded to cents, half away from zero."""
        return self.total.quantize(CENT, ROUND_HALF_UP, EXACT)


@dataclass
class Sheet:
    """What a file says."""

    documents: dict[str, Document] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    """The country each customer was first seen with, "" where the file has none."""
    bad: list[Bad] = field(default_factory=list)
    lines: int = 0

    @property
    def last(self) -> date:
        """The date of the last document."""
        return max(document.date for document in self.documents.values())


def open_text(path: Path) -> IO[str]:
    """Open a CSV file, packed with gzip or not; bytes that are no UTF-8 survive as surrogates."""
    opener = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")


def check(path: Path) -> None:
    """Raise `Stop` where the file cannot be read or lacks a column."""
    try:
        with open_text(path) as file:
            _header(csv.reader(file), path)
    except OSError as error:
        raise Stop(f"DATA={path} cannot be read: {error.strerror or error}.") from None
    except (EOFError, csv.Error) as error:
        raise Stop(f"DATA={path} is no CSV file: {error}.") from None


def _header(reader: Iterator[list[str]], path: Path) -> list[str]:
    header = [name.strip().lower() for name in next(reader, [])]
    if reason := csv_cells.refuse_header(header):
        raise Stop(f"DATA={path} {reason}.")
    return header


def read(path: Path, latest: date | None = None) -> Sheet:
    """Read a file into documents; what cannot be used stands in `bad`, dates after `latest` too."""
    sheet = Sheet()
    try:
        with open_text(path) as file, Progress(f"Reading {path.name}", path.stat().st_size) as bar:
            packed = getattr(file.buffer, "fileobj", file.buffer)  # gzip's own, to see how far
            reader = csv.reader(file)
            header = _header(reader, path)
            for line, row in _rows(reader):
                sheet.lines += 1
                if reason := _take(sheet, row, header, line, latest):
                    sheet.bad.append(Bad(line, reason))
                if not sheet.lines % 5000:
                    bar.update(packed.tell(), f"{sheet.lines:,} lines")
    except (OSError, EOFError) as error:
        raise Stop(f"DATA={path} breaks off after line {sheet.lines + 1} ({error}).") from None
    return sheet


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | str]]:
    """Give the rows that are not empty with the line each begins on.

    A row that csv refuses comes as the reason.
    """
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield line, str(error)
            continue
        if row is None:
            return
        if row:
            yield line, row


def _take(
    sheet: Sheet, row: list[str] | str, header: list[str], line: int, latest: date | None
) -> str:
    """Add one row to the sheet, or return why it cannot be used."""
    if isinstance(row, str):
        return row
    if len(row) != len(header):
        columns = "1 column" if len(row) == 1 else f"{len(row)} columns"
        return f"{columns} where the first line has {len(header)}"
    cell = {name: value.strip() for name, value in zip(header, row, strict=True)}
    if reason := csv_cells.refuse_cells(cell):
        return reason
    day = csv_cells.day(cell["date"])
    reason = csv_cells.refuse_day(cell["date"], day, latest)
    if day is None or reason:
        return reason
    quantity, price = Decimal(cell["quantity"]), Decimal(cell["unit_price"])
    number, customer = cell["document"], cell["customer"]
    document = sheet.documents.get(number)
    if document is None:
        document = sheet.documents[number] = Document(number, customer, day, line)
    elif document.customer != customer:
        return (
            f"document {number} is of customer {document.customer} since line {document.line}, "
            f"not {customer}"
        )
    document.total += quantity * price
    country = cell.get("country", "")
    sheet.countries[customer] = sheet.countries.get(customer) or country
    return ""


def drop_refused(sheet: Sheet, days: int) -> None:
    """Leave out documents that Odoo would not take: their amount, or their date moved by `days`."""
    first, last = csv_cells.FIRST_DAY, date.max
    for document in list(sheet.documents.values()):
        moved = document.date.toordinal() + days
        if not first.toordinal() <= moved <= last.toordinal():
            reason = f"date {document.date}, moved by {days:+,} days, is not from {first} to {last}"
        elif abs(document.amount) > csv_cells.TOO_LARGE:
            reason = (
                f"document {document.number} makes {document.amount:,}, which is too large: "
                f"{csv_cells.TOO_LARGE:,} is the most"
            )
        else:
            continue
        sheet.bad.append(Bad(document.line, reason))
        del sheet.documents[document.number]


def days_to_shift(sheet: Sheet, wanted: str, today: date) -> int:
    """Return the days to add: `wanted`, or so many that the last document is yesterday's."""
    if wanted:
        return int(wanted)
    return (today - timedelta(days=1) - sheet.last).days


def external_id(kind: str, number: str) -> str:
    """Return the external id of a number of the file; different numbers, different ids."""
    return f"{NAMESPACE}.{kind}_{quote(number, safe='')}"


def load(env: Environment, sheet: Sheet, days: int) -> list[Bad]:
    """Write customers and purchases; return the documents that Odoo refused, by their line."""
    documents = list(sheet.documents.values())
    _load_customers(env, sheet, sorted({document.customer for document in documents}))
    currency, company = str(env.company.currency_id.id), str(env.company.id)
    rows = [
        [
            external_id("purchase", document.number),
            external_id("customer", document.customer),
            (document.date + timedelta(days=days)).isoformat(),
            str(document.amount),
            currency,
            document.number,
            company,
        ]
        for document in documents
    ]
    refused = _load(env, "retention.past.purchase", PURCHASE, rows, "Loading purchases")
    return [Bad(documents[number].line, reason) for number, reason in refused.items()]


def _load_customers(env: Environment, sheet: Sheet, customers: list[str]) -> None:
    """Add the customers that are not there yet; those that are may have been edited since."""
    known = set(
        env["ir.model.data"]
        .search([("module", "=", NAMESPACE), ("model", "=", "res.partner")])
        .mapped("complete_name")
    )
    new = [number for number in customers if external_id("customer", number) not in known]
    countries = _country_ids(env, set(sheet.countries.values()))
    rows = [
        [external_id("customer", x), _name(x), "1", countries.get(sheet.countries[x], "")]
        for x in new
    ]
    refused = _load(env, "res.partner", CUSTOMER, rows, "Loading customers")
    for number, reason in refused.items():
        raise Stop(f"Customer {new[number]} cannot be loaded: {reason}")


def _name(customer: str) -> str:
    return f"Customer {customer}" if customer.isdigit() else customer


def _country_ids(env: Environment, names: Iterable[str]) -> dict[str, str]:
    """Return the country of each name that Odoo knows, by its database id."""
    countries = env["res.country"].with_context(lang="en_US").search([])
    known = {country.name.lower(): str(country.id) for country in countries}
    by_code = {country.code: str(country.id) for country in countries}
    for alias, code in COUNTRY_CODES.items():
        known[alias] = by_code[code]
    return {name: known[name.lower()] for name in names if name.lower() in known}


def unknown_countries(env: Environment, sheet: Sheet) -> list[str]:
    """Return the countries of the file that Odoo does not know, by name."""
    named = {country for country in sheet.countries.values() if country}
    return sorted(named - set(_country_ids(env, named)))


def _load(
    env: Environment, model: str, fields: Sequence[str], rows: Sequence[list[str]], label: str
) -> dict[int, str]:
    """Load rows in batches; return the refused ones by index, with their reason."""
    records = env[model].with_context(tracking_disable=True, mail_create_nosubscribe=True)
    refused: dict[int, str] = {}
    with Progress(label, len(rows)) as bar:
        for first in range(0, len(rows), BATCH):
            todo = list(range(first, min(first + BATCH, len(rows))))
            while todo:
                result = records.load(list(fields), [rows[number] for number in todo])
                if result["ids"]:
                    break
                # Nothing of the batch was written: leave out what is refused, and try again.
                found = _reasons(result["messages"], todo)
                if not found:
                    raise Stop(f"{label} cannot be loaded: {result['messages']}")
                refused |= found
                todo = [number for number in todo if number not in found]
            env.flush_all()
            env.invalidate_all()
            bar.update(first + BATCH, f"{min(first + BATCH, len(rows)):,} of {len(rows):,}")
    return refused


def _reasons(messages: list[dict], todo: list[int]) -> dict[int, str]:
    """Map the errors that name a row to the row's index.

    Odoo may put before them what it said of the batch as a whole, as if the first row had it: the
    first of several is left for the next try, which shows it again if it is the first row's.
    """
    errors = [each for each in messages if each["type"] == "error" and "record" in each]
    found: dict[int, str] = {}
    for message in errors[1:] or errors:
        found.setdefault(todo[message["record"]], " ".join(message["message"].split()))
    return found


def report(sheet: Sheet, shown: int = 20) -> Iterator[str]:
    """Say which lines were left out: the first ones singly, then how many of which kind."""
    if not sheet.bad:
        return
    was = "was" if len(sheet.bad) == 1 else "were"
    yield f"{len(sheet.bad):,} of {counted(sheet.lines, 'line')} {was} left out:"
    for bad in sheet.bad[:shown]:
        yield f"  {bad}"
    if len(sheet.bad) > shown:
        yield f"  … and {len(sheet.bad) - shown:,} more"
