from odoo import models
from odoo.tools import format_date

from ..common.say_value import say_money


class ResPartner(models.Model):
    """The sheet of a customer says where they came from, whom they brought, and the thanks for it."""

    _inherit = "res.partner"

    def _get_sheet_sections(self):
        lines = [self.acquisition_summary or ""]
        if self.referred_by_id:
            lines.append(self.env._("Brought by %s.", self.referred_by_id.display_name))
        if self.referral_count:
            lines.append(
                self.env._(
                    "Brought us %(count)s, of whom %(bought)s bought: %(value)s in 12 months.",
                    count=self.referral_count,
                    bought=self.referral_converted_count,
                    value=say_money(
                        self.env, self.referred_value_year, self.env.company.currency_id
                    ),
                )
            )
        if self.referral_hidden_count:
            lines.append(
                self.env._("Of them %s are not visible to you.", self.referral_hidden_count)
            )
        if self.last_thanks_date:
            lines.append(
                self.env._("Last thanked on %s.", format_date(self.env, self.last_thanks_date))
            )
        section = self._prepare_section(self.env._("Who brought whom"), lines)
        return super()._get_sheet_sections() + ([section] if section else [])
