"""Real processes that work on one database at once, and stop where a test wants them to.

Loading Odoo takes seconds, so one process does it and every worker is a fork of that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import traceback
from pathlib import Path

PATIENCE = 240
"""Seconds until a process that neither ends nor arrives counts as stuck."""


class Nursery:
    """The process that has Odoo loaded and starts workers, each on the database it names."""

    def __init__(self, database: str, log: Path) -> None:
        self.log = log.open("w+")
        self.process = subprocess.Popen(
            [sys.executable, __file__, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self._read() == "ready"

    def _read(self) -> str:
        line = self.process.stdout.readline().strip()
        self.log.seek(0)
        assert line, self.log.read()
        return line

    def start(self, database: str, folder: Path, *parts: str) -> Worker:
        """Start a worker that runs the parts of a program, each indented as it likes."""
        code = "\n".join(map(textwrap.dedent, parts))
        worker = Worker(folder)
        task = {"database": database, "folder": str(folder), "log": str(worker.log)}
        self.process.stdin.write(json.dumps(task | {"code": code}) + "\n")
        self.process.stdin.flush()
        worker.pid = int(self._read())
        return worker

    def end(self) -> None:
        """End it; workers that still run are killed by whoever started them."""
        self.process.stdin.close()
        self.process.wait(PATIENCE)


class Worker:
    """A process with an Odoo environment `env` that runs code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / f"{time.monotonic_ns()}.log"
        self.pid = 0

    def said(self) -> str:
        """Return what the process printed and logged."""
        return self.log.read_text() if self.log.exists() else ""

    def runs(self) -> bool:
        """Tell whether it still runs."""
        stat = Path(f"/proc/{self.pid}/stat")
        try:
            return stat.read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def wait_for(self, name: str) -> None:
        """Wait until the process arrives at `name`."""
        end = time.monotonic() + PATIENCE
        while not (self.folder / name).exists():
            assert self.runs(), f"Ended before {name}:\n{self.said()}"
            assert time.monotonic() < end, f"Did not arrive at {name}"
            time.sleep(0.02)

    def go(self, name: str) -> None:
        """Let the process go on from `name`."""
        (self.folder / f"{name}.go").touch()

    def end(self) -> str:
        """Wait for its end, which has to be without an error, and return what it said."""
        end = time.monotonic() + PATIENCE
        while self.runs():
            assert time.monotonic() < end, f"Does not end:\n{self.said()}"
            time.sleep(0.02)
        assert self.said().endswith("ended well\n"), self.said()
        return self.said()

    def kill(self) -> None:
        """End it as the kernel does where memory is short."""
        os.kill(self.pid, signal.SIGKILL)


class Work:
    """A database of a test's own and the processes that work on it."""

    def __init__(self, databases, nursery: Nursery, database: str, folder: Path) -> None:
        self.databases = databases
        self.nursery = nursery
        self.database = database
        self.folder = folder
        self.workers: list[Worker] = []

    def start(self, *code: str) -> Worker:
        """Start a process."""
        self.workers.append(self.nursery.start(self.database, self.folder, *code))
        return self.workers[-1]

    def run(self, *code: str) -> str:
        """Run a process to its end and return what it said."""
        return self.start(*code).end()

    def sql(self, query: str) -> list[list[str]]:
        """Return the rows of a query, as texts."""
        return self.databases.server.sql(query, self.database)

    def value(self, query: str) -> str:
        """Return the one value of a query."""
        [[value]] = self.sql(query)
        return value

    def count(self, what: str) -> int:
        """Return the number of rows of a table, with what follows its name in a query."""
        return int(self.value(f"SELECT COUNT(*) FROM {what}"))

    def locks(self) -> int:
        """Return the number of advisory locks in this database."""
        return self.count(
            """pg_locks JOIN pg_database ON pg_database.oid = database
               WHERE locktype = 'advisory' AND datname = CURRENT_DATABASE()"""
        )

    def kill(self, worker: Worker) -> None:
        """Kill a process and wait until the database has noticed."""
        worker.kill()
        end = time.monotonic() + 60
        while self.locks():
            assert time.monotonic() < end, "The lock outlives its process"
            time.sleep(0.1)


# ----------------------------------------------------------------------
# Inside the processes
# ----------------------------------------------------------------------


def nurse(database: str) -> None:
    """Load Odoo with a database, then fork a worker for each task that comes in."""
    import odoo.sql_db

    from dev.session import environment

    with environment(database) as env:
        registry = env.registry
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    # A connection must not be shared by two processes.
    odoo.sql_db.close_all()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _work(registry, **json.loads(line))
        print(pid, flush=True)


def _work(registry, database: str, folder: str, log: str, code: str) -> None:
    """Run `code` as a worker, and end the process."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(file, stream)
    try:
        _run(registry, database, Path(folder), code)
        print("ended well", flush=True)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)


def _run(registry, database: str, folder: Path, code: str) -> None:
    import threading

    import odoo.sql_db
    from odoo import api
    from odoo.modules.registry import Registry

    # The database is a copy of the one that the registry was loaded from.
    registry.db_name = threading.current_thread().dbname = database
    registry._db = odoo.sql_db.db_connect(database)
    Registry.registries[database] = registry

    def arrive(name):
        """Tell that we are here, and wait until the test says go."""
        (folder / name).touch()
        while not (folder / f"{name}.go").exists():
            time.sleep(0.02)

    def stop_before(name, statement):
        """Arrive at `name` before the first time that `statement` of a run is made."""
        from odoo.addons.customer_retention.sql import customer_figures

        original = getattr(customer_figures, statement)

        def stopping(*args, **kwargs):
            setattr(customer_figures, statement, original)
            arrive(name)
            return original(*args, **kwargs)

        setattr(customer_figures, statement, stopping)

    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})

        def run_job(name):
            """Run a scheduled action as the scheduler does; return True unless it failed."""
            job = env.ref(f"customer_retention.{name}")
            cr.commit()
            result = job.method_direct_trigger()
            cr.rollback()
            return result

        company = env.ref("base.main_company")
        names = {"arrive": arrive, "stop_before": stop_before, "run_job": run_job}
        exec(code, {**names, "env": env, "company": company, "folder": folder})


if __name__ == "__main__":
    nurse(sys.argv[1])
