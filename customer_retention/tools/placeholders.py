"""Texts with placeholders, as in "Call {{ object.name }}": found and filled, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.S)
_PATH = re.compile(r"object((?:\.[a-z]\w*)+)")


def find(text: str) -> list[str]:
    """Return what stands between the braces of each placeholder, in order.

    >>> find("Dear {{ object.name }}, of {{object.city}}")
    ['object.name', 'object.city']
    """
    return [each.strip() for each in PLACEHOLDER.findall(text)]


def has_loose_braces(text: str) -> bool:
    """Return whether two braces stand without the two that belong to them.

    >>> has_loose_braces("Dear {{ object.name"), has_loose_braces("Dear {{ object.name }}")
    (True, False)
    """
    rest = PLACEHOLDER.sub("", text)
    return "{{" in rest or "}}" in rest


def get_path(placeholder: str) -> list[str]:
    """Return the names of the fields that a placeholder leads through, none where it is no path.

    >>> get_path("object.country_id.name"), get_path("object.env['res.users']"), get_path("1 + 1")
    (['country_id', 'name'], [], [])
    """
    found = _PATH.fullmatch(placeholder)
    return found[1].strip(".").split(".") if found else []


def fill(text: str, get_words: Callable[[str], str]) -> str:
    """Return ``text`` with each placeholder replaced by the words for it, as they are.

    >>> fill("Call {{ object.name }}", {"object.name": "{{ object.city }}"}.get)
    'Call {{ object.city }}'
    """
    return PLACEHOLDER.sub(lambda found: get_words(found[1].strip()), text)
