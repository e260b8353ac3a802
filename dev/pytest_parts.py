"""A plugin of pytest: the suite in parts that run at once, and a last line that counts.

pytest-xdist runs the parts, each a process of its own, and hands out the units of `dev.suite` in the
order they were collected; `--databases` names the database of each part.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadScopeScheduling

from dev import suite

FAILED = ("failed", "error", "subtests failed")
BROKEN = pytest.StashKey[bool]()


class ByUnit(LoadScopeScheduling):
    """A scheduler that hands out whole units."""

    def _split_scope(self, nodeid: str) -> str:
        return str(suite.unit(PurePosixPath(nodeid.partition("::")[0])))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the databases."""
    parser.addoption("--databases", default="", help="The database of each part, with commas")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Give a part its database before pytest-odoo opens it."""
    # pytest-odoo copies the database by itself where it sees this, without our mark.
    if part := os.environ.pop("PYTEST_XDIST_WORKER", ""):
        config.option.odoo_database = _databases(config)[int(part.removeprefix("gw"))]
    return (yield)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run as many parts as there are databases."""
    return len(_databases(config))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByUnit:
    """Hand out whole units."""
    return ByUnit(config, log)


def _databases(config: pytest.Config) -> list[str]:
    return config.option.databases.split(",")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a session in which no test ran end in an error."""
    config = session.config
    if not _tells(config):
        return
    passed, failed, _skipped = _counts(config)
    if not passed + failed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
    config.stash[BROKEN] = session.exitstatus in (
        pytest.ExitCode.INTERRUPTED,
        pytest.ExitCode.INTERNAL_ERROR,
    )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last line, once: 1200 tests are "1200 passed, 0 failed"."""
    if _tells(config):
        passed, failed, skipped = _counts(config)
        words = [f"{passed} passed", f"{failed} failed"]
        words += [f"{skipped} skipped"] * bool(skipped)
        words += ["broken off"] * config.stash.get(BROKEN, True)
        print(", ".join(words), flush=True)


def _tells(config: pytest.Config) -> bool:
    """Tell whether this process tells the result: it is no part, and runs tests."""
    return not hasattr(config, "workerinput") and not config.option.collectonly


def _counts(config: pytest.Config) -> tuple[int, int, int]:
    """Return how many tests passed, failed and were skipped; one is failed by any part of it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")

    def tests(*kinds: str) -> set[str]:
        stats = reporter.stats if reporter else {}
        return {report.nodeid for kind in kinds for report in stats.get(kind, ())}

    failed = tests(*FAILED)
    return len(tests("passed") - failed), len(failed), len(tests("skipped") - failed)
