"""Generate customers and orders in a database with the addon, and print how long the figures take.

    python bench/run.py 20000 --database DB [--basis invoiced] [--zone Europe/Brussels]

Called by ``make bench``, which provides Odoo and this checkout (PYTHONPATH), Odoo's configuration
(ODOO_RC) and a database of its own with the addon installed. Nothing is asserted: each measurement
stands beside its bar, as a time and as a multiple of the *floor*, the least any such program has to
do, measured in the same run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import odoo
from odoo.modules.registry import Registry

from bench import (
    acquisition,
    addons,
    outlook,
    profile,
    programs,
    sales,
    samples,
    satisfaction,
    satisfaction_reports,
    screens,
)
from bench.figures import measure_figures
from bench.generate import generate
from bench.measure import watch
from bench.table import Row, render, seconds

SETTINGS = ("shared_buffers", "work_mem", "fsync", "max_parallel_workers_per_gather")


def main() -> None:
    """Measure, print the table, and keep the times for a comparison with another size."""
    options = _parse()
    odoo.tools.config.parse_config(["-d", options.database, "--log-level=warn"], setup_logging=True)
    registry = Registry(options.database)
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        if env["sale.order"].search_count([], limit=1):
            sys.exit(f"Database {options.database} holds orders: name one without.")
        _set_up(env, options)
        _say(f"Generating {options.customers:,} customers")
        with watch(env) as generating:
            sample = generate(env, options.customers, options.basis)
        _settle(env, "res_partner", "sale_order", "account_move", "account_move_line")
        _say(f"  … {sample.documents:,} documents in {seconds(generating.seconds)}")
        times, rows = measure_figures(env, sample, options, _say, _settle)
        rows += _growth(options, times)
        _say(_lines(rows))
        if options.save:
            kept = {"customers": options.customers, "times": times}
            Path(options.save).write_text(json.dumps(kept))
        settle = partial(_settle, env)
        # Each part's rows are shown as soon as they are there: of a long run that is ended, what
        # was measured stays.
        for part in (
            lambda: screens.measure(env, sample),
            lambda: sales.measure(env, sample),
            lambda: acquisition.measure(env, sample, times["floor"], settle),
            lambda: outlook.measure(env, sample, times["floor"]),
            lambda: profile.measure(env, sample),
            lambda: samples.measure(env, sample),
            lambda: programs.measure(env, sample, _say, settle),
            lambda: satisfaction.measure(env, sample, settle),
            lambda: satisfaction_reports.measure(env, sample, _say, settle),
            *(partial(part, env, sample, _say, settle) for part in find_addon_parts(env)),
        ):
            found = part()
            _say(_lines(found))
            rows += found
        title = _title(env, options, sample)
    print(f"\n{title}\n\n{render(rows)}\n")


def find_addon_parts(env) -> list[Callable[..., list[Row]]]:
    """Return what measures the addons that are installed beside the first, without a list to keep.

    An addon brings ``bench/addons/<its name>.py`` with a function of the same shape as the parts
    above: ``measure(env, sample, say, settle)``.
    """
    installed = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
    found = sorted(each.name for each in pkgutil.iter_modules(addons.__path__))
    return [
        importlib.import_module(f"bench.addons.{name}").measure
        for name in found
        if name in installed
    ]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("customers", type=int, nargs="?", default=20_000)
    parser.add_argument("--database", required=True, help="with the addon installed, and no sales")
    parser.add_argument("--basis", choices=("ordered", "invoiced"), default="ordered")
    parser.add_argument("--zone", default="UTC", help="the company's time zone")
    parser.add_argument("--save", help="file for the times of this run")
    parser.add_argument("--compare", help="file of an earlier run of another size")
    return parser.parse_args()


def _set_up(env, options) -> None:
    env.company.retention_basis = options.basis
    env.company.partner_id.tz = options.zone
    env.cr.commit()


def _settle(env, *tables: str) -> None:
    """Clean tables up, as PostgreSQL does by itself within a minute or so."""
    connection = env.cr._cnx
    env.cr.commit()
    connection.autocommit = True
    try:
        for table in tables:
            env.cr.execute(f"VACUUM ANALYZE {table}")
    finally:
        connection.autocommit = False


def _say(text: str) -> None:
    print(text if text.startswith(" ") else f"→ {text}", flush=True)


def _lines(rows: list[Row]) -> str:
    """Return rows as they are shown before the table is complete."""
    return "\n".join(
        "  " + ", ".join(filter(None, (f"{row.what}: {row.shown}", row.ratio, row.met)))
        for row in rows
    )


def _title(env, options, sample) -> str:
    env.cr.execute("SHOW server_version")
    [version] = env.cr.fetchone()
    settings = []
    for name in SETTINGS:
        env.cr.execute(f"SHOW {name}")
        settings.append(f"{name} {env.cr.fetchone()[0]}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    documents = "confirmed orders" if sample.table == "sale_order" else "posted invoices"
    return (
        f"{sample.customers:,} customers, {sample.documents:,} {documents}, {options.zone}; "
        f"{date.today()}\n"
        f"{os.cpu_count()} cores (load {os.getloadavg()[0]:.1f}), {memory:.0f} GiB, Python {platform.python_version()}, "
        f"PostgreSQL {version.partition(' ')[0]}: {', '.join(settings)}"
    )


def _growth(options, times: dict[str, float]) -> list[Row]:
    """Return how much more this size takes than the smaller one of an earlier run."""
    if not options.compare or not Path(options.compare).exists():
        return []
    earlier = json.loads(Path(options.compare).read_text())
    small = earlier["customers"]
    # 12 times for 10 times as many, 6 times for 5 times as many.
    allowed = 1.2 * options.customers / small
    return [
        Row(
            f"{label}: {small:,} → {options.customers:,} customers",
            f"{seconds(earlier['times'][name])} → {seconds(times[name])}",
            f"× {times[name] / earlier['times'][name]:.1f}",
            times[name] / earlier["times"][name],
            allowed,
            " ×",
        )
        for name, label in (("first", "First run"), ("unchanged", "Unchanged run"))
    ]


if __name__ == "__main__":
    main()
