from datetime import datetime, time, timedelta

import pytz

from odoo import models
from odoo.tools.date_utils import float_to_time

from ..tools.working_time import WorkingTime, subtract

# Who has no fixed hours is taken to work like this.
USUAL_DAYS = range(5)
USUAL_HOURS = ((9.0, 17.0),)
LONGEST_DAYS = 3650
# How far ahead a working day is looked for.
PROMISED_DAYS = 60


class ResCompany(models.Model):
    """The company's working hours: its calendar less public holidays, read in the company's zone.

    A company without a calendar, with an empty one, or with flexible hours, works Monday to Friday,
    9 to 17.
    """

    _inherit = "res.company"

    def _get_working_time(self, since, until):
        """Return the :class:`WorkingTime` of this company from ``since`` to ``until``, both UTC.

        Two statements, however long: whoever has many moments to work out asks once.
        """
        self.ensure_one()
        zone = self._get_retention_zone()
        first = pytz.utc.localize(since).astimezone(zone).date() - timedelta(days=1)
        last = pytz.utc.localize(until).astimezone(zone).date() + timedelta(days=1)
        hours = self._get_working_hours()
        intervals = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for start, end in hours(day):
                intervals.append((self._to_utc(zone, day, start), self._to_utc(zone, day, end)))
        return WorkingTime(subtract(intervals, self._get_days_off(intervals)))

    def _get_working_hours(self):
        """Return a function that gives the hours ``[(from, to)]`` of a day, 0 to 24."""
        calendar = self.sudo().resource_calendar_id
        Attendance = self.env["resource.calendar.attendance"].sudo()
        attendances = Attendance
        if calendar and not calendar.flexible_hours:
            attendances = Attendance.search_fetch(
                [
                    ("calendar_id", "=", calendar.id),
                    ("display_type", "=", False),
                    ("day_period", "!=", "lunch"),
                ],
                ["dayofweek", "hour_from", "hour_to", "week_type"],
            )
        if not attendances:
            return lambda day: USUAL_HOURS if day.weekday() in USUAL_DAYS else ()
        two_weeks = calendar.two_weeks_calendar
        hours = {}
        for each in attendances:
            for week in [each.week_type] if two_weeks else ["0", "1"]:
                key = (int(each.dayofweek), week)
                hours.setdefault(key, []).append((each.hour_from, each.hour_to))

        def get_hours(day):
            week = str(Attendance.get_week_type(day)) if two_weeks else "0"
            return hours.get((day.weekday(), week), ())

        return get_hours

    def _get_days_off(self, intervals):
        """Return the public holidays between the first and the last of ``intervals``, in UTC."""
        if not intervals:
            return []
        calendar = self.sudo().resource_calendar_id
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                [
                    ("time_type", "=", "leave"),
                    ("resource_id", "=", False),
                    ("calendar_id", "in", [False, calendar.id]),
                    ("company_id", "in", [False, self.id]),
                    ("date_from", "<=", intervals[-1][1]),
                    ("date_to", ">=", intervals[0][0]),
                ],
                ["date_from", "date_to"],
            )
        )
        return [(leave.date_from, leave.date_to) for leave in leaves]

    def _to_utc(self, zone, day, hour):
        # 24 is the end of this day: the first moment of the next.
        if hour >= 24:
            moment = datetime.combine(day + timedelta(days=1), time.min)
        else:
            moment = datetime.combine(day, float_to_time(hour))
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    def _plan_working_hours(self, wanted):
        """Return when so many working hours have passed, ``{key: moment}``, in UTC.

        :param wanted: ``{key: (start in UTC, hours)}``; a company that never works counts all hours
        """
        if not wanted:
            return {}
        since = min(start for start, _hours in wanted.values())
        until = max(start for start, _hours in wanted.values())
        days = 30 + 2 * max(hours for _start, hours in wanted.values()) // 3
        while True:
            working = self._get_working_time(since, until + timedelta(days=days))
            planned = {key: working.after(*each) for key, each in wanted.items()}
            if None not in planned.values() or days > LONGEST_DAYS:
                break
            days *= 4
        return {
            key: moment or wanted[key][0] + timedelta(hours=wanted[key][1])
            for key, moment in planned.items()
        }

    def _count_working_hours(self, wanted):
        """Return the working hours between two moments in UTC, ``{key: hours}``.

        :param wanted: ``{key: (since, until)}``; nothing has passed where ``until`` is the earlier
        """
        if not wanted:
            return {}
        working = self._get_working_time(
            min(min(each) for each in wanted.values()), max(max(each) for each in wanted.values())
        )
        return {key: max(0.0, working.count(*each)) for key, each in wanted.items()}

    def _get_day_bounds(self, day):
        """Return the first moment of ``day`` and of the next in the company's zone, as UTC."""
        zone = self._get_retention_zone()
        return self._to_utc(zone, day, 0), self._to_utc(zone, day, 24)

    def _get_end_of_work(self, day):
        """Return when work ends on ``day`` of the company's zone, in UTC; None on a day off."""
        start, until = self._get_day_bounds(day)
        return self._get_working_time(start, until).get_end(start, until)

    def _get_next_promise_day(self, now):
        """Return the first day whose work ends after ``now``: the earliest that can be promised."""
        zone = self._get_retention_zone()
        today = pytz.utc.localize(now).astimezone(zone).date()
        working = self._get_working_time(now, now + timedelta(days=PROMISED_DAYS))
        for number in range(PROMISED_DAYS):
            day = today + timedelta(days=number)
            end = working.get_end(*self._get_day_bounds(day))
            if end and end > now:
                return day
        return today + timedelta(days=1)
