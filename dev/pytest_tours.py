"""A plugin of pytest for the tests that drive a browser.

It skips them with their reason where there is no Chromium, and builds the assets once before
the first of them: in a test they would be built in its transaction, again for every class.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator

import pytest

WORDS = ("start_tour", "browser_js")


def _drives_browser(item: pytest.Item) -> bool:
    function = getattr(item, "function", None)
    return bool(function) and any(word in inspect.getsource(function) for word in WORDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser; else let them wait for the assets."""
    for item in items:
        if _drives_browser(item):
            if os.environ.get("HAS_BROWSER"):
                item.fixturenames.append("odoo_assets")  # type: ignore[attr-defined]
            else:
                item.add_marker(pytest.mark.skip(reason="Chromium is missing"))


@pytest.fixture(scope="session")
def odoo_assets(load_registry: None) -> Iterator[None]:
    """Build the bundles of the web client in the database of this run."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tools import config

    (name,) = config["db_name"]
    with Registry(name).cursor() as cr:
        Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()
    yield
