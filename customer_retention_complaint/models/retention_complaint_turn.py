from odoo import api, fields, models
from odoo.tools import SQL

from .retention_complaint import INTERNAL


class RetentionComplaintTurn(models.Model):
    """A turn a complaint took: a deadline passed, it was solved, refused or reopened.

    Written by the clocks only, and never again: what happened stays, also where it was reopened.
    """

    _name = "retention.complaint.turn"
    _description = "Turn of a Complaint"
    _order = "at desc, id desc"
    _log_access = False

    complaint_id = fields.Many2one(
        "retention.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("solved", "Solved"),
            ("refused", "Refused"),
            ("reopened", "Reopened"),
        ],
        required=True,
        readonly=True,
    )
    at = fields.Datetime("When", required=True, readonly=True)
    number = fields.Integer(
        readonly=True, help="Which one of its kind: how often it had been reopened before."
    )
    used_hours = fields.Float("Working Hours", readonly=True, help="Used until then.")

    _at_idx = models.Index("(company_id, kind, at)")
    _overdue_uniq = models.UniqueIndex(
        "(complaint_id, at) WHERE kind = 'overdue'", "This deadline was missed already."
    )


class RetentionComplaint(models.Model):
    """What a complaint went through."""

    _inherit = "retention.complaint"

    turn_ids = fields.One2many(
        "retention.complaint.turn", "complaint_id", readonly=True, groups=INTERNAL
    )

    def _note_turn(self, kind, at):
        self.env["retention.complaint.turn"].sudo().create(
            [
                {
                    "complaint_id": each.id,
                    "company_id": each.company_id.id,
                    "kind": kind,
                    "at": at,
                    "number": each.reopened_count,
                    "used_hours": each.used_hours,
                }
                for each in self.sudo()
            ]
        )

    def _note_missed(self, at):
        """Note the deadlines of these that have passed at a moment, each once, for good."""
        if self:
            self._note_missed_where(SQL("complaint.id = ANY(%s)", self.ids), at)

    @api.model
    def _note_missed_where(self, condition, at):
        """Note the deadlines that have passed of the open complaints of a condition, set-based.

        :param condition: SQL over ``complaint``
        """
        self.env.flush_all()
        missed = self.env.execute_query(
            SQL(
                """WITH missed AS (
                          INSERT INTO retention_complaint_turn
                                 (complaint_id, company_id, kind, at, number, used_hours)
                          SELECT complaint.id, complaint.company_id, 'overdue', due.at,
                                 complaint.reopened_count, complaint.used_hours
                            FROM retention_complaint AS complaint
                           CROSS JOIN LATERAL (VALUES
                                 (complaint.reply_deadline),
                                 (CASE WHEN complaint.acknowledged_at IS NULL
                                       THEN complaint.ack_deadline END),
                                 (CASE WHEN complaint.clock_from IS NOT NULL
                                         OR complaint.promised_date IS NOT NULL
                                       THEN complaint.answer_deadline END)) AS due (at)
                           WHERE %(condition)s AND complaint.next_due < %(at)s AND due.at < %(at)s
                              ON CONFLICT (complaint_id, at) WHERE kind = 'overdue' DO NOTHING
                       RETURNING complaint_id, at)
                   UPDATE retention_complaint AS complaint
                      SET first_missed_at = LEAST(complaint.first_missed_at, first.at)
                     FROM (SELECT complaint_id, MIN(at) AS at FROM missed GROUP BY complaint_id)
                          AS first
                    WHERE complaint.id = first.complaint_id
                RETURNING complaint.id""",
                condition=condition,
                at=at,
            )
        )
        if missed:
            self.invalidate_model(["first_missed_at", "turn_ids"], flush=False)
            self.browse(each for (each,) in missed)._break_promises(at)
