from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...models.program.retention_followup_channel import BY_PEOPLE


class RetentionCallPlan(models.TransientModel):
    """Plan calls to customers chosen in a list: on which day, by whom, and how much that is for each."""

    _name = "retention.call.plan"
    _inherit = ["retention.writable.mixin"]
    _description = "Plan Calls"

    partner_ids = fields.Many2many("res.partner", string="Customers")
    user_id = fields.Many2one(
        "res.users",
        "By",
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        help="Empty: each customer's own salesperson.",
    )
    date = fields.Date(
        "On", required=True, default=lambda self: self.env.company._get_retention_today()
    )
    note = fields.Text("What to Say")
    work = fields.Text(
        compute="_compute_work", help="How many calls for each person, and what is there already."
    )

    @api.depends("partner_ids", "user_id", "date")
    def _compute_work(self):
        for dialog in self:
            dialog.work = dialog._say_work() if dialog.date else False

    def _get_by_user(self):
        """Return ``{user: customers}``; nobody for those without a salesperson who can do it."""
        company = self.env.company
        if self.user_id:
            return {self.user_id: self.partner_ids._origin}
        able = {}
        by_user = {}
        for partner in self.partner_ids._origin:
            user = partner.commercial_partner_id.user_id
            if user not in able:
                able[user] = bool(user) and user._can_work_for(company)
            heir = user if able[user] else self.env["res.users"]
            by_user[heir] = by_user.get(heir, partner.browse()) | partner
        return by_user

    def _say_work(self):
        by_user = self._get_by_user()
        there = dict(
            self.env["retention.followup"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", [user.id for user in by_user]),
                    ("date_opened", "=", self.date),
                    ("channel", "in", BY_PEOPLE),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        lines = []
        for user, partners in by_user.items():
            words = {"user": user.name, "count": len(partners), "there": there.get(user, 0)}
            if not user:
                lines.append(
                    self.env._(
                        "%(count)s without a salesperson: they wait under To Assign.", **words
                    )
                )
            elif user.sudo().retention_daily_cap:
                lines.append(
                    self.env._(
                        "%(user)s: %(count)s, with %(there)s that day already; %(limit)s a day are "
                        "usual.",
                        limit=user.sudo().retention_daily_cap,
                        **words,
                    )
                )
            else:
                lines.append(
                    self.env._("%(user)s: %(count)s, with %(there)s that day already.", **words)
                )
        return "\n".join(lines)

    def action_plan(self):
        """Plan them.

        :return: the action that says how many are planned, and who is not called and why
        :raise UserError: the day is past, the person cannot do it, or customers are a colleague's
        """
        self.ensure_one()
        company = self.env.company
        self.partner_ids._check_callable()
        if self.date < company._get_retention_today():
            raise UserError(
                self.env._(
                    "On is %s. It has to be today or later.", format_date(self.env, self.date)
                )
            )
        if self.user_id and not self.user_id._can_work_for(company):
            raise UserError(
                self.env._(
                    "By is %(user)s, who does not work for %(company)s: it takes an active user with "
                    "sales rights there.",
                    user=self.user_id.name,
                    company=company.name,
                )
            )
        followups, refused = self.partner_ids._plan_calls(
            self._get_by_user(), self.date, company, self.note
        )
        lines = [self.env._("Calls planned: %s.", len(followups))]
        if refused:
            lines.append(self.env["res.partner"]._say_uncalled(refused))
        return followups._said("\n".join(lines), undo=False)
