from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..common.window_action import open_dialog


class RetentionSatisfaction(models.Model):
    """An answer noted after a call can be corrected on the same day by who noted it."""

    _inherit = "retention.satisfaction"

    is_correctable = fields.Boolean(
        compute="_compute_is_correctable", help="You noted it after a call of today."
    )

    @api.depends("origin", "date", "company_id")
    @api.depends_context("uid")
    def _compute_is_correctable(self):
        for answer in self:
            answer.is_correctable = (
                answer.origin == "phone"
                and answer.create_uid == self.env.user
                and answer.date == answer.company_id._get_retention_today()
            )

    def action_call(self):
        """Put a call about this answer on the reader's My Day of today, with its words.

        :raise UserError: a call is planned already, or the customer is not to be called
        """
        self.ensure_one()
        self.check_access("read")
        person = self.contact_id or self.partner_id
        person._check_callable()
        company = self.company_id
        followups, refused = person._plan_calls(
            {self.env.user: person},
            company._get_retention_today(),
            company,
            self.comment,
            even_held_out=True,
        )
        if refused:
            raise UserError(person._say_uncalled(refused))
        return followups._said(
            self.env._("%s: on My Day.", self.partner_id.display_name), undo=False
        )

    def action_correct(self):
        """Correct what was noted after a call, in the dialog in which it was noted."""
        self.ensure_one()
        return open_dialog(
            "retention.followup.answer",
            self.env._("Correct the Answer"),
            default_satisfaction_id=self.id,
            default_comment=self.comment,
            default_level=self.level,
            dialog_size="medium",
        )

    def _correct(self, level, words):
        """Note ``level`` and ``words`` in place of what was noted.

        :raise UserError: it is of another day, of somebody else, or was not noted after a call
        """
        self.ensure_one()
        self.check_access("read")
        if not level or not self.is_correctable:
            raise UserError(
                self.env._(
                    "The answer of %(customer)s of %(date)s cannot be corrected: only who noted it "
                    "after a call can do so, on the same day.",
                    customer=self.partner_id.display_name,
                    date=format_date(self.env, self.date),
                )
            )
        self.sudo().write({"level": level, "comment": words or False})
        self.sudo().followup_id.feedback = words or self._get_level_label(level)

    @api.model
    def _get_level_label(self, level):
        return dict(self._fields["level"]._description_selection(self.env))[level]
