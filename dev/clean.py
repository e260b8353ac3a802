"""`make clean`: remove what the tool made, and say what.

The databases it made and this checkout's own files always; with ALL=1 everything that was set
up, so that the next start begins from nothing. Whatever is in use stays.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dev import postgres, say, venv
from dev.cache import ROOT, cache, lock, own_cache
from dev.database import Databases
from dev.postgres import Server
from dev.say import Stop

LEFTOVERS = ("__pycache__", ".pytest_cache", ".ruff_cache")


def main() -> int:
    """Remove, and say what was removed."""
    python = venv.there("")
    everything = os.environ.get("ALL") == "1"
    embedded = not postgres.is_own()
    if python:
        with postgres.running(python) as server:
            if not (everything and embedded):
                drop_databases(server)
    if everything:
        remove_set_up()
    else:
        remove(own_cache())
    for name in LEFTOVERS:
        for path in sorted(ROOT.rglob(name)):
            shutil.rmtree(path, ignore_errors=True)
    say.step("Removed Python's and the checkers' caches in the checkout")
    return 0


def drop_databases(server: Server) -> None:
    """Drop the databases that carry our mark and that nobody uses."""
    databases = Databases(server)
    for name, mark in databases.marks().items():
        if not mark:
            say.note(f"{name} was not made by this tool, so it stays")
            continue
        if databases.in_use(mark):
            say.note(f"{name} is in use, so it stays")
            continue
        try:
            with lock(f"serve-{name}", busy=f"{name} is in use, so it stays"):
                databases.drop(name)
        except Stop as problem:
            say.note(str(problem))
            continue
        say.step(f"Removed database {name}")


def remove_set_up() -> None:
    """Remove the whole cache, where no process of the tool is using it."""
    if not postgres.idle():
        raise Stop("PostgreSQL is in use: stop `make run` and the tests, then clean again.")
    for path in (postgres.base_folder().parent, cache()):
        remove(path)


def remove(path: Path) -> None:
    """Remove a folder and say so."""
    if path.exists():
        size = sum(p.lstat().st_size for p in path.rglob("*") if not p.is_dir())
        shutil.rmtree(path)
        say.step(f"Removed {path} ({size / 1e6:,.0f} MB)")


if __name__ == "__main__":
    say.run(main)
