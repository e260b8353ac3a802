from functools import cache

from odoo import api, models
from odoo.tools import SQL


class RetentionFollowup(models.Model):
    """Which follow-up comes first, which next, and on what day it is due."""

    _inherit = "retention.followup"

    @api.model
    def _plan_first(self, enrollments):
        """Plan the first step of ``enrollments``."""
        due_date = self._get_due_dates()
        rows = []
        for program, of_program in enrollments.grouped("program_id").items():
            if first := program.step_ids.sorted(lambda step: (step.sequence, step.id))[:1]:
                rows += [
                    (each.id, first.id, due_date(first, each.event_id.date, each.company_id))
                    for each in of_program
                ]
        return self._plan(rows)

    @api.model
    def _get_due_dates(self):
        """Return a function (step, start, company) → day; many ask for the same, and it takes long."""
        return cache(lambda step, start, company: step._get_due_date(start, company))

    @api.model
    def _plan(self, rows):
        """Add planned follow-ups by one statement and return them.

        :param rows: list of (enrollment id, step id, day it is due)
        """
        if not rows:
            return self.browse()
        self.env.flush_all()
        enrollment_ids, step_ids, days = (list(column) for column in zip(*rows, strict=True))
        added = self.env.execute_query(
            SQL(
                """INSERT INTO retention_followup
                          (enrollment_id, program_id, partner_id, contact_id, company_id,
                           step_id, channel, date_due, part, state,
                           create_uid, create_date, write_uid, write_date)
                   SELECT enrollment.id, enrollment.program_id, enrollment.partner_id,
                          enrollment.contact_id, enrollment.company_id,
                          step.id, step.channel, row.date_due, 0, 'planned',
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM UNNEST(%(enrollments)s::int[], %(steps)s::int[], %(days)s::date[])
                          AS row (enrollment_id, step_id, date_due)
                     JOIN retention_enrollment AS enrollment ON enrollment.id = row.enrollment_id
                     JOIN retention_program_step AS step ON step.id = row.step_id
                    ORDER BY enrollment.id
                RETURNING id""",
                enrollments=enrollment_ids,
                steps=step_ids,
                days=days,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env["retention.enrollment"].invalidate_model(["followup_ids"])
        self.env["res.partner"].invalidate_model(["retention_followup_ids"])
        return self.browse(row_id for (row_id,) in added)

    def _plan_next(self):
        """Plan the step after these closed ones; end the enrollments that have no further step."""
        due_date = self._get_due_dates()
        following = cache(lambda step: step._get_next() if step else step)
        rows = {}
        finished = set()
        for followup in self:
            enrollment = followup.enrollment_id
            if enrollment.state != "open" or followup._has_open_parts():
                continue
            step = following(followup.step_id)
            while step and step in enrollment.followup_ids.step_id:
                # Somebody has put it behind this one since it was done.
                step = following(step)
            if step:
                day = due_date(step, followup.date_due, enrollment.company_id)
                rows[enrollment.id] = (enrollment.id, step.id, day)
            else:
                finished.add(enrollment.id)
        self.env["retention.enrollment"].browse(finished)._finish()
        planned = self._plan(list(rows.values()))
        # What came of the step before is known: what does not follow from it is not shown as planned.
        for step, followups in planned.grouped("step_id").items():
            if step.condition in ("previous_done", "previous_not_reached"):
                followups._filter_unmet(step)._skip("condition")
        return planned.filtered(lambda each: each.state == "planned")

    def _has_open_parts(self):
        """Return whether other follow-ups of the same step are not closed yet."""
        parts = self._get_parts()
        return bool(parts.filtered(lambda other: other.state in ("planned", "open")))
