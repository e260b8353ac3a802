from odoo import api, fields, models
from odoo.exceptions import UserError

# A dissatisfied customer who is not called by a program is called again within so many days.
CALL_AGAIN_DAYS = 7


class RetentionFollowupAnswer(models.TransientModel):
    """What came of a call: how satisfied the customer is, what lies behind, and what happens next.

    Nothing is noted before *Save*, or *Not Reached*. The answer becomes a row of
    ``retention.satisfaction`` of origin phone, about the document the call was made for, the
    reasons become mentions, and the follow-up ends with the words as its feedback. Whoever may see
    the follow-up may note its answer; on the same day they may correct it.
    """

    _name = "retention.followup.answer"
    _inherit = ["retention.writable.mixin"]
    _description = "What Came of a Call"

    followup_id = fields.Many2one("retention.followup", readonly=True)
    satisfaction_id = fields.Many2one(
        "retention.satisfaction",
        readonly=True,
        help="The answer to correct, if it is noted already.",
    )
    what_to_do = fields.Char(related="followup_id.what_to_do", related_sudo=False)
    level = fields.Selection(
        selection=lambda self: self.env["retention.satisfaction"]._fields["level"].selection,
        string="How satisfied are they?",
        help="Left out where you did not ask.",
    )
    comment = fields.Text("What Lies Behind", help="In the customer's words; may be left out.")
    lost_reason_ids = fields.Many2many("crm.lost.reason", string="What Bothers Them")
    competitor_id = fields.Many2one("retention.competitor", "Compares Us With")
    reason_ids = fields.Many2many("retention.reason", string="Why They Choose Us")
    note = fields.Text("Own Note", help="For colleagues: what was agreed, whom to ask for.")
    next_act = fields.Selection(
        [("nothing", "Nothing"), ("call", "Call again"), ("loss", "Record a loss")],
        string="What happens next?",
        default="nothing",
        required=True,
    )
    is_uncalled = fields.Boolean(
        compute="_compute_is_uncalled",
        help="Dissatisfied, and no program is switched on that has somebody call.",
    )
    call_date = fields.Date(
        "Call Again On",
        compute="_compute_call_date",
        store=True,
        readonly=False,
        help="A working day; the next one is taken otherwise.",
    )

    @api.depends("level", "followup_id")
    def _compute_is_uncalled(self):
        Program = self.env["retention.program"]
        for dialog in self:
            dialog.is_uncalled = (
                dialog.level == "dissatisfied"
                and bool(dialog.followup_id)
                and not Program._is_running_for("dissatisfied", dialog.followup_id.company_id)
            )

    @api.onchange("level")
    def _onchange_level(self):
        if self.is_uncalled and self.next_act == "nothing":
            self.next_act = "call"

    @api.depends("next_act", "followup_id")
    def _compute_call_date(self):
        for dialog in self:
            if dialog.next_act == "call" and dialog.followup_id:
                dialog.call_date = dialog.call_date or dialog.followup_id._get_postponed_date(
                    CALL_AGAIN_DAYS
                )

    def action_save(self):
        """Note what is filled in, end the call, and go on to what happens next.

        :return: the action that closes the dialog, or opens what happens next
        :raise UserError: the call is closed already, or the day to call again is not to come
        """
        self.ensure_one()
        words = (self.comment or "").strip()
        if self.satisfaction_id:
            self.satisfaction_id._correct(self.level, words)
            return {"type": "ir.actions.act_window_close"}
        followup = self._get_open_followup()
        again = self._get_call_again()
        self._note_reasons(followup)
        said = words
        if self.level:
            Satisfaction = self.env["retention.satisfaction"]
            Satisfaction._record([followup._prepare_answer_values(self.level, words)])
            said = words or Satisfaction._get_level_label(self.level)
        note = (self.note or "").strip()
        if again:
            followup.sudo()._repeat(again)
        followup._do("yes", "\n".join(filter(None, (said, note))))
        return self._get_next_action(followup)

    def action_not_reached(self):
        """Note that nobody was reached: it is tried again, or, after the last time, over."""
        self.ensure_one()
        followup = self._get_open_followup()
        followup._remember()
        words = (self.comment or "").strip(), (self.note or "").strip()
        followup._do("no", "\n".join(filter(None, words)))
        return followup._said(followup._say_not_reached())

    def _get_open_followup(self):
        followup = self.followup_id
        followup.check_access("read")
        if followup.state != "open":
            raise UserError(
                self.env._(
                    "%(customer)s: this call has been closed already.",
                    customer=followup.partner_id.display_name,
                )
            )
        return followup

    def _get_call_again(self):
        """Return the day of the next call, False without one."""
        if self.next_act != "call":
            return False
        company = self.followup_id.company_id
        today = company._get_retention_today()
        if not self.call_date or self.call_date <= today:
            raise UserError(
                self.env._(
                    "Call Again On is %(value)s. It has to be a day after today.",
                    value=self.call_date or self.env._("empty"),
                )
            )
        return self.followup_id._get_postponed_date((self.call_date - today).days)

    def _note_reasons(self, followup):
        """Note the reasons given, as said on the phone today."""
        common = {
            "partner_id": followup.partner_id.id,
            "contact_id": followup.contact_id.id,
            "company_id": followup.company_id.id,
            "date": followup.company_id._get_retention_today(),
            "origin": "phone",
        }
        bothered = [
            {
                "kind": "deal_breaker",
                "lost_reason_id": reason.id,
                "competitor_id": self.competitor_id.id,
            }
            for reason in self.lost_reason_ids
        ]
        pleased = [{"kind": "choice", "reason_id": reason.id} for reason in self.reason_ids]
        # Whoever may call a customer may note what is said, see ``retention.satisfaction._record``.
        self.env["retention.mention"].sudo().create(
            [{**common, **values} for values in bothered + pleased]
        )

    def _get_next_action(self, followup):
        """Return the action that opens what happens next. Hook for added choices."""
        if self.next_act == "loss":
            action = followup.partner_id.action_record_loss()
            action["context"] = {
                **action["context"],
                "default_reason_id": self.lost_reason_ids[:1].id,
                "default_competitor_id": self.competitor_id.id,
                "default_note": (self.comment or "").strip(),
            }
            return action
        if self.next_act == "call":
            return followup._said(followup._say_postponed(self._get_call_again()), undo=False)
        return followup._said(
            self.env._("%s: noted.", followup.partner_id.display_name), undo=False
        )
