"""Fill a database and show what comes out: load purchases, run the scheduled actions, print.

Runs in Odoo's Python:  python -m dev.fill DATABASE [DATA]
with SHIFT and CURRENCY from the environment.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dev import bundles, load_csv, say, summary
from dev.addons import PREFIX
from dev.cache import digest, own_cache
from dev.say import Progress, Stop
from dev.session import environment

if TYPE_CHECKING:
    from odoo.api import Environment

LOADED = "retention_data.loaded"


def main() -> int:
    """Do all of it."""
    database = sys.argv[1]
    if len(sys.argv) > 2:
        with environment(database) as env:
            load(env, Path(sys.argv[2]))
    refresh(database)
    with environment(database) as env:
        for line in summary.lines(env):
            print(line)
        with Progress("Building the web client"):
            bundles.build(env)
    return 0


def load(env: Environment, path: Path) -> None:
    """Load a file, unless the same one was loaded today in the same way."""
    currency = choose_currency(env, os.environ.get("CURRENCY", "").strip().upper())
    wanted = os.environ.get("SHIFT", "").strip()
    parameters = env["ir.config_parameter"]
    key = digest(path.read_bytes(), currency, wanted or date.today().isoformat())
    if parameters.get_param(LOADED) == key:
        say.step(f"{path.name} is already loaded; dates and amounts are as they should be")
        return
    sheet = load_csv.read(path)
    if not sheet.documents:
        print("\n".join(load_csv.report(sheet)))
        raise Stop(f"DATA={path} holds no line that could be used.")
    days = load_csv.days_to_shift(sheet, wanted, date.today())
    say.step(
        f"{len(sheet.documents):,} documents of {len(sheet.countries):,} customers in {currency}, "
        f"the last of {sheet.last}; dates moved by {days:+,} days"
    )
    sheet.bad += load_csv.load(env, sheet, days)
    sheet.bad.sort(key=lambda bad: bad.line)
    parameters.set_param(LOADED, key)
    for line in load_csv.report(sheet):
        say.note(line)
    if sheet.bad:
        whole = own_cache() / "logs" / "left-out.txt"
        whole.parent.mkdir(exist_ok=True)
        whole.write_text("".join(f"{bad}\n" for bad in sheet.bad))
        say.note(f"all of them: {whole}")


def choose_currency(env: Environment, code: str) -> str:
    """Return the code of the currency of the amounts: the company's, set to `code` if given.

    Made the company's own, it needs no rate.
    """
    company = env.company
    if not code or code == company.currency_id.name:
        return company.currency_id.name
    currency = env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
    if not currency:
        raise Stop(f"CURRENCY={code} is not a currency Odoo knows: give a code like EUR.")
    if env["retention.past.purchase"].search_count([], limit=1):
        raise Stop(
            f"{env.cr.dbname} holds purchases in {company.currency_id.name}: give that as CURRENCY, "
            f"or drop the database first: dev/odoo db drop {env.cr.dbname}"
        )
    currency.active = True
    company.currency_id = currency
    return code


def refresh(database: str) -> None:
    """Run the scheduled actions of our addons once, the daily one first."""
    with environment(database) as env:
        found = env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", f"{PREFIX}%")], order="id"
        )
        found = found.sorted(lambda data: data.name != "ir_cron_refresh_customers")
        ids = found.mapped("res_id")
    for number in ids:
        with environment(database) as env:
            action = env["ir.cron"].browse(number)
            if not action.active:
                continue
            with Progress(f"Running “{action.name}”"):
                failed = action.method_direct_trigger()
            if isinstance(failed, dict) and failed.get("tag") != "reload":
                say.note(f"it ended in an error: {failed.get('params', failed)}")


if __name__ == "__main__":
    say.run(main)
