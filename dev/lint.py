"""`make lint`: every checker on every file. `make format`: let them repair what they can."""

from __future__ import annotations

import os
import subprocess
import sys

from dev import checks, node, readme, say
from dev.cache import ROOT, cache
from dev.say import Stop

SUFFIXES = {
    "ruff": (".py",),
    "ruff-format": (".py",),
    "prettier": (".xml", ".js", ".scss", ".css"),
}


def main() -> int:
    """Check, or with --fix repair."""
    os.chdir(ROOT)
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise Stop(
            "`make lint` needs git and a checkout made by it: apt-get install git."
        ) from None
    files = [file for file in listed.stdout.split("\0") if file and os.path.exists(file)]
    return repair(files) if "--fix" in sys.argv else check(files)


def check(files: list[str]) -> int:
    """Run pre-commit's local hooks on all files, those not yet added included."""
    program = checks.environment() / "pre-commit"
    node.modules()
    env = os.environ | {"PRE_COMMIT_HOME": str(cache() / "pre-commit"), "PYTHONPATH": str(ROOT)}
    # `python3` of the hooks is the Python that runs this.
    env["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), env.get("PATH", os.defpath)))
    done = subprocess.run([str(program), "run", "--files", *files], env=env, check=False)
    if done.returncode:
        say.note("`make format` repairs what can be repaired")
    return done.returncode


def repair(files: list[str]) -> int:
    """Let the checkers that can change the files, and write the READMEs."""
    for name, suffixes in SUFFIXES.items():
        chosen = [f for f in files if f.endswith(suffixes) and "/static/lib/" not in f]
        if chosen:
            subprocess.run([*checks.command(name, fix=True), *chosen], check=False)
    return readme.write()


if __name__ == "__main__":
    say.run(main)
