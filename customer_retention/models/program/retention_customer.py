from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
    def _get_at_stake_sql(self, alias, past=None):
        """Return SQL of what decides who comes first in My Day, as the row's company chose.

        The better of the last two years, or what is expected within 90 days, where that is known.

        :param past: SQL that stands for the better of the last two years
        """
        row = SQL.identifier(alias)
        past = past or SQL("GREATEST(%s.value_year, %s.value_year_1)", row, row)
        companies = self.env["res.company"]._get_retention_companies()
        chosen = companies.filtered(lambda company: company.retention_day_priority == "expected")
        if not chosen:
            return past
        return SQL(
            "CASE WHEN %s.company_id = ANY(%s) THEN COALESCE(%s, %s) ELSE %s END",
            row,
            chosen.ids,
            self._get_expected_value_sql(alias),
            past,
            past,
        )

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
