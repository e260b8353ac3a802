"""Time, statements and memory of a piece of work."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from odoo.sql_db import Cursor

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")
OURS = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?retention_', re.IGNORECASE)


@dataclass
class Watch:
    """What a piece of work took: seconds, statements, memory in megabytes."""

    seconds: float = 0.0
    queries: int = 0
    megabytes: float = 0.0
    statements: list[str] = field(default_factory=list)

    @property
    def ours(self) -> int:
        """The number of statements that name a table of the addon."""
        return sum(bool(OURS.search(text)) for text in self.statements)


@contextmanager
def watch(env) -> Iterator[Watch]:
    """Measure what happens inside; pending writes before and after are made outside and inside."""
    env.flush_all()
    found = Watch()
    execute = Cursor.execute

    def listen(cursor, query, params=None, log_exceptions=True):
        found.statements.append(str(getattr(query, "code", query)))
        return execute(cursor, query, params, log_exceptions)

    memory = _reset_peak()
    Cursor.execute = listen
    started = perf_counter()
    try:
        yield found
        env.flush_all()
    finally:
        found.seconds = perf_counter() - started
        Cursor.execute = execute
        found.queries = len(found.statements)
        found.megabytes = _peak() - memory


def middle(work: Callable[[], object], times: int) -> float:
    """Return the median of the seconds that ``times`` repetitions take."""
    seconds = []
    for _each in range(times):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return median(seconds)


def _reset_peak() -> float:
    """Forget the peak of this process's memory and return what it holds now."""
    try:
        CLEAR.write_text("5")
    except OSError:  # not Linux: the peak since the start is the peak there is
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _status("VmRSS")


def _peak() -> float:
    if STATUS.exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _status(name: str) -> float:
    [kilobytes] = re.findall(rf"{name}:\s+(\d+)", STATUS.read_text())
    return int(kilobytes) / 1024
