from collections import Counter

from odoo import api, fields, models


class RetentionSampleMember(models.Model):
    """One customer in the order of a sample: drawn, or passed over for a reason, and what came of it.

    Written by the sample alone. ``position`` is the place in the order of drawing, from 1 on, so
    nobody is drawn twice. A customer who is deleted since leaves the place empty.
    """

    _name = "retention.sample.member"
    _description = "Customer in a Random Sample"
    _order = "sample_id desc, position"
    _rec_name = "partner_id"

    sample_id = fields.Many2one(
        "retention.sample", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sample_id.company_id", store=True, index=True)
    position = fields.Integer(
        "Place", required=True, readonly=True, help="Place in the order of drawing."
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who was asked.",
    )
    reason = fields.Selection(
        selection="_selection_reason", string="Why Replaced", readonly=True, index="btree_not_null"
    )
    invite_date = fields.Date("Asked On", readonly=True)
    user_input_id = fields.Many2one(
        "survey.user_input", "Invitation", readonly=True, ondelete="set null"
    )
    enrollment_id = fields.Many2one(
        "retention.enrollment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [
            ("drawn", "Drawn"),
            ("replaced", "Replaced"),
            ("invited", "Asked"),
            ("answered", "Answered"),
        ],
        compute="_compute_state",
        store=True,
        help="Drawn: not asked yet. Replaced: cannot be asked; the next in the order takes the "
        "place. Asked: invited, or given to who calls. Answered: the answer is complete.",
    )

    _position_uniq = models.Constraint(
        "UNIQUE(sample_id, position)", "This place of the sample has been drawn already."
    )
    _invitation_uniq = models.Constraint(
        "UNIQUE(user_input_id)", "This invitation belongs to a sample already."
    )
    _waiting_idx = models.Index("(sample_id, position) WHERE state = 'drawn'")

    @api.model
    def _selection_reason(self):
        """Return why customers are passed over: what stops follow-ups and entries, and our own."""
        reasons = {
            **dict(
                self.env["retention.enrollment"]._fields["reason"]._description_selection(self.env)
            ),
            **dict(
                self.env["retention.followup"]
                ._fields["skip_reason"]
                ._description_selection(self.env)
            ),
            "gone": self.env._("Customer was deleted or merged, or is part of another"),
            "no_phone": self.env._("No phone number"),
            "held_out": self.env._("Held out by the program"),
            "not_meant": self.env._("Program is not for this customer"),
        }
        return list(reasons.items())

    @api.depends(
        "reason",
        "invite_date",
        "user_input_id.state",
        "enrollment_id.followup_ids.satisfaction_ids",
    )
    def _compute_state(self):
        for member in self:
            called = member.enrollment_id.followup_ids.satisfaction_ids
            if member.reason:
                member.state = "replaced"
            elif member.user_input_id.state == "done" or called:
                member.state = "answered"
            else:
                member.state = "invited" if member.invite_date else "drawn"

    @api.model
    def _get_reason_counts(self, reasons):
        """Return how often each of ``reasons`` occurs, in words, the most frequent first."""
        labels = dict(self._selection_reason())
        return ", ".join(
            self.env._("%(reason)s: %(count)s", reason=labels[reason], count=count)
            for reason, count in Counter(reasons).most_common()
        )
