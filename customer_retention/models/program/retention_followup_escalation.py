from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..common.isolated import isolated


class RetentionFollowup(models.Model):
    """What has to be done in time: who has it until when, and who gets it after that.

    A step with ``escalate_days`` has to be done within so many working days of the day it is due,
    at the earliest on the day it is handed out; putting it off moves nothing of that. On the first
    working day after, it goes to the team leader of the responsible, else to the leader of the
    program's team, the company's manager for escalations, or the deputy: the first who is at work
    and is somebody else. Once; where nobody else is there, it stays and is looked at again.
    """

    _inherit = "retention.followup"

    date_deadline = fields.Date(
        "Until", readonly=True, help="Not done by this day, it is handed on to the team leader."
    )
    escalated_on = fields.Date("Handed On", readonly=True)
    escalated_from_id = fields.Many2one(
        "res.users",
        "Handed On From",
        readonly=True,
        ondelete="set null",
        help="Who had it before it was handed on.",
    )
    _deadline_idx = models.Index(
        "(company_id, date_deadline)"
        " WHERE state = 'open' AND escalated_on IS NULL AND date_deadline IS NOT NULL"
    )

    def _get_escalation_in_words(self):
        """Return that, and why, it came from somebody else."""
        self.ensure_one()
        day = format_date(self.env, self.date_deadline, date_format="EEEE, d MMMM")
        before = self.sudo().escalated_from_id
        if not before:
            return self.env._("Nobody had it; it was to be done by %(day)s.", day=day)
        return self.env._(
            "Handed on from %(user)s: it was to be done by %(day)s.", user=before.name, day=day
        )

    def _set_deadlines(self, today):
        """Note until when these have to be done, where their steps say so."""
        for followup in self.filtered("step_id.escalate_days"):
            last = followup.company_id._add_working_days(
                followup.date_due, followup.step_id.escalate_days
            )
            followup.date_deadline = max(last, today)

    @api.model
    def _escalate_all(self):
        """Hand on what was not done in time, in all companies, a transaction each."""
        commit_progress = self.env["ir.cron"]._commit_progress
        for company in self.env["res.company"].search([]):
            for followup in self._get_overdue(company):
                self._escalate_isolated(followup)
                commit_progress()

    @api.model
    def _get_overdue(self, company):
        """Return what is past its time in running programs; nothing on a day off."""
        today = company._get_retention_today()
        overdue = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date_deadline", "<", today),
                ("escalated_on", "=", False),
                ("program_id.state", "=", "running"),
            ]
        )
        return overdue if overdue and company._is_working_day(today) else self.browse()

    @api.model
    def _escalate_isolated(self, followup):
        """Hand on one, so that one that fails, or that somebody works on, stops no other."""
        isolated(
            followup,
            lambda each: each.try_lock_for_update(allow_referencing=True)._escalate(),
            "Hand on",
        )

    def _escalate(self):
        """Hand these on, once, with a note of why; those nobody else can take stay where they are."""
        for followup in self:
            if followup.state != "open" or followup.escalated_on:
                continue
            today = followup.company_id._get_retention_today()
            heir = followup.user_id._get_escalation_user(
                followup.company_id, today, followup.program_id.responsible_team_id
            )
            if heir:
                followup.write(
                    {
                        "escalated_on": today,
                        "escalated_from_id": followup.user_id.id,
                        "user_id": heir.id,
                        "date_opened": today,
                    }
                )
                followup._hand_on_activity(heir)

    def _hand_on_activity(self, heir):
        """Give the activity to ``heir``, with a note of why; make one where nobody had it."""
        self.ensure_one()
        if not self.activity_id:
            self._create_missing_activities()
        activity = self.activity_id
        if not activity:
            return
        words = self.with_context(lang=heir.lang)._get_escalation_in_words()
        activity.write(
            {
                "user_id": heir.id,
                "date_deadline": self.escalated_on,
                "note": Markup("<p><strong>%s</strong></p>") % words + (activity.note or ""),
            }
        )
