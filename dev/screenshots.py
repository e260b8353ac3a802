<<<<<<< HEAD
"""`make screenshots`: the pictures of the documentation, taken anew from the demo database."""

from __future__ import annotations

import socket

from dev import addons, browser, run, say, workshop
from dev.say import Stop, step

DATABASE = "retention_demo"


def main() -> int:
    """Prepare the demo database, serve it, and let the browser take the pictures."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with run.claimed(DATABASE), workshop.opened(port) as shop:
        if not browser.ensure():
            raise Stop("There are no pictures without Chromium: apt-get install chromium.")
        run.prepare(shop, DATABASE, demo=True)
        if code := shop.run([str(shop.python), "-m", "dev.fill", DATABASE]):
            return code
        with run.served(shop, DATABASE, port):
            step("Taking pictures")
            target = addons.folder() / addons.PREFIX / "static" / "description"
            command = [str(shop.python), "-m", "dev.camera", str(port), DATABASE, str(target)]
            return shop.run(command)
=======
"""`make screenshots`: the pictures of the documentation, taken anew from the demo data.

They go to `customer_retention/static/description/`, at the width of a desk and of a phone.
"""

from __future__ import annotations

import os
import subprocess
import time

from dev import addons, browser, run, say, venv, workshop
from dev.say import Progress, Stop
from dev.workshop import Workshop

DATABASE = "retention_pictures"
PORT = 8169


def main() -> int:
    """Set up, serve the demo data, take the pictures."""
    if not browser.ensure():
        raise Stop("The pictures are taken in Chromium: apt-get install chromium.")
    python = venv.ensure("-screenshots", "Setting up Playwright")
    with workshop.opened(PORT) as shop:
        run.prepare(shop, DATABASE, demo=True)
        code = shop.run([str(shop.python), "-m", "dev.fill", DATABASE])
        return code or _take(shop, [str(python), "-m", "dev.camera", str(PORT)])


def _take(shop: Workshop, command: list[str]) -> int:
    arguments = ["-d", DATABASE, "--db-filter", f"^{DATABASE}$", "--log-level=error"]
    serve = shop.command([*arguments, "--max-cron-threads=0"])
    env = os.environ | {"PICTURES": str(addons.folder() / "customer_retention/static/description")}
    with subprocess.Popen(serve, env=shop.env(), pass_fds=shop.server.inherit) as server:
        try:
            with Progress("Starting Odoo"):
                while not run._answers(PORT):
                    if server.poll() is not None:
                        raise Stop("Odoo stopped while starting; its words above say why.")
                    time.sleep(0.2)
            return shop.run(command, env)
        finally:
            server.terminate()
>>>>>>> 63597be ([ADD] dev: take the pictures of the documentation from the demo data)


if __name__ == "__main__":
    say.run(main)
