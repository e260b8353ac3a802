import logging
from datetime import timedelta
from functools import cache, partial

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .only_worker import only_worker

_logger = logging.getLogger(__name__)

BATCH = 1000


class RetentionEnrollment(models.Model):
    """One customer entering one program because of one event, in one company.

    Those whom a guard keeps out have a row too, with the reason, so that every stop is counted.
    Held-out customers are enrolled like treated ones, for as long as the steps would take, and get
    none of them. The arm is drawn once and never changes.
    """

    _name = "retention.enrollment"
    _description = "Enrollment in a Program"
    _order = "id desc"
    _rec_name = "partner_id"

    program_id = fields.Many2one(
        "retention.program", required=True, index=True, readonly=True, ondelete="cascade"
    )
    event_id = fields.Many2one(
        "retention.event", required=True, index=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", "Person", index="btree_not_null", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
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
            ("do_not_contact", "Customer does not want to be contacted"),
            ("kept_out", "Stopped for this customer before"),
            ("already_in", "In this program already"),
            ("pause", "Entered a program a short time ago"),
            ("bought", "Bought meanwhile"),
            ("by_hand", "Stopped for this customer"),
            ("program_off", "Program was switched off"),
        ],
        readonly=True,
        help="Why the customer was not taken up, or left the program.",
    )
    date_end = fields.Date(
        readonly=True, help="Held out: the day the last step would be due. Otherwise the last day."
    )
    followup_ids = fields.One2many("retention.followup", "enrollment_id", readonly=True)

    _event_uniq = models.Constraint(
        "UNIQUE(program_id, event_id)", "This event has been taken up by this program already."
    )
    _open_idx = models.Index("(program_id, partner_id) WHERE state = 'open'")
    _entry_idx = models.Index("(partner_id, date) WHERE arm IS NOT NULL")

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
        programs = self.env["retention.program"].search([("state", "=", "running")])
        commit_progress(remaining=sum(program._count_new_events() for program in programs))
        for program in programs:
            for batch in program._get_new_event_batches():
                if program.state != "running":
                    # Somebody paused it meanwhile.
                    break
                count = len(batch)
                self._enter_isolated(program, batch)
                time_left = commit_progress(count)
                # What the next batch reads is as of now, and memory does not grow.
                self.env.invalidate_all()
                if not time_left:
                    return

    @api.model
    def _enter_isolated(self, program, events):
        """Take up ``events``; where that fails, one by one, so that one customer stops no other."""
        try:
            with self.env.cr.savepoint():
                self._enter(program, events)
        except (SerializationFailure, UniqueViolation):
            _logger.info("Program %s: somebody else works on the same customers", program.id)
        except Exception:
            if len(events) == 1:
                _logger.exception("Program %s cannot take up event %s", program.id, events.id)
                return
            for event in events:
                self._enter_isolated(program, event)

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
            refused = self._get_refusals(program, of_company, today)
            # Reckoning with the calendar takes long; many events are of one day.
            last_due = cache(partial(program._get_last_due_date, company=company))
            values = [
                self._prepare_enrollment_values(
                    program, event, today, refused.get(event.id), last_due
                )
                for event in of_company
            ]
            entered = self.create(values)
            enrollments |= entered
            self.env["retention.followup"]._plan_first(
                entered.filtered(lambda each: each.state == "open" and each.arm == "treated")
            )
        return enrollments

    @api.model
    def _prepare_enrollment_values(self, program, event, today, reason, last_due):
        arm = False if reason else program._get_arm(event.partner_id)
        return {
            "program_id": program.id,
            "event_id": event.id,
            "partner_id": event.partner_id.id,
            "contact_id": event.contact_id.id,
            "company_id": event.company_id.id,
            "date": today,
            "period": program.period,
            "arm": arm,
            "state": "refused" if reason else "open",
            "reason": reason,
            "date_end": arm == "held_out" and last_due(event.date),
        }

    @api.model
    def _get_refusals(self, program, events, today):
        """Return why customers of ``events`` are kept out, ``{event id: reason}``; the same for both arms."""
        refusals = {}
        partners = events.partner_id
        contacts = (partners | events.contact_id)._get_contact_refusals()
        previous = self.search(
            [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
        )
        kept_out = previous.filtered(lambda each: each.reason == "by_hand").partner_id
        inside = set(previous.filtered(lambda each: each.state == "open").partner_id.ids)
        paused = set() if program.is_service else self._get_paused_ids(program, partners, today)
        met = set()
        for event in events.sorted("id"):
            partner = event.partner_id
            addresses = {("partner", partner.id), *partner._get_addresses()}
            if partner in contacts or event.contact_id in contacts:
                refusals[event.id] = contacts.get(partner) or contacts[event.contact_id]
            elif partner in kept_out:
                refusals[event.id] = "kept_out"
            elif partner.id in inside:
                refusals[event.id] = "already_in"
            elif partner.id in paused or (not program.is_service and met & addresses):
                refusals[event.id] = "pause"
            else:
                inside.add(partner.id)
                met |= addresses
        return refusals

    @api.model
    def _get_paused_ids(self, program, partners, today):
        """Return the ids of ``partners`` who entered a program within the pause, or share an address with one.

        Programs that are service only neither wait for the pause nor start it.
        """
        if not partners or not program.pause_days:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH wanted AS (
                          SELECT id, email_normalized, phone_sanitized
                            FROM res_partner WHERE id = ANY(%(partners)s)),
                        same AS (
                          SELECT id, id AS other_id FROM wanted
                           UNION
                          SELECT wanted.id, other.id
                            FROM wanted
                            JOIN res_partner AS other
                              ON other.email_normalized = wanted.email_normalized
                           UNION
                          SELECT wanted.id, other.id
                            FROM wanted
                            JOIN res_partner AS other
                              ON other.phone_sanitized = wanted.phone_sanitized)
                   SELECT DISTINCT same.id
                     FROM same
                     JOIN retention_enrollment AS enrollment
                       ON enrollment.partner_id = same.other_id
                      AND enrollment.arm IS NOT NULL AND enrollment.date > %(since)s
                     JOIN retention_program AS program
                       ON program.id = enrollment.program_id AND NOT program.is_service""",
                since=today - timedelta(days=program.pause_days),
                partners=partners.ids,
            )
        )
        return {partner_id for (partner_id,) in rows}

    def _filter_bought(self):
        """Return those whose customers bought since they entered."""
        bought = self.browse()
        Purchase = self.env["retention.purchase"]
        for (company, day), enrollments in self.grouped(
            lambda each: (each.company_id, each.date)
        ).items():
            totals = Purchase._get_totals(
                enrollments.partner_id, company, day, company._get_retention_today()
            )
            bought |= enrollments.filtered(
                lambda each, totals=totals: totals.get(each.partner_id.id, {}).get("count")
            )
        return bought

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
        """End the enrollments of customers who bought since entry, where their program ends then."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT enrollment.id
                     FROM retention_enrollment AS enrollment
                     JOIN retention_program AS program ON program.id = enrollment.program_id
                     JOIN retention_customer AS figure
                       ON figure.partner_id = enrollment.partner_id
                      AND figure.company_id = enrollment.company_id
                    WHERE enrollment.state = 'open' AND program.exit_on_purchase
                      AND figure.last_purchase_date > enrollment.date"""
            )
        )
        for batch in split_every(BATCH, [row_id for (row_id,) in rows], self.browse):
            batch._stop("bought")

    @api.model
    def _finish_held_out(self):
        """End the enrollments of held-out customers whose last step would have been due."""
        for company in self.env["res.company"].search([]):
            due = Domain("company_id", "=", company.id) & Domain("state", "=", "open")
            due &= Domain("arm", "=", "held_out")
            due &= Domain("date_end", "<=", company._get_retention_today())
            self.search(due)._finish()
