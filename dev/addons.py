"""The addons of this checkout: which there are, what they need, what they are keyed by."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from dev.cache import ROOT, digest
from dev.odoo_tree import Tree
from dev.say import Stop, note

PREFIX = "customer_retention"
NOT_INSTALLED = {"tests", "readme", "__pycache__", "description"}
"""Folders whose content does not change what an installation writes."""


def folder() -> Path:
    """Return the folder that holds the addons: the checkout, or ADDONS_ROOT for the tool's tests."""
    return Path(os.environ.get("ADDONS_ROOT") or ROOT).absolute()


def manifest(path: Path) -> dict[str, object]:
    """Read a manifest."""
    try:
        found = ast.literal_eval(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise Stop(f"{path} is not a manifest: {error}.") from None
    return dict(found)


def manifests() -> list[Path]:
    """Return the manifests of our addons."""
    return sorted(folder().glob(f"{PREFIX}*/__manifest__.py"))


def _all() -> dict[str, dict[str, object]]:
    read = {path.parent.name: manifest(path) for path in manifests()}
    return {name: content for name, content in read.items() if content.get("installable", True)}


def _depends(content: dict[str, object]) -> list[str]:
    return [str(name) for name in content.get("depends") or ["base"]]  # type: ignore[union-attr]


def installable(tree: Tree) -> list[str]:
    """Return the addons whose dependencies this Odoo has; say which are left out."""
    own = _all()
    if PREFIX not in own:
        raise Stop(f"{folder()} holds no addon {PREFIX}: is this the whole checkout?")
    missing = {name: set(_missing(name, own, tree)) for name in own}
    for name, what in missing.items():
        if what:
            note(f"{name} is left out: this Odoo has no {', '.join(sorted(what))}")
    return [name for name in own if not missing[name]]


def _missing(name: str, own: dict[str, dict[str, object]], tree: Tree) -> Iterator[str]:
    for needed in _depends(own[name]):
        if needed in own:
            yield from _missing(needed, own, tree)
        elif not tree.manifest(needed):
            yield needed


def external(names: list[str]) -> list[str]:
    """Return Odoo's own addons that the given ones depend on directly."""
    own = _all()
    return sorted({needed for name in names for needed in _depends(own[name])} - own.keys())


def source_key(names: list[str]) -> str:
    """Return a key of everything that an installation of these addons reads."""
    return _key(names, lambda parts: not NOT_INSTALLED.intersection(parts) and "src" not in parts)


def demo_key(names: list[str]) -> str:
    """Return a key of the demo data."""
    return _key(names, lambda parts: parts[0] == "demo")


def static_key(names: list[str]) -> str:
    """Return a key of everything that goes into the web client's bundles."""
    return _key(names, lambda parts: parts[0] in ("static", "__manifest__.py"))


def _key(names: list[str], counts: Callable[[tuple[str, ...]], bool]) -> str:
    parts: list[str | bytes] = []
    for name in names:
        top = folder() / name
        for path in sorted(top.rglob("*")):
            inside = path.relative_to(top)
            if path.is_file() and counts(inside.parts):
                parts += [f"{name}/{inside}", path.read_bytes()]
    return digest(*parts)


def drives_browser(path: Path) -> bool:
    """Tell whether a test file drives a browser."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return "start_tour(" in text or "browser_js(" in text
