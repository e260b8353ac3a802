"""`make run`: the addon in a real Odoo, with demo data or with purchases of your own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from dev import addons, load_csv, say, workshop
from dev.cache import digest, lock
from dev.database import Databases, Mark
from dev.say import Stop
from dev.workshop import Workshop

STALE_DAYS = 30
SHOWN = ("sale_management",)
"""Odoo's own apps in a database to look at, beside those that ours depend on."""
MOST_SHIFT = 36500


def main() -> int:
    """Set up, fill, show and serve."""
    port = _port()
    data = _data()
    name = os.environ.get("DB") or ("retention_data" if data else "retention_demo")
    if not re.fullmatch(r"retention_[a-z0-9_]{1,50}", name):
        raise Stop(f"DB={name} is not a name this tool uses: give one like retention_trial.")
    with claimed(name), workshop.opened(port) as shop:
        if data:
            check_currency(shop, name)
        prepare(shop, name, demo=not data)
        if code := shop.call("dev.fill", name, *([str(data)] if data else [])):
            return code
        with served(shop, name, port) as process:
            print(f"\n  http://localhost:{port}   login admin, password admin   (Ctrl-C stops)\n")
            try:
                code = process.wait()
            except KeyboardInterrupt:
                print()
                code = 0
    say.step("Stopped")
    return code


def claimed(name: str) -> AbstractContextManager[None]:
    """Keep a database to this process; a second `make run` of it is told so."""
    busy = f"{name} is in use by another `make run`: stop that one first."
    return lock(f"serve-{name}", busy=busy)


def _port() -> int:
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT={text} is not a port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise Stop(
                f"Port {text} is not yours to use: give one above 1024, PORT=8069."
            ) from None
        except OSError:
            raise Stop(
                f"Port {text} is taken: stop what uses it, or take another: "
                f"make run PORT={int(text) % 65535 + 1}"
            ) from None
    return int(text)


def _data() -> Path | None:
    """Return the file to load, known to have the columns, before anything long happens."""
    shift = os.environ.get("SHIFT", "").strip()
    whole = re.fullmatch(r"[+-]?\d{1,9}", shift, re.ASCII)
    if shift and not (whole and abs(int(shift)) <= MOST_SHIFT):
        raise Stop(
            f"SHIFT={shift} is not a whole number of days from -{MOST_SHIFT} to {MOST_SHIFT}; "
            "0 keeps the dates of the file."
        )
    text = os.environ.get("DATA", "").strip()
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    load_csv.check(path)
    return path


def check_currency(shop: Workshop, name: str) -> None:
    """Raise `Stop` where Odoo has no such currency, before a database is made for it.

    A database that is there may have currencies of its own, and is asked later.
    """
    code = os.environ.get("CURRENCY", "").strip().upper()
    if not code or Databases(shop.server).marks().get(name):
        return
    manifest = shop.tree.manifest("base")
    source = manifest.with_name("data") / "res_currency_data.xml" if manifest else None
    if source and f'<field name="name">{code}</field>' not in source.read_text():
        raise Stop(f"CURRENCY={code} is not a currency Odoo knows: give a code like EUR.")


def prepare(shop: Workshop, name: str, *, demo: bool, keep: bool = True) -> None:
    """Make the database complete and current: made, made again, updated, or left as it is.

    Without `keep`, one that is not current is made anew, since nobody works in it.
    """
    names = addons.installable(shop.tree)
    databases = Databases(shop.server)
    key = digest(shop.tree.key, addons.source_key(names))
    marks = databases.marks()
    mark = marks.get(name)
    # With the app of quotations, so that a newcomer finds them; ours do without it.
    options = ["-i", ",".join([*names, *SHOWN])]
    if mark and mark.state == "complete" and (keep or mark.key == key):
        if mark.key == key:
            say.step(f"Database {name} is there and current")
            if demo:
                _tell_age(name, mark, addons.demo_key(names))
            return
        update = [*options, "-u", ",".join(names)]
        try:
            shop.install(name, f"Updating {', '.join(names)} in {name}", update)
        except Stop as problem:
            raise Stop(f"{problem}\n  To begin anew: dev/odoo db drop {name}") from None
    else:
        databases.drop(name)
        databases.create(name)
        label = f"Making database {name}{' with demo data' if demo else ''}"
        shop.install(name, label, [*options, "--with-demo"] if demo else options)
        mark = None
    made = mark or Mark("complete", used=time.time(), demo=addons.demo_key(names))
    databases.mark(name, replace(made, key=key, state="complete"))
    if demo:
        _tell_age(name, made, addons.demo_key(names))


def _tell_age(name: str, mark: Mark, demo_key: str) -> None:
    """Say where the demo data are not what a new database would have."""
    days = int((time.time() - mark.used) / 86400)
    if mark.demo != demo_key:
        say.note(f"its demo data are of an older version; made anew after: dev/odoo db drop {name}")
    elif days > STALE_DAYS:
        say.note(f"its demo data are {days} days old; made anew after: dev/odoo db drop {name}")


@contextmanager
def served(shop: Workshop, name: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a database, from the moment Odoo answers to the end of the block."""
    arguments = ["-d", name, "--db-filter", f"^{name}$", "--log-level=warn"]
    with shop.start(shop.command(arguments)) as process:
        try:
            while not _answers(port):
                if process.poll() is not None:
                    raise Stop("Odoo stopped while starting; its words above say why.")
                time.sleep(0.2)
            yield process
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    say.run(main)
