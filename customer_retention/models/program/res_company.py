from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models


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
        """Return whether people work on ``day``: the company's calendar less holidays, else Monday to Friday."""
        return day in self._get_working_days(day, day)

    def _add_working_days(self, start, days):
        """Return the day that is ``days`` working days after ``start``; ``start`` itself for 0."""
        if not days:
            return start
        until = start + timedelta(days=2 * days + 14)
        while len(found := self._get_working_days(start + timedelta(days=1), until)) < days:
            until += timedelta(days=30)
            if (until - start).days > 3650:
                # A calendar without working time: count on, rather than never.
                return start + timedelta(days=days)
        return found[days - 1]

    def _get_working_days(self, first, last):
        """Return the working days from ``first`` to ``last``, both included, in order."""
        self.ensure_one()
        calendar = self.sudo().resource_calendar_id
        # Read with all that is asked of them below.
        if (
            not self.env["resource.calendar.attendance"]
            .sudo()
            .search_fetch([("calendar_id", "=", calendar.id)])
        ):
            days = (first + timedelta(days=n) for n in range((last - first).days + 1))
            return [day for day in days if day.weekday() < 5]
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(first, time.min))
        end = zone.localize(datetime.combine(last, time.max))
        intervals = calendar._work_intervals_batch(start, end, tz=zone)[False]
        return sorted({begin.date() for begin, _end, _meta in intervals})
