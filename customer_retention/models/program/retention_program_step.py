import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.S)
# Fields with one value that can be read out; for whom a field has to be readable.
VALUES = ("char", "text", "integer", "float", "monetary", "date", "datetime", "selection")
TOLD = (None, "base.group_user")
PATH = re.compile(r"\s*object((?:\.[a-z]\w*)+)\s*")


class RetentionProgramStep(models.Model):
    """One act of a program: after how long, by which channel, with which words, on which condition.

    The delay counts from the event for the first step, and from the day the step before was due
    for the others. Working days are those of the company's calendar, holidays left out. Another
    addon adds a channel with ``selection_add`` and a method ``retention.followup._act_<channel>``.
    """

    _name = "retention.program.step"
    _inherit = ["retention.range.mixin"]
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
        help="What to say or do. {{ object.name }} becomes the customer's name; any field of the "
        "contact can stand there.",
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

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), "delay_days": (0, 3650), "escalate_days": (0, 3650)}

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
            if step.mail_template_id and step.mail_template_id.model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "Email template is %(template)s, which is not made for contacts.",
                        template=step.mail_template_id.name,
                    )
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
        """Return whether there is all that the channel needs: it may have been deleted since."""
        if not self:
            return False
        self.ensure_one()
        name = self._get_needed_field(self.channel)
        return bool(not name or self[name]) and (
            self.channel != "plan" or bool(self.plan_id.template_ids)
        )

    @api.constrains("summary", "note")
    def _check_placeholders(self):
        for step in self:
            for text in filter(None, (step.summary, step.note)):
                for placeholder in PLACEHOLDER.findall(text):
                    if not step._is_field_of_contact(placeholder):
                        raise ValidationError(
                            self.env._(
                                "Placeholder is {{%(value)s}}. It has to be a field of the contact, "
                                "like {{ object.name }} or {{ object.country_id.name }}.",
                                value=placeholder,
                            )
                        )
                if any(braces in PLACEHOLDER.sub("", text) for braces in ("{{", "}}")):
                    raise ValidationError(
                        self.env._(
                            "“%(text)s” has braces without their partner. A placeholder stands "
                            "between two and two, like {{ object.name }}.",
                            text=text,
                        )
                    )

    def _is_field_of_contact(self, placeholder):
        """Return whether ``placeholder`` is a path to one value of a contact that may be told."""
        found = PATH.fullmatch(placeholder)
        if not found:
            return False
        model = self.env["res.partner"]
        *ways, last = found[1].strip(".").split(".")
        for name in ways:
            field = model._fields.get(name)
            if not field or field.type != "many2one" or field.groups not in TOLD:
                return False
            model = self.env[field.comodel_name]
        field = model._fields.get(last)
        return bool(field) and field.groups in TOLD and field.type in VALUES

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

    def _render(self, name, partners):
        """Return field ``name`` with its placeholders filled, ``{partner id: text}``, in their languages."""
        self.ensure_one()
        texts = {}
        for lang, same in partners.grouped("lang").items():
            step = self.with_context(lang=lang or self.env.lang)
            text = step[name] or ""
            if PLACEHOLDER.search(text):
                rendered = step.env["mail.render.mixin"]._render_template(
                    text, "res.partner", same.ids, engine="inline_template"
                )
            else:
                rendered = dict.fromkeys(same.ids, text)
            texts.update(rendered)
        return texts
