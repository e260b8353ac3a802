from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from ..common.window_action import open_dialog

POSTPONEMENTS = 3


class RetentionFollowup(models.Model):
    """What a salesperson sees of a follow-up of today, and does with it."""

    _inherit = "retention.followup"

    day = fields.Selection(
        [("overdue", "Overdue"), ("today", "Today"), ("later", "Later")],
        compute="_compute_day",
        help="When it was handed out, or put off to, seen from today.",
    )
    why = fields.Char("Why Now", compute="_compute_what_to_know")
    what_to_do = fields.Char(compute="_compute_what_to_know")
    what_to_say = fields.Html(
        compute="_compute_what_to_know", help="What the program wants to be said."
    )
    what_to_know = fields.Text(
        compute="_compute_what_to_know",
        help="What we know of the customer: last purchase, why they choose us, what went wrong.",
    )
    is_gold = fields.Boolean(compute="_compute_what_to_know")

    @api.depends("date_opened", "date_deadline", "state")
    def _compute_day(self):
        for company, followups in self.grouped("company_id").items():
            today = company._get_retention_today()
            for followup in followups:
                opened = followup.date_opened or followup.date_due
                last = max(opened, followup.date_deadline or opened)
                followup.day = "overdue" if last < today else "later" if opened > today else "today"

    @api.depends("partner_id", "enrollment_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_what_to_know(self):
        texts = self._get_texts()
        for followup in self:
            partner = followup.partner_id.with_company(followup.company_id)
            followup.why = followup._get_why(partner)
            activity = followup.sudo().activity_id
            summary, note = texts.get(followup, (activity.summary, activity.note))
            followup.what_to_do = summary or followup.step_id.display_name
            followup.what_to_say = note
            followup.is_gold = partner.is_gold
            followup.what_to_know = "\n".join(followup._get_talking_points(partner)) or False

    def _get_texts(self):
        """Return the summary and note of those that have no activity, as theirs would be: ``{follow-up: …}``."""
        texts = {}
        # Read with the reader's own rights before: what sudo reads is not asked for them again.
        self.mapped("partner_id")
        without = self.sudo().filtered(lambda each: each.step_id and not each.activity_id)
        for step, followups in without.grouped("step_id").items():
            summaries, notes = step._fill("summary", followups), step._fill("note", followups)
            for followup in followups:
                note = notes[followup]
                texts[followup] = summaries[followup], note and plaintext2html(note)
        return texts

    def _get_why(self, partner):
        """Return why ``partner`` is to be followed up now: what happened, else the state they are in."""
        # Who has it in hand may know why, also where the customer is somebody else's.
        event = self.sudo().enrollment_id.event_id
        taken = self._get_taken_type()
        state = taken and self._get_state_in_words(partner, taken)
        if not state:
            return event.description
        return self.env._(
            "%(program)s: %(state)s", program=self.sudo().program_id.name, state=state
        )

    def _get_taken_type(self):
        """Return the event type whose state was the reason to be taken at the start; None otherwise."""
        event = self.sudo().enrollment_id.event_id
        taken = event.type == "manual" and event.new_value
        return self.sudo().program_id.event_type if taken else None

    def _get_state_in_words(self, partner, event_type):
        """Return the present status, class, segment or gold of ``partner`` as the reason to call."""
        if event_type == "abc_class":
            return self.env._("class %s", self._get_label(partner, "abc_class"))
        if event_type == "rfm_segment":
            return self._get_label(partner, "rfm_segment")
        if event_type == "is_gold":
            return self.env._("gold customer") if partner.is_gold else self.env._("not gold")
        # The name of the program has said the status already.
        return (partner.status_reason or "").removeprefix(
            f"{self._get_label(partner, 'retention_status')}: "
        )

    def _get_label(self, partner, name):
        selection = dict(partner._fields[name]._description_selection(self.env))
        return selection.get(partner[name], "")

    def _get_talking_points(self, partner):
        """Return what to know of ``partner`` before calling, as short sentences. Hook."""
        addressee = self.contact_id or partner
        points = []
        if addressee.preferred_name:
            points.append(self.env._("Call them %s.", addressee.preferred_name))
        if self._get_taken_type() != "status":
            points.append(partner.status_reason)
        if partner.priority_id:
            points.append(self.env._("Cares about: %s.", partner.priority_id.name))
        if partner.choice_reason_ids:
            points.append(
                self.env._(
                    "Chooses us for: %s.", ", ".join(partner.choice_reason_ids.mapped("name"))
                )
            )
        if partner.deal_breaker_ids:
            points.append(
                self.env._("Beware: %s.", ", ".join(partner.deal_breaker_ids.mapped("name")))
            )
        return [point for point in points if point]

    def action_assign(self):
        """Ask whom to give these to."""
        self.check_access("read")
        return open_dialog(
            "retention.followup.assign",
            self.env._("Who does it?"),
            default_followup_ids=self.ids,
            dialog_size="small",
        )

    def action_done(self):
        """Note that the customer was reached."""
        self.check_access("read")
        self._do("yes")
        return self._said(self._say_done(), undo=False)

    def action_not_reached(self):
        """Note that nobody was there: it is tried again, or, after the last time, done."""
        self.check_access("read")
        self._remember()
        self._do("no")
        return self._said("\n".join(each._say_not_reached() for each in self))

    def action_tomorrow(self):
        """Move these to the next working day; what is there already, after a second click, stays."""
        self.check_access("read")
        said = []
        for company, followups in self.grouped("company_id").items():
            day = company._add_working_days(company._get_retention_today(), 1)
            moved = followups.filtered(lambda each, day=day: each.date_opened != day)
            moved._postpone(day)
            said += [moved._say_postponed(day)] * bool(moved)
        return self._said("\n".join(said)) if said else False

    def action_not_now(self):
        """Ask for how many days this is put off."""
        self.ensure_one()
        self.check_access("read")
        self._check_postponements()
        return open_dialog(
            "retention.followup.postpone",
            self.env._("Not now: %s", self.partner_id.display_name),
            default_followup_id=self.id,
            dialog_size="small",
        )

    def action_stop_customer(self):
        """End the program for these customers, and keep them out of it from now on."""
        self.check_access("read")
        self.sudo().enrollment_id._stop("by_hand")
        return self._said(
            self.env._("%s: stopped.", ", ".join(self.partner_id.mapped("display_name"))),
            undo=False,
        )

    def _do(self, reached, feedback=False):
        """Note what came of these: done, or nobody was there."""
        self.check_access("read")
        if reached == "no":
            self.sudo()._note_not_reached(feedback)
        else:
            self._end(reached, feedback)

    def _end(self, reached, feedback=False):
        """Close these that are open, with their activities."""
        open_ones = self.filtered(lambda each: each.state == "open")
        activities = open_ones.sudo().activity_id
        activities.with_user(self.env.user).with_context(retention_reached=reached).action_feedback(
            feedback
        )
        # Those on the list To assign have no activity.
        open_ones.sudo().filtered(lambda each: each.state == "open")._close(reached, feedback)

    def _postpone(self, day):
        """Move these to ``day``.

        :raise UserError: one of them has been moved three times already
        """
        self.check_access("read")
        self._remember()
        for followup in self.sudo().filtered(lambda each: each.state == "open"):
            followup._check_postponements()
            followup.postponed_count += 1
            followup.date_opened = day
            followup.activity_id.date_deadline = day

    def _say_done(self):
        return self.env._("Done: %s.", ", ".join(self.partner_id.mapped("display_name")))

    def _say_postponed(self, day):
        """Return in words that these come back on ``day``."""
        return self.env._(
            "%(customers)s: back on %(day)s.",
            customers=", ".join(self.partner_id.mapped("display_name")),
            day=self._say_day(day),
        )

    def _get_postponed_date(self, days):
        """Return the day this comes back on: ``days`` from today, or the next working day after."""
        company = self.company_id or self.env.company
        day = company._get_retention_today() + timedelta(days=days - 1)
        return company._add_working_days(day, 1)

    def _get_postponements_left(self):
        """Return how many times this can still be put off."""
        return max(0, POSTPONEMENTS - self.postponed_count)

    def _check_postponements(self):
        if not self._get_postponements_left():
            raise UserError(
                self.env._(
                    "%(customer)s has been put off %(count)s times. Do it, or stop it for this "
                    "customer.",
                    customer=self.partner_id.display_name,
                    count=POSTPONEMENTS,
                )
            )

    def _follow_activity(self):
        """Take over who has the activity, and the later day it was put off to."""
        self.ensure_one()
        activity = self.activity_id
        if activity.user_id != self.user_id:
            self.user_id = activity.user_id
        today = self.company_id._get_retention_today()
        if activity.date_deadline not in (self.date_opened, self.date_deadline) and (
            activity.date_deadline >= today
        ):
            self.date_opened = activity.date_deadline
