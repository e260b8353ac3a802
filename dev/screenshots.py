"""`make screenshots`: the pictures of the documentation, taken anew from a demo database."""

from __future__ import annotations

import socket

from dev import addons, browser, run, say, workshop
from dev.say import Stop, step

DATABASE = "retention_pictures"


def main() -> int:
    """Prepare the demo database, serve it, and let the browser take the pictures."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with run.claimed(DATABASE), workshop.opened(port) as shop:
        if not browser.ensure():
            raise Stop("There are no pictures without Chromium: apt-get install chromium.")
        run.prepare(shop, DATABASE, demo=True, keep=False)
        if code := shop.call("dev.fill", DATABASE):
            return code
        with run.served(shop, DATABASE, port):
            step("Taking pictures")
            target = addons.folder() / addons.PREFIX / "static" / "description"
            return shop.call("dev.camera", str(port), DATABASE, str(target))


if __name__ == "__main__":
    say.run(main)
