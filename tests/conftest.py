import os
import sys
from pathlib import Path

import pytest
from workers import Nursery, Work

from dev import cache, database, postgres
from dev.database import Databases


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache.cache()


@pytest.fixture(scope="session")
def databases():
    """The databases of the server that the tests run on."""
    with postgres.running(Path(sys.executable)) as server:
        yield Databases(server)


@pytest.fixture
def lend(databases):
    """A function that returns a database of the test's own: a copy of a template of `make test`.

    `lend("TEMPLATE")` has the addon installed, `lend("DEPENDENCIES")` what it needs.
    """
    lent = []

    def copy(kind):
        name = f"{database.PREFIX}{kind.lower()}_{os.getpid()}_{len(lent)}"
        databases.drop(name)
        lent.append(name)
        databases.create(name, os.environ[kind], pid=os.getpid())
        return name

    yield copy
    for name in lent:
        databases.drop(name)


@pytest.fixture(scope="module")
def nursery(databases, tmp_path_factory, request):
    """Processes on demand, and a database to copy: what the module's SET_UP makes of a template."""
    folder = tmp_path_factory.mktemp("nursery")
    name = f"{database.PREFIX}{request.module.__name__}_{os.getpid()}"
    databases.drop(name)
    databases.create(name, os.environ["TEMPLATE"], pid=os.getpid())
    nursery = Nursery(name, folder / "log")
    nursery.database = name
    try:
        nursery.start(name, folder, request.module.SET_UP).end()
        yield nursery
    finally:
        nursery.end()
        databases.drop(name)


@pytest.fixture
def work(databases, nursery, tmp_path):
    """A copy of that database, and processes on it."""
    name = f"{nursery.database}_work"
    databases.drop(name)
    databases.create(name, nursery.database, pid=os.getpid())
    work = Work(databases, nursery, name, tmp_path)
    try:
        yield work
    finally:
        for worker in work.workers:
            if worker.runs():
                worker.kill()
        databases.drop(name)
