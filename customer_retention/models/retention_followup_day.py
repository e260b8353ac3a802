from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

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
        for followup in self:
            partner = followup.partner_id
            # Who has it in hand may know why, also where the customer is somebody else's.
            followup.why = followup.sudo().enrollment_id.event_id.description
            activity = followup.sudo().activity_id
            followup.what_to_do = activity.summary or followup.step_id.display_name
            followup.what_to_say = activity.note
            followup.is_gold = partner.is_gold
            followup.what_to_know = "\n".join(followup._get_facts(partner)) or False

    def _get_facts(self, partner):
        """Return what to know of ``partner`` before calling, as short sentences. Hook."""
        addressee = self.contact_id or partner
        facts = []
        if addressee.preferred_name:
            facts.append(self.env._("Call them %s.", addressee.preferred_name))
        facts.append(partner.status_reason)
        if partner.priority_id:
            facts.append(self.env._("Cares about: %s.", partner.priority_id.name))
        if partner.choice_reason_ids:
            facts.append(
                self.env._(
                    "Chooses us for: %s.", ", ".join(partner.choice_reason_ids.mapped("name"))
                )
            )
        if partner.deal_breaker_ids:
            facts.append(
                self.env._("Beware: %s.", ", ".join(partner.deal_breaker_ids.mapped("name")))
            )
        return [fact for fact in facts if fact]

    def action_open_partner(self):
        """Open the customer's contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_done(self):
        """Note that the customer was reached."""
        self._do("yes")

    def action_not_reached(self):
        """Note that the customer was not reached."""
        self._do("no")

    def action_tomorrow(self):
        """Move these to the next working day."""
        for company, followups in self.grouped("company_id").items():
            today = company._get_retention_today()
            followups._postpone(company._add_working_days(today, 1))

    def action_next_week(self):
        """Not now: move these by a week."""
        for company, followups in self.grouped("company_id").items():
            followups._postpone(company._get_retention_today() + timedelta(days=7))

    def action_stop_customer(self):
        """End the program for these customers, and keep them out of it from now on."""
        self.check_access("read")
        self.sudo().enrollment_id._stop("by_hand")

    def _do(self, reached, feedback=False):
        self.check_access("read")
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
        for followup in self.sudo().filtered(lambda each: each.state == "open"):
            if followup.postponed_count >= POSTPONEMENTS:
                raise UserError(
                    self.env._(
                        "%(customer)s has been put off %(count)s times. Do it, or stop it for this "
                        "customer.",
                        customer=followup.partner_id.display_name,
                        count=POSTPONEMENTS,
                    )
                )
            followup.postponed_count += 1
            followup.date_opened = day
            followup.activity_id.date_deadline = day
