"""Which way a customer moved when a figure changed."""

# Values from the worst to the best; equals stand together.
ORDER = {
    "status": (("lost",), ("silent",), ("late",), ("prospect",), ("new", "active", "won_back")),
    "abc_class": (("c",), ("b",), ("a",)),
    "is_gold": (("false",), ("true",)),
    "rfm_segment": (
        ("dormant",),
        ("hibernating",),
        ("cannot_lose",),
        ("at_risk",),
        ("about_to_sleep",),
        ("attention",),
        ("new", "promising"),
        ("potential",),
        ("loyal",),
        ("champion",),
    ),
}


def direction(kind, old, new):
    """Return ``up``, ``down``, or None where it is neither, of a change of figure ``kind``."""
    level = levels(kind)
    if old not in level or new not in level or level[old] == level[new]:
        return None
    return "up" if level[new] > level[old] else "down"


def levels(kind):
    """Return ``{value: level}`` of figure ``kind``, the worst at 0; values of one level are equals."""
    return {value: position for position, values in enumerate(ORDER[kind]) for value in values}


def pairs(kind, wanted):
    """Return all ``(old, new)`` of figure ``kind`` that move in the ``wanted`` direction, sorted."""
    values = [value for level in ORDER[kind] for value in level]
    return sorted((a, b) for a in values for b in values if direction(kind, a, b) == wanted)
