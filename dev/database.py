"""Databases the tool makes: copied from templates, marked when complete, dropped when stale.

A mark is the comment of the database on the server. It is written when the database is begun
and again when it is complete, it is not copied with the database, and a database without it was
not made by us and is never dropped.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dev.cache import cache, lock
from dev.postgres import Server
from dev.say import Stop

PREFIX = "retention_"
OWNER = "customer_retention"
KEPT = 3
"""Templates of each kind that stay, for checkouts and branches used in turn."""
IN_USE = 1800
"""Seconds for which a template stays in any case: a run of tests copies it to its end."""


@dataclass(frozen=True)
class Mark:
    """What the tool knows about one of its databases."""

    state: str
    key: str = ""
    used: float = 0.0
    pid: int = 0
    demo: str = ""
    owner: str = OWNER


def filestore() -> Path:
    """Return the folder with the files of all databases."""
    return cache() / "data" / "filestore"


def quote(name: str) -> str:
    """Quote an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


class Databases:
    """The databases of one server that are ours."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def marks(self) -> dict[str, Mark | None]:
        """Return every database with our prefix and its mark; None: not made by us."""
        rows = self.server.sql(
            "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '')"
            f" FROM pg_database WHERE starts_with(datname, '{PREFIX}') ORDER BY datname"
        )
        return {name: _parse(comment) for name, comment in rows}

    def mark(self, name: str, mark: Mark) -> None:
        """Write a database's mark."""
        text = json.dumps(asdict(mark))
        self.server.sql(f"COMMENT ON DATABASE {quote(name)} IS {literal(text)}")

    def create(self, name: str, template: str = "", pid: int = 0) -> None:
        """Create a database, empty or as a copy with its file store, marked as begun."""
        if template:
            # Copying files is faster than through the log for databases of this size.
            version = self.server.sql("SHOW server_version_num")[0][0]
            strategy = " STRATEGY file_copy" if int(version) >= 150000 else ""
            self.server.sql(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}{strategy}")
        else:
            self.server.sql(
                f"CREATE DATABASE {quote(name)} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
            )
        self.mark(name, Mark("begun", used=time.time(), pid=pid))
        shutil.rmtree(self._files(name), ignore_errors=True)
        if template and self._files(template).is_dir():
            # Hard links: Odoo names files by content and never changes one.
            shutil.copytree(self._files(template), self._files(name), copy_function=os.link)

    def drop(self, name: str) -> None:
        """Drop a database of ours and its files; whoever is connected is cut off."""
        known = self.marks()
        if name in known:
            if known[name] is None:
                raise Stop(
                    f"Database {name} was not made by this tool, so it is left alone: "
                    "rename or drop it, or name another one as in  make run DB=retention_trial"
                )
            self.server.sql(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)")
        shutil.rmtree(self._files(name), ignore_errors=True)

    def in_use(self, mark: Mark) -> bool:
        """Tell whether the process that borrowed a database still runs."""
        return bool(mark.pid) and Path(f"/proc/{mark.pid}").exists()

    def _files(self, name: str) -> Path:
        return filestore() / name

    def template(self, kind: str, key: str, base: str, make: Callable[[str], None]) -> str:
        """Return the template `kind` with this key; where it is missing, copy `base` and `make`."""
        name = f"{PREFIX}{kind}_{key}"
        with lock(name, waiting="Another start is making this template; waiting for it."):
            mark = self.marks().get(name)
            if not mark or mark.state != "complete":
                self.drop(name)
                self.create(name, template=base)
                make(name)
            self.mark(name, Mark("complete", key, time.time()))
        self._forget(kind)
        return name

    def _forget(self, kind: str) -> None:
        """Drop the templates of a kind that were not used for longest."""
        found = {n: m for n, m in self.marks().items() if m and n.startswith(f"{PREFIX}{kind}_")}
        for name in sorted(found, key=lambda n: -found[n].used)[KEPT:]:
            if found[name].used < time.time() - IN_USE:
                self.drop(name)

    @contextmanager
    def copy(self, template: str, number: int = 0) -> Iterator[str]:
        """Lend a copy of a template for as long as this process needs it; several have numbers."""
        for name, mark in self.marks().items():
            if mark and mark.pid and not self.in_use(mark):
                self.drop(name)
        name = f"{PREFIX}run_{os.getpid()}" + f"_{number}" * bool(number)
        with lock(template):
            self.drop(name)
            self.create(name, template, pid=os.getpid())
        try:
            yield name
        finally:
            self.drop(name)


def _parse(comment: str) -> Mark | None:
    try:
        found = json.loads(comment)
        return Mark(**found) if found.get("owner") == OWNER else None
    except (ValueError, AttributeError, TypeError):
        return None
