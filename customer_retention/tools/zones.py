"""Days of a time zone, as a decision tree that SQL can evaluate without asking its zone tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Offset:
    """A leaf of the tree: from here on local time is UTC plus ``minutes``."""

    minutes: int


@dataclass(frozen=True)
class Split:
    """A branch of the tree: ``before`` holds until the UTC moment ``at``, then ``after`` holds."""

    at: datetime
    before: "Split | Offset"
    after: "Split | Offset"


def offset_tree(zone, first, last):
    """Return the offsets of ``zone`` as a balanced tree of :class:`Split` and :class:`Offset`.

    :param zone: a ``pytz`` zone
    :param first: naive UTC datetime; changes before it are ignored (its offset is used)
    :param last: naive UTC datetime; changes after it are ignored
    :return: a tree, an :class:`Offset` alone where nothing changes between the two
    """
    changes = []
    transitions = getattr(zone, "_utc_transition_times", ())
    for at in transitions:
        if first < at <= last:
            changes.append((at, _minutes(zone, at)))
    return _balance([(first, _minutes(zone, first)), *changes])


def _minutes(zone, moment):
    offset = zone.fromutc(moment.replace(tzinfo=zone)).utcoffset()
    return int(offset / timedelta(minutes=1))


def _balance(changes):
    if len(changes) == 1:
        return Offset(changes[0][1])
    middle = len(changes) // 2
    before, after = _balance(changes[:middle]), _balance(changes[middle:])
    return before if before == after else Split(changes[middle][0], before, after)
