from datetime import date
from functools import cache, partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..common.isolated import isolated
from ..common.only_worker import claim, only_worker

BATCH = 1000


class RetentionEnrollment(models.Model):
    """One customer entering one program because of one event, in one company.

    Those whom a guard keeps out have a row too, with the reason, so that every stop is counted.
    Held-out customers are enrolled like treated ones, for as long as the steps would take, and get
    none of them. The arm is drawn once and never changes.
    """

    _name = "retention.enrollment"
    _inherit = ["retention.follow.mixin"]
    _description = "Enrollment in a Program"
    _order = "id desc"
    _rec_name = "partner_id"
    _log_access = False

    # Many rows come at once, each written into every index: those that serve several columns do.
    program_id = fields.Many2one(
        "retention.program", required=True, readonly=True, ondelete="cascade"
    )
    event_id = fields.Many2one(
        "retention.event", required=True, index=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", "Person", index="btree_not_null", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True, readonly=True, help="Day of entry, in the company's zone.")
    period = fields.Integer("Measurement Period", readonly=True)
    arm = fields.Selection([("treated", "Treated"), ("held_out", "Held out")], readonly=True)
    state = fields.Selection(
        [("open", "In it"), ("done", "Done"), ("stopped", "Stopped"), ("refused", "Not taken up")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("archived", "Customer is archived"),
            ("deleted", "The person was deleted"),
            ("do_not_contact", "Customer does not want to be contacted"),
            ("kept_out", "Stopped for this customer before"),
            ("already_in", "In this program already"),
            ("pause", "Entered a program a short time ago"),
            ("bought", "Bought meanwhile"),
            ("over", "No longer so"),
            ("by_hand", "Stopped for this customer"),
            ("taken_out", "Taken out of the comparison group"),
            ("program_off", "Program was switched off"),
        ],
        readonly=True,
        help="Why the customer was not taken up, or left the program.",
    )
    date_end = fields.Date(
        readonly=True, help="Held out: the day the last step would be due. Otherwise the last day."
    )
    what_happened = fields.Char(
        "Because Of", related="event_id.description", help="The event in words."
    )
    followup_ids = fields.One2many("retention.followup", "enrollment_id", readonly=True)

    _event_uniq = models.Constraint(
        "UNIQUE(program_id, event_id)", "This event has been taken up by this program already."
    )
    _open_idx = models.Index("(company_id, date_end) WHERE state = 'open'")
    _entry_idx = models.Index("(partner_id, date)")

    # ------------------------------------------------------------------
    # Entering
    # ------------------------------------------------------------------

    @api.model
    def _cron_enter(self):
        """Take up new events in all running programs, in batches, those of lower sequence first."""
        with only_worker(self.env, "enter") as alone:
            if alone:
                self._enter_all()

    @api.model
    def _enter_all(self):
        """Take up what is new, a transaction a batch; stop where the time is up."""
        commit_progress = self.env["ir.cron"]._commit_progress
        programs = self.env["retention.program"].search([("state", "=", "running")])._pause_faulty()
        commit_progress(remaining=sum(program._count_new_events() for program in programs))
        for program in programs:
            for batch in program._get_new_event_batches():
                if program.state != "running":
                    # Somebody paused it meanwhile.
                    break
                count = len(batch)
                isolated(batch, partial(self._enter, program), f"Program {program.id}")
                time_left = commit_progress(count)
                # What the next batch reads is as of now, and memory does not grow.
                self.env.invalidate_all()
                if not time_left:
                    return

    @api.model
    def _enter_at_once(self, events):
        """Take up ``events``, and hand out what they make due today, for somebody who waits for it.

        Nothing is done where a scheduled action is at work at this moment: it, or the next one,
        does the same. The caller's transaction goes on.
        """
        if not events or not (claim(self.env, "enter") and claim(self.env, "act")):
            return
        programs = self.env["retention.program"].search(
            [("state", "=", "running"), ("event_type", "in", events.mapped("type"))]
        )
        for program in programs._pause_faulty():
            new = Domain.OR(program._get_new_event_domains()) & Domain("id", "in", events.ids)
            isolated(
                events.search(new, order="id"),
                partial(self._enter, program),
                f"Program {program.id}",
            )
        due = self.search([("event_id", "in", events.ids)]).followup_ids.filtered(
            lambda each: each.date_due <= each.company_id._get_retention_today()
        )
        due._act_isolated(due)

    @api.model
    def _enter(self, program, events):
        """Enroll the customers of ``events`` in ``program``, guards asked and arms drawn.

        :param events: events of the program not taken up yet; those of customers the program is
            not for are left alone
        :return: the enrollments, those not taken up among them
        """
        enrollments = self.browse()
        for company, of_company in events.grouped("company_id").items():
            of_company = program._filter_amount(of_company, company)
            wanted = set(program._filter_partners(of_company.partner_id, company).ids)
            of_company = of_company.browse(
                event.id for event in of_company if event.partner_id.id in wanted
            )
            today = company._get_retention_today()
            refused = self._get_refusals(program.with_company(company), of_company, today)
            # Reckoning with the calendar takes long; many events are of one day.
            last_due = cache(partial(program._get_last_due_date, company=company))
            drawn = [
                self._draw(program, event, refused.get(event.id), last_due) for event in of_company
            ]
            arms = self._insert(program, today, drawn)
            enrollments |= self.browse(arms)
            self.env["retention.followup"]._plan_first(
                self.browse(row_id for row_id, arm in arms.items() if arm == "treated")
            )
        return enrollments

    @api.model
    def _draw(self, program, event, reason, last_due):
        """Return event id, arm, reason and end of the enrollment: the arm is drawn if no guard says no."""
        if reason:
            return event.id, None, reason, None
        arm = program._get_arm(event.partner_id)
        return event.id, arm, None, last_due(event.date) if arm == "held_out" else None

    @api.model
    def _insert(self, program, today, drawn):
        """Add the enrollments of ``drawn``, see :meth:`_draw`, and return ``{id: arm}``.

        By one statement: a hundred thousand may come in one night.
        """
        if not drawn:
            return {}
        self.env.flush_all()
        ids, arms, reasons, ends = (list(column) for column in zip(*drawn, strict=True))
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO retention_enrollment
                          (program_id, period, date, event_id, partner_id, contact_id, company_id,
                           arm, state, reason, date_end)
                   SELECT %(program)s, %(period)s, %(today)s,
                          event.id, event.partner_id, event.contact_id, event.company_id,
                          drawn.arm,
                          CASE WHEN drawn.reason IS NULL THEN 'open' ELSE 'refused' END,
                          drawn.reason, drawn.date_end
                     FROM UNNEST(%(ids)s::int[], %(arms)s::varchar[],
                                 %(reasons)s::varchar[], %(ends)s::date[])
                          AS drawn (event_id, arm, reason, date_end)
                     JOIN retention_event AS event ON event.id = drawn.event_id
                    ORDER BY event.id
                RETURNING id, arm""",
                program=program.id,
                period=program.period,
                today=today,
                ids=ids,
                arms=arms,
                reasons=reasons,
                ends=ends,
            )
        )
        for model in ("retention.program", "retention.event"):
            self.env[model].invalidate_model(["enrollment_ids"])
        return dict(rows)

    def _filter_bought(self):
        """Return those whose customers bought since what they entered for was recorded."""
        bought = self.browse()
        for company, enrollments in self.grouped("company_id").items():
            known = {each: each.event_id.last_purchase_date or date.min for each in enrollments}
            last = self.env["retention.purchase"]._get_last_dates(
                enrollments.partner_id,
                company,
                min(known.values()),
                company._get_retention_today(),
            )
            bought |= enrollments.filtered(
                lambda each, last=last, known=known: (
                    last.get(each.partner_id.id, date.min) > known[each]
                )
            )
        return bought

    def _filter_over(self):
        """Return those whose event's cause is true no longer, see ``retention.event``."""
        over = set(self.event_id._filter_over().ids)
        return self.filtered(lambda each: each.event_id.id in over)

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------

    def _stop(self, reason):
        """End these enrollments for ``reason`` and cancel what is planned or open."""
        open_ones = self.filtered(lambda each: each.state == "open")
        open_ones.followup_ids._cancel()
        for company, of_company in open_ones.grouped("company_id").items():
            of_company.write(
                {
                    "state": "stopped",
                    "reason": reason,
                    "date_end": company._get_retention_today(),
                }
            )

    def _finish(self):
        """End these enrollments: every step has come to its end."""
        for company, of_company in self.grouped("company_id").items():
            of_company.write({"state": "done", "date_end": company._get_retention_today()})

    @api.model
    def _stop_bought(self):
        """End the enrollments of customers who bought since their event, where their program ends then."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT enrollment.id
                     FROM retention_enrollment AS enrollment
                     JOIN retention_program AS program ON program.id = enrollment.program_id
                     JOIN retention_event AS event ON event.id = enrollment.event_id
                     JOIN retention_customer AS figure
                       ON figure.partner_id = enrollment.partner_id
                      AND figure.company_id = enrollment.company_id
                    WHERE enrollment.state = 'open' AND program.exit_on_purchase
                      AND figure.last_purchase_date
                          > COALESCE(event.last_purchase_date, '-infinity')"""
            )
        )
        for batch in split_every(BATCH, [row_id for (row_id,) in rows], self.browse):
            batch._stop("bought")

    @api.model
    def _stop_over(self):
        """End the enrollments, of both arms, because of something that is true no longer."""
        ids = self.search([("state", "=", "open")], order="id").ids
        for batch in split_every(BATCH, ids, self.browse):
            batch._filter_over()._stop_over_now()

    def _stop_over_now(self):
        """End these because their cause is gone, and tell on the customer who need not act any more."""
        withdrawn = self.followup_ids.filtered(lambda each: each.state == "open" and each.user_id)
        bodies = {}
        for followup in withdrawn:
            bodies.setdefault(followup.partner_id, []).append(
                self.env._(
                    "No longer so: %(event)s. %(user)s has nothing to do about it any more.",
                    event=followup.enrollment_id.event_id.description,
                    user=followup.user_id.name,
                )
            )
        self._stop("over")
        partners = self.env["res.partner"].union(*bodies)
        partners._message_log_batch(bodies={each.id: "\n".join(bodies[each]) for each in partners})

    @api.model
    def _finish_held_out(self):
        """End the enrollments of held-out customers whose last step would have been due."""
        self.env.flush_all()
        for company in self.env["res.company"].search([]):
            self.env.cr.execute(
                SQL(
                    """UPDATE retention_enrollment
                          SET state = 'done', date_end = %(today)s
                        WHERE company_id = %(company)s AND state = 'open'
                          AND arm = 'held_out' AND date_end <= %(today)s""",
                    company=company.id,
                    today=company._get_retention_today(),
                )
            )
        self.invalidate_model(["state", "date_end"])
