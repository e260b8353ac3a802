<<<<<<< HEAD
"""Take pictures of pages with Chromium, driven over its debugging protocol.

Runs in Odoo's Python:  python -m dev.camera PORT DATABASE FOLDER
=======
"""Take the pictures of a served demo database.

Runs in Playwright's Python:  python -m dev.camera PORT
with PICTURES naming the folder.
>>>>>>> 63597be ([ADD] dev: take the pictures of the documentation from the demo data)
"""

from __future__ import annotations

<<<<<<< HEAD
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
from dataclasses import dataclass
from pathlib import Path

import websocket

from dev import browser, say
from dev.say import Stop, note
from dev.session import environment

PATIENCE = 60


@dataclass(frozen=True)
class Shot:
    """A picture: its file, the page, what must be there first, and what to click before."""

    name: str
    url: str
    ready: str
    click: str = ""
    width: int = 1280
    height: int = 800


SHOTS = (
    Shot(
        "screenshot_partner.png",
        "/odoo/contacts/{best}",
        ".o_form_view .o_notebook",
        ".o_notebook .nav-link[name=retention]",
        height=900,
    ),
    Shot("screenshot_customers.png", "/odoo/retention-customers", ".o_data_row, .o_kanban_record"),
)


class Chromium:
    """One page of a headless Chromium."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self.count = 0

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
        size = {"width": shot.width, "height": shot.height}
        self.call("Emulation.setDeviceMetricsOverride", deviceScaleFactor=1, mobile=False, **size)
        self.call("Page.navigate", url=url)
        self.wait(f"document.querySelector({shot.ready!r})", f"{shot.ready} of {url}")
        if shot.click:
            self.wait(f"document.querySelector({shot.click!r})", f"{shot.click} of {url}")
            self.js(f"document.querySelector({shot.click!r}).click()")
        self.wait("!document.querySelector('.o_loading_indicator')", f"{url}, loaded,")
        time.sleep(1)  # pictures and charts fade in
        image = self.call("Page.captureScreenshot", format="png")
        target.mkdir(parents=True, exist_ok=True)
        (target / shot.name).write_bytes(base64.b64decode(image["data"]))


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
=======
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from dev.browser import NAMES
from dev.say import Stop, step

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK = (1400, 900)
PHONE = (390, 844)
TALLEST = 1600
LARGEST = 300_000
PARTNER = "Pinecrest Resort"
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0 Mobile Safari/537.36"
)


@dataclass(frozen=True)
class Picture:
    """One page, what to click on it first, and whether all of it is shown, not only the top."""

    name: str
    url: str
    wait: str
    clicks: tuple[str, ...] = ()
    whole: bool = False


PICTURES = [
    Picture(
        "partner",
        "/odoo/contacts/{partner}",
        "div[name=retention_badges]",
        (".o_notebook .nav-link:text-is('Retention')",),
        whole=True,
    ),
    Picture("customers", "/odoo/retention-customers", ".o_kanban_record"),
    Picture(
        "list",
        "/odoo/retention-customers",
        ".o_kanban_record",
        (".o_switch_view.o_list",),
    ),
    Picture(
        "settings",
        "/odoo/settings#customer_retention",
        ".o_field_widget[name=retention_gold_percent]",
        whole=True,
    ),
]
ON_A_PHONE = {"partner", "customers"}
>>>>>>> 63597be ([ADD] dev: take the pictures of the documentation from the demo data)


def main() -> int:
    """Take all of them."""
<<<<<<< HEAD
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
=======
    origin = f"http://127.0.0.1:{sys.argv[1]}"
    folder = Path(os.environ["PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(path for name in NAMES if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for suffix, size in (("", DESK), ("_phone", PHONE)):
            page = _log_in(browser, origin, size)
            partner = _find(page, PARTNER)
            for picture in PICTURES:
                if size == DESK or picture.name in ON_A_PHONE:
                    path = folder / f"screenshot_{picture.name}{suffix}.png"
                    _take(page, origin, picture, partner, path)
        browser.close()
    return 0


def _log_in(browser: Browser, origin: str, size: tuple[int, int]) -> Page:
    width, height = size
    phone = {"is_mobile": True, "has_touch": True, "user_agent": PHONE_AGENT}
    page = browser.new_page(
        viewport={"width": width, "height": height},
        base_url=origin,
        **(phone if size == PHONE else {}),
    )
    page.goto("/web/login")
    page.fill("#login", "admin")
    page.fill("#password", "admin")
    page.press("#password", "Enter")
    page.wait_for_selector(".o_main_navbar", timeout=120_000)
    return page


def _find(page: Page, name: str) -> int:
    """Return the id of a contact of the demo data."""
    call = {"params": {"model": "res.partner", "method": "search", "args": [], "kwargs": {}}}
    call["params"]["args"] = [[["name", "=", name]]]
    answer = page.request.post("/web/dataset/call_kw", data=call).json()
    if not answer.get("result"):
        raise Stop(f"The demo data hold no {name}; the pictures show that contact.")
    return answer["result"][0]


def _take(page: Page, origin: str, picture: Picture, partner: int, path: Path) -> None:
    size = page.viewport_size
    page.goto(origin + picture.url.format(partner=partner))
    page.wait_for_selector(picture.wait, timeout=60_000)
    for selector in picture.clicks:
        page.locator(selector).first.click()
    page.wait_for_timeout(1500)
    if picture.whole:
        page.set_viewport_size({"width": size["width"], "height": _height(page, size["height"])})
        page.wait_for_timeout(500)
        # A click on something below has scrolled the page.
        page.evaluate("document.querySelectorAll('*').forEach((each) => (each.scrollTop = 0))")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    page.set_viewport_size(size)
    if path.stat().st_size > LARGEST:
        raise Stop(f"{path.name} is larger than {LARGEST // 1000} kB: show less of the page.")
    step(f"{path.name}, {path.stat().st_size // 1000} kB")


def _height(page: Page, lowest: int) -> int:
    """Return how high the window has to be for the page to need no scrolling."""
    script = """() => Math.max(...[...document.querySelectorAll(".o_content, .o_content *")]
                                 .map((each) => each.scrollHeight))"""
    return max(lowest, min(TALLEST, page.evaluate(script) + 120))


if __name__ == "__main__":
    sys.exit(main())
>>>>>>> 63597be ([ADD] dev: take the pictures of the documentation from the demo data)
