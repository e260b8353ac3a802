"""`make test`: all tests, or those of a path or keyword, in fresh copies of a template.

Each core runs a part: it takes the heaviest room of tests that is left, in a copy of its own.

Templates make the second run fast: one with Odoo's addons that ours depend on, one with ours on
top, and, for tours, one with the web client built. Each is keyed by what went into it.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from dev import addons, browser, say, suite, workshop
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


def targets(names: list[str], chosen: str) -> tuple[list[str], list[Path]]:
    """Return pytest's arguments for the path or keyword chosen, and the files that concerns.

    The arguments are units of the suite in the order they are to be run in.
    """
    path = Path(chosen.partition("::")[0])
    if chosen and path.exists():
        files = [path] if path.is_file() else sorted(path.rglob("test_*.py"))
        if path.is_file() or not files:
            return [chosen], files
        # Of a room, only the folder asked for.
        return [str(max(each, path, key=_depth)) for each in _units(files)], files
    folders = [addons.folder() / name / suite.FOLDER for name in names] + [ROOT / suite.FOLDER]
    files = [file for folder in folders for file in sorted(folder.rglob("test_*.py"))]
    arguments = [os.path.relpath(each) for each in _units(files)]
    concerned = [file for file in files if _mentions(file, chosen)]
    return arguments + (["-k", chosen] if chosen else []), concerned


def _units(files: Iterable[Path]) -> list[Path]:
    return suite.ordered((file, _weight(file)) for file in files)


def _depth(path: Path) -> int:
    return len(path.parts)


def _weight(file: Path) -> int:
    return file.stat().st_size + suite.BROWSER * addons.drives_browser(file)


def _mentions(file: Path, chosen: str) -> bool:
    return not chosen or chosen.lower() in f"{file} {file.read_text(encoding='utf-8')}".lower()


def main() -> int:
    """Run the tests and return pytest's code."""
    os.chdir(ROOT)
    with workshop.opened() as shop, ExitStack() as stack:
        names = addons.installable(shop.tree)
        arguments, files = targets(names, os.environ.get("T", "").strip())
        has_browser = any(map(addons.drives_browser, files)) and browser.ensure()
        databases = Databases(shop.server)
        base, ours, *built = templates(shop, databases, names, tours=has_browser)
        parts = max(1, min(len(_units(files)), os.cpu_count() or 1))
        copies = [
            stack.enter_context(databases.copy(built[0] if built else ours, number))
            for number in range(parts)
        ]
        command = [str(shop.python), "-m", "pytest", f"--odoo-database={copies[0]}"]
        command += ["--odoo-http", "--odoo-log-level=error", "-p", "dev.pytest_tours"]
        command += ["-p", "dev.pytest_parts", f"--databases={','.join(copies)}"]
        if parts > 1:
            # A part that dies is an error, and not begun again: its database is not what it was.
            command += ["-nauto", "--no-loadscope-reorder", "--max-worker-restart=0"]
        command += shlex.split(os.environ.get("ARGS", "")) + sys.argv[1:] + arguments
        say.step(f"Running pytest {shlex.join(arguments)}")
        own = {"DEPENDENCIES": base, "TEMPLATE": ours}
        return shop.run(command, shop.env(HAS_BROWSER="1" if has_browser else "", **own))


if __name__ == "__main__":
    say.run(main)
