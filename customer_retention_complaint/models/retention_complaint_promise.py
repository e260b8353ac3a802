from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .retention_complaint import INTERNAL
from .retention_complaint_clock import WARNING

FURTHEST_DAYS = 366


class RetentionComplaintPromise(models.Model):
    """A day that was promised to the customer, kept for ever.

    It is kept where the complaint was solved, or refused with an answer, until the end of work on
    that day; a promise that another one replaced is moved, and not kept.
    """

    _name = "retention.complaint.promise"
    _description = "Promise to a Customer"
    _order = "promised_at desc, id desc"
    _rec_name = "date"

    complaint_id = fields.Many2one(
        "retention.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    date = fields.Date("Promised For", required=True, readonly=True)
    deadline = fields.Datetime("Until", required=True, readonly=True, help="End of work that day.")
    promised_at = fields.Datetime("Promised", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    number = fields.Integer(readonly=True, help="How often it had been reopened before.")
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("moved", "Moved"), ("broken", "Broken")],
        required=True,
        readonly=True,
        default="open",
    )
    kept = fields.Boolean(compute="_compute_kept", store=True)

    @api.depends("state")
    def _compute_kept(self):
        for promise in self:
            promise.kept = promise.state == "kept"


class RetentionComplaint(models.Model):
    """The day by which the customer hears from us, as it was promised."""

    _inherit = "retention.complaint"

    promise_ids = fields.One2many(
        "retention.complaint.promise", "complaint_id", readonly=True, groups=INTERNAL
    )
    promised_date = fields.Date(
        "Promised For",
        compute="_compute_promised_date",
        inverse="_inverse_promised_date",
        store=True,
        copy=False,
        help="A working day. Another one is a new promise: it is counted, and the customer told.",
    )
    promise_count = fields.Integer(
        "Promises", compute="_compute_promise_count", store=True, copy=False, groups=INTERNAL
    )

    @api.depends("promise_ids.date", "reopened_count")
    def _compute_promised_date(self):
        for complaint in self:
            complaint.promised_date = complaint._get_promises()[-1:].date

    @api.depends("promise_ids.number", "reopened_count")
    def _compute_promise_count(self):
        for complaint in self:
            complaint.promise_count = len(complaint._get_promises())

    def _get_promises(self):
        """Return the promises since it was last opened, the last one last."""
        self.ensure_one()
        return self.promise_ids.filtered(lambda each: each.number == self.reopened_count).sorted(
            "id"
        )

    def _inverse_promised_date(self):
        now = fields.Datetime.now()
        for complaint in self:
            current = complaint.sudo().promise_ids.filtered(lambda each: each.state == "open")[:1]
            if complaint.promised_date and complaint.promised_date != current.date:
                complaint._promise(complaint.promised_date, now)
            elif current and not complaint.promised_date:
                raise UserError(
                    self.env._(
                        "Promised For is empty. A promise that was given can only be replaced by "
                        "another day."
                    )
                )

    def _promise(self, day, at, message=None, tell=True):
        """Promise the customer an answer by the end of work on ``day``, and tell them.

        :param at: when it is promised, UTC
        :param message: what the customer is told beside the day, plain text
        :param tell: False where the customer knows already
        :raise ValidationError: a day off, a past one, today after closing time, or too far ahead
        """
        self.ensure_one()
        deadline = self._check_promise(day, at)
        mine = self.sudo()
        mine._note_missed(at)
        before = mine.promise_ids.filtered(lambda each: each.state == "open")
        for promise in before:
            promise.state = "broken" if promise.deadline < at else "moved"
        promise = mine.env["retention.complaint.promise"].create(
            {
                "complaint_id": self.id,
                "date": day,
                "deadline": deadline,
                "promised_at": at,
                "user_id": self.env.uid,
                "number": mine.reopened_count,
            }
        )
        hours = self.company_id._count_working_hours({0: (at, deadline)})[0]
        planned = self.company_id._plan_working_hours({0: (at, WARNING * hours)})
        mine.write({"answer_deadline": deadline, "warn_at": planned[0], "warned_at": False})
        if self.kind == "new":
            self._change_stage(self._get_stage("acknowledged"), at)
        mine._note_acknowledged(at)
        mine._settle_levels(at)
        if tell:
            self._tell_promise(promise, message, is_new=bool(before))

    def _check_promise(self, day, at):
        """Return the end of work on ``day``; raise a ValidationError where it cannot be promised."""
        company = self.company_id
        if not self.is_open:
            raise ValidationError(
                self.env._("“%(complaint)s” is closed: reopen it first.", complaint=self.name)
            )
        furthest = company._get_retention_today() + timedelta(days=FURTHEST_DAYS)
        end = company._get_end_of_work(day) if day <= furthest else None
        if end and end > at:
            return end
        if day > furthest:
            raise ValidationError(
                self.env._(
                    "Promised For is %(day)s. It has to be a working day until %(last)s.",
                    day=format_date(self.env, day),
                    last=format_date(self.env, furthest),
                )
            )
        start, _until = company._get_day_bounds(day)
        following = company._get_next_promise_day(max(at, start))
        raise ValidationError(
            self.env._(
                "Promised For is %(day)s. It has to be a working day, and its work not over yet: "
                "the next one is %(next)s.",
                day=format_date(self.env, day, date_format="EEEE, d MMMM y"),
                next=format_date(self.env, following, date_format="EEEE, d MMMM y"),
            )
        )

    def _settle_promise(self, at):
        """Note whether the promise was kept, where the complaint is closed at a moment."""
        for promise in self.promise_ids.filtered(lambda each: each.state == "open"):
            promise.state = "kept" if at <= promise.deadline else "broken"

    def _break_promises(self, at):
        """Note the promises of these whose day has passed."""
        promises = self.promise_ids.filtered(
            lambda each: each.state == "open" and each.deadline < at
        )
        promises.write({"state": "broken"})

    def _tell_promise(self, promise, message, is_new):
        """Write to the customer by when they hear from us."""
        self.ensure_one()
        customer = self._mail_get_partners()[self.id]
        speaking = self.with_context(lang=customer.lang or self.env.lang)
        day = format_date(speaking.env, promise.date, date_format="EEEE, d MMMM")
        if is_new:
            text = speaking.env._(
                "You will hear from us by %(day)s, later than we had said.", day=day
            )
        else:
            text = speaking.env._("You will hear from us by %(day)s.", day=day)
        body = Markup("<p>%s</p>") % text
        if message:
            body = Markup("<p>%s</p>") % message + body
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=customer.ids if customer.email else [],
        )

    def action_promise(self):
        """Ask for the day by which the customer hears from us."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise an Answer"),
            "res_model": "retention.complaint.promise.give",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_complaint_id": self.id, "dialog_size": "small"},
        }
