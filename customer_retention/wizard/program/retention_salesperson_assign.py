from itertools import cycle

from odoo import api, fields, models
from odoo.exceptions import UserError


class RetentionSalespersonAssign(models.TransientModel):
    """Give customers a salesperson: one that is chosen, or who sold them something last.

    Written with the rights of the user, as in the form of the contact.
    """

    _name = "retention.salesperson.assign"
    _inherit = ["retention.writable.mixin"]
    _description = "Assign a Salesperson"

    partner_ids = fields.Many2many("res.partner", string="Customers")
    rule = fields.Selection(
        [
            ("last_sale", "Who sold them something last"),
            ("team", "A team, in turn"),
            ("person", "One person"),
        ],
        "Who",
        default="last_sale",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        help="Where nobody sold anything to a customer, too.",
    )
    team_id = fields.Many2one("crm.team", help="Its members who can work here, one after another.")
    only_missing = fields.Boolean(
        "Only Who Has None", default=True, help="Customers with a salesperson keep theirs."
    )
    outcome = fields.Text(compute="_compute_outcome", help="Who gets how many.")

    @api.depends("partner_ids", "rule", "user_id", "team_id", "only_missing")
    def _compute_outcome(self):
        for dialog in self:
            lines = []
            chosen = dialog._get_by_user()
            for user, partners in chosen.items():
                name = user.name or self.env._("Stay without one")
                lines.append(f"{name}: {len(partners)}")
            kept = dialog.partner_ids._origin - self.env["res.partner"].union(*chosen.values())
            if kept:
                lines.append(self.env._("Keep theirs: %s", len(kept)))
            dialog.outcome = "\n".join(lines)

    def _get_by_user(self):
        """Return ``{user: customers}``; the user is empty where the rule finds nobody."""
        partners = self.partner_ids._origin.commercial_partner_id
        if self.only_missing:
            partners = partners.filtered(lambda each: not each.user_id)
        sellers = {}
        if self.rule == "last_sale":
            sellers = partners._get_last_sellers(self.env.company)
        elif self.rule == "team":
            members = self.team_id.member_ids.filtered(
                lambda member: member._can_work_for(self.env.company)
            )
            sellers = dict(zip(partners, cycle(members), strict=False)) if members else {}
        by_user = {}
        for partner in partners:
            user = sellers.get(partner, self.user_id)
            by_user[user] = by_user.get(user, partners.browse()) | partner
        return by_user

    def action_assign(self):
        """Give them.

        :raise UserError: nobody is chosen, or the person cannot work here
        """
        self.ensure_one()
        if self.rule == "team" and not self.team_id:
            raise UserError(self.env._("Team is empty. Please choose one."))
        if self.rule == "person" and not self.user_id:
            raise UserError(self.env._("Salesperson is empty. Please choose one."))
        if self.user_id and not self.user_id._can_work_for(self.env.company):
            raise UserError(
                self.env._(
                    "Salesperson is %(user)s, who does not work for %(company)s: it takes an active "
                    "user with sales rights there.",
                    user=self.user_id.name,
                    company=self.env.company.name,
                )
            )
        for user, partners in self._get_by_user().items():
            if user:
                partners.write({"user_id": user.id})
        return {"type": "ir.actions.act_window_close"}
