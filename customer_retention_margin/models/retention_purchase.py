from odoo import api, models
from odoo.tools import SQL

from ..sql import goods_cost


class RetentionPurchase(models.Model):
    """What the goods of purchases cost, on the basis on which the company counts purchases.

    On orders the cost of the line (``purchase_price``), on invoices what was booked as cost of goods
    sold, else the cost of the order line, else the product's cost of today. 0 means unknown.
    """

    _inherit = "retention.purchase"

    @api.model
    def _get_cost_queries(self):
        """Add goods. Parts of :meth:`_get_goods_parts` have a column ``sales`` as well: the untaxed
        sale whose cost is or is not known, company currency, 0 where there is nothing to know."""
        return {**super()._get_cost_queries(), "goods": self._get_goods_query()}

    @api.model
    def _get_goods_parts(self):
        """Return the parts that are cost of goods; all others are cost to serve. Hook."""
        return ["goods"]

    @api.model
    def _get_goods_query(self):
        unit_cost = self._get_sale_unit_cost_sql()
        orders = goods_cost.select_order_lines(
            self._get_company_day(SQL("sale.date_order"), SQL("sale.company_id")), unit_cost
        )
        invoices = goods_cost.select_invoice_lines(unit_cost, self._get_booked_unit_cost_sql())
        return SQL("%s UNION ALL %s UNION ALL %s", orders, invoices, goods_cost.select_past())

    @api.model
    def _get_sale_unit_cost_sql(self):
        """Return SQL of the cost of one unit of order line ``line``, null where it is not known. Hook.

        In company currency, in the unit of measure of the line; ``sale`` is the order, ``basis`` the
        company.
        """
        return SQL(
            """NULLIF(line.purchase_price, 0)::numeric
               / CASE WHEN sale.currency_id = basis.currency_id THEN 1
                      ELSE COALESCE(NULLIF(sale.currency_rate, 0), 1) END::numeric"""
        )

    @api.model
    def _get_booked_unit_cost_sql(self):
        """Return SQL of what was booked as cost of a unit of ``item``, a line of an invoice.

        Only the app Inventory books it: without it nobody looks for it.
        """
        if "cogs_origin_id" not in self.env["account.move.line"]._fields:
            return SQL("NULL::numeric")
        return goods_cost.booked_unit_cost()

    @api.model
    def _get_changed_queries(self, since, days):
        """Count customers again within the hour whose costs changed, too; a night looks at all costs."""
        queries = super()._get_changed_queries(since, days)
        if days:
            return queries
        costs = self._get_cost_changed_queries(since)
        return {**queries, **{f"cost_{part}": query for part, query in costs.items()}}

    @api.model
    def _get_cost_changed_queries(self, since):
        """Add order lines whose cost was written: their orders were perhaps not."""
        goods = SQL(
            """SELECT sale.partner_id, sale.company_id
                 FROM sale_order_line AS line
                 JOIN sale_order AS sale ON sale.id = line.order_id
                WHERE line.write_date >= %s AND sale.state = 'sale'""",
            since,
        )
        return {**super()._get_cost_changed_queries(since), "goods": goods}
