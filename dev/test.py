"""`make test`: all tests, or those of a path or keyword, in a fresh copy of a template.

Two templates make the second run fast: one with Odoo's addons that ours depend on, one with
ours on top, each keyed by what went into it.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from dev import addons, browser, say, workshop
from dev.cache import ROOT, digest
from dev.database import Databases
from dev.workshop import Workshop

NOTHING_COLLECTED = 5


def templates(shop: Workshop, databases: Databases, names: list[str]) -> str:
    """Return the template with our addons installed."""
    external = addons.external(names)
    key = digest(shop.tree.key, *external)
    label = f"Installing {', '.join(external)}"
    base = databases.template("deps", key, "", label, ["-i", ",".join(external)])
    key = digest(key, addons.source_key(names))
    label = f"Installing {', '.join(names)}"
    return databases.template("test", key, base, label, ["-i", ",".join(names)])


def targets(names: list[str]) -> list[str]:
    """Return pytest's arguments for the tests chosen with T, a path or a keyword."""
    chosen = os.environ.get("T", "").strip()
    if chosen and Path(chosen.partition("::")[0]).exists():
        return [chosen]
    folders = [addons.folder() / name / "tests" for name in names] + [ROOT / "tests"]
    found = [os.path.relpath(path) for path in folders if path.is_dir()]
    return [*found, "-k", chosen] if chosen else found


def main() -> int:
    """Run the tests and return pytest's code."""
    os.chdir(ROOT)
    with workshop.opened() as shop:
        tours = browser.ensure()
        names = addons.installable(shop.tree)
        databases = Databases(shop)
        template = templates(shop, databases, names)
        with databases.copy(template) as database:
            command = [str(shop.python), "-m", "pytest", f"--odoo-database={database}"]
            command += ["--odoo-http", "--odoo-log-level=error", "-p", "dev.pytest_tours"]
            command += shlex.split(os.environ.get("ARGS", "")) + sys.argv[1:] + targets(names)
            say.step(f"Running {shlex.join(command[1:])}")
            return shop.run(command, shop.env(HAS_BROWSER="1" if tours else ""))


if __name__ == "__main__":
    say.run(main)
