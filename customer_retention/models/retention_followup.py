import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

BATCH = 500


class RetentionFollowup(models.Model):
    """One step of an enrollment: due then, what it became, and what came of it.

    ``planned`` until it is due, allowed and a free place is found; then ``open`` (work for a
    person) or ``done`` (a mail). One that is not to happen is ``skipped`` with its reason, one
    that is taken back ``canceled``. When it closes, the next step is planned.
    """

    _name = "retention.followup"
    _description = "Follow-up"
    _order = "date_due, id"
    _rec_name = "partner_id"

    enrollment_id = fields.Many2one(
        "retention.enrollment", required=True, index=True, readonly=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        "retention.program.step", index="btree_not_null", readonly=True, ondelete="set null"
    )
    program_id = fields.Many2one(related="enrollment_id.program_id", store=True, index=True)
    partner_id = fields.Many2one(related="enrollment_id.partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner", "Person", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(related="enrollment_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Responsible", index="btree_not_null", readonly=True)
    channel = fields.Selection(related="step_id.channel", store=True)
    part = fields.Integer(
        readonly=True, help="Number within the step: an activity plan makes several follow-ups."
    )
    date_due = fields.Date("Due", required=True, readonly=True)
    date_opened = fields.Date("Handed Out On", readonly=True)
    date_done = fields.Date("Done On", readonly=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "To do"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("canceled", "Canceled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        index=True,
    )
    skip_reason = fields.Selection(
        [
            ("condition", "Not needed: the condition of the step is not met"),
            ("opt_out", "Customer does not want this channel"),
            ("complaint", "A complaint is open"),
            ("no_email", "No email address"),
            ("incomplete", "The step is incomplete: see the program"),
            ("expired", "No free place in time"),
        ],
        readonly=True,
    )
    reached = fields.Selection(
        [("yes", "Reached"), ("no", "Not reached")], "Customer Was", readonly=True
    )
    feedback = fields.Text(readonly=True)
    postponed_count = fields.Integer(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", readonly=True, ondelete="set null"
    )
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")

    _step_uniq = models.Constraint(
        "UNIQUE(enrollment_id, step_id, part)", "This step has been planned already."
    )
    _due_idx = models.Index("(company_id, date_due) WHERE state = 'planned'")
    _user_idx = models.Index("(user_id, date_due) WHERE state = 'open'")

    # ------------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------------

    @api.model
    def _plan_first(self, enrollments):
        """Plan the first step of ``enrollments``."""
        values = []
        for enrollment in enrollments:
            steps = enrollment.program_id.step_ids
            first = steps.sorted(lambda step: (step.sequence, step.id))[:1]
            values.append(self._prepare_values(enrollment, first, enrollment.event_id.date))
        return self.create(values)

    @api.model
    def _prepare_values(self, enrollment, step, start):
        return {
            "enrollment_id": enrollment.id,
            "step_id": step.id,
            "contact_id": enrollment.contact_id.id,
            "date_due": step._get_due_date(start, enrollment.company_id),
        }

    def _plan_next(self):
        """Plan the step after these closed ones; end the enrollments that have no further step."""
        values = []
        finished = self.env["retention.enrollment"]
        for followup in self:
            enrollment = followup.enrollment_id
            if enrollment.state != "open" or followup._has_open_parts():
                continue
            following = followup.step_id._get_next() if followup.step_id else followup.step_id
            if following:
                values.append(self._prepare_values(enrollment, following, followup.date_due))
            else:
                finished |= enrollment
        finished._finish()
        return self.create(values)

    def _has_open_parts(self):
        """Return whether other follow-ups of the same step are not closed yet."""
        same_step = self.enrollment_id.followup_ids.filtered(
            lambda other: other.step_id == self.step_id
        )
        return bool(same_step.filtered(lambda other: other.state in ("planned", "open")))

    # ------------------------------------------------------------------
    # Acting
    # ------------------------------------------------------------------

    @api.model
    def _cron_act(self):
        """Do, or hand to people, what is due: by company, the customers of the highest value first."""
        self.env["retention.enrollment"]._stop_bought()
        self.env["retention.enrollment"]._finish_held_out()
        commit_progress = self.env["ir.cron"]._commit_progress
        due = {
            company: self._get_due(company) for company in self.env["res.company"].search([])
        }
        commit_progress(remaining=sum(len(followups) for followups in due.values()))
        for followups in due.values():
            for batch in split_every(BATCH, followups.ids, self.browse):
                self._act_isolated(batch)
                if not commit_progress(len(batch)):
                    return

    @api.model
    def _get_due(self, company):
        """Return what is planned for today or before in running programs, the highest value first."""
        due = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("date_due", "<=", company._get_retention_today()),
                ("program_id.state", "=", "running"),
            ]
        )
        rows = self.env["retention.customer"].search_read(
            [("company_id", "=", company.id), ("partner_id", "in", due.partner_id.ids)],
            ["partner_id", "value_year"],
        )
        value = {row["partner_id"][0]: row["value_year"] for row in rows}
        return due.sorted(
            lambda each: (each.program_id.sequence, -value.get(each.partner_id.id, 0), each.id)
        )

    @api.model
    def _act_isolated(self, followups):
        """Act on ``followups``; where that fails, one by one, so that one customer stops no other."""
        try:
            with self.env.cr.savepoint():
                # Another worker may have them: they are left to it.
                followups.try_lock_for_update()._act()
        except (SerializationFailure, UniqueViolation):
            _logger.info("Another worker is handing out the same follow-ups")
        except Exception:
            if len(followups) == 1:
                _logger.exception("Follow-up %s cannot be done", followups.id)
                return
            for followup in followups:
                self._act_isolated(followup)

    def _act(self):
        """Skip what is not to happen, and do the rest by its channel, as far as there is room."""
        waiting = self.filtered(lambda each: each.state == "planned")
        for (company, step), followups in waiting.grouped(
            lambda each: (each.company_id, each.step_id)
        ).items():
            followups = followups._skip_stopped(step)
            if followups:
                act = getattr(followups, f"_act_{step.channel}")
                act(company, step)

    def _skip_stopped(self, step):
        """Skip those that a guard stops at this step; return the others."""
        if not step:
            self._skip("incomplete")
            return self.browse()
        stopped = {}
        complaints = self.partner_id._filter_open_complaints() if step.purpose != "service" else ()
        for followup in self:
            if not followup._meets_condition():
                stopped[followup] = "condition"
            elif followup.partner_id in complaints:
                stopped[followup] = "complaint"
            elif not followup._is_channel_wanted(step):
                stopped[followup] = "opt_out"
        for followup, reason in stopped.items():
            followup._skip(reason)
        return self.filtered(lambda each: each not in stopped)

    def _is_channel_wanted(self, step):
        """Return whether the customer, and the person, may be reached the way ``step`` does it."""
        self.ensure_one()
        reach = "email" if step.channel == "email" else step.activity_type_id.retention_reach
        addressee = self.contact_id or self.partner_id
        return addressee._is_contact_allowed(reach or None)

    def _meets_condition(self):
        self.ensure_one()
        condition = self.step_id.condition
        if condition == "not_bought":
            return not self.enrollment_id._get_bought()
        before = self.enrollment_id.followup_ids.filtered(
            lambda other: other.state != "planned" and other.step_id != self.step_id
        ).sorted("date_due")[-1:]
        if condition == "previous_done":
            return before.state == "done" and before.reached != "no"
        if condition == "previous_not_reached":
            return before.reached == "no"
        return True

    def _skip(self, reason):
        """Close these without doing anything, and go on to the next step."""
        self.write({"state": "skipped", "skip_reason": reason})
        self._plan_next()

    def _close(self, reached=False, feedback=False, record_thanks=True):
        """Close these as done, note the thanks that some are, and go on to the next step."""
        for company, followups in self.grouped("company_id").items():
            followups.write(
                {
                    "state": "done",
                    "date_done": company._get_retention_today(),
                    "reached": reached,
                    **({"feedback": feedback} if feedback else {}),
                }
            )
        if record_thanks and reached == "yes":
            thanked = self.filtered("step_id.activity_type_id.retention_thanks_kind")
            self.env["retention.thanks"]._record_from_followups(thanked)
        self._plan_next()

    def _get_referral(self):
        """Return the customer who came because this one recommended us, where that is the cause."""
        event = self.enrollment_id.event_id
        if event.type in ("referral_named", "referral_converted"):
            return event.related_partner_id
        return self.env["res.partner"]

    def _cancel(self):
        """Take back what is planned or open, with its activities."""
        going = self.filtered(lambda each: each.state in ("planned", "open"))
        activities = going.activity_id
        going.write({"state": "canceled"})
        activities.sudo().unlink()
