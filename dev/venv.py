"""Virtual environments with locked packages, also where Python comes without pip."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from dev import apt
from dev.cache import FINISHED, cache, digest, lock, need_space
from dev.say import Progress, Stop, follow

OFFLINE = r"(Connection|NameResolution|SSL|Proxy|Timeout)Error|[Cc]onnection broken|timed out"
"""What pip's log has where the network or the index does not answer."""
REQUIREMENTS = Path(__file__).resolve().parent


def ensure(name: str, purpose: str) -> Path:
    """Return the Python of the environment that holds `requirements<name>.txt`.

    `name` is "" for Odoo's own, or "-lint", "-node". The environment is keyed by the locked
    packages and by the Python it is made from.
    """
    if found := there(name):
        return found
    target, requirements = _target(name), _requirements(name)
    python = target / "bin" / "python"
    # Made in place, not renamed: scripts of a virtual environment know their folder.
    waiting = "Another start is setting this up; waiting for it."
    with lock(f"venv{name}-{target.name}", waiting=waiting):
        if not there(name):
            need_space(1.5, purpose)
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            pip = _create(target)
            _install(pip, requirements, purpose)
            (target / FINISHED).touch()
    return python


def there(name: str) -> Path | None:
    """Return the Python of a complete environment, without making one."""
    target = _target(name)
    python = target / "bin" / "python"
    return python if (target / FINISHED).exists() and python.exists() else None


def _requirements(name: str) -> Path:
    return REQUIREMENTS / f"requirements{name}.txt"


def _target(name: str) -> Path:
    key = digest(_requirements(name).read_bytes(), sys.base_prefix, sys.version)
    return cache() / f"venv{name}" / key


def _create(target: Path) -> list[str]:
    """Create an empty environment and return the command that is its pip."""
    python = str(target / "bin" / "python")
    try:
        import venv
    except ImportError:
        raise Stop("This Python lacks the module venv: apt-get install python3-venv.") from None
    if importlib.util.find_spec("ensurepip"):
        venv.create(target, with_pip=True, symlinks=True)
        return [python, "-m", "pip"]
    # Debian splits pip off; the rest of the module works.
    venv.create(target, with_pip=False, symlinks=True)
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", python]
    return [python, str(_pip_wheel() / "pip")]


def _pip_wheel() -> Path:
    """Return pip's wheel out of Debian's package, which needs no root to unpack."""
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        tree = Path(folder) / "tree"
        apt.unpack_own("python3-pip-whl", Path(folder), tree)
        wheels = sorted(tree.glob("usr/share/python-wheels/pip-*.whl"))
        if not wheels:
            raise Stop("This Python has no pip: apt-get install python3-venv.")
        kept = cache() / wheels[-1].name
        shutil.copy(wheels[-1], kept)
    return kept


def _install(pip: list[str], requirements: Path, purpose: str) -> None:
    """Install the locked packages, with a bar."""
    total = sum(1 for line in requirements.open() if re.match(r"\w", line))
    log = cache() / "logs" / f"{requirements.stem}.log"
    seen: set[str] = set()
    with Progress(purpose, total) as bar:

        def each(line: str) -> None:
            if found := re.match(r"(?:Collecting|Processing|Requirement already \w+:) (\S+)", line):
                name = re.split(r"[=-]", Path(found[1]).name)[0]
                seen.add(name)
                bar.update(len(seen), name)

        command = [*pip, "install", "--no-input", "--disable-pip-version-check"]
        command += ["--progress-bar=off", "--prefer-binary", "-r", str(requirements)]
        env = os.environ | {"PYTHONWARNINGS": "ignore", "PIP_ROOT_USER_ACTION": "ignore"}
        if follow(command, log, each, env=env):
            raise Stop(_reason(log))


def _reason(log: Path) -> str:
    """Say in one line why pip failed."""
    text = log.read_text(errors="replace")
    if re.search(OFFLINE, text):
        return (
            "Python packages could not be fetched: check the network, or name a package index "
            f"with PIP_INDEX_URL, and start again. Details: {log}"
        )
    if "No space left" in text:
        return f"The disk of {cache()} is full: make room, or set XDG_CACHE_HOME, and start again."
    return f"Python packages could not be installed; the end of {log} says why."
