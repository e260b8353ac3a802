"""The suite of tests in units that run whole: each room of tests, and each file outside of one.

Pure functions of paths; who runs the units is `dev.test`'s and `dev.pytest_parts`' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TypeVar

FOLDER = "tests"
BROWSER = 60_000
"""What a file that drives a browser weighs more: as much as so many characters of other tests."""
P = TypeVar("P", bound=PurePath)


def unit(file: P) -> P:
    """Return the unit of a test file: what lies directly in the last folder `tests` above it.

    `addon/tests/room/test_x.py` belongs to `addon/tests/room`, `addon/tests/test_x.py` is its own.
    """
    above = [path for path in file.parents if path.name == FOLDER]
    if not above:
        return file
    inside = file.relative_to(above[0])
    return above[0] / inside.parts[0]


def ordered(weights: Iterable[tuple[P, int]]) -> list[P]:
    """Return the units of the files with these weights, the heaviest first.

    Whoever is idle takes the next: so the long ones are not what everybody waits for at the end.
    """
    units: dict[P, int] = {}
    for file, weight in weights:
        units[unit(file)] = units.get(unit(file), 0) + weight
    return sorted(units, key=lambda each: (-units[each], each))
