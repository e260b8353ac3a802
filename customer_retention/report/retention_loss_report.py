from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.common.say_value import say_money
from ..models.common.window_action import open_action


class RetentionLossReport(models.Model):
    """Money lost: one row per non-sale (or deal breaker noted by hand) and per lost customer.

    ``amount`` is what was at stake in the deal, or what the lost customer bought for a year;
    untaxed, in the currency of the row's company. Nothing is stored.
    """

    _name = "retention.loss.report"
    _inherit = [
        "retention.open.partner.mixin",
        "retention.open.document.mixin",
        "retention.speaking.mixin",
    ]
    _description = "Money Lost"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    source = fields.Selection(
        [
            ("opportunity", "Lost opportunity"),
            ("quotation", "Cancelled quotation"),
            ("said", "Noted by a person"),
            ("customer", "Lost customer"),
        ],
        "What Was Lost",
        readonly=True,
    )
    date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", "Reason", readonly=True)
    competitor_id = fields.Many2one("retention.competitor", readonly=True)
    amount = fields.Monetary(
        "Money Lost",
        readonly=True,
        help="Untaxed value of the lost deal, or what the lost customer bought for a year; in company currency.",
    )
    holds = fields.Boolean(
        "Still Lost",
        readonly=True,
        help="Unset where the deal was reopened or the customer won back.",
    )
    reference = fields.Char("Document", readonly=True)
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", readonly=True)

    _depends = {
        "res.partner": ["commercial_partner_id"],
        "retention.loss": [
            "company_id",
            "competitor_id",
            "currency_id",
            "date",
            "partner_id",
            "reason_id",
            "state",
            "user_id",
            "value_year",
        ],
        "retention.mention": [
            "amount",
            "company_id",
            "competitor_id",
            "currency_id",
            "date",
            "date_end",
            "kind",
            "lost_reason_id",
            "partner_id",
            "reference",
            "res_id",
            "res_model",
            "user_id",
        ],
    }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all rows, with this model's columns."""
        return SQL(
            """SELECT mention.id::bigint * 2 AS id,
                      CASE mention.res_model WHEN 'crm.lead' THEN 'opportunity'
                                             WHEN 'sale.order' THEN 'quotation'
                                             ELSE 'said' END AS source,
                      mention.date, customer.commercial_partner_id AS partner_id,
                      mention.company_id, mention.currency_id, mention.user_id,
                      mention.lost_reason_id, mention.competitor_id,
                      COALESCE(mention.amount, 0) AS amount,
                      mention.date_end IS NULL AS holds, mention.reference,
                      COALESCE(mention.res_model, 'retention.mention') AS res_model,
                      COALESCE(mention.res_id, mention.id) AS res_id
                 FROM retention_mention AS mention
                 JOIN res_partner AS customer ON customer.id = mention.partner_id
                WHERE mention.kind = 'deal_breaker'
                UNION ALL
               SELECT loss.id::bigint * 2 + 1, 'customer',
                      loss.date, customer.commercial_partner_id,
                      loss.company_id, loss.currency_id, loss.user_id,
                      loss.reason_id, loss.competitor_id,
                      COALESCE(loss.value_year, 0),
                      loss.state != 'won_back', NULL, 'retention.loss', loss.id
                 FROM retention_loss AS loss
                 JOIN res_partner AS customer ON customer.id = loss.partner_id"""
        )

    @api.model
    def _get_sentence(self, domain):
        """Say which reason cost most, how much of it were deals, and whom it concerns still."""
        found = self._read_group(
            domain & Domain("lost_reason_id", "!=", False),
            ["lost_reason_id"],
            ["amount:sum"],
            order="amount:sum desc",
            limit=1,
        )
        if not found or not found[0][1]:
            return None
        [(reason, amount)] = found
        about = domain & Domain("lost_reason_id", "=", reason.id)
        [(deals,)] = self._read_group(
            about & Domain("source", "!=", "customer"), [], ["amount:sum"]
        )
        calls = self.env["retention.loss.call"]
        company = self.env.company
        mine = Domain("company_id", "=", company.id) & Domain("lost_reason_id", "=", reason.id)
        sentence = self.env._(
            "%(reason)s cost %(amount)s, %(share)s %% of it lost deals. Can be won back: %(count)s.",
            reason=reason.name,
            amount=say_money(self.env, amount, company.currency_id),
            share=round(100 * (deals or 0) / amount),
            count=calls.search_count(mine),
        )
        action = open_action(self.env, "customer_retention.retention_loss_call_action", mine)
        return sentence, about, self.env._("Whom to Win Back"), action
