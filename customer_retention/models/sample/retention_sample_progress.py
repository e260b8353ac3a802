from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.sampling import margin, outlook
from ..common.window_action import open_action
from .retention_sample import FIXED

# States of those who were asked.
ASKED = ("invited", "answered")


class RetentionSample(models.Model):
    """What a sample will come to, and how far it has come, in words and numbers."""

    _inherit = "retention.sample"

    plan = fields.Text("In Words", compute="_compute_plan")
    progress = fields.Text(compute="_compute_counts")
    member_count = fields.Integer("Drawn", compute="_compute_counts")
    replaced_count = fields.Integer(
        "Replaced", compute="_compute_counts", help="Who could not be asked; others took the place."
    )
    waiting_count = fields.Integer("Not Asked Yet", compute="_compute_counts")
    asked_count = fields.Integer("Asked", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")
    response_rate = fields.Float(
        compute="_compute_counts", help="Complete answers among those who were asked (0–1)."
    )
    reached_percent = fields.Float(
        "Error Reached (±%)",
        compute="_compute_counts",
        help="What all customers think is known within so many percentage points by now, at the "
        "wanted confidence, provided those who answer are like those who do not. 0: exactly.",
    )

    @api.depends("member_ids.state", "population_count", "confidence_percent")
    @api.depends_context("lang")
    def _compute_counts(self):
        counts, reasons = defaultdict(int), defaultdict(list)
        for sample, state, reason, count in self.env["retention.sample.member"]._read_group(
            [("sample_id", "in", self._origin.ids)], ["sample_id", "state", "reason"], ["__count"]
        ):
            counts[sample.id, state] += count
            reasons[sample.id] += [reason] * count if reason else []
        for sample in self:
            found = {
                state: counts[sample._origin.id, state]
                for state in ("drawn", "replaced", "invited", "answered")
            }
            sample.replaced_count = found["replaced"]
            sample.waiting_count = found["drawn"]
            sample.asked_count = sum(found[state] for state in ASKED)
            sample.member_count = sample.waiting_count + sample.asked_count
            sample.answered_count = found["answered"]
            sample.response_rate = (
                found["answered"] / sample.asked_count if sample.asked_count else 0
            )
            reached = sample._get_margin()
            sample.reached_percent = 0 if reached is None else 100 * reached
            sample.progress = sample._get_progress(reasons[sample._origin.id])

    def _get_margin(self):
        """Return the error reached with the answers so far, a rate 0-1; None without any."""
        confidence = self.confidence_percent / 100
        if not self.answered_count or not 0 < confidence < 1:
            return None
        return margin(self.answered_count, self.population_count, confidence)

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    def _get_progress(self, reasons):
        """Return what has come of a drawn sample; "" for a draft.

        :param reasons: why customers were replaced, one each
        """
        if self.state == "draft":
            return ""
        lines = []
        if self.asked_count and not self.answered_count:
            lines.append(
                self.env._(
                    "%(asked)s asked, nobody has answered yet.",
                    asked=self._format(self.asked_count),
                )
            )
        elif self.asked_count:
            lines.append(
                self.env._(
                    "%(asked)s asked, %(answered)s answered (%(rate)s %%): what all "
                    "%(population)s think is known within ±%(reached)s %%.",
                    asked=self._format(self.asked_count),
                    answered=self._format(self.answered_count),
                    rate=self._format(round(100 * self.response_rate, 1)),
                    population=self._format(self.population_count),
                    reached=self._format(round(self.reached_percent, 1)),
                )
            )
        if self.waiting_count and self.state == "sent":
            lines.append(self._get_waiting_sentence())
        is_short = self.member_count < self.wanted_count
        if reasons:
            lines.append(self._get_replaced_sentence(reasons, is_short))
        if is_short:
            lines.append(
                self.env._(
                    "%(count)s instead of %(wanted)s: nobody else was left to ask.",
                    count=self._format(self.member_count),
                    wanted=self._format(self.wanted_count),
                )
            )
        return "\n".join(lines)

    def _get_waiting_sentence(self):
        count = self._format(self.waiting_count)
        try:
            self._check_ready()
        except UserError as error:
            return self.env._("%(count)s wait: %(reason)s", count=count, reason=str(error))
        return self.env._("%(count)s are still to be asked; this goes on by itself.", count=count)

    @api.depends(*FIXED, "state", "member_ids.state")
    @api.depends_context("lang")
    def _compute_plan(self):
        for sample in self:
            if sample.state == "draft":
                sample.plan = sample._get_draft_plan()
            else:
                sample.plan = sample._get_plan_sentence(
                    sample.population_count, sample.needed_count, sample.member_count
                )

    def _get_draft_plan(self):
        """Return what drawing now would come to, without drawing; or what is wrong."""
        self.ensure_one()
        if message := self._get_percent_message() or self._get_domain_message():
            return message
        order = self._get_order()
        if not order:
            return self.env._("None of your customers is meant: nobody can be asked.")
        needed, wanted = self._get_sizes(len(order))
        if not (self.survey_id if self.mode == "survey" else self.program_id):
            return self._get_plan_sentence(len(order), needed, wanted)
        reasons = [reason for _position, _partner, reason in self._walk(order, 1, wanted)]
        passed = [reason for reason in reasons if reason]
        count = len(reasons) - len(passed)
        lines = [self._get_plan_sentence(len(order), needed, count)]
        if passed:
            lines.append(self._get_replaced_sentence(passed, is_short=count < wanted))
        if count < wanted:
            lines.append(self._get_short_sentence(count))
        return "\n".join(lines)

    def _get_plan_sentence(self, population, needed, asked):
        """Return what is wanted and what it takes, or what comes of it where they are too few.

        :param asked: how many can be asked, of those who have to be
        """
        case, expected, reached = outlook(
            population, needed, asked, self.response_percent / 100, self.confidence_percent / 100
        )
        values = {
            "error": self._format(self.error_percent),
            "confidence": self._format(self.confidence_percent),
            "population": self._format(population),
            "needed": self._format(needed),
            "response": self._format(self.response_percent),
            "asked": self._format(asked),
            "expected": self._format(expected),
            "reached": self._format(100 if reached is None else round(100 * reached, 1)),
        }
        return self._get_outlook_sentence(case, values)

    @api.model
    def _get_outlook_sentence(self, case, values):
        if case == "nobody":
            return self.env._(
                "To know within ±%(error)s %%, at %(confidence)s %% confidence, what "
                "%(population)s customers think, %(needed)s answers are needed.",
                **values,
            )
        if case == "enough":
            return self.env._(
                "To know within ±%(error)s %%, at %(confidence)s %% confidence, what "
                "%(population)s customers think, %(needed)s answers are needed; with %(response)s "
                "%% answering, ask %(asked)s.",
                **values,
            )
        if case == "some":
            return self.env._(
                "To know within ±%(error)s %%, at %(confidence)s %% confidence, what "
                "%(population)s customers think, %(needed)s answers are needed; with %(response)s "
                "%% answering, the %(asked)s who can be asked make %(expected)s, which is within "
                "±%(reached)s %%.",
                **values,
            )
        return self.env._(
            "To know within ±%(error)s %%, at %(confidence)s %% confidence, what %(population)s "
            "customers think, %(needed)s answers are needed; with %(response)s %% answering, all "
            "of them make %(expected)s, which is within ±%(reached)s %%.",
            **values,
        )

    def _get_replaced_sentence(self, reasons, is_short):
        """Return how many cannot be asked and why, the most frequent reason first.

        :param is_short: whether nobody is left to take their place
        """
        values = {
            "count": self._format(len(reasons)),
            "reasons": self.env["retention.sample.member"]._get_reason_counts(reasons),
        }
        if is_short:
            return self.env._("%(count)s cannot be asked (%(reasons)s).", **values)
        return self.env._(
            "%(count)s of those drawn cannot be asked (%(reasons)s); the next take their place.",
            **values,
        )

    def _get_short_sentence(self, count):
        if not count:
            return self.env._("Nobody can be asked now: choose more customers, or wait.")
        return self.env._(
            "Only %(count)s can be asked now: choose more customers, or wait.",
            count=self._format(count),
        )

    # ------------------------------------------------------------------
    # What a number opens
    # ------------------------------------------------------------------

    def action_open_answers(self):
        """Open the answers of the customers of this sample, read as measures."""
        self.ensure_one()
        self.check_access("read")
        members = self.sudo().member_ids
        domain = Domain("user_input_id", "in", members.user_input_id.ids)
        domain |= Domain("followup_id", "in", members.enrollment_id.followup_ids.ids)
        return open_action(self.env, "customer_retention.retention_satisfaction_action", domain)

    def action_open_followups(self):
        """Open the calls of this sample."""
        self.ensure_one()
        self.check_access("read")
        domain = Domain("enrollment_id", "in", self.sudo().member_ids.enrollment_id.ids)
        return open_action(self.env, "customer_retention.retention_followup_action", domain)
