"""`make core-tests`: Odoo's own tests of the apps we extend, with our addons and without them.

What fails only with them is ours. Both run in copies of the templates of `make test`, each module
updated so that Odoo runs its tests; M="crm survey" chooses modules.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from dataclasses import dataclass, field

from dev import addons, browser, say, test, workshop
from dev.cache import own_cache
from dev.database import Databases
from dev.say import Progress, follow
from dev.workshop import Workshop

MODULES = ("crm", "survey", "sale_crm", "portal", "phone_validation", "privacy_lookup")
PORT = 8077
FAILED = re.compile(r" (?:FAIL|ERROR): (?:Subtest )?((?:\w+\.)?\w+\.\w+)")
STARTED = re.compile(r" Starting (\w+\.\w+) ?\.\.\.")


@dataclass
class Outcome:
    """Which tests ran, and which of them failed."""

    ran: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def read(self, line: str) -> None:
        """Take in a line of Odoo's log."""
        if found := STARTED.search(line):
            self.ran.add(found[1])
        elif found := FAILED.search(line):
            self.failed.add(".".join(found[1].split(".")[-2:]))


def compare(without: Outcome, ours: Outcome) -> tuple[set[str], set[str], set[str]]:
    """Return what fails only with our addons, what fails in any case, and what did not run with them."""
    return (
        ours.failed - without.failed,
        ours.failed & without.failed,
        without.ran - ours.ran,
    )


def run(shop: Workshop, database: str, modules: list[str], label: str) -> Outcome:
    """Run the tests of ``modules`` in ``database``, with a bar; the log is kept."""
    outcome = Outcome()
    log = own_cache() / "logs" / f"core_{label}.log"
    with Progress(f"Odoo's tests {label} our addons", 1) as bar:

        def each(line: str) -> None:
            outcome.read(line)
            bar.update(min(0.99, len(outcome.ran) / 400), f"{len(outcome.ran)} tests")

        command = shop.command(["-d", database, "-u", ",".join(modules), "--stop-after-init"])
        command += ["--test-tags", ",".join(f"/{name}" for name in modules)]
        command += [f"--http-port={PORT}", "--log-level=info", "--max-cron-threads=0"]
        follow(command, log, each, env=shop.env(), pass_fds=shop.server.inherit)
    say.step(f"{len(outcome.ran)} tests {label} our addons, {len(outcome.failed)} failed: {log}")
    return outcome


def main() -> int:
    """Run both and return 1 where something fails, or does not run, only with our addons."""
    modules = os.environ.get("M", "").replace(",", " ").split() or list(MODULES)
    with workshop.opened(PORT) as shop, ExitStack() as stack:
        browser.ensure()
        databases = Databases(shop.server)
        base, ours = test.templates(shop, databases, addons.installable(shop.tree), tours=False)
        outcomes = []
        for number, (template, label) in enumerate(((base, "without"), (ours, "with"))):
            database = stack.enter_context(databases.copy(template, number))
            outcomes.append(run(shop, database, modules, label))
    only, both, missing = compare(*outcomes)
    for name in sorted(only):
        print(f"fails only with our addons: {name}")
    for name in sorted(missing):
        print(f"does not run with our addons: {name}")
    print(f"{len(both)} fail in both")
    if not outcomes[0].ran:
        print("No test ran")
    return 1 if only or missing or not outcomes[0].ran else 0


if __name__ == "__main__":
    say.run(main)
