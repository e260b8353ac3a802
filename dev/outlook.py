"""`make outlook DATA=file.csv CUT=2011-06-01`: how well the outlook would have said what came.

What the weekly action learns and prints for a company, of any purchases and at any day, without
Odoo: learnt 90 days before CUT, said at CUT, held against the 90 days after it. By default CUT is
90 days before the last purchase of the file.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import floor
from pathlib import Path
from types import ModuleType

from dev import addons, load_csv, say
from dev.say import Stop

HORIZON = timedelta(days=90)
# As a new company has them; see the settings of the addon.
FEW, USUAL, WEIGHT = 20, 90, 2


def rules() -> ModuleType:
    """Return the addon's rules, which need no Odoo: as a package beside the addon, which does."""
    folder = addons.folder() / "customer_retention" / "tools"
    name = "retention_tools"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if not spec or not spec.loader:
        raise Stop(f"{folder} is missing.")
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    return importlib.import_module(f"{name}.outlook")


class Customer:
    """The purchases of one customer, from the first on."""

    def __init__(self, purchases: list[tuple[date, Decimal]]) -> None:
        self.purchases = sorted(purchases)
        self.days = sorted({day for day, amount in self.purchases if amount > 0})

    def sum(self, after: date | None, until: date) -> float:
        """Add up what was bought and given back in (after, until]."""
        return float(
            sum(
                amount
                for day, amount in self.purchases
                if day <= until and (after is None or day > after)
            )
        )


def usual_gap(customers: list[Customer], cut: date) -> int:
    """Return the usual days between purchases as they were known at ``cut``."""
    gaps = []
    for customer in customers:
        days = [day for day in customer.days if day <= cut]
        if len(days) >= 3:
            gaps.append((days[-1] - days[0]).days / (len(days) - 1))
    return max(1, floor(statistics.median(gaps) + 0.5)) if len(gaps) >= FEW else USUAL


def snapshot(tool: ModuleType, customers: list[Customer], cut: date) -> list:
    """Return what was known of each customer at ``cut``, and what came within 90 days after it."""
    usual = usual_gap(customers, cut)
    known = []
    for customer in customers:
        days = [day for day in customer.days if day <= cut]
        if not days:
            continue
        span, spent = (
            (days[-1] - days[0]).days,
            [amount for day, amount in customer.purchases if day <= cut and amount > 0],
        )
        known.append(
            tool.Known(
                recency=(cut - days[-1]).days,
                tenure=(cut - days[0]).days,
                days=len(days),
                gap=(WEIGHT * usual + span) / (WEIGHT + len(days) - 1),
                average=float(sum(spent) / len(spent)),
                lifetime=customer.sum(None, cut),
                bought=any(cut < day <= cut + HORIZON for day in customer.days),
                amount=customer.sum(cut, cut + HORIZON),
            )
        )
    return known


def table(tool: ModuleType, customers: list[Customer], cut: date) -> Iterator[str]:
    """Yield the lines that say how well it went."""
    before, after = (snapshot(tool, customers, day) for day in (cut - HORIZON, cut))
    buyers = sum(known.bought for known in before)
    refusal = tool.get_size_refusal(len(before), buyers)
    if refusal:
        reason, number, needed = refusal
        raise Stop(f"Too few to learn from: {number} {reason} 90 days before {cut}, of {needed}.")
    trial = tool.try_out(tool.learn(before), after)
    spend = tool.get_auc([known.lifetime for known in after], [known.bought for known in after])
    yield f"Learnt of {len(before)} customers at {cut - HORIZON}, said of {trial.customers} at {cut}"
    yield "and held against what came within 90 days."
    yield ""
    yield "                                   outlook   recency   past spend"
    yield f"AUC, buys again                  {trial.auc:9.3f} {trial.recency_auc:9.3f} {spend:12.3f}"
    for percent in tool.TOPS:
        own, past = trial.captured[percent], trial.captured_past[percent]
        yield f"Captured by the top {percent} %, in %   {100 * own:9.1f} {100 * past:22.1f}"
    yield ""
    yield f"Buyers    {trial.expected_buyers:12.0f} said {trial.buyers:12.0f} came" + _ratio(
        trial.expected_buyers, trial.buyers
    )
    yield f"Value     {trial.expected_value:12.0f} said {trial.value:12.0f} came" + _ratio(
        trial.expected_value, trial.value
    )
    yield ""
    yield "Tenth  customers  said, %  came, %   value said   value came"
    for number, tenth in enumerate(trial.tenths, 1):
        yield (
            f"{number:5} {tenth['customers']:10} {100 * tenth['chance']:8.1f} "
            f"{100 * tenth['share']:8.1f} {tenth['value']:12.0f} {tenth['amount']:12.0f}"
        )


def _ratio(said: float, came: float) -> str:
    return f"   ({said / came:.2f})" if came > 0 else ""


def main() -> int:
    """Print the table of DATA at CUT."""
    text = os.environ.get("DATA", "").strip()
    if not text:
        raise Stop("Which purchases?  make outlook DATA=file.csv CUT=2011-06-01")
    path = Path(text).expanduser()
    load_csv.check(path)
    sheet = load_csv.read(path)
    wanted = os.environ.get("CUT", "").strip()
    try:
        cut = date.fromisoformat(wanted) if wanted else sheet.last - HORIZON
    except ValueError:
        raise Stop(f"CUT={wanted} is no day such as 2011-06-01.") from None
    bought = defaultdict(list)
    for document in sheet.documents.values():
        if document.amount:
            bought[document.customer].append((document.date, document.amount))
    customers = [Customer(purchases) for purchases in bought.values()]
    first = min((customer.days[0] for customer in customers if customer.days), default=cut)
    if not first <= cut - HORIZON or cut + HORIZON > sheet.last:
        raise Stop(
            f"CUT={cut} needs purchases from {cut - HORIZON} to {cut + HORIZON}; "
            f"there are those from {first} to {sheet.last}."
        )
    for line in table(rules(), customers, cut):
        print(line)
    if sheet.left_out:
        say.note(f"{say.counted(sheet.left_out, 'line')} left out; make run DATA= says which.")
    return 0


if __name__ == "__main__":
    say.run(main)
