"""`make test`: all tests, or those of a path or keyword, in a fresh copy of a template.

Templates make the second run fast: one with Odoo's addons that ours depend on, one with ours on
top, and, for tours, one with the web client built. Each is keyed by what went into it.
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


def templates(shop: Workshop, databases: Databases, names: list[str], *, tours: bool) -> list[str]:
    """Return the templates: what our addons depend on; with them; for tours, with the web client.

    The last is the one to run in; tests that need a database of their own copy the first two.
    """
    external = addons.external(names)
    key = digest(shop.tree.key, *external)

    def install_external(database: str) -> None:
        label = f"Installing {', '.join(external)} (once)"
        shop.install(database, label, ["-i", ",".join(external)])

    def install_ours(database: str) -> None:
        shop.install(database, f"Installing {', '.join(names)}", ["-i", ",".join(names)])

    base = databases.template("deps", key, "", install_external)
    key = digest(key, addons.source_key(names))
    ours = databases.template("test", key, base, install_ours)
    if not tours:
        return [base, ours]
    key = digest(key, addons.static_key(names))
    return [base, ours, databases.template("tours", key, ours, shop.build_bundles)]


def targets(names: list[str], chosen: str) -> tuple[list[str], bool]:
    """Return pytest's arguments for the path or keyword chosen, and whether tours are likely."""
    path = Path(chosen.partition("::")[0])
    if chosen and path.exists():
        files = [path] if path.is_file() else list(path.rglob("test_*.py"))
        return [chosen], any(map(addons.drives_browser, files))
    folders = [addons.folder() / name / "tests" for name in names] + [ROOT / "tests"]
    files = [file for folder in folders for file in folder.rglob("test_*.py")]
    tours = any(_mentions(file, chosen) and addons.drives_browser(file) for file in files)
    arguments = [os.path.relpath(folder) for folder in folders if folder.is_dir()]
    return arguments + (["-k", chosen] if chosen else []), tours


def _mentions(file: Path, chosen: str) -> bool:
    return not chosen or chosen.lower() in f"{file} {file.read_text(encoding='utf-8')}".lower()


def main() -> int:
    """Run the tests and return pytest's code."""
    os.chdir(ROOT)
    with workshop.opened() as shop:
        names = addons.installable(shop.tree)
        arguments, tours = targets(names, os.environ.get("T", "").strip())
        has_browser = tours and browser.ensure()
        databases = Databases(shop.server)
        base, ours, *built = templates(shop, databases, names, tours=has_browser)
        with databases.copy(built[0] if built else ours) as database:
            command = [str(shop.python), "-m", "pytest", f"--odoo-database={database}"]
            command += ["--odoo-http", "--odoo-log-level=error", "-p", "dev.pytest_tours"]
            command += shlex.split(os.environ.get("ARGS", "")) + sys.argv[1:] + arguments
            say.step(f"Running pytest {shlex.join(arguments)}")
            own = {"DEPENDENCIES": base, "TEMPLATE": ours}
            return shop.run(command, shop.env(HAS_BROWSER="1" if has_browser else "", **own))


if __name__ == "__main__":
    say.run(main)
