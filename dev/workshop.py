"""Everything that has to be there before Odoo can run, and how Odoo is started then."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev import addons, odoo_tree, postgres, venv
from dev.cache import ROOT, cache, own_cache
from dev.odoo_tree import Tree
from dev.postgres import Server
from dev.say import Progress, Stop, follow, interrupts_left


@dataclass(frozen=True)
class Workshop:
    """A set-up Odoo with its Python and a running PostgreSQL."""

    python: Path
    tree: Tree
    server: Server
    config: Path

    def env(self, **extra: str) -> dict[str, str]:
        """The environment in which Odoo, and programs that import it, run."""
        path = os.pathsep.join((str(self.tree.python_path), str(ROOT)))
        ours = {"PYTHONPATH": path, "ODOO_RC": str(self.config), "PYTHONUNBUFFERED": "1"}
        return self.server.env | ours | extra

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return Odoo's command line."""
        return [str(self.python), "-m", "odoo", *arguments]

    def run(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        """Run a program on this terminal and return its code; Ctrl-C is its own business."""
        inherit = self.server.inherit
        with (
            interrupts_left(),
            subprocess.Popen(command, env=env or self.env(), pass_fds=inherit) as process,
        ):
            try:
                return process.wait()
            except BaseException:
                process.terminate()
                raise

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program that Ctrl-C does not reach: we end it, so that it ends in order."""
        return subprocess.Popen(
            command, env=self.env(), pass_fds=self.server.inherit, start_new_session=True
        )

    def call(self, module: str, *arguments: str) -> int:
        """Run one of the tool's own programs in Odoo's Python and return its code."""
        with self.start([str(self.python), "-m", module, *arguments]) as process:
            try:
                return process.wait()
            finally:
                process.terminate()

    def install(self, database: str, label: str, arguments: Sequence[str]) -> None:
        """Install or update addons in a database, with a bar; the log is kept."""
        log = own_cache() / "logs" / f"{database}.log"
        with Progress(label, 1) as bar:

            def each(line: str) -> None:
                found = re.search(r"oading module (\w+) \((\d+)/(\d+)\)", line)
                if found and found[3] != "1":  # base alone comes first, and is not the whole
                    bar.update(int(found[2]) / int(found[3]), found[1])

            command = self.command(["-d", database, *arguments, "--stop-after-init"])
            options = ["--log-level=info", "--max-cron-threads=0", "--no-http"]
            code = follow(
                [*command, *options], log, each, env=self.env(), pass_fds=self.server.inherit
            )
            text = log.read_text(errors="replace")
            errors = re.findall(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", text, re.M)
            if code or errors:
                raise Stop(f"{label} failed.\n{_tail(text)}\n  The whole log: {log}")

    def build_bundles(self, database: str) -> None:
        """Build the web client's bundles in a database of the tests."""
        log = own_cache() / "logs" / "bundles.log"
        command = [str(self.python), "-m", "dev.bundles", database]
        with Progress("Building the web client"):
            code = follow(
                command, log, lambda line: None, env=self.env(), pass_fds=self.server.inherit
            )
            if code:
                raise Stop(f"The web client could not be built.\n{_tail(log.read_text())}")


def _tail(text: str) -> str:
    """Return the part of a log that tells why: from the last error on."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if re.search(r" (ERROR|CRITICAL) ", line)]
    first = max(starts[-1] if starts else 0, len(lines) - 60)
    return "\n".join(f"  {line}" for line in lines[first:])


@contextmanager
def opened(port: int = 8069) -> Iterator[Workshop]:
    """Set up what is missing, keep PostgreSQL running, and hand out the workshop."""
    python = venv.ensure("", "Setting up Python packages")
    tree = odoo_tree.find()
    with postgres.running(python) as server:
        yield Workshop(python, tree, server, _configure(tree, server, port))


def _configure(tree: Tree, server: Server, port: int) -> Path:
    """Write Odoo's configuration file and return it."""
    paths = [str(path) for path in tree.addons_paths]
    if any(addons.folder().glob("*/__manifest__.py")):
        paths.append(str(addons.folder()))
    options = {
        "addons_path": ",".join(paths),
        "data_dir": cache() / "data",
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "http_interface": "127.0.0.1",
        "http_port": port,
    }
    given = (f"{name} = {value}\n" for name, value in options.items() if value)
    text = "[options]\n" + "".join(given)
    path = own_cache() / f"odoo-{port}.conf"
    if not path.exists() or path.read_text() != text:
        half = path.with_suffix(f".{os.getpid()}")
        half.touch(mode=0o600)
        half.write_text(text)
        half.rename(path)
    return path
