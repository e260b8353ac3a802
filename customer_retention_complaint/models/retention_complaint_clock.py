from odoo import api, fields, models

from .retention_complaint import INTERNAL

# The share of the time after which the responsible is reminded.
WARNING = 0.75
# Working hours that a reopened complaint has at least.
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

    What happens to them, and when, is in ``retention_complaint_course.py``.
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
