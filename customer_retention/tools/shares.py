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


def response(now, before=None):
    """Return a response rate in percent, otherwise as :func:`rate`, with the number still ``open``.

    The ``direction`` is ``open`` where what can still be answered decides whether it moved.

    :param now, before: ``(answered, still open, invited)``
    """
    answered, still_open, invited = now
    found = rate((answered, invited), before and (before[0], before[2]))
    found["open"] = still_open
    if "change" in found:
        least = intervals.difference_of_rates(answered, invited, before[0] + before[1], before[2])
        most = intervals.difference_of_rates(answered + still_open, invited, before[0], before[2])
        if least.direction != most.direction:
            found["change"]["direction"] = "open"
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
