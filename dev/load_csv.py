"""Load a spreadsheet of real purchases: `make run DATA=file.csv`.

Its lines are summed to documents, each of which becomes one `retention.past.purchase` through
Odoo's own `load`; customers become contacts. Both get an external id made of their number in
the file, documents with their year besides, so that loading the file again updates and never
doubles, and numbers that begin anew each year are different documents. All of it is one
transaction. A line that cannot be used is left out and reported with its number and reason; a file
whose quotes, letters, numbers or dates are written otherwise is refused. Lines read are lines
loaded and lines left out.
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
from dev.cache import digest
from dev.csv_cells import Wrong
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
LONGEST_ID = 500
NEAR = timedelta(days=31)
"""How far apart lines of one document may lie over New Year's Eve."""
EXACT = Context(prec=60)
"""Enough for the largest sums that quantities and prices can make."""
COUNTRY_CODES = {"eire": "IE", "rsa": "ZA", "uk": "GB", "usa": "US"}
"""Names that Odoo's countries do not have."""


@dataclass(frozen=True)
class Bad:
    """A line that was left out."""

    line: int
    reason: str
    lines: int = 1
    """How many lines are left out with it: those of its document."""

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
    lines: int = 0
    total: Decimal = Decimal(0)

    @property
    def key(self) -> str:
        """Tells this document from all others: numbers may begin anew each year."""
        return f"{quote(self.number, safe='')}@{self.date.year}"

    @property
    def amount(self) -> Decimal:
        """The total rounded to cents, half away from zero."""
        return self.total.quantize(CENT, ROUND_HALF_UP, EXACT)


@dataclass
class Sheet:
    """What a file says."""

    documents: dict[tuple[str, int], Document] = field(default_factory=dict)
    """By number and year."""
    countries: dict[str, str] = field(default_factory=dict)
    """The country each customer was first seen with, "" where the file has none."""
    bad: list[Bad] = field(default_factory=list)
    faults: dict[str, list[Bad]] = field(default_factory=dict)
    """Lines by which the file is at fault, by what to change."""
    lines: int = 0
    other_days: int = 0
    """Lines of another day than their document began on: the first day counts."""
    other_countries: set[str] = field(default_factory=set)
    """Customers with lines of several countries: the first counts."""

    @property
    def left_out(self) -> int:
        """How many lines were left out."""
        return sum(bad.lines for bad in self.bad)

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
            _header(csv.reader(file, strict=True), path)
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
            reader = csv.reader(file, strict=True)
            header = _header(reader, path)
            for line, row in _rows(reader):
                sheet.lines += 1
                if wrong := _take(sheet, row, header, line, latest):
                    bad = sheet.faults.setdefault(wrong.change, []) if wrong.change else sheet.bad
                    bad.append(Bad(line, wrong.reason))
                if not sheet.lines % 5000:
                    bar.update(packed.tell(), f"{sheet.lines:,} lines")
    except (OSError, EOFError) as error:
        raise Stop(f"DATA={path} breaks off after line {sheet.lines + 1} ({error}).") from None
    if sheet.faults:
        raise Stop(_refusal(sheet, path))
    return sheet


def _refusal(sheet: Sheet, path: Path, shown: int = 3) -> str:
    """Return why the file is refused: the first lines of each fault, and what to change."""
    parts = [f"DATA={path} is not loaded: how it is written would leave out lines."]
    for change, faults in sheet.faults.items():
        parts += [f"  {fault}" for fault in faults[:shown]]
        more = len(faults) - shown
        parts += [f"  … and {counted(more, 'more line')}"] if more > 0 else []
        parts.append(f"  → {change[0].upper()}{change[1:]}.")
    return "\n".join(parts)


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | Wrong]]:
    """Give the rows that are not empty with the line each begins on.

    A row that csv refuses comes as what is wrong: but for a NUL, its quotes.
    """
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield line, Wrong(str(error), "" if "NUL" in str(error) else csv_cells.QUOTES)
            continue
        if row is None:
            return
        if row:
            yield line, row


def _take(
    sheet: Sheet, row: list[str] | Wrong, header: list[str], line: int, latest: date | None
) -> Wrong | None:
    """Add one row to the sheet, or return why it cannot be used."""
    if isinstance(row, Wrong):
        return row
    if wrong := csv_cells.refuse_row(row, header):
        return wrong
    cell = {name: csv_cells.clean(value) for name, value in zip(header, row, strict=True)}
    if wrong := csv_cells.refuse_cells(cell):
        return wrong
    day = csv_cells.day(cell["date"])
    wrong = csv_cells.refuse_day(cell["date"], day, latest)
    if day is None or wrong:
        return wrong
    return _add(sheet, cell, day, line)


def _add(sheet: Sheet, cell: dict[str, str], day: date, line: int) -> Wrong | None:
    """Add a line that can be read to its document."""
    number, customer = cell["document"], cell["customer"]
    document = _find(sheet, number, customer, day)
    if document is None:
        document = sheet.documents[number, day.year] = Document(number, customer, day, line)
    elif document.customer != customer:
        return Wrong(
            f"document {number} is of customer {document.customer} since line {document.line}, "
            f"not {customer}"
        )
    document.total += Decimal(cell["quantity"]) * Decimal(cell["unit_price"])
    document.lines += 1
    sheet.other_days += document.date != day
    country, known = cell.get("country", ""), sheet.countries.get(customer, "")
    if country and known and country.lower() != known.lower():
        sheet.other_countries.add(customer)
    sheet.countries[customer] = known or country
    return None


def _find(sheet: Sheet, number: str, customer: str, day: date) -> Document | None:
    """Return the document of this number: of the same year, or written over New Year's Eve."""
    if document := sheet.documents.get((number, day.year)):
        return document
    for year in (day.year - 1, day.year + 1):
        document = sheet.documents.get((number, year))
        if document and document.customer == customer and abs(day - document.date) <= NEAR:
            return document
    return None


def drop_refused(sheet: Sheet, days: int) -> None:
    """Leave out documents that Odoo would not take: their amount, or their date moved by `days`."""
    first, last = csv_cells.FIRST_DAY, date.max
    for key, document in list(sheet.documents.items()):
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
        sheet.bad.append(Bad(document.line, reason, document.lines))
        del sheet.documents[key]


def days_to_shift(sheet: Sheet, wanted: str, today: date) -> int:
    """Return the days to add: `wanted`, or so many that the last document is yesterday's."""
    if wanted:
        return int(wanted)
    return (today - timedelta(days=1) - sheet.last).days


def external_id(kind: str, number: str) -> str:
    """Return the external id of a number of the file; different numbers, different ids."""
    return _identify(kind, quote(number, safe=""))


def _identify(kind: str, key: str) -> str:
    """Return the external id of a key, shortened where the database could not index it."""
    if len(key) > LONGEST_ID:
        key = f"{key[:LONGEST_ID]}~{digest(key)}"
    return f"{NAMESPACE}.{kind}_{key}"


def load(env: Environment, sheet: Sheet, days: int) -> list[Bad]:
    """Write customers and purchases; return the documents that Odoo refused, by their line."""
    documents = list(sheet.documents.values())
    _refuse_earlier(env)
    _load_customers(env, sheet, sorted({document.customer for document in documents}))
    currency, company = str(env.company.currency_id.id), str(env.company.id)
    rows = [
        [
            _identify("purchase", document.key),
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
    return [
        Bad(documents[number].line, reason, documents[number].lines)
        for number, reason in refused.items()
    ]


def _refuse_earlier(env: Environment) -> None:
    """Raise `Stop` where documents were loaded without their year: these would be there twice."""
    named = [("module", "=", NAMESPACE), ("model", "=", "retention.past.purchase")]
    if env["ir.model.data"].search_count([*named, ("name", "not like", "@")], limit=1):
        name = env.cr.dbname
        raise Stop(
            f"{name} was filled by an earlier version, which took a number of two years for one "
            f"document. Drop it, and load again: dev/odoo db drop {name}"
        )


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
    """Say what became of the lines, and which were left out: the first ones singly."""
    loaded = sheet.lines - sheet.left_out
    yield (
        f"{counted(sheet.lines, 'line')} read = {loaded:,} loaded + {sheet.left_out:,} left out"
        + ":" * bool(sheet.bad)
    )
    for bad in sheet.bad[:shown]:
        yield f"  {bad}"
    if len(sheet.bad) > shown:
        yield f"  … and {len(sheet.bad) - shown:,} more"
    if sheet.other_days:
        yield f"{counted(sheet.other_days, 'line')} of a later or earlier day than its document's first"
    if sheet.other_countries:
        customers = counted(len(sheet.other_countries), "customer")
        yield f"{customers} with lines of several countries: the first is kept"
