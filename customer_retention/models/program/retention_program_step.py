from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.placeholders import PLACEHOLDER
from ..common.reach import SALESPERSON


class RetentionProgramStep(models.Model):
    """One act of a program: after how long, by which channel, with which words, on which condition.

    The delay counts from the event for the first step, and from the day the step before was due
    for the others. Working days are those of the company's calendar, holidays left out. Another
    addon adds a channel with ``selection_add`` and a method ``retention.followup._act_<channel>``.
    """

    _name = "retention.program.step"
    _inherit = ["retention.range.mixin", "retention.writable.mixin"]
    _description = "Step of a Follow-up Program"
    _order = "program_id, sequence, id"

    program_id = fields.Many2one("retention.program", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    delay_days = fields.Integer("After", required=True, default=0)
    delay_kind = fields.Selection(
        [("calendar", "days"), ("working", "working days")], required=True, default="working"
    )
    channel = fields.Selection(
        [("activity", "Activity"), ("email", "Email"), ("plan", "Activity plan")],
        required=True,
        default="activity",
    )
    purpose = fields.Selection(
        [("service", "Service"), ("survey", "Survey"), ("offer", "Offer")],
        required=True,
        default="service",
        help="Surveys and offers wait while a complaint is open.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type", domain="[('res_model', 'in', (False, 'res.partner'))]"
    )
    mail_template_id = fields.Many2one(
        "mail.template", domain="[('model', '=', 'res.partner')]", ondelete="set null"
    )
    plan_id = fields.Many2one(
        "mail.activity.plan", domain="[('res_model', '=', 'res.partner')]", ondelete="set null"
    )
    summary = fields.Char(translate=True, help="Shown in the list of activities.")
    note = fields.Text(
        translate=True,
        help="What to say or do. {{ object.name }} becomes the customer's name; other fields of the "
        "contact can stand there too, and {{ salutation }}, {{ last_purchase }} or {{ referral }}.",
    )
    condition = fields.Selection(
        [
            ("always", "Always"),
            ("not_bought", "Only if not bought since"),
            ("previous_done", "Only if the step before was done"),
            ("previous_not_reached", "Only if nobody was reached in the step before"),
        ],
        required=True,
        default="always",
    )

    escalate_days = fields.Integer(
        "Hand On After (Working Days)",
        help="To be done within so many working days of the day it is due. What is not done by then "
        "is handed on to the team leader, or to the manager for escalations. 0: never.",
    )

    tries = fields.Integer(
        "Tried (Times)",
        default=3,
        required=True,
        help="Not reached, it is tried again on the next working days, so many times in all, before "
        "the next step.",
    )

    sentence = fields.Char(
        "What Happens", compute="_compute_sentence", help="The step as a sentence."
    )

    @api.depends(
        "delay_days", "delay_kind", "channel", "activity_type_id", "summary", "condition", "tries",
        "escalate_days",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        conditions = dict(self._fields["condition"]._description_selection(self.env))
        for step in self:
            parts = [step._say_delay(PLACEHOLDER.sub("…", step._get_act_name() or ""))]
            if step.condition and step.condition != "always":
                parts.append(conditions[step.condition])
            if step.escalate_days:
                parts.append(
                    self.env._("Within %s working days, else the team leader", step.escalate_days)
                )
            step.sentence = ". ".join(parts)

    @api.model
    def _get_ranges(self):
        return {
            **super()._get_ranges(),
            "delay_days": (0, 3650),
            "escalate_days": (0, 3650),
            "tries": (1, 9),
        }

    @api.depends("delay_days", "delay_kind", "channel", "activity_type_id", "summary")
    def _compute_display_name(self):
        for step in self:
            step.display_name = step._say_delay(PLACEHOLDER.sub("…", step._get_act_name() or ""))

    def _say_delay(self, act):
        """Return ``act`` with the days after which it happens, as in "After 3 working days: Call"."""
        words = {"days": self.delay_days, "act": act}
        if not self.delay_days:
            return self.env._("At once: %(act)s", **words)
        if self.delay_kind == "working":
            if self.delay_days == 1:
                return self.env._("After one working day: %(act)s", **words)
            return self.env._("After %(days)s working days: %(act)s", **words)
        if self.delay_days == 1:
            return self.env._("After one day: %(act)s", **words)
        return self.env._("After %(days)s days: %(act)s", **words)

    def _get_act_name(self):
        """Return what is done, in a few words. Hook for added channels."""
        self.ensure_one()
        return (
            self.summary
            or self.activity_type_id.name
            or self.plan_id.name
            or self.mail_template_id.name
        )

    @api.constrains("channel", "activity_type_id", "mail_template_id", "plan_id")
    def _check_channel(self):
        for step in self:
            name = self._get_needed_field(step.channel)
            if name and not step[name]:
                raise ValidationError(
                    self.env._(
                        "%(field)s is empty. A step by %(channel)s needs one.",
                        field=self._fields[name].get_description(self.env)["string"],
                        channel=dict(self._fields["channel"]._description_selection(self.env))[
                            step.channel
                        ],
                    )
                )
            if step.mail_template_id and not step._has_template_for_contacts():
                raise ValidationError(
                    self.env._(
                        "Email template is %(template)s, which is not made for contacts.",
                        template=step.mail_template_id.name,
                    )
                )

    def _has_template_for_contacts(self):
        """Return whether the email template speaks of contacts, and attaches nothing of something else.

        A report of another model would be printed with the numbers of contacts, with all rights.
        """
        template = self.sudo().mail_template_id
        reach = self.env["res.partner"]._get_reach(SALESPERSON)
        return template.model == "res.partner" and all(
            report.model == "res.partner" and reach.has_groups(report.group_ids)
            for report in template.report_template_ids
        )

    @api.model
    def _get_needed_field(self, channel):
        """Return the field that a step by ``channel`` needs, None for none. Hook for added channels."""
        needed = {"activity": "activity_type_id", "email": "mail_template_id", "plan": "plan_id"}
        return needed.get(channel)

    def _get_reach(self):
        """Return by what a customer is reached by this step: ``email``, ``phone``, ``post`` or False."""
        return "email" if self.channel == "email" else self.activity_type_id.retention_reach

    def _is_complete(self):
        """Return whether there is all that the channel needs: it may have been deleted or changed since."""
        if not self:
            return False
        self.ensure_one()
        name = self._get_needed_field(self.channel)
        if name and not self[name]:
            return False
        if self.channel == "plan":
            return bool(self.plan_id.template_ids)
        return self.channel != "email" or self._has_template_for_contacts()

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._start_period()
        return steps

    def write(self, vals):
        self._start_period()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _start_period(self):
        self.program_id.filtered(lambda program: program.state != "off")._start_period()

    def _get_next(self):
        """Return the step after this one, empty for the last."""
        self.ensure_one()
        steps = self.program_id.step_ids.sorted(lambda step: (step.sequence, step.id))
        position = steps.ids.index(self.id)
        return steps[position + 1 : position + 2]

    def _get_due_date(self, start, company):
        """Return the day this step is due, counted from ``start`` in ``company``."""
        self.ensure_one()
        if self.delay_kind == "calendar":
            return start + timedelta(days=self.delay_days)
        return company._add_working_days(start, self.delay_days)
