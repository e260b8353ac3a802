from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..common.guards import take_first
from ..common.isolated import isolated
from ..common.only_worker import only_worker

BATCH = 2000
# Who wants surveys and offers at most twice a year gets one within so many days.
RARELY_DAYS = 182


class RetentionFollowup(models.Model):
    """One step of an enrollment: due then, what it became, and what came of it.

    ``planned`` until it is due, allowed and a free place is found; then ``open`` (work for a
    person) or ``done`` (a mail). One that is not to happen is ``skipped`` with its reason, one
    that is taken back ``canceled``. When it closes, the next step is planned.
    """

    _name = "retention.followup"
    _inherit = ["retention.open.partner.mixin", "retention.follow.mixin"]
    _description = "Follow-up"
    _order = "date_due, id"
    _rec_name = "partner_id"
    _offers_work = False

    # Many rows come at once, each written into every index: those that serve several columns do.
    enrollment_id = fields.Many2one(
        "retention.enrollment", required=True, readonly=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        "retention.program.step", index="btree_not_null", readonly=True, ondelete="set null"
    )
    program_id = fields.Many2one(related="enrollment_id.program_id", store=True, index=True)
    partner_id = fields.Many2one(related="enrollment_id.partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner", "Person", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        related="enrollment_id.company_id", store=True, precompute=True, required=True
    )
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
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
    )
    skip_reason = fields.Selection(
        [
            ("condition", "Not needed: the condition of the step is not met"),
            ("opt_out", "Customer does not want this channel"),
            ("complaint", "A complaint is open"),
            ("surveyed", "Customer was asked a short time ago"),
            ("rarely", "Customer wants surveys and offers at most twice a year"),
            ("archived", "Contact is archived"),
            ("own", "Own company, or somebody of it"),
            ("no_email", "No email address"),
            ("incomplete", "The step is incomplete: see the program"),
            ("failed", "It failed: the log of the server says why"),
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
    _opened_idx = models.Index("(date_opened, user_id) WHERE user_id IS NOT NULL")

    # ------------------------------------------------------------------
    # Acting
    # ------------------------------------------------------------------

    @api.model
    def _cron_act(self):
        """Do, or hand to people, what is due: the customers of the highest value first."""
        with only_worker(self.env, "act") as alone:
            if alone:
                self._act_all()

    @api.model
    def _act_all(self):
        """Do what is due in all companies, a transaction a batch; stop where the time is up."""
        commit_progress = self.env["ir.cron"]._commit_progress
        self.env["retention.enrollment"]._stop_bought()
        self.env["retention.enrollment"]._stop_over()
        self.env["retention.enrollment"]._finish_held_out()
        self._hand_over_all()
        self._escalate_all()
        due = [self._get_due(company) for company in self.env["res.company"].search([])]
        commit_progress(remaining=sum(map(len, due)))
        for followups in due:
            for batch in split_every(BATCH, followups.ids, self.browse):
                self._act_isolated(batch)
                time_left = commit_progress(len(batch))
                # What the next batch reads is as of now, and memory does not grow.
                self.env.invalidate_all()
                if not time_left:
                    return

    @api.model
    def _get_due(self, company):
        """Return what is planned for today or before in running programs.

        What has to be done in time comes first, then the customers of the highest value.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT followup.id
                     FROM retention_followup AS followup
                     JOIN retention_program AS program
                       ON program.id = followup.program_id AND program.state = 'running'
                     LEFT JOIN retention_program_step AS step ON step.id = followup.step_id
                     LEFT JOIN retention_customer AS figure
                       ON figure.partner_id = followup.partner_id
                      AND figure.company_id = followup.company_id
                    WHERE followup.company_id = %(company)s AND followup.state = 'planned'
                      AND followup.date_due <= %(today)s
                    ORDER BY COALESCE(step.escalate_days, 0) = 0, %(value)s DESC NULLS LAST,
                             program.sequence, followup.id""",
                company=company.id,
                value=self.env["retention.customer"]._get_at_stake_sql(
                    "figure", SQL("figure.value_year")
                ),
                today=company._get_retention_today(),
            )
        )
        return self.browse(row_id for (row_id,) in rows)

    @api.model
    def _act_isolated(self, followups):
        """Act on ``followups``; what fails for one customer is skipped, and stops no other."""

        def act(some):
            # What somebody else works on at this moment is left for the next run.
            some.try_lock_for_update(allow_referencing=True)._act()

        isolated(followups, act, "Act").failed._skip("failed")

    def _act(self):
        """Skip what is not to happen, and do the rest by its channel, as far as there is room."""
        waiting = self.filtered(
            lambda each: each.state == "planned" and each.program_id.state == "running"
        )
        # The figures know of a purchase within the hour; whoever bought is not to be asked by then.
        ending = waiting.enrollment_id.filtered("program_id.exit_on_purchase")
        ending._filter_bought()._stop("bought")
        # Whoever acts later looks again: the order may be cancelled, the invoice given back.
        waiting.enrollment_id.filtered(
            lambda each: each.state == "open"
        )._filter_over()._stop_over_now()
        waiting = waiting.filtered(lambda each: each.state == "planned")
        for company, of_company in waiting.grouped("company_id").items():
            for step, followups in of_company.grouped("step_id").items():
                followups._skip_stopped(step)
            ready = of_company.filtered(lambda each: each.state == "planned")
            placed = ready._place(company)
            for step, followups in placed.grouped("step_id").items():
                getattr(followups, f"_act_{step.channel}")(company, step)

    def _skip_stopped(self, step):
        """Skip those that a guard stops at this step."""
        for reason, followups in take_first(self._get_step_guards(step)).items():
            followups._skip(reason)

    def _get_step_guards(self, step):
        """Return which of these are not to happen, and why, ordered ``{reason: follow-ups}``. Hook.

        Add a row of your own, and its reason with ``selection_add`` on ``skip_reason``.
        """
        if not step._is_complete():
            return {"incomplete": self}
        guards = {"condition": self._filter_unmet(step)}
        if step.purpose != "service":
            guards["complaint"] = self._filter_complaining()
            guards["rarely"] = self._filter_too_often()
        if step.purpose == "survey":
            own, surveyed = self._get_own_ids(), self._get_surveyed_ids(step)
            guards["own"] = self.filtered(lambda each: each.id in own)
            guards["surveyed"] = self.filtered(lambda each: each.id in surveyed)
        return {**guards, "opt_out": self._filter_unwanted(step)}

    def _filter_complaining(self):
        """Return those whose customer has an open complaint in the company of the follow-up."""
        complaining = self.browse()
        for company, followups in self.grouped("company_id").items():
            partners = followups.partner_id.with_company(company)._filter_open_complaints()
            ids = set(partners.ids)
            complaining |= followups.filtered(lambda each, ids=ids: each.partner_id.id in ids)
        return complaining

    def _filter_too_often(self):
        """Return those, of one company, whose person wants less and had a survey or offer within half a year."""
        wanting = {each: each._get_addressee() for each in self}
        rarely = self.env["res.partner"].union(*wanting.values())._filter_rarely_contacted()
        if not rarely:
            return self.browse()
        since = self.company_id._get_retention_today() - timedelta(days=RARELY_DAYS)
        had = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", rarely.commercial_partner_id.ids),
                ("step_id.purpose", "!=", "service"),
                ("reached", "!=", "no"),
                "|",
                "&", ("state", "=", "done"), ("date_done", ">", since),
                "&", ("state", "=", "open"), ("id", "not in", self.ids),
            ]
        )  # fmt: skip
        taken = {each._get_addressee() for each in had}
        return self.filtered(lambda each: wanting[each] in rarely and wanting[each] in taken)

    def _filter_unwanted(self, step):
        """Return those whose customer, or person, is not to be reached the way ``step`` does it."""
        addressees = {each: each._get_addressee() for each in self}
        wanting = self.env["res.partner"].union(*addressees.values())
        wanting = set(wanting._filter_contact_allowed(step._get_reach() or None))
        return self.filtered(lambda each: addressees[each] not in wanting)

    def _get_addressee(self):
        """Return whom this one is meant for: the person, else the customer."""
        self.ensure_one()
        return self.contact_id or self.partner_id

    def _get_surveyed_ids(self, step):
        """Return the ids of those of these, of one company, who were asked a short time ago."""
        addressees = self.env["res.partner"].union(*(each._get_addressee() for each in self))
        asked = addressees._get_surveyed_ids(step.survey_id, self.company_id, ignored=self)
        return {each.id for each in self if each._get_addressee().id in asked}

    def _get_own_ids(self):
        """Return the ids of those of these that are meant for our own companies, or their people."""
        addressees = {each: each._get_addressee() for each in self}
        own = self.env["res.partner"].union(*addressees.values())._get_own_ids()
        return {each.id for each, addressee in addressees.items() if addressee.id in own}

    def _filter_unmet(self, step):
        """Return those for which the condition of ``step`` is not met."""
        if step.condition == "always":
            return self.browse()
        if step.condition == "not_bought":
            bought = set(self.enrollment_id._filter_bought().ids)
            return self.filtered(lambda each: each.enrollment_id.id in bought)
        return self.filtered(lambda each: not each._meets_previous(step.condition))

    def _meets_previous(self, condition):
        """Return whether the step before ended as ``condition`` wants it."""
        self.ensure_one()
        before = self.enrollment_id.followup_ids.filtered(
            lambda other: other.state != "planned" and other.step_id != self.step_id
        ).sorted(lambda other: (other.date_due, other.id))[-1:]
        if condition == "previous_done":
            return before.state == "done" and before.reached != "no"
        return before.reached == "no"

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
