"""The set-up: interrupted ones heal, two at once do not harm each other, problems are one line."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from dev import browser, cache, database, odoo_tree, postgres, say, venv
from dev.say import Stop

ROOT = Path(__file__).resolve().parent.parent


def call(*command, **env):
    """Run a command of the tool; return its code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_interrupted_set_up_is_done_again(own_cache):
    target = own_cache / "thing"
    target.mkdir()
    (target / "half of it").touch()

    def make(folder):
        (folder / "all of it").touch()

    assert cache.once(target, make) == target
    assert sorted(path.name for path in target.iterdir()) == [".finished", "all of it"]


def test_a_set_up_that_fails_leaves_nothing_that_looks_finished(own_cache):
    def make(_folder):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.once(own_cache / "thing", make)
    assert not (own_cache / "thing").exists()


def test_two_set_ups_at_once_make_one(own_cache):
    made = []

    def make(folder):
        made.append(folder)
        time.sleep(0.2)

    threads = [
        threading.Thread(target=cache.once, args=(own_cache / "thing", make)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_lock_that_is_held_can_be_an_error(own_cache):
    with (
        cache.lock("thing"),
        pytest.raises(Stop, match="in use"),
        cache.lock("thing", busy="thing is in use"),
    ):
        pass


def test_a_full_disk_is_said_before_anything_begins(own_cache):
    with pytest.raises(Stop, match=r"Odoo needs 1e\+09 GB, and .* GB free: make room there"):
        cache.need_space(1e9, "Odoo")


def test_a_taken_port_is_one_line_with_another_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = call("dev.run", PORT=str(port))
    assert code == 1
    assert said.splitlines() == [
        f"✗ Port {port} is taken: stop what uses it, or take another: make run PORT={port + 1}"
    ]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PORT": "http"}, "PORT=http is not a port"),
        ({"SHIFT": "a week"}, "SHIFT=a week is not a whole number of days from -36500 to 36500"),
        ({"SHIFT": "1.5"}, "SHIFT=1.5 is not a whole number of days from -36500 to 36500"),
        ({"SHIFT": "2000000"}, "SHIFT=2000000 is not a whole number of days from -36500 to 36500"),
        ({"DATA": "/nowhere.csv"}, "DATA=/nowhere.csv cannot be read: No such file"),
        ({"DB": "production"}, "DB=production is not a name this tool uses"),
    ],
)
def test_a_wrong_option_is_one_line(env, words):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code, said = call("dev.run", **({"PORT": str(port)} | env))
    assert code == 1
    (line,) = said.splitlines()
    assert line.startswith(f"✗ {words}")


def test_an_odoo_path_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(Stop, match="holds no Odoo"):
        odoo_tree.find()


def test_an_odoo_of_another_version_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"holds Odoo 18\.0, and this addon needs 19\.0"):
        odoo_tree.find()


def test_a_server_of_the_users_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "somebody")
    with (
        pytest.raises(Stop, match="check PGHOST, PGPORT, PGUSER and PGPASSWORD"),
        postgres.running(Path(sys.executable)),
    ):
        pass


def test_the_role_postgres_is_refused(monkeypatch):
    monkeypatch.setenv("PGUSER", "postgres")
    with (
        pytest.raises(Stop, match="refuses the role postgres"),
        postgres.running(Path(sys.executable)),
    ):
        pass


@pytest.fixture
def shared_folder(monkeypatch):
    """A folder that everybody can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        monkeypatch.setattr(postgres, "SHARED", Path(folder))
        yield


def test_the_embedded_server_runs_until_the_last_user_leaves(own_cache, shared_folder, monkeypatch):
    for name in postgres.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    python = Path(sys.executable)
    with postgres.running(python) as first:
        with postgres.running(python) as second:
            assert second.sql("SELECT 1") == [["1"]]
        assert first.sql("SELECT lower('É'), rolname FROM pg_roles WHERE oid = 10") == [
            ["é", "odoo"]
        ]
        assert not postgres.idle()
        databases = database.Databases(first)
        databases.create("retention_ours")
        first.sql("CREATE DATABASE retention_theirs")
        with pytest.raises(Stop, match="retention_theirs was not made by this tool"):
            databases.drop("retention_theirs")
        databases.drop("retention_ours")
        assert list(databases.marks()) == ["retention_theirs"]
    assert postgres.idle()
    with pytest.raises(Stop):
        first.sql("SELECT 1")


def test_in_ci_a_missing_chromium_is_an_error(monkeypatch, capsys):
    monkeypatch.setattr(browser, "_found", lambda: False)
    monkeypatch.setattr("dev.apt.install", lambda packages, purpose: False)
    monkeypatch.setenv("CI", "")
    assert not browser.ensure()
    assert "browser tests are skipped" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Stop, match="CI needs Chromium"):
        browser.ensure()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n"
            "ERROR: No matching distribution found for asn1crypto==1.5.1",
            "could not be fetched: check the network",
        ),
        ("ERROR: [Errno 28] No space left on device", "full: make room"),
        ("ERROR: No matching distribution found for asn1crypto==1.5.1", "could not be installed"),
        ("error: command 'gcc' failed", "could not be installed; the end of"),
    ],
)
def test_a_failed_installation_says_what_to_do(own_cache, monkeypatch, tmp_path, output, words):
    monkeypatch.setattr(venv, "REQUIREMENTS", tmp_path)
    (tmp_path / "requirements.txt").write_text("asn1crypto==1.5.1\n")
    (tmp_path / "pip").write_text(f"print({output!r}); raise SystemExit(1)")
    pip = [sys.executable, str(tmp_path / "pip")]
    monkeypatch.setattr(venv, "_create", lambda target: pip)
    with pytest.raises(Stop, match=words):
        venv.ensure("", "Setting up")
    assert not venv.there("")


def test_progress_in_a_log_is_a_line_a_tenth(capsys):
    with say.Progress("Counting", 100) as bar:
        for number in range(100):
            bar.update(number + 1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert lines[1].strip() == "10 %"
