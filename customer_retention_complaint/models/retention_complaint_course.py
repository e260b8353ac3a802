from odoo import fields, models

from .retention_complaint_clock import REOPENED_HOURS
from .retention_complaint_stage import OPEN

# Working hours within which a message of the customer is answered.
REPLY_HOURS = 8


class RetentionComplaint(models.Model):
    """The course of a complaint: what happens to it, and what that does to its clocks.

    Each method takes the moment it happens ``at``, UTC. The clocks themselves are in
    ``retention_complaint_clock.py``.
    """

    _inherit = "retention.complaint"

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
