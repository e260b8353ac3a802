"""Build the bundles of the web client in a database, so that no page has to wait for them.

Runs in Odoo's Python:  python -m dev.bundles DATABASE [tests]
"""

from __future__ import annotations

import sys

from dev.session import environment

SCRIPTS = ["web.assets_web", "web.assets_frontend_minimal", "web.assets_frontend_lazy"]
STYLES = ["web.assets_web", "web.assets_web_print", "web.assets_frontend"]
TESTS = [
    "web.assets_tests",
    "web.__assets_tests_call__",
    "web_tour.interactive",
    "bus.websocket_worker_assets",
]


def main() -> None:
    """Build them; one that is there and current is left as it is."""
    with environment(sys.argv[1]) as env:
        qweb = env["ir.qweb"]
        for name in SCRIPTS + TESTS * ("tests" in sys.argv):
            qweb._get_asset_bundle(name, css=False, js=True).js()
        for name in STYLES:
            qweb._get_asset_bundle(name, css=True, js=False).css()


if __name__ == "__main__":
    main()
