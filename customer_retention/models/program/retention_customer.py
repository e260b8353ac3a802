from odoo import api, fields, models
from odoo.fields import Domain

from ..common.say_value import say_money
from ..common.window_action import open_action


class RetentionCustomer(models.Model):
    """Boards and lists of customers say what comes next for each."""

    _name = "retention.customer"
    _inherit = ["retention.customer", "retention.speaking.mixin"]

    next_sentence = fields.Char(
        "Next", compute="_compute_next_sentence", help="What is planned, or the best thing to do."
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_next_sentence(self):
        for customer in self:
            partner = customer.partner_id.with_company(customer.company_id)
            customer.next_sentence = partner.next_sentence

    @api.model
    def _get_sentence(self, domain):
        """Say what late and silent customers are worth, and of how many nobody takes care."""
        late = domain & Domain("status", "in", ("late", "silent"))
        [(count, value, before)] = self._read_group(
            late, [], ["__count", "value_year:sum", "value_year_1:sum"]
        )
        if not count:
            return None
        alone = late & Domain(
            "partner_id.retention_followup_ids", "not any", [("state", "=", "open")]
        )
        lonely = self.search_count(alone)
        sentence = self.env._(
            "%(count)s late or silent customers bought for %(value)s in 12 months, and for "
            "%(before)s in the 12 months before. Nobody follows up: %(lonely)s.",
            count=count,
            value=say_money(self.env, value, self.env.company.currency_id),
            before=say_money(self.env, before, self.env.company.currency_id),
            lonely=lonely,
        )
        if not lonely:
            return sentence, late
        action = open_action(
            self.env,
            "customer_retention.retention_customer_action",
            alone,
            name=self.env._("Nobody follows up"),
            views=[(False, "list"), (False, "kanban")],
        )
        return sentence, late, self.env._("Plan Calls"), action
