from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_retention.models.common.isolated import isolated
from odoo.addons.customer_retention.models.common.only_worker import only_worker

from .retention_complaint import INTERNAL

BATCH = 200
# Working hours after a deadline until the company's manager for escalations is told.
AGAIN_HOURS = 8


class RetentionComplaint(models.Model):
    """Who is told in time: the responsible, the manager, at last the company's manager.

    ``warn_at`` reminds the responsible, or who stands in; ``next_due`` tells who takes over
    (``res.users._get_escalation_user``); 8 working hours later the company's manager for
    escalations. Each once for a deadline, as an activity, in working time only: the timestamp is
    written where it is still empty, in the transaction that makes the activity. Where nobody is
    there it is looked at again. A deadline that is met, or moved, takes the activities away.
    """

    _inherit = "retention.complaint"

    warned_at = fields.Datetime("Reminded", readonly=True, copy=False, groups=INTERNAL)
    escalated_at = fields.Datetime("Handed Up", readonly=True, copy=False, groups=INTERNAL)
    escalated_again_at = fields.Datetime(
        "Handed Up Again", readonly=True, copy=False, groups=INTERNAL
    )

    @api.model
    def _cron_escalate_complaints(self):
        """Note what is overdue and tell who has to know, in all companies, a batch a transaction."""
        with only_worker(self.env, "complaints") as alone:
            if not alone:
                return
            companies = self.env["res.company"].search([])
            commit_progress = self.env["ir.cron"]._commit_progress
            commit_progress(remaining=len(companies))
            for company in companies:
                self._escalate_company(company)
                if not commit_progress(1):
                    break

    @api.model
    def _escalate_company(self, company):
        """Note what is overdue in ``company`` now; where it is at work, tell who has to know."""
        now = fields.Datetime.now()
        self._note_missed_where(SQL("complaint.company_id = %s", company.id), now)
        self.env["ir.cron"]._commit_progress()
        working = company._get_working_time(now - timedelta(days=30), now)
        if not working.is_open(now):
            return
        again = working.before(now, AGAIN_HOURS) or now - timedelta(days=30)
        for level, condition in (
            ("warned_at", SQL("complaint.warn_at <= %s AND complaint.next_due IS NOT NULL", now)),
            ("escalated_at", SQL("complaint.next_due <= %s", now)),
            ("escalated_again_at", SQL("complaint.next_due <= %s", again)),
        ):
            self._escalate_level(company, level, condition, now)

    @api.model
    def _escalate_level(self, company, level, condition, now):
        """Tell all of a level, in batches that are committed."""
        passed = []
        while batch := self._lock_batch(company, level, condition, passed):
            isolated(batch, lambda each: each._tell(level, now), "Telling of complaints in time")
            # Those that nobody is there for stay as they are, and are passed over in this run.
            passed += batch.ids
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _lock_batch(self, company, level, condition, passed):
        """Return some complaints whose ``level`` has not been told, locked until the end."""
        rows = self.env.execute_query(
            SQL(
                """SELECT complaint.id
                     FROM retention_complaint AS complaint
                    WHERE complaint.company_id = %s AND %s AND %s IS NULL
                      AND complaint.id != ALL(%s)
                    ORDER BY complaint.next_due, complaint.id LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED""",
                company.id,
                condition,
                SQL.identifier("complaint", level),
                passed,
                BATCH,
            )
        )
        return self.browse(each for (each,) in rows)

    def _tell(self, level, now):
        """Give an activity to who has to know of these, once."""
        self.fetch(["name", "user_id", "team_id", "company_id", "partner_id"])
        users = self._get_level_users(level)
        if not users:
            return
        told = self.env.execute_query(
            SQL(
                """UPDATE retention_complaint SET %(level)s = %(now)s
                    WHERE id = ANY(%(ids)s) AND %(level)s IS NULL
                RETURNING id""",
                level=SQL.identifier(level),
                now=now,
                ids=[each.id for each in users],
            )
        )
        told = self.browse(each for (each,) in told)
        told.invalidate_recordset([level], flush=False)
        told._create_level_activities({each: users[each] for each in told})

    def _get_level_users(self, level):
        """Return who is told of these, ``{complaint: user}``; without those that nobody is there for."""
        found, asked = {}, {}
        for complaint in self:
            company, user, team = complaint.company_id, complaint.user_id, complaint.team_id
            key = (company, user, team)
            if key not in asked:
                asked[key] = self._get_level_user(level, company, user, team)
            if asked[key]:
                found[complaint] = asked[key]
        return found

    @api.model
    def _get_level_user(self, level, company, user, team):
        today = company._get_retention_today()
        if level == "warned_at":
            warned = user._get_at_work(today, team, company)
            return warned or user._get_escalation_user(company, today, team)
        if level == "escalated_at":
            return user._get_escalation_user(company, today, team)
        manager = company.sudo().retention_escalation_user_id
        is_there = manager and manager._is_at_work(today, company)
        return manager if is_there else user._get_escalation_user(company, today, team)

    def _create_level_activities(self, users):
        """Create the activities of ``{complaint: user}``; who has one of these already needs no other."""
        kind = self.env.ref("customer_retention_complaint.mail_activity_type_due")
        Activity = self.env["mail.activity"].sudo()
        existing = Activity.search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ],
            ["res_id", "user_id"],
        )
        met = {(each.res_id, each.user_id.id) for each in existing}
        values = [
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": complaint.id,
                "activity_type_id": kind.id,
                "user_id": user.id,
                "summary": complaint.with_context(lang=user.lang).due_text,
                "date_deadline": complaint.company_id._get_retention_today(),
            }
            for complaint, user in users.items()
            if (complaint.id, user.id) not in met
        ]
        # Without one mail for each, and without making managers followers of every complaint.
        quiet = {"mail_activity_quick_update": True, "complaint_no_followers": True}
        Activity.with_context(**quiet).create(values)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get("complaint_no_followers"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _end_activities(self):
        """Take away what was to remind somebody of a deadline that is met, or moved."""
        kind = self.env.ref(
            "customer_retention_complaint.mail_activity_type_due", raise_if_not_found=False
        )
        if kind and self.ids:
            self.env["mail.activity"].sudo().search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", kind.id),
                ]
            ).unlink()
