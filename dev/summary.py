"""The table at the end of `make run`: who is worth what, and who stays away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dev.say import counted

if TYPE_CHECKING:
    from odoo.api import Environment

TOP = 12
STATUSES = ("late", "silent")


def lines(env: Environment) -> Iterator[str]:
    """Give the lines of the table, company by company."""
    model = env["retention.customer"]
    companies = model._read_group([], ["company_id"], ["__count", "value_year:sum"])
    if not companies:
        yield "No customer has bought anything yet."
    for company, count, value in sorted(companies, key=lambda row: -row[1]):
        yield ""
        formatted = money(company.currency_id)
        yield (
            f"{company.name}: {counted(count, 'customer')}, {formatted(value)} in the last 12 months"
        )
        yield from _top(env, company, formatted)
        yield from _away(env, company, formatted)


def _top(env: Environment, company: object, formatted: object) -> Iterator[str]:
    model = env["retention.customer"]
    best = model.search([("company_id", "=", company.id)], order="value_year desc, id", limit=TOP)
    words = {
        name: dict(model._fields[name]._description_selection(env))
        for name in ("abc_class", "status")
    }
    rows = [("", "Customer", "12 months", "Lifetime", "Class", "Status", "Why")]
    for place, customer in enumerate(best, 1):
        status = words["status"].get(customer.status, "")
        rows.append(
            (
                f"{place}",
                f"{_cut(customer.partner_id.display_name, 28)}{' ★' * customer.is_gold}",
                formatted(customer.value_year),
                formatted(customer.lifetime_value),
                words["abc_class"].get(customer.abc_class, ""),
                status,
                (customer.status_reason or "").removeprefix(f"{status}: "),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [_align(cell, column, widths) for column, cell in enumerate(row)]
        yield f"  {'  '.join(cells)}".rstrip()
    if any(customer.is_gold for customer in best):
        yield "  ★ gold customer"


def _align(cell: str, column: int, widths: list[int]) -> str:
    return cell.rjust(widths[column]) if column in (0, 2, 3) else cell.ljust(widths[column])


def _away(env: Environment, company: object, formatted: object) -> Iterator[str]:
    """Say how many are late and silent, and what they bought before."""
    found = {
        status: (count, year, before)
        for status, count, year, before in env["retention.customer"]._read_group(
            [("company_id", "=", company.id), ("status", "in", STATUSES)],
            ["status"],
            ["__count", "value_year:sum", "value_year_1:sum"],
        )
    }
    yield ""
    for status in STATUSES:
        count, year, before = found.get(status, (0, 0, 0))
        yield (
            f"  {status.capitalize() + ':':8}{count:>6,} customer{'s' * (count != 1)}; at stake: "
            f"{formatted(year)} bought in the last 12 months, {formatted(before)} in the 12 before"
        )


def money(currency: object) -> object:
    """Return what writes amounts of a currency, in whole units."""

    def written(amount: float) -> str:
        number = f"{abs(amount):,.0f}"
        sign = "-" if amount < 0 and number != "0" else ""
        before = currency.position == "before"
        return f"{sign}{currency.symbol}{number}" if before else f"{sign}{number} {currency.symbol}"

    return written


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
