"""What a page says of a share: its value with the interval, and whether it moved.

Below 30 answers a share is no number: only how many answered is told. A movement is told only where
the interval of the difference leaves out 0.
"""

from . import intervals


def rate(now, before=None):
    """Return a share in percent.

    :param now, before: ``(successes, count)`` of the period and of the one before it
    :return: ``count``, ``is_few``, and where it is not: ``value``, ``low``, ``high``; ``change``
        (``direction`` up, down or same, ``difference`` in points) where both periods have enough
    """
    found = _count(now)
    if found["is_few"]:
        return found
    low, high = intervals.wilson(*now)
    found |= {"value": 100 * now[0] / now[1], "low": 100 * low, "high": 100 * high}
    if before and not intervals.is_too_few(before[-1]):
        moved = intervals.difference_of_rates(*now, *before)
        found["change"] = {"direction": moved.direction, "difference": 100 * moved.difference}
    return found


def nps(now, before=None):
    """Return an NPS in points, otherwise as :func:`rate`.

    :param now, before: ``(promoters, detractors, count)``
    """
    found = _count(now)
    if found["is_few"]:
        return found
    low, high = intervals.nps_interval(*now)
    found |= {"value": intervals.nps(*now)[0], "low": low, "high": high}
    if before and not intervals.is_too_few(before[-1]):
        moved = intervals.difference_of_nps(now, before)
        found["change"] = {"direction": moved.direction, "difference": moved.difference}
    return found


def _count(now):
    return {"count": now[-1], "is_few": intervals.is_too_few(now[-1])}
