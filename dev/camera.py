"""Take pictures of pages with Chromium, driven over its debugging protocol.

Runs in Odoo's Python:  python -m dev.camera PORT DATABASE FOLDER
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import websocket

from dev import browser, say
from dev.say import Stop, note
from dev.session import environment

PATIENCE = 60


@dataclass(frozen=True)
class Shot:
    """A picture: its file, the page, what must be there first, and what to click before.

    ``whole`` pictures are as high as the page, up to ``TALLEST``.
    """

    name: str
    url: str
    ready: str
    click: str = ""
    width: int = 1400
    height: int = 900
    whole: bool = False

    @property
    def mobile(self) -> bool:
        """Whether it is a picture of a phone."""
        return self.width < 600


PARTNER = Shot(
    "screenshot_partner.png",
    "/odoo/contacts/{best}",
    ".o_form_view .o_notebook",
    ".o_notebook .nav-link[name=retention]",
    whole=True,
)
CUSTOMERS = Shot("screenshot_customers.png", "/odoo/retention-customers", ".o_kanban_record")
MY_DAY = Shot("screenshot_my_day.png", "/odoo/retention-my-day", ".o_kanban_record, .o_data_row")
PHONE = {"width": 390, "height": 844}
OVERVIEW = Shot(
    "screenshot_overview.png", "/odoo/retention-overview", ".o_retention_overview section"
)
SHOTS = (
    OVERVIEW,
    PARTNER,
    CUSTOMERS,
    replace(CUSTOMERS, name="screenshot_list.png", click=".o_switch_view.o_list"),
    Shot(
        "screenshot_settings.png",
        "/odoo/settings#customer_retention",
        ".o_field_widget[name=retention_gold_percent]",
        whole=True,
    ),
    Shot(
        "screenshot_satisfaction.png",
        "/odoo/retention-satisfaction",
        ".o_retention_satisfaction section",
        ".o_retention_satisfaction [data-days='365']",
        whole=True,
    ),
    Shot("screenshot_programs.png", "/odoo/retention-programs", ".o_kanban_record"),
    MY_DAY,
    replace(OVERVIEW, name="screenshot_overview_phone.png", **PHONE),
    replace(MY_DAY, name="screenshot_my_day_phone.png", **PHONE),
    replace(PARTNER, name="screenshot_partner_phone.png", **PHONE),
    replace(CUSTOMERS, name="screenshot_customers_phone.png", **PHONE),
)
TALLEST = 1500
LARGEST = 300_000
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0 Mobile Safari/537.36"
)
# The page scrolls in itself: how high it would be, and back to its top after a click.
PAGE_HEIGHT = """Math.max(...[...document.querySelectorAll(".o_content, .o_content *")]
                             .map((each) => each.scrollHeight)) + 120"""
TO_TOP = "document.querySelectorAll('*').forEach((each) => { each.scrollTop = 0; })"


class Chromium:
    """One page of a headless Chromium."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self.count = 0
        self.agent = str(self.js("navigator.userAgent"))

    def call(self, method: str, **params: object) -> dict:
        """Send a command and return its result."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise Stop(f"Chromium: {method}: {answer['error']['message']}")
                return answer["result"]

    def js(self, expression: str) -> object:
        """Return the value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def wait(self, expression: str, what: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.js(f"!!({expression})"):
            if time.monotonic() > end:
                raise Stop(f"{what} did not come up in {PATIENCE} s.")
            time.sleep(0.2)

    def take(self, shot: Shot, url: str, target: Path) -> None:
        """Open a page, wait until it is quiet, and write the picture."""
        agent = PHONE_AGENT if shot.mobile else self.agent
        self.call("Emulation.setUserAgentOverride", userAgent=agent)
        self.resize(shot, shot.height)
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        self.wait(f"document.querySelector({shot.ready!r})", f"{shot.ready} of {url}")
        if shot.click:
            self.wait(f"document.querySelector({shot.click!r})", f"{shot.click} of {url}")
            time.sleep(1)  # a page that still loads does not listen
            self.js(f"document.querySelector({shot.click!r}).click()")
        self.wait("!document.querySelector('.o_loading_indicator')", f"{url}, loaded,")
        time.sleep(1)  # pictures and charts fade in
        if shot.whole:
            height = min(TALLEST, self.js(PAGE_HEIGHT))
            self.resize(shot, max(shot.height, height))
            self.js(TO_TOP)
            time.sleep(1)
        image = self.call("Page.captureScreenshot", format="png")
        target.mkdir(parents=True, exist_ok=True)
        content = base64.b64decode(image["data"])
        if len(content) > LARGEST:
            raise Stop(f"{shot.name} is larger than {LARGEST // 1000} kB: show less of the page.")
        (target / shot.name).write_bytes(content)

    def resize(self, shot: Shot, height: int) -> None:
        """Make the window as wide as the picture, and so high."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=shot.width,
            height=height,
            deviceScaleFactor=1,
            mobile=shot.mobile,
        )


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start a Chromium with a profile of its own, and end it."""
    program = next(path for name in browser.NAMES if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
        with subprocess.Popen(
            [program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                port = _port(Path(profile) / "DevToolsActivePort")
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                    pages = json.load(answer)
                address = next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
                yield Chromium(address)
            finally:
                process.terminate()


def _port(file: Path) -> str:
    end = time.monotonic() + PATIENCE
    while not file.exists() or not file.read_text().strip():
        if time.monotonic() > end:
            raise Stop("Chromium did not start; run it by hand to see why.")
        time.sleep(0.1)
    return file.read_text().split()[0]


def session(server: str, database: str) -> str:
    """Log in as admin and return the session's key."""
    params = {"db": database, "login": "admin", "password": "admin"}
    request = urllib.request.Request(
        f"{server}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    found = [c for c in cookies if c.startswith("session_id=")]
    if not found:
        raise Stop("admin/admin could not log in to the demo database: was the password changed?")
    return found[0].partition("=")[2].partition(";")[0]


def main() -> int:
    """Take all of them."""
    port, database, folder = sys.argv[1:]
    server = f"http://127.0.0.1:{port}"
    with environment(database) as env:
        best = env["retention.customer"].search(
            [("company_id", "=", env.ref("base.main_company").id)], order="value_year desc", limit=1
        )
        places = {"best": best.partner_id.id}
    with chromium() as page:
        page.call("Page.enable")
        key = session(server, database)
        page.call("Network.setCookie", name="session_id", value=key, url=server)
        for shot in SHOTS:
            page.take(shot, server + shot.url.format(**places), Path(folder))
            note(f"{shot.name}")
    return 0


if __name__ == "__main__":
    say.run(main)
