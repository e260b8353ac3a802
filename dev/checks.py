"""The checkers, each from the locked packages:  python3 -m dev.checks NAME [--fix] [FILE …]"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dev import addons, node, say, venv
from dev.cache import ROOT
from dev.say import Stop

ODOO_LINT = [
    "--disable=all",
    "--enable=odoolint",
    # Companies, currencies and countries are few, and `search([])` means all of them.
    "--disable=no-search-all",
    # A long class is split by what its parts are about.
    "--disable=consider-merging-classes-inherited",
]


def environment() -> Path:
    """Return the folder of the Python checkers' programs."""
    return venv.ensure("-lint", "Setting up the checkers").parent


def command(name: str, *, fix: bool) -> list[str]:
    """Return the command of a checker, without files."""
    if name == "prettier":
        modules = node.modules()
        plugin = modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"
        program = [str(node.node()), str(modules / "prettier" / "bin" / "prettier.cjs")]
        mode = "--write" if fix else "--check"
        return [*program, f"--plugin={plugin}", mode, "--log-level=warn"]
    programs = environment()
    own = [str(path.parent) for path in addons.manifests()]
    commands = {
        "ruff": ["ruff", "check", "--no-cache", *["--fix"] * fix],
        "ruff-format": ["ruff", "format", "--no-cache", *["--diff"] * (not fix)],
        "pylint-odoo": ["pylint", "--rcfile=pyproject.toml", *ODOO_LINT, *own],
        "oca-module": ["oca-checks-odoo-module", "--disable=xml-field-numeric-without-eval", *own],
        "oca-po": ["oca-checks-po"],
    }
    if name not in commands:
        raise Stop(f"There is no checker {name}: there are {', '.join([*commands, 'prettier'])}.")
    program, *options = commands[name]
    return [str(programs / program), *options]


def main() -> int:
    """Run one checker and return its code."""
    name, *files = sys.argv[1:]
    fix = "--fix" in files
    files = [file for file in files if file != "--fix"]
    os.chdir(ROOT)
    return subprocess.run([*command(name, fix=fix), *files], check=False).returncode


if __name__ == "__main__":
    say.run(main)
