from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...tools.numbers import plain
from .retention_program import FROM_SETTINGS


class RetentionProgram(models.Model):
    """What a program must not be, told when it is saved."""

    _inherit = "retention.program"

    @api.model
    def _get_ranges(self):
        return {
            **super()._get_ranges(),
            "min_amount": (0, 1_000_000_000_000),
            "max_age_days": (1, 3650),
            "sample_percent": (0.01, 100),
            "holdout_percent": (0, 100),
            "window_days": (1, 3650),
            "pause_days": (0, 3650),
            "own_pause_days": (FROM_SETTINGS, 3650),
            "daily_cap": (0, 10000),
            "expire_days": (0, 3650),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_hand(self):
        if by_hand := self.filtered("is_by_hand"):
            raise UserError(
                self.env._(
                    "%s cannot be deleted: calls that people plan themselves are kept in it.",
                    by_hand[0].name,
                )
            )

    @api.constrains("holdout_percent", "event_type")
    def _check_held_out(self):
        for program in self:
            if program.holdout_percent and program._get_event_traits().is_never_held_out:
                raise ValidationError(
                    self.env._(
                        "Held Out is %(value)s. It has to be 0 for %(event)s: nobody who brought a "
                        "customer is left without thanks, and nobody who is dissatisfied or wants a "
                        "call without one.",
                        value=plain(program.holdout_percent),
                        event=dict(self._selection_event_type())[program.event_type],
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for program in self:
            if program.date_from and program.date_to and program.date_from > program.date_to:
                raise ValidationError(
                    self.env._(
                        "Not After is %(last)s. It must not be before Not Before, which is "
                        "%(first)s.",
                        first=format_date(self.env, program.date_from),
                        last=format_date(self.env, program.date_to),
                    )
                )

    @api.model
    def _get_condition_fields(self):
        traits = self.env["retention.event"]._get_type_traits()
        return [name for each in traits.values() for name in each.conditions if name]

    @api.constrains(lambda self: ["event_type", *self._get_condition_fields()])
    def _check_change(self):
        for program in self:
            old, new = program._get_event_traits().conditions
            if old and new and program[old] and program[old] == program[new]:
                labels = dict(self._fields[new]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(old)s and %(new)s are both %(value)s. They have to differ: the program "
                        "begins with a change.",
                        old=self._get_field_label(old),
                        new=self._get_field_label(new),
                        value=labels[program[new]],
                    )
                )

    @api.constrains("domain", "company_id")
    def _check_domain(self):
        for program in self:
            company = program.company_id or self.env.company
            if fault := self.env["res.partner"]._get_filter_refusal(program.domain, company):
                raise ValidationError(fault)

    @api.constrains("responsible_rule", "responsible_user_id", "responsible_team_id")
    def _check_responsible(self):
        for program in self:
            if program.responsible_rule == "user" and not program.responsible_user_id:
                raise ValidationError(self.env._("Responsible is empty. Choose the one person."))
            if program.responsible_rule == "team" and not program.responsible_team_id:
                raise ValidationError(
                    self.env._("Team is empty. Choose the team that takes turns.")
                )
