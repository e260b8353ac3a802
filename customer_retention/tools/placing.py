"""How work is spread over days: never more than a person can do, the most valuable first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Work:
    """One piece of work: when due, whose, and how much the customer is worth."""

    due: date
    person: int
    value: float = 0
    key: int = 0


def has_capacity(limit, taken, count=1):
    """Return whether a person who took ``taken`` today can take ``count`` more; no limit is 0.

    Nobody is kept from work that alone is more than the limit: it takes a whole day.
    """
    return not limit or not taken or taken + count <= limit


def place(works, days, limit, expire_days):
    """Return on which day each work is done, ``{work: day or None}``; None where it expires.

    :param works: list of :class:`Work`
    :param days: the working days, in order
    :param limit: function from a person to the works a day; 0 is no limit
    :param expire_days: a work that waited so many days after its due day is given up
    """
    placed = {}
    waiting = sorted(works, key=lambda work: work.due)
    for day in days:
        taken = Counter()
        due = sorted(
            (work for work in waiting if work.due <= day), key=lambda work: (-work.value, work.key)
        )
        for work in due:
            if has_capacity(limit(work.person), taken[work.person]):
                taken[work.person] += 1
                placed[work] = day
            elif (day - work.due).days >= expire_days:
                placed[work] = None
        waiting = [work for work in waiting if work not in placed]
    return placed
