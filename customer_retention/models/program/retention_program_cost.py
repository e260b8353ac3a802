from collections import Counter

from odoo import fields, models


class RetentionProgram(models.Model):
    """What a program cost: the work and the thanks of those treated in the present measurement period.

    It stands beside the money won and is never taken off it: what an hour of somebody is worth,
    and whether it would have been spent otherwise, no figure here knows.
    """

    _inherit = "retention.program"

    done_count = fields.Integer("Follow-ups Done", compute="_compute_costs")
    done_kinds = fields.Char(
        "Of Which", compute="_compute_costs", help="What people did for it, by kind."
    )
    mail_count = fields.Integer("Emails Sent", compute="_compute_costs")
    thanks_count = fields.Integer("Thanks Given", compute="_compute_costs")
    thanks_cost = fields.Monetary(
        "Cost of Thanks",
        compute="_compute_costs",
        currency_field="proof_currency_id",
        help="Notes, cards and gifts of this program, as noted on the thanks.",
    )

    def _compute_costs(self):
        for program in self:
            kinds, program.mail_count = program._get_done()
            thanks_count, thanks_cost = program._get_thanks_cost()
            program.done_count = sum(kinds.values())
            program.done_kinds = ", ".join(
                f"{kind} {count}"
                for kind, count in sorted(kinds.items(), key=lambda each: -each[1])
            )
            program.thanks_count = thanks_count
            program.thanks_cost = thanks_cost

    def _get_treated_domain(self, path=""):
        """Return the domain of what belongs to treated customers of the present period, at ``path``."""
        return [
            (f"{path}program_id", "=", self._origin.id),
            (f"{path}enrollment_id.period", "=", self.period),
            (f"{path}enrollment_id.arm", "=", "treated"),
            (f"{path}company_id", "in", self.env.companies.ids),
        ]

    def _get_done(self):
        """Return how many follow-ups of each kind were done, a Counter by the kind in words, and the emails."""
        self.ensure_one()
        Followup = self.env["retention.followup"].sudo()
        channels = dict(Followup._fields["channel"]._description_selection(self.env))
        kinds, mails = Counter(), 0
        for step, channel, part, count in Followup._read_group(
            [*self._get_treated_domain(), ("state", "=", "done")],
            ["step_id", "channel", "part"],
            ["__count"],
        ):
            kind = channels.get(channel)
            if channel == "email":
                mails += count
                continue
            if channel == "activity":
                kind = step.activity_type_id.name
            elif channel == "plan":
                kind = Followup._get_plan_templates(step)[part:][:1].activity_type_id.name
            kinds[kind or self.env._("Other")] += count
        return kinds, mails

    def _get_thanks_cost(self):
        """Return the number of thanks that follow-ups of this program were, and what they cost."""
        self.ensure_one()
        [(count, cost)] = (
            self.env["retention.thanks"]
            .sudo()
            ._read_group(
                self._get_treated_domain("followup_id."), aggregates=["__count", "cost:sum"]
            )
        )
        return count, cost
