"""Odoo's own loader of tests: it finds the same tests as pytest, and runs them."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest

from odoo.tests import loader
from odoo.tools import config

from dev import addons

ROOT = Path(__file__).resolve().parent.parent
# A room of the main addon and all of another one: enough to see that rooms are walked.
PART = f"/{addons.PREFIX}:TestEvent,/{addons.PREFIX}_stock"


@pytest.fixture
def installed(databases):
    """Our addons that are installed where the tests run."""
    found = databases.server.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY name",
        os.environ["TEMPLATE"],
    )
    return [name for (name,) in found if (addons.folder() / name / "__manifest__.py").exists()]


def suite(names, tags="+standard"):
    """Return what Odoo's loader finds in addons, as it does after their installation and in it."""
    with patch.dict(config.options, {"test_tags": tags}):
        return [
            test
            for position in ("at_install", "post_install")
            for test in loader.make_suite(names, position)
        ]


def described(test):
    """Return the file, class and method of a test, as pytest writes them."""
    file = Path(sys.modules[type(test).__module__].__file__)
    return f"{file.relative_to(addons.folder())}::{type(test).__name__}::{test._testMethodName}"


def collected(names):
    """Return what pytest finds in addons."""
    folders = [addons.folder() / name / "tests" for name in names]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--odoo-log-level=error"]
    command += [f"--odoo-database={os.environ['TEMPLATE']}", "-o", "addopts="]
    command += [f"--rootdir={addons.folder()}", *(str(path) for path in folders if path.exists())]
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_both_find_the_same_tests(installed):
    """A room that no import reaches, a name twice, or a test inherited from elsewhere would differ."""
    odoo, pytests = map(described, suite(installed)), collected(installed)
    found, expected = Counter(odoo), Counter(pytests)
    assert sorted((found - expected).elements()) == [], "pytest does not find them"
    assert sorted((expected - found).elements()) == [], "Odoo's loader does not find them"
    assert {name for name in installed if (addons.folder() / name / "tests").exists()} == {
        line.partition("/")[0] for line in found
    }


def test_odoo_runs_what_its_loader_finds(lend, installed):
    """Odoo's own command line runs a part of the suite: as many tests as there are, none failing."""
    expected = len(suite(installed, PART))
    assert expected >= 10
    options = ["--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=info"]
    done = subprocess.run(
        [sys.executable, "-m", "odoo", "-d", lend("TEMPLATE"), "--test-tags", PART, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [counts] = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", done.stderr)
    assert counts == ("0", "0", str(expected)), done.stderr
