from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.common.say_value import say_money


class RetentionChoiceReport(models.Model):
    """Why customers choose us: one row per reason, customer and company, as it stands today.

    A customer named by several persons for one reason counts once. ``value_year`` is the
    customer's value of the last 365 days in company currency; a customer with three reasons has
    it in three rows, so add it up within one reason only.
    """

    _name = "retention.choice.report"
    _inherit = ["retention.open.partner.mixin", "retention.speaking.mixin"]
    _description = "Why Customers Choose Us"
    _auto = False
    _order = "value_year desc, id"
    _rec_name = "partner_id"

    reason_id = fields.Many2one("retention.reason", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    date = fields.Date("Last Said", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    value_year = fields.Monetary(
        "Value, Last 12 Months",
        readonly=True,
        help="What those who named the reason bought in the last 365 days, in company currency.",
    )

    _depends = {
        "res.partner": ["commercial_partner_id", "user_id"],
        "retention.customer": ["company_id", "partner_id", "value_year"],
        "retention.mention": [
            "company_id",
            "currency_id",
            "date",
            "date_end",
            "kind",
            "partner_id",
            "reason_id",
        ],
    }

    @property
    def _table_query(self):
        return SQL(
            """SELECT said.id, said.reason_id, said.partner_id, said.company_id, said.currency_id,
                      customer.user_id, said.date, 1 AS customer_count,
                      COALESCE(figures.value_year, 0) AS value_year
                 FROM (SELECT MIN(mention.id) AS id, mention.reason_id, mention.company_id,
                              mention.currency_id, sayer.commercial_partner_id AS partner_id,
                              MAX(mention.date) AS date
                         FROM retention_mention AS mention
                         JOIN res_partner AS sayer ON sayer.id = mention.partner_id
                        WHERE mention.kind = 'choice' AND mention.date_end IS NULL
                        GROUP BY mention.reason_id, mention.company_id, mention.currency_id,
                                 sayer.commercial_partner_id) AS said
                 JOIN res_partner AS customer ON customer.id = said.partner_id
                 LEFT JOIN retention_customer AS figures
                        ON figures.partner_id = said.partner_id
                       AND figures.company_id = said.company_id"""
        )

    @api.model
    def _get_sentence(self, domain):
        """Say which reason is named by the customers who are worth most."""
        found = self._read_group(
            domain,
            ["reason_id"],
            ["value_year:sum", "__count"],
            order="value_year:sum desc, __count desc",
            limit=1,
        )
        if not found:
            return None
        [(reason, amount, count)] = found
        sentence = self.env._(
            "%(reason)s is what keeps most: named by %(count)s, who bought for %(amount)s in 12 "
            "months.",
            reason=reason.name,
            count=count,
            amount=say_money(self.env, amount, self.env.company.currency_id),
        )
        return sentence, domain & Domain("reason_id", "=", reason.id)
