from odoo import api, fields, models
from odoo.exceptions import UserError

DEFAULT_DAYS = 7
MAX_DAYS = 90


class RetentionFollowupPostpone(models.TransientModel):
    """Not now: put a follow-up off by some days, to the working day then or after.

    Three times at most, *Tomorrow* included. Whoever may see the follow-up may put it off.
    """

    _name = "retention.followup.postpone"
    _description = "Put a Follow-up Off"

    followup_id = fields.Many2one("retention.followup", required=True, readonly=True)
    days = fields.Integer("In Days", default=DEFAULT_DAYS, required=True)
    date = fields.Date("Back On", compute="_compute_date")
    left_count = fields.Integer("Times Left", compute="_compute_left_count")

    @api.depends("days", "followup_id")
    def _compute_date(self):
        for wizard in self:
            known = 1 <= wizard.days <= MAX_DAYS
            wizard.date = known and wizard.followup_id._get_postponed_date(wizard.days)

    @api.depends("followup_id")
    def _compute_left_count(self):
        for wizard in self:
            wizard.left_count = wizard.followup_id._get_postponements_left() - 1

    def action_save(self):
        """Put it off.

        :raise UserError: the days are not from 1 to 90, or it has been put off three times already
        """
        self.ensure_one()
        if not 1 <= self.days <= MAX_DAYS:
            raise UserError(
                self.env._(
                    "In Days is %(value)s. It has to be between 1 and %(highest)s.",
                    value=self.days,
                    highest=MAX_DAYS,
                )
            )
        self.followup_id._postpone(self.followup_id._get_postponed_date(self.days))
        return {"type": "ir.actions.act_window_close"}
