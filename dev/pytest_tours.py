"""A plugin of pytest: the tests that drive a browser are skipped where there is none."""

from __future__ import annotations

import inspect
import os

import pytest

WORDS = ("start_tour(", "browser_js(")


def _drives_browser(item: pytest.Item) -> bool:
    function = getattr(item, "function", None)
    return bool(function) and any(word in inspect.getsource(function) for word in WORDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests with their reason where the set-up found no browser."""
    if os.environ.get("HAS_BROWSER"):
        return
    for item in items:
        if _drives_browser(item):
            item.add_marker(pytest.mark.skip(reason="Chromium is missing"))
