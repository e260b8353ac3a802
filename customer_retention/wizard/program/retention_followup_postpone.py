from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

DEFAULT_DAYS = 7
MAX_DAYS = 90


class RetentionFollowupPostpone(models.TransientModel):
    """Not now: put a follow-up off by some days, to the working day then or after.

    Three times at most, *Tomorrow* included. Whoever may see the follow-up may put it off.
    """

    _name = "retention.followup.postpone"
    _inherit = ["retention.writable.mixin"]
    _description = "Put a Follow-up Off"

    followup_id = fields.Many2one("retention.followup", required=True, readonly=True)
    days = fields.Integer("Put Off by (Days)", default=DEFAULT_DAYS, required=True)
    sentence = fields.Char(
        "What Follows", compute="_compute_sentence", help="When it comes back, and how often more."
    )

    @api.depends("days", "followup_id")
    def _compute_sentence(self):
        for wizard in self:
            wizard.sentence = wizard._is_allowed() and wizard._get_what_follows()

    def _is_allowed(self):
        return 1 <= self.days <= MAX_DAYS

    def _get_what_follows(self):
        day = self.followup_id._get_postponed_date(self.days)
        words = {
            "day": format_date(self.env, day, date_format="EEEE, d MMMM"),
            "left": self.followup_id._get_postponements_left() - 1,
        }
        if words["left"] <= 0:
            return self.env._("Back on %(day)s. It cannot be put off again after that.", **words)
        return self.env._("Back on %(day)s. Times left after that: %(left)s.", **words)

    def action_save(self):
        """Put it off.

        :raise UserError: the days are not from 1 to 90, or it has been put off three times already
        """
        self.ensure_one()
        if not self._is_allowed():
            raise UserError(
                self.env._(
                    "Put Off by (Days) is %(value)s. It has to be between 1 and %(highest)s.",
                    value=self.days,
                    highest=MAX_DAYS,
                )
            )
        day = self.followup_id._get_postponed_date(self.days)
        self.followup_id._postpone(day)
        return self.followup_id._said(self.followup_id._say_postponed(day))
