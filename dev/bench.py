"""`make bench`: generated customers and orders, and how long the figures take.

N=20000 customers; several numbers, as in N="20000 200000", also show how it grows.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

from dev import addons, say, workshop
from dev.cache import ROOT
from dev.database import Databases
from dev.say import Stop
from dev.test import templates

DEFAULT = "20000"


def sizes() -> list[int]:
    """Return the numbers of customers asked for."""
    asked = os.environ.get("N", "").replace(",", "").split() or [DEFAULT]
    try:
        found = [int(number) for number in asked]
    except ValueError:
        raise Stop(f"N is {' '.join(asked)}: it has to be a number of customers.") from None
    if min(found) < 100:
        raise Stop(f"N is {min(found)}: at least 100 customers are needed.")
    return found


def main() -> int:
    """Measure each size in a database of its own, which is dropped afterwards."""
    os.chdir(ROOT)
    options = shlex.split(os.environ.get("ARGS", "")) + sys.argv[1:]
    with workshop.opened() as shop, tempfile.TemporaryDirectory() as folder:
        databases = Databases(shop.server)
        source = templates(shop, databases, addons.installable(shop.tree), tours=False)[-1]
        earlier = ""
        for customers in sizes():
            times = str(Path(folder) / f"{customers}.json")
            with databases.copy(source) as database:
                command = [str(shop.python), "bench/run.py", str(customers), *options]
                command += ["--database", database, "--save", times]
                command += ["--compare", earlier] if earlier else []
                if code := shop.run(command, shop.env()):
                    return code
            earlier = times
    return 0


if __name__ == "__main__":
    say.run(main)
