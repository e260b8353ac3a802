from odoo import api, models
from odoo.tools import SQL

from ..sql import serve_cost
from ..sql.contribution import DAYS


class RetentionPurchase(models.Model):
    """What it costs to serve customers: visits, calls, thanks, late payment."""

    _inherit = "retention.purchase"

    @api.model
    def _get_cost_queries(self):
        rates = self._get_rates_query()
        today = self.env["retention.customer"]._get_today_sql(SQL("item.company_id"))
        day = self._get_company_day(SQL("visit.start"), SQL("visit.company_id"))
        return {
            **super()._get_cost_queries(),
            "visits": serve_cost.select_visits(rates, day),
            "calls": serve_cost.select_calls(rates),
            "thanks": serve_cost.select_thanks(),
            "late": serve_cost.select_late(rates, today, DAYS),
        }

    @api.model
    def _get_rates_query(self):
        """Return SQL of ``company_id``, ``hourly`` (company currency) and ``interest`` (% a year)."""
        rates = [
            SQL(
                "SELECT %s::int, %s::numeric, %s::numeric",
                rate.company_id.id,
                str(rate._get_hourly_cost()),
                str(rate.interest_percent),
            )
            for rate in self.env["retention.cost.rate"].sudo().search([])
        ]
        none = SQL(
            "SELECT NULL::int AS company_id, NULL::numeric AS hourly, NULL::numeric AS interest "
            "WHERE FALSE"
        )
        return SQL(" UNION ALL ").join([none, *rates])

    @api.model
    def _get_cost_changed_queries(self, since):
        thanks = SQL(
            "SELECT partner_id, company_id FROM retention_thanks WHERE write_date >= %s", since
        )
        late = SQL(
            """SELECT item.partner_id, item.company_id
                 FROM account_partial_reconcile AS settled
                 JOIN account_move_line AS item ON item.id = settled.debit_move_id
                WHERE settled.create_date >= %s AND item.partner_id IS NOT NULL""",
            since,
        )
        return {
            **super()._get_cost_changed_queries(since),
            "visits": serve_cost.select_changed_visits(since),
            "calls": serve_cost.select_changed_calls(since),
            "thanks": thanks,
            "late": late,
        }
