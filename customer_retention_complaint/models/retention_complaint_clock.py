from odoo import api, fields, models

from .retention_complaint import INTERNAL
from .retention_complaint_stage import OPEN

# The share of the time after which the responsible is reminded.
WARNING = 0.75
# Working hours: a message of the customer is answered, a reopened complaint solved at the earliest,
# and the company's manager told at last, within them.
REPLY_HOURS = 8
REOPENED_HOURS = 8


class RetentionComplaint(models.Model):
    """The clocks of a complaint, in working hours of its company.

    * ``ack_deadline``: the category's time from ``received_at``, until the customer knows that we
      are at it: the first public message of an employee, or the button.
    * ``answer_deadline``: ``target_hours`` less ``used_hours`` from ``clock_from``, until it is
      solved or refused. Waiting for the customer stops the clock (``clock_from`` is empty then, and
      so is the deadline, unless it has passed), the customer's answer starts it by itself. A day
      that was promised is the deadline, the end of work on it, whatever happens to the clock.
    * ``reply_deadline``: 8 hours from the first message of the customer that nobody has answered.
    * ``next_due``: the earliest of those that are open.
    * A reopened complaint has what was left, at least 8 hours.
    * What was missed stays: ``first_missed_at`` is the first deadline that passed, ``missed_hours``
      by how many working hours the solution came late, known when it came.

    Each method takes the moment it happens ``at``, UTC.
    """

    _inherit = "retention.complaint"

    ack_deadline = fields.Datetime("Acknowledge By", readonly=True, copy=False, groups=INTERNAL)
    answer_deadline = fields.Datetime("Solve By", readonly=True, copy=False)
    reply_deadline = fields.Datetime("Answer By", readonly=True, copy=False, groups=INTERNAL)
    # Complaints are in this order for portal users, too.
    next_due = fields.Datetime(compute="_compute_next_due", store=True, copy=False)
    warn_at = fields.Datetime("Remind At", readonly=True, copy=False, groups=INTERNAL)
    target_hours = fields.Float("Working Hours Allowed", readonly=True, copy=False, groups=INTERNAL)
    used_hours = fields.Float(
        "Working Hours Used",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Until the clock was last stopped.",
    )
    clock_from = fields.Datetime(
        "Clock Runs Since",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Empty while it waits for the customer, and when it is closed.",
    )
    ack_hours = fields.Float(
        "Working Hours to Acknowledge",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        aggregator="avg",
    )
    first_missed_at = fields.Datetime(
        "First Missed", readonly=True, copy=False, groups=INTERNAL, index="btree_not_null"
    )
    missed_hours = fields.Float("Working Hours Late", readonly=True, copy=False, groups=INTERNAL)

    @api.depends(
        "is_open",
        "acknowledged_at",
        "ack_deadline",
        "answer_deadline",
        "reply_deadline",
        "clock_from",
        "promised_date",
    )
    def _compute_next_due(self):
        for complaint in self:
            complaint.next_due = min(complaint._get_open_deadlines().values(), default=False)

    def _get_open_deadlines(self):
        """Return the deadlines that have to be kept still, ``{field: moment}``."""
        self.ensure_one()
        if not self.is_open:
            return {}
        found = {"reply_deadline": self.reply_deadline}
        if not self.acknowledged_at:
            found["ack_deadline"] = self.ack_deadline
        if self.clock_from or self.promised_date:
            found["answer_deadline"] = self.answer_deadline
        return {name: moment for name, moment in found.items() if moment}

    # ------------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------------

    def _start_clocks(self):
        """Start the clocks of new complaints, from when they were received."""
        for complaint in self.sudo():
            if not complaint.clock_from:
                complaint.write(
                    {
                        "clock_from": complaint.received_at,
                        "target_hours": complaint.category_id.answer_hours,
                    }
                )
        self._plan_acknowledgment()
        self._plan_answer()

    def _plan_again(self, at):
        """Follow another category, company or moment of receipt: the new time less what was used.

        What has passed already stays as it was.
        """
        complaints = self.sudo().filtered("is_open")
        for complaint in complaints:
            complaint._note_missed(at)
            values = {"target_hours": complaint.category_id.answer_hours}
            if complaint.reopened_count:
                left = max(values["target_hours"] - complaint.used_hours, REOPENED_HOURS)
                values["target_hours"] = complaint.used_hours + left
            elif complaint.clock_from and not complaint.used_hours:
                values["clock_from"] = complaint.received_at
            complaint.write(values)
        complaints.filtered(lambda each: not each.acknowledged_at)._plan_acknowledgment()
        complaints._plan_answer()
        complaints._settle_levels(at)

    def _plan_acknowledgment(self):
        for company, complaints in self.sudo().grouped("company_id").items():
            planned = company._plan_working_hours(
                {
                    each: (each.received_at, each.category_id.acknowledge_hours)
                    for each in complaints
                }
            )
            for complaint, moment in planned.items():
                complaint.ack_deadline = moment

    def _plan_answer(self):
        """Set until when those whose clock runs have to be solved; a promised day stays."""
        running = self.sudo().filtered(lambda each: each.clock_from and not each.promised_date)
        for company, complaints in running.grouped("company_id").items():
            wanted = {}
            for each in complaints:
                left = max(each.target_hours - each.used_hours, 0)
                reminder = left - (1 - WARNING) * each.target_hours
                wanted[each, "answer_deadline"] = (each.clock_from, left)
                wanted[each, "warn_at"] = (
                    each.clock_from,
                    reminder if reminder > 0 else WARNING * left,
                )
            planned = company._plan_working_hours(wanted)
            for each in complaints:
                each.write({name: planned[each, name] for name in ("answer_deadline", "warn_at")})

    def _settle_levels(self, at):
        """Forget who was told about a deadline where the next one is still to come."""
        for complaint in self.sudo():
            values = {}
            if complaint.warned_at and complaint.warn_at and complaint.warn_at > at:
                values["warned_at"] = False
            if complaint.escalated_at and complaint.next_due and complaint.next_due > at:
                values |= {"escalated_at": False, "escalated_again_at": False}
            if values:
                complaint.write(values)
                complaint._end_activities()

    # ------------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------------

    def _change_stage(self, stage, at):
        """Put these into ``stage`` and do to their clocks what its kind means."""
        for complaint in self:
            old, new = complaint.kind, stage.kind
            mine = complaint.sudo()
            mine._note_missed(at)
            if new == "acknowledged":
                mine._note_acknowledged(at)
            if old in OPEN and new not in OPEN:
                mine._close(new, at)
            elif old not in OPEN and new in OPEN:
                complaint._write_stage(stage)
                mine._reopen(at)
            elif new == "waiting" and old != "waiting":
                mine._stop_clock(at)
            elif old == "waiting" and new != "waiting":
                mine._resume_clock(at)
            elif new not in OPEN:
                mine.solved_at = (
                    at if new == "solved" else new == "confirmed" and (mine.solved_at or at)
                )
            complaint._write_stage(stage)
            mine._settle_levels(at)

    def _note_acknowledged(self, at):
        """Note that the customers of these know at a moment that we are at it, the first time."""
        for complaint in self.filtered(lambda each: not each.acknowledged_at):
            span = {0: (complaint.received_at, max(at, complaint.received_at))}
            hours = complaint.company_id._count_working_hours(span)[0]
            complaint.write({"acknowledged_at": at, "ack_hours": hours})

    def _stop_clock(self, at):
        """Stop the clock at a moment, with what was used until then."""
        for complaint in self.filtered("clock_from"):
            used = complaint.company_id._count_working_hours({0: (complaint.clock_from, at)})[0]
            values = {"used_hours": complaint.used_hours + used, "clock_from": False}
            is_ahead = complaint.answer_deadline and complaint.answer_deadline >= at
            if not complaint.promised_date and is_ahead:
                values |= {"answer_deadline": False, "warn_at": False}
            complaint.write(values)

    def _resume_clock(self, at):
        """Start the clock again; what had been missed before stays missed."""
        for complaint in self.filtered(lambda each: not each.clock_from):
            complaint.clock_from = at
            if not complaint.answer_deadline or complaint.answer_deadline >= at:
                complaint._plan_answer()

    def _close(self, kind, at):
        """End the clocks: the complaint is solved, confirmed or refused."""
        for complaint in self:
            complaint._stop_clock(at)
            late = complaint._get_late_hours(at)
            complaint._settle_promise(at)
            complaint._note_acknowledged(at)
            complaint.write(
                {
                    "closed_at": at,
                    "solved_at": at if kind != "refused" else False,
                    "reply_deadline": False,
                    "missed_hours": complaint.missed_hours + late,
                }
            )
            complaint._note_turn("refused" if kind == "refused" else "solved", at)
            complaint._end_activities()
        if kind != "refused":
            self._start_recovery(at)

    def _get_late_hours(self, at):
        """Return by how many working hours a solution now, with the clock stopped, comes late."""
        self.ensure_one()
        if not self.promised_date:
            return max(0.0, self.used_hours - self.target_hours)
        span = (self.answer_deadline, at)
        return self.company_id._count_working_hours({0: span})[0] if self.answer_deadline else 0.0

    def _reopen(self, at):
        """Start the clocks of a closed complaint again: what was left, at least a working day."""
        for complaint in self:
            complaint.write(
                {
                    "reopened_count": complaint.reopened_count + 1,
                    "target_hours": max(
                        complaint.target_hours, complaint.used_hours + REOPENED_HOURS
                    ),
                    "clock_from": at,
                    "answer_deadline": False,
                    "warn_at": False,
                    "warned_at": False,
                    "escalated_at": False,
                    "escalated_again_at": False,
                    "closed_at": False,
                    "solved_at": False,
                    "customer_verdict": False,
                }
            )
            complaint._note_turn("reopened", at)
        self._end_recovery()
        self._plan_answer()

    def _hear_customer(self, at):
        """Follow a message of the customer: wait no longer, open again, and answer in time."""
        for complaint in self:
            mine = complaint.sudo()
            if complaint.kind == "waiting" or not complaint.is_open:
                complaint._change_stage(complaint._get_stage("work"), at)
            if not mine.reply_deadline:
                span = {0: (at, REPLY_HOURS)}
                mine.reply_deadline = complaint.company_id._plan_working_hours(span)[0]

    def _tell_customer(self, at):
        """Follow a public message of an employee: acknowledged, and answered."""
        for complaint in self:
            mine = complaint.sudo()
            mine._note_missed(at)
            if mine.is_open and complaint.kind == "new":
                complaint._change_stage(complaint._get_stage("acknowledged"), at)
            mine._note_acknowledged(at)
            mine.reply_deadline = False
            mine._settle_levels(at)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_acknowledge(self):
        """Note that the customer knows that somebody is at it."""
        self.check_access("write")
        now = fields.Datetime.now()
        for complaint in self.filtered("is_open"):
            if complaint.kind == "new":
                complaint._change_stage(complaint._get_stage("acknowledged"), now)
            elif not complaint.acknowledged_at:
                complaint.sudo()._note_missed(now)
                complaint.sudo()._note_acknowledged(now)
                complaint.sudo()._settle_levels(now)

    def action_wait(self):
        """Stop the clock until the customer answers."""
        self._go("waiting")

    def action_work(self):
        """Go on working at it."""
        self._go("work")

    def action_solve(self):
        """Note that it is solved."""
        self._go("solved")

    def action_refuse(self):
        """Note that there is nothing to be made right."""
        self._go("refused")

    def action_reopen(self):
        """Take it up again: it was not settled after all."""
        self.check_access("write")
        self.filtered(lambda each: not each.is_open)._go("work")

    def _go(self, kind, at=None):
        self.check_access("write")
        wanted = self.filtered(lambda each: each.kind != kind)
        wanted._change_stage(self._get_stage(kind), at or fields.Datetime.now())
