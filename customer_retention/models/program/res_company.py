from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

# Days without working time after which a calendar is taken to have none.
LONGEST_CLOSED = 3650
# Working hours where a calendar says none.
FULL_DAY = 8


class ResCompany(models.Model):
    """Limits of follow-ups, and the company's working days."""

    _inherit = "res.company"

    retention_pause_days = fields.Integer(
        "Pause Between Programs (Days)",
        default=30,
        required=True,
        help="After entering a program a customer is left alone by others for so many days; "
        "programs that are service only do not count.",
    )
    retention_daily_mail_cap = fields.Integer(
        "Emails a Day",
        default=200,
        required=True,
        help="Programs send at most so many emails a day.",
    )

    retention_day_priority = fields.Selection(
        [
            ("past", "What they bought in the last two years"),
            ("expected", "What they are expected to buy in 90 days"),
        ],
        "My Day Begins With",
        default="past",
        required=True,
        help="Which customers come first in My Day, and when more is due than people can do. "
        "Where there is no outlook, what they bought decides.",
    )
    retention_escalation_user_id = fields.Many2one(
        "res.users",
        "Manager for Escalations",
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        help="Gets what was not done in time where the responsible has no other team leader.",
    )

    @api.model
    def _get_ranges(self):
        return {
            **super()._get_ranges(),
            "retention_pause_days": (0, 3650),
            "retention_daily_mail_cap": (0, 1000000),
        }

    def _is_working_day(self, day):
        """Return whether people work on ``day``: by the company's calendar, less holidays.

        Without working times, and where they are flexible, Monday to Friday.
        """
        return day in self._get_working_days(day, day)

    def _add_working_days(self, start, days):
        """Return the day that is ``days`` working days after ``start``; ``start`` itself for 0."""
        if not days:
            return start
        found, last, window = [], start, timedelta(days=2 * days + 14)
        closed = None
        while len(found) < days:
            if (last - start).days > LONGEST_CLOSED:
                # A calendar without working time: count on, rather than never.
                return start + timedelta(days=days)
            first = last + timedelta(days=1)
            last = first + window
            found += self._get_working_days(first, last)
            if len(found) < days:
                # Core takes seconds for years of holidays: they are passed over.
                closed = self._get_whole_holidays(start) if closed is None else closed
                while last + timedelta(days=1) in closed:
                    last += timedelta(days=1)
        return found[days - 1]

    def _get_whole_holidays(self, start):
        """Return the days of the company's holidays from ``start`` on that last from midnight to midnight."""
        until = start + timedelta(days=LONGEST_CLOSED)
        return self._get_closed_days(self._get_holidays(start, until), 24)

    def _get_holidays(self, first, last):
        """Return the intervals of the company's holidays, in its calendar's zone, those of no calendar too."""
        calendar, start, end, zone = self._get_calendar_span(first, last)
        return calendar._leave_intervals_batch(start, end, tz=zone)[False]

    def _get_calendar_span(self, first, last):
        """Return the company's calendar, and the beginning of ``first`` and end of ``last`` in its zone."""
        calendar = self.sudo().resource_calendar_id
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(first, time.min))
        return calendar, start, zone.localize(datetime.combine(last, time.max)), zone

    def _get_working_days(self, first, last):
        """Return the working days from ``first`` to ``last``, both included, in order."""
        self.ensure_one()
        calendar, start, end, zone = self._get_calendar_span(first, last)
        # Read with all that is asked of them below.
        attendances = self.env["resource.calendar.attendance"].sudo()
        is_timed = attendances.search_fetch([("calendar_id", "=", calendar.id)])
        if is_timed and not calendar.flexible_hours:
            intervals = calendar._work_intervals_batch(start, end, tz=zone)[False]
            return sorted({begin.date() for begin, _end, _meta in intervals})
        closed = self._get_closed_days(
            self._get_holidays(first, last), calendar.hours_per_day or FULL_DAY
        )
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and day not in closed]

    @api.model
    def _get_closed_days(self, leaves, hours):
        """Return the days of which ``leaves`` take up the working ``hours``: flexible ones lie around noon."""
        begins = (datetime.min + timedelta(hours=max(0, 12 - hours / 2))).time()
        ends = (datetime.min + timedelta(hours=min(23.9, 12 + hours / 2))).time()
        closed = set()
        for begin, until, _leave in leaves:
            first = begin.date() + timedelta(days=begin.time() > begins)
            last = until.date() - timedelta(days=until.time() < ends)
            closed.update(first + timedelta(days=n) for n in range((last - first).days + 1))
        return closed
