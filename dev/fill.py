"""Fill a database and show what comes out: load purchases, run the scheduled actions, print.

Runs in Odoo's Python:  python -m dev.fill DATABASE [DATA]
with SHIFT and CURRENCY from the environment.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dev import bundles, load_csv, say, summary
from dev.addons import PREFIX
from dev.cache import digest, own_cache
from dev.say import Progress, Stop, counted
from dev.session import environment

if TYPE_CHECKING:
    from odoo.api import Environment

LOADED = "retention_data.loaded"
LEFT_OUT = "retention_data.left_out"
FILES = "retention_data.files"
NAMED = 5


def main() -> int:
    """Do all of it."""
    database = sys.argv[1]
    if len(sys.argv) > 2:
        with environment(database) as env:
            load(env, Path(sys.argv[2]))
    refresh(database)
    with environment(database) as env:
        _stay_offline(env)
        for line in summary.lines(env):
            print(line)
        with Progress("Building the web client"):
            bundles.build(env)
    return 0


def _stay_offline(env: Environment) -> None:
    """Stop Odoo's jobs that ask paid services on the Internet: nothing here has an account there."""
    jobs = env["ir.cron"].search([])
    modules = {job.id: names for job, names in zip(jobs, _modules(jobs), strict=True)}
    jobs.filtered(lambda job: "iap" in modules[job.id]).active = False


def _modules(records: Any) -> list[str]:
    """Return the module each record comes from, "" for those of none."""
    names = records.get_external_id()
    return [names[record.id].partition(".")[0] for record in records]


def load(env: Environment, path: Path) -> None:
    """Load a file, unless the same one was loaded today in the same way."""
    currency = choose_currency(env, os.environ.get("CURRENCY", "").strip().upper())
    wanted = os.environ.get("SHIFT", "").strip()
    parameters = env["ir.config_parameter"]
    today = date.today()
    key = digest(path.read_bytes(), currency, wanted or today.isoformat())
    if parameters.get_param(LOADED) == key:
        say.step(f"{path.name} is already loaded; dates and amounts are as they should be")
        _say_left_out((parameters.get_param(LEFT_OUT) or "").splitlines())
        return
    _tell_other_files(env, path.name)
    sheet = load_csv.read(path, latest=None if wanted else today)
    days = load_csv.days_to_shift(sheet, wanted, today) if sheet.documents else 0
    load_csv.drop_refused(sheet, days)
    if not sheet.documents:
        print("\n".join(load_csv.report(sheet)))
        raise Stop(f"DATA={path} holds no line that could be used.")
    customers = {document.customer for document in sheet.documents.values()}
    say.step(
        f"{counted(len(sheet.documents), 'document')} of {counted(len(customers), 'customer')} "
        f"in {currency}, the last of {sheet.last}; dates moved by "
        f"{'+' * (days > 0)}{counted(days, 'day')}"
    )
    sheet.bad += load_csv.load(env, sheet, days)
    sheet.bad.sort(key=lambda bad: bad.line)
    if unknown := load_csv.unknown_countries(env, sheet):
        say.note(f"countries that Odoo does not know, left empty: {_names(unknown)}")
    left_out = list(load_csv.report(sheet))
    if sheet.bad:
        whole = own_cache() / "logs" / "left-out.txt"
        whole.parent.mkdir(exist_ok=True)
        whole.write_text("".join(f"{bad}\n" for bad in sheet.bad))
        left_out.append(f"all of them: {whole}")
    _say_left_out(left_out)
    parameters.set_param(LOADED, key)
    parameters.set_param(LEFT_OUT, "\n".join(left_out) or False)


def _say_left_out(lines: list[str]) -> None:
    for line in lines:
        say.note(line)


def _names(names: list[str]) -> str:
    """Return names, each in quotes, the first few of many."""
    shown = ", ".join(map(repr, names[:NAMED]))
    return shown if len(names) <= NAMED else f"{shown} … and {len(names) - NAMED:,} more"


def _tell_other_files(env: Environment, name: str) -> None:
    """Say that purchases of other files stand in the database, and note this one."""
    parameters = env["ir.config_parameter"]
    files = (parameters.get_param(FILES) or "").splitlines()
    if others := [other for other in files if other != name]:
        say.note(
            f"{env.cr.dbname} holds purchases of {_names(others)} too: documents with the same "
            "number are replaced, the others stay. For a database of its own, add DB=retention_other"
        )
    parameters.set_param(FILES, "\n".join([*others, name]))


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
