import os
import sys
from pathlib import Path

import pytest

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
