from odoo import api, models
from odoo.exceptions import ValidationError

from .retention_program import NEVER_HELD_OUT


class RetentionProgram(models.Model):
    """What a program must not be, told when it is saved."""

    _inherit = "retention.program"

    @api.constrains("sample_percent", "holdout_percent", "event_type")
    def _check_percents(self):
        for program in self:
            for name, lowest in (("sample_percent", 0.01), ("holdout_percent", 0)):
                if not lowest <= program[name] <= 100:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is %(value)s. It has to be between %(lowest)s and 100.",
                            field=self._fields[name].get_description(self.env)["string"],
                            value=f"{program[name]:g}",
                            lowest=f"{lowest:g}",
                        )
                    )
            if program.holdout_percent and program.event_type in NEVER_HELD_OUT:
                raise ValidationError(
                    self.env._(
                        "Held Out is %(value)s. It has to be 0 for %(event)s: nobody who brought a "
                        "customer is left without thanks, and nobody who is dissatisfied or wants a "
                        "call without one.",
                        value=f"{program.holdout_percent:g}",
                        event=dict(self._selection_event_type())[program.event_type],
                    )
                )

    @api.constrains("domain")
    def _check_domain(self):
        for program in self:
            try:
                program._get_partner_domain().validate(self.env["res.partner"])
                self.env["res.partner"].search(program._get_partner_domain(), limit=1)
            except Exception as error:  # whatever is wrong with it, the manager is told
                raise ValidationError(
                    self.env._(
                        "Domain is %(value)s, which cannot be used to find customers: %(reason)s",
                        value=program.domain,
                        reason=str(error),
                    )
                ) from error

    @api.constrains("responsible_rule", "responsible_user_id", "responsible_team_id")
    def _check_responsible(self):
        for program in self:
            if program.responsible_rule == "user" and not program.responsible_user_id:
                raise ValidationError(self.env._("Responsible is empty. Choose the one person."))
            if program.responsible_rule == "team" and not program.responsible_team_id:
                raise ValidationError(
                    self.env._("Team is empty. Choose the team that takes turns.")
                )
