"""Working time: when so many working hours have passed, and how many passed between two moments."""

from bisect import bisect_left, bisect_right
from datetime import timedelta


def subtract(intervals, gaps):
    """Return ``intervals`` less ``gaps``, sorted and apart.

    :param intervals, gaps: ``(start, end)`` in any order; may overlap

    >>> subtract([(1, 5), (7, 9)], [(2, 3), (8, 20)])
    [(1, 2), (3, 5), (7, 8)]
    """
    left = []
    for start, end in _join(intervals):
        for gap_start, gap_end in _join(gaps):
            if gap_end <= start or gap_start >= end:
                continue
            if gap_start > start:
                left.append((start, gap_start))
            start = max(start, gap_end)
        if start < end:
            left.append((start, end))
    return left


def _join(intervals):
    joined = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


class WorkingTime:
    """The hours in which somebody works; moments are naive and of one zone.

    >>> from datetime import datetime
    >>> day = [(datetime(2026, 4, 2, 8), datetime(2026, 4, 2, 12)),
    ...        (datetime(2026, 4, 2, 13), datetime(2026, 4, 2, 17))]
    >>> time = WorkingTime(day)
    >>> time.after(datetime(2026, 4, 2, 11), 2)
    datetime.datetime(2026, 4, 2, 14, 0)
    >>> time.count(datetime(2026, 4, 2, 11), datetime(2026, 4, 2, 14))
    2.0
    >>> time.before(datetime(2026, 4, 2, 14), 2)
    datetime.datetime(2026, 4, 2, 11, 0)
    >>> time.after(datetime(2026, 4, 2, 16), 2) is None
    True
    """

    def __init__(self, intervals):
        """:param intervals: ``(start, end)``, sorted and apart, as :func:`subtract` returns them"""
        self.starts = [start for start, _end in intervals]
        self.ends = [end for _start, end in intervals]
        self.worked = [timedelta()]
        for start, end in intervals:
            self.worked.append(self.worked[-1] + (end - start))

    def is_open(self, moment):
        """Return whether somebody works at ``moment``; the end of work is no work any more."""
        index = bisect_right(self.starts, moment) - 1
        return index >= 0 and moment < self.ends[index]

    def count(self, since, until):
        """Return the working hours from ``since`` to ``until``, negative where it lies before."""
        return (self._get_position(until) - self._get_position(since)) / timedelta(hours=1)

    def after(self, moment, hours):
        """Return the first moment at which ``hours`` have been worked since ``moment``.

        The end of a day rather than the beginning of the next; ``moment`` itself for no hours;
        None where the known time ends before.
        """
        if hours <= 0:
            return moment
        position = self._get_position(moment) + timedelta(hours=hours)
        index = bisect_left(self.worked, position) - 1
        if index >= len(self.starts):
            return None
        return self.starts[index] + (position - self.worked[index])

    def before(self, moment, hours):
        """Return the last moment from which ``hours`` are worked until ``moment``; None as above."""
        position = self._get_position(moment) - timedelta(hours=hours)
        index = bisect_right(self.worked, position) - 1
        if index < 0 or index >= len(self.starts):
            return None
        return self.starts[index] + (position - self.worked[index])

    def get_end(self, start, until):
        """Return when work ends between ``start`` and ``until``, both of one day; None on a day off."""
        index = bisect_left(self.starts, until) - 1
        if index < 0 or self.ends[index] <= start:
            return None
        return self.ends[index]

    def _get_position(self, moment):
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return timedelta()
        return self.worked[index] + (min(moment, self.ends[index]) - self.starts[index])
