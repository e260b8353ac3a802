"""Chromium, which the tours need."""

from __future__ import annotations

import os
import shutil

from dev import apt
from dev.say import Stop, note

# The names Odoo itself looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PACKAGES = ["chromium", "fonts-liberation"]


def ensure() -> bool:
    """Tell whether there is a Chromium, after installing it where that is allowed.

    In CI its absence is an error: there the tours must run.
    """
    if _found() or (apt.install(PACKAGES, "Chromium for the browser tests") and _found()):
        return True
    if os.environ.get("CI"):
        raise Stop("CI needs Chromium for the browser tests: apt-get install chromium.")
    note("Chromium is missing, so the browser tests are skipped: apt-get install chromium.")
    return False


def _found() -> bool:
    return any(shutil.which(name) for name in NAMES)
