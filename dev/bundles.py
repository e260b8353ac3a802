"""Build the bundles of the web client in a database, so that no page has to wait for them.

Runs in Odoo's Python:  python -m dev.bundles DATABASE
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dev.session import environment

if TYPE_CHECKING:
    from odoo.api import Environment

SCRIPTS = ["web.assets_web", "web.assets_frontend_minimal", "web.assets_frontend_lazy"]
STYLES = ["web.assets_web", "web.assets_web_print", "web.assets_frontend"]
TESTS = [
    "web.assets_tests",
    "web.__assets_tests_call__",
    "web_tour.interactive",
    "bus.websocket_worker_assets",
]


def build(env: Environment, *, tests: bool = False) -> None:
    """Build the bundles; one that is there and current is left as it is."""
    qweb = env["ir.qweb"]
    for name in SCRIPTS + TESTS * tests:
        qweb._get_asset_bundle(name, css=False, js=True).js()
    for name in STYLES:
        qweb._get_asset_bundle(name, css=True, js=False).css()


if __name__ == "__main__":
    with environment(sys.argv[1]) as opened:
        build(opened, tests=True)
