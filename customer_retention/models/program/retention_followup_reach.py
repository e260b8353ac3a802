from odoo import api, fields, models
from odoo.tools import format_date

from .retention_followup_channel import Desk

# So many days ahead a free place is looked for; on the last of them it is tried in any case.
MOST_DAYS = 30


class RetentionFollowup(models.Model):
    """Nobody was there: tried again on the next working days, as often as the step says.

    Each time in the other half of the day, said in words since activities have dates only. Only
    after the last time is the follow-up done, as not reached, and the next step planned.
    """

    _inherit = "retention.followup"

    tries = fields.Integer("Times Not Reached", readonly=True)
    try_half = fields.Selection(
        [("morning", "in the morning"), ("afternoon", "in the afternoon")],
        "Try",
        readonly=True,
        help="The half of the day in which nobody has been tried last.",
    )
    tries_in_words = fields.Char(compute="_compute_tries_in_words")

    @api.depends("tries", "try_half", "step_id.tries", "state")
    def _compute_tries_in_words(self):
        halves = dict(self._fields["try_half"]._description_selection(self.env))
        for followup in self:
            if followup.state != "open" or not followup.tries:
                followup.tries_in_words = False
                continue
            followup.tries_in_words = self.env._(
                "Not reached, %(count)s of %(most)s. Try %(half)s.",
                count=followup.tries,
                most=followup._get_most_tries(),
                half=halves.get(followup.try_half),
            )

    def _get_most_tries(self):
        """Return how many times somebody is to be tried; a step that is gone leaves the default."""
        return self.step_id.tries or self.step_id.default_get(["tries"])["tries"]

    def _note_not_reached(self, feedback=False):
        """Note that nobody was there; end those that were tried often enough, and move the others."""
        # A second click at once is no second try: it is of another day already.
        going = self.filtered(lambda each: each.state == "open" and not each._is_moved_on())
        last = going.filtered(lambda each: each.tries + 1 >= each._get_most_tries())
        for followup in going:
            followup.tries += 1
        for followup in going - last:
            day = followup._get_next_try_date()
            followup.try_half = followup._get_other_half()
            followup.date_opened = day
            followup.activity_id.date_deadline = day
            if feedback:
                followup.feedback = "\n".join(filter(None, (followup.feedback, feedback)))
        last._end("no", feedback)

    def _is_moved_on(self):
        """Return whether nobody was there today, and it is tried on another day."""
        today = self.company_id._get_retention_today()
        return bool(self.tries) and self.date_opened > today

    def _repeat(self, day):
        """Plan the same once more on ``day``, for whoever has it; the next step waits for it."""
        self.ensure_one()
        again = self.copy(
            {
                "part": max(self._get_parts().mapped("part")) + 1,
                "state": "open",
                "date_opened": day,
                "date_deadline": self.date_deadline and max(self.date_deadline, day),
                "activity_id": self.activity_id.copy({"date_deadline": day}).id,
                "tries": 0,
                "try_half": False,
                "postponed_count": 0,
            }
        )
        self.env["retention.enrollment"].invalidate_model(["followup_ids"])
        return again

    def _get_next_try_date(self):
        """Return the next working day on which whoever has it is there and has room left."""
        self.ensure_one()
        company, user = self.company_id, self.user_id
        day = today = company._get_retention_today()
        while (day - today).days < MOST_DAYS:
            day = company._add_working_days(day, 1)
            if not user or (
                user._is_at_work(day, company) and Desk(self, company, day).take(user, self)
            ):
                break
        return day

    def _get_other_half(self):
        """Return the half of the day that it is not now, where the reader is."""
        here = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        return "afternoon" if here.hour < 12 else "morning"

    def _say_not_reached(self):
        """Return in words what became of this one, which was just noted as not reached."""
        self.ensure_one()
        words = {
            "customer": self.partner_id.display_name,
            "count": self.tries,
            "most": self._get_most_tries(),
        }
        if self.state == "open":
            return self.env._(
                "%(customer)s: not reached, %(count)s of %(most)s. Again on %(day)s, %(half)s.",
                day=self._say_day(self.date_opened),
                half=dict(self._fields["try_half"]._description_selection(self.env))[self.try_half],
                **words,
            )
        return self.env._(
            "%(customer)s: not reached, %(count)s of %(most)s. That was the last time.", **words
        )

    @api.model
    def _say_day(self, day):
        return format_date(self.env, day, date_format="EEEE, d MMMM")
