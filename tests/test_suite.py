"""`make test` in parts: rooms stay whole, the heaviest first, and the last line counts."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

import pytest

from dev import suite, test

ROOT = Path(__file__).resolve().parent.parent
WRITES = """
import os, pytest
def test_one(request):
    with open(os.environ["SEEN"], "a") as file:
        file.write(f"{__name__} {os.getpid()} {request.config.option.odoo_database}\\n")
def test_two(request):
    test_one(request)
"""


@pytest.mark.parametrize(
    ("file", "unit"),
    [
        ("addon/tests/room/test_x.py", "addon/tests/room"),
        ("addon/tests/room/deeper/test_x.py", "addon/tests/room"),
        ("addon/tests/test_x.py", "addon/tests/test_x.py"),
        ("tests/test_x.py", "tests/test_x.py"),
        ("tests/addon/tests/room/test_x.py", "tests/addon/tests/room"),
        ("elsewhere/test_x.py", "elsewhere/test_x.py"),
    ],
)
def test_a_room_is_a_unit_and_so_is_a_file_outside_of_rooms(file, unit):
    assert suite.unit(PurePosixPath(file)) == PurePosixPath(unit)


def test_the_heaviest_unit_comes_first():
    weights = [("a/tests/x/test_1.py", 5), ("a/tests/test_2.py", 7), ("b/tests/x/test_3.py", 7)]
    # The second file of the first room makes it the heaviest: 5 + 3 are 8.
    weights += [("a/tests/x/test_4.py", 3)]
    ordered = suite.ordered((PurePosixPath(file), weight) for file, weight in weights)
    assert list(map(str, ordered)) == ["a/tests/x", "a/tests/test_2.py", "b/tests/x"]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with an addon of two rooms, one of which drives a browser, and a loose file."""
    for name, text in {
        "customer_retention_small/tests/quiet/test_quiet.py": "# " + "long " * 100,
        "customer_retention_small/tests/tours/test_tours.py": "self.start_tour('gold')",
        "customer_retention_small/tests/test_loose.py": "",
        "tests/test_tool.py": "# gold",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("ADDONS_ROOT", str(tmp_path))
    monkeypatch.setattr(test, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)


TOURS = "customer_retention_small/tests/tours"
QUIET = "customer_retention_small/tests/quiet"
LOOSE = "customer_retention_small/tests/test_loose.py"


@pytest.mark.parametrize(
    ("chosen", "arguments", "concerned"),
    [
        ("", [TOURS, QUIET, "tests/test_tool.py", LOOSE], 4),
        ("gold", [TOURS, QUIET, "tests/test_tool.py", LOOSE, "-k", "gold"], 2),
        ("customer_retention_small", [TOURS, QUIET, LOOSE], 3),
        (TOURS, [TOURS], 1),
        (LOOSE, [LOOSE], 1),
        (f"{LOOSE}::TestLoose", [f"{LOOSE}::TestLoose"], 1),
    ],
)
def test_what_is_asked_for_is_run_in_units(checkout, chosen, arguments, concerned):
    found, files = test.targets(["customer_retention_small"], chosen)
    assert found == arguments
    assert len(files) == concerned


@pytest.fixture
def parts(tmp_path):
    """A function that starts two parts on an invented suite: `{file: content}`."""
    started = []

    def start(files, *options):
        for name, text in files.items():
            path = tmp_path / "tests" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        units = sorted({str(suite.unit(Path("tests") / name)) for name in files})
        command = [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "dev.pytest_parts"]
        command += ["--databases=first,second", "-nauto", "--no-loadscope-reorder", *options]
        process = subprocess.Popen(
            [*command, *units],
            cwd=tmp_path,
            # Odoo's plugin would want a database that is there.
            env=os.environ
            | {"PYTHONPATH": str(ROOT), "SEEN": str(tmp_path / "seen")}
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def end(process):
    """Wait for the end; return the code, the last line, and all that was said."""
    said, _errors = process.communicate(timeout=120)
    return process.returncode, said.splitlines()[-1], said


def test_a_room_runs_whole_in_one_part_with_a_database_of_its_own(parts, tmp_path):
    files = {f"{room}/test_{room}_{n}.py": WRITES for room in "abcd" for n in range(2)}
    code, last, _said = end(parts(files))
    assert (code, last) == (0, "16 passed, 0 failed")
    lines = [line.split() for line in (tmp_path / "seen").read_text().splitlines()]
    by_room = {}
    for module, pid, database in lines:
        by_room.setdefault(re.search(r"test_(\w)_", module)[1], set()).add((pid, database))
    assert [len(each) for each in by_room.values()] == [1] * 4
    used = set.union(*by_room.values())
    assert {database for _pid, database in used} == {"first", "second"}
    assert len(used) == 2


def test_failures_are_shown_whole_and_counted(parts):
    wrong = "def test_wrong():\n    print('said before')\n    assert 6 * 7 == 41\n"
    broken = (
        "import pytest\n"
        "@pytest.fixture\n"
        "def thing():\n"
        "    raise ValueError('no thing')\n"
        "def test_thing(thing):\n"
        "    pass\n"
    )
    subs = (
        "from unittest import TestCase\n"
        "class TestSub(TestCase):\n"
        "    def test_right(self):\n"
        "        with self.subTest('right'):\n"
        "            pass\n"
        "    def test_wrong(self):\n"
        "        for number in range(2):\n"
        "            with self.subTest(number):\n"
        "                self.assertFalse('subtest is wrong')\n"
    )
    skipped = "import pytest\n@pytest.mark.skip(reason='no')\ndef test_skipped():\n    pass\n"
    files = {"a/test_a.py": wrong, "b/test_b.py": broken, "c/test_c.py": skipped + subs}
    code, last, said = end(parts(files))
    assert (code, last) == (1, "1 passed, 3 failed, 1 skipped")
    for words in (
        "assert (6 * 7) == 41",
        "said before",
        "ValueError: no thing",
        "subtest is wrong",
    ):
        assert said.count(words) >= 1, said


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("", "0 passed, 0 failed"),
        (
            "import pytest\n@pytest.mark.skip(reason='no')\ndef test_skipped():\n    pass\n",
            "0 passed, 0 failed, 1 skipped",
        ),
    ],
)
def test_no_test_that_ran_is_an_error(parts, text, last):
    code, said_last, _said = end(parts({"a/test_a.py": text}))
    assert (code, said_last) == (5, last)


def test_a_part_that_dies_is_an_error(parts):
    dies = "import os\ndef test_dies():\n    os._exit(0)\n"
    code, last, said = end(parts({"a/test_a.py": dies, "b/test_b.py": WRITES}))
    assert code
    assert "1 failed" in last, said


def test_ctrl_c_ends_all_parts(parts, tmp_path):
    waits = "import time\ndef test_wait(request):\n    test_one(request)\n    time.sleep(100)\n"
    process = parts({"a/test_a.py": WRITES + waits, "b/test_b.py": WRITES + waits})
    seen = tmp_path / "seen"
    patience = time.monotonic() + 60
    while not seen.exists() or seen.read_text().count("\n") < 6:
        assert time.monotonic() < patience and process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    code, last, said = end(process)
    assert code == 2, said
    assert last == "4 passed, 0 failed, broken off", said
    pids = {line.split()[1] for line in seen.read_text().splitlines()}
    assert len(pids) == 2
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < patience + 60
        time.sleep(0.1)
