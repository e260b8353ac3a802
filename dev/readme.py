"""README.rst of each addon, joined from the fragments in its folder `readme/`.

    python3 -m dev.readme            write them
    python3 -m dev.readme --check    tell where one is not what its fragments say

A fragment `USAGE.rst` becomes the section "Usage", unless it begins with a title of its own;
DESCRIPTION opens the page without one.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from pathlib import Path

from dev import addons, say
from dev.cache import ROOT

TITLES = {
    "DESCRIPTION": "",
    "CONTEXT": "Why",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
}
LAST = {
    "DEFINITIONS": "Definitions",
    "DEVELOP": "Develop",
    "ROADMAP": "Known issues",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
    "CREDITS": "Credits",
}
TITLE = re.compile(r".+\n=+\n")
NOTICE = """\
.. Made of the fragments in readme/ by `make format`: change those, not this file.
"""


def compose(addon: Path) -> str:
    """Return what an addon's README has to be."""
    content = addons.manifest(addon / "__manifest__.py")
    title = str(content["name"])
    line = "=" * len(title)
    parts = [NOTICE, f"{line}\n{title}\n{line}\n"]
    if summary := content.get("summary"):
        parts.append(f"{summary}.\n".replace("..", "."))
    for fragment in _ordered(addon / "readme"):
        text = fragment.read_text(encoding="utf-8").strip()
        heading = "" if TITLE.match(text) else _title(fragment.stem)
        parts.append((f"{heading}\n{'=' * len(heading)}\n\n" if heading else "") + text + "\n")
    parts.append(f"License\n=======\n\n{content['license']}, see the file LICENSE.\n")
    return "\n".join(parts)


def _title(stem: str) -> str:
    return (TITLES | LAST).get(stem, stem.replace("_", " ").capitalize())


def _ordered(folder: Path) -> list[Path]:
    """Return the fragments: known ones first and last, the rest by name between them."""
    order = [*TITLES, "", *LAST]

    def place(path: Path) -> tuple[int, str]:
        known = path.stem in TITLES or path.stem in LAST
        return (order.index(path.stem if known else ""), path.stem)

    return sorted(folder.glob("*.rst"), key=place)


def _addons() -> list[Path]:
    return [p.parent for p in addons.manifests() if any((p.parent / "readme").glob("*.rst"))]


def write() -> int:
    """Write the READMEs that are not what they have to be."""
    for addon in _addons():
        path, text = addon / "README.rst", compose(addon)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            say.step(f"Wrote {os.path.relpath(path, ROOT)}")
    return 0


def check() -> int:
    """Print what differs; return 1 where anything does."""
    wrong = 0
    for addon in _addons():
        path, text = addon / "README.rst", compose(addon)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != text:
            wrong = 1
            name = os.path.relpath(path, ROOT)
            both = (old.splitlines(), text.splitlines(), name, f"{name} as its fragments say")
            print("\n".join(difflib.unified_diff(*both, lineterm="")))
    return wrong


def main() -> int:
    """Write or check."""
    return check() if "--check" in sys.argv else write()


if __name__ == "__main__":
    say.run(main)
