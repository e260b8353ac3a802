import pytz

from odoo import api, fields, models
from odoo.tools import format_date

from .retention_complaint import INTERNAL

DAY = 8
# From so many working days on it is told in days.
IN_DAYS = 2


class RetentionComplaint(models.Model):
    """A complaint in words: what is due and when, and what to know before calling."""

    _inherit = "retention.complaint"

    due_text = fields.Char("Due", compute="_compute_due", groups=INTERNAL)
    due_state = fields.Selection(
        [("late", "Late"), ("near", "Soon"), ("fine", "In time"), ("stopped", "Not running")],
        compute="_compute_due",
        groups=INTERNAL,
    )
    promise_text = fields.Char("Promised", compute="_compute_promise_text", groups=INTERNAL)
    ack_percent = fields.Float(
        "Time to Acknowledge", compute="_compute_clock_bars", groups=INTERNAL, help="Used, 0–100."
    )
    answer_percent = fields.Float(
        "Time to Solve", compute="_compute_clock_bars", groups=INTERNAL, help="Used, 0–100."
    )
    ack_text = fields.Char(compute="_compute_clock_bars", groups=INTERNAL)
    answer_text = fields.Char(compute="_compute_clock_bars", groups=INTERNAL)

    @api.depends("next_due", "warn_at", "stage_id")
    @api.depends_context("lang")
    def _compute_due(self):
        now = fields.Datetime.now()
        for company, complaints in self.grouped("company_id").items():
            due = {each: each.next_due for each in complaints if each.next_due}
            left = company._count_working_hours(
                {each: sorted((now, moment)) for each, moment in due.items()}
            )
            for each in complaints:
                if each not in due:
                    each.due_text, each.due_state = each.stage_id.display_name, "stopped"
                    continue
                is_late = each.next_due < now
                each.due_text = each._get_due_in_words(left[each], is_late)
                is_near = each.warn_at and each.warn_at <= now or left[each] <= DAY / 4
                each.due_state = "late" if is_late else "near" if is_near else "fine"

    def _get_due_in_words(self, hours, is_late):
        """Return what is due next, and in, or since, how many working hours."""
        deadlines = self._get_open_deadlines()
        first = min(deadlines, key=deadlines.get)
        what = {
            "ack_deadline": self.env._("first answer"),
            "reply_deadline": self.env._("reply"),
            "answer_deadline": self.env._("answer"),
        }[first]
        span = self._get_hours_in_words(hours)
        if is_late:
            return self.env._("%(what)s late by %(span)s", what=what, span=span)
        return self.env._("%(what)s due in %(span)s", what=what, span=span)

    @api.model
    def _get_hours_in_words(self, hours):
        """Return working hours as people say them: minutes, hours, or days of 8 hours."""
        if hours < 1:
            minutes = round(hours * 60)
            return self.env._("%s working minutes", minutes)
        if hours >= IN_DAYS * DAY:
            return self.env._("%s working days", round(hours / DAY))
        count = int(hours + 0.5)
        return self.env._("1 working hour") if count == 1 else self.env._("%s working hours", count)

    @api.depends("promised_date", "promise_count")
    @api.depends_context("lang")
    def _compute_promise_text(self):
        for complaint in self:
            if not complaint.promised_date:
                complaint.promise_text = False
                continue
            day = format_date(self.env, complaint.promised_date, date_format="EEEE, d MMMM")
            count = complaint.promise_count
            complaint.promise_text = (
                self.env._("%(day)s (promise number %(count)s)", day=day, count=count)
                if count > 1
                else day
            )

    @api.depends("ack_deadline", "acknowledged_at", "used_hours", "clock_from", "target_hours")
    @api.depends_context("lang")
    def _compute_clock_bars(self):
        now = fields.Datetime.now()
        for company, complaints in self.grouped("company_id").items():
            wanted = {}
            for each in complaints:
                if not each.received_at:
                    continue
                acknowledged = each.acknowledged_at or now
                wanted[each, "ack"] = (each.received_at, max(acknowledged, each.received_at))
                wanted[each, "answer"] = (
                    each.clock_from or now,
                    max(now, each.clock_from or now),
                )
            counted = company._count_working_hours(wanted) if company else {}
            for each in complaints:
                allowed = each.category_id.acknowledge_hours
                used = counted.get((each, "ack"), 0)
                each.ack_text = each._get_used_in_words(used, allowed)
                each.ack_percent = min(100, 100 * used / allowed) if allowed else 0
                used = each.used_hours + counted.get((each, "answer"), 0)
                each.answer_text = each._get_used_in_words(used, each.target_hours)
                each.answer_percent = (
                    min(100, 100 * used / each.target_hours) if each.target_hours else 0
                )

    def _get_used_in_words(self, used, allowed):
        return self.env._(
            "%(used)s of %(allowed)s working hours", used=f"{used:.1f}", allowed=f"{allowed:g}"
        )

    def _get_local_day(self, moment):
        """Return the day of a UTC moment in the company's zone."""
        zone = self.company_id._get_retention_zone()
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _get_facts(self):
        """Return what to know of these before calling, as short sentences in the reader's language."""
        facts = []
        for complaint in self.sudo():
            since = format_date(
                self.env, complaint._get_local_day(complaint.received_at), date_format="d MMMM"
            )
            fact = self.env._(
                "Complaint open since %(day)s: “%(complaint)s”.",
                day=since,
                complaint=complaint.name,
            )
            promise = complaint.promise_ids.filtered(lambda each: each.state == "open")[:1]
            if promise:
                fact += " " + self.env._(
                    "Promised for %(day)s by %(user)s.",
                    day=format_date(self.env, promise.date, date_format="EEEE, d MMMM"),
                    user=promise.user_id.name,
                )
            elif complaint.answer_deadline and complaint.clock_from:
                fact += " " + self.env._(
                    "To be solved by %s.",
                    format_date(
                        self.env,
                        complaint._get_local_day(complaint.answer_deadline),
                        date_format="EEEE, d MMMM",
                    ),
                )
            facts.append(fact)
        return facts
