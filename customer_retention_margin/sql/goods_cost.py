"""What the goods cost that customers bought: one row for each line of a document.

Functions return ``SQL`` and execute nothing. Rows have the columns of
``retention.purchase._get_cost_queries`` and ``sales``, the untaxed sale whose cost is or is not known:
0 where there is nothing to know (discounts, down payments). Costs are in company currency, for one
unit of the line's unit of measure until they are multiplied by the quantity.
"""

from odoo.tools import SQL

# A credit below this share of the price at which goods were sold gives money back, not goods.
GOODS_BACK_FROM = 0.5


def select_order_lines(day, unit_cost):
    """Return the lines of confirmed orders of companies on the basis *ordered*.

    :param day: SQL, the day of order ``sale``
    :param unit_cost: SQL, see ``retention.purchase._get_sale_unit_cost_sql``
    """
    return SQL(
        """SELECT sale.partner_id, sale.company_id, %(day)s AS date,
                  CASE WHEN goods.is_discount THEN 0
                       ELSE COALESCE(cost.unit, 0) * line.product_uom_qty END AS amount,
                  goods.is_discount OR cost.unit IS NOT NULL AS is_known,
                  CASE WHEN goods.is_discount THEN 0
                       ELSE line.price_subtotal / goods.rate END AS sales
             FROM sale_order AS sale
             JOIN res_company AS basis
               ON basis.id = sale.company_id AND basis.retention_basis = 'ordered'
             JOIN sale_order_line AS line ON line.order_id = sale.id
            CROSS JOIN LATERAL (
                  SELECT line.price_unit < 0 AND line.product_uom_qty > 0 AS is_discount,
                         CASE WHEN sale.currency_id = basis.currency_id THEN 1
                              ELSE COALESCE(NULLIF(sale.currency_rate, 0), 1) END::numeric AS rate
                  ) AS goods
            CROSS JOIN LATERAL (SELECT %(unit_cost)s AS unit) AS cost
            WHERE sale.state = 'sale' AND line.display_type IS NULL
              AND line.is_downpayment IS NOT TRUE""",
        day=day,
        unit_cost=unit_cost,
    )


def select_invoice_lines(unit_cost, cogs):
    """Return the lines of posted customer documents of companies on the basis *invoiced*.

    The cost is what was booked as cost of goods sold, else that of the sale line, else today's of the
    product.

    :param unit_cost: SQL, see ``retention.purchase._get_sale_unit_cost_sql``
    :param cogs: SQL of a booked unit cost of ``item``, null where there is none
    """
    return SQL(
        """SELECT move.partner_id, move.company_id, move.invoice_date AS date,
                  CASE WHEN goods.is_free THEN 0
                       ELSE goods.sign * item.quantity * COALESCE(cost.unit, 0) END AS amount,
                  goods.is_free OR cost.unit IS NOT NULL AS is_known,
                  CASE WHEN goods.is_free THEN 0 ELSE -item.balance END AS sales
             FROM account_move AS move
             JOIN res_company AS basis
               ON basis.id = move.company_id AND basis.retention_basis = 'invoiced'
             JOIN account_move_line AS item
               ON item.move_id = move.id AND item.display_type = 'product'
             LEFT JOIN uom_uom AS unit ON unit.id = item.product_uom_id
             LEFT JOIN product_product AS product ON product.id = item.product_id
             LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
             LEFT JOIN uom_uom AS own_unit ON own_unit.id = template.uom_id
             LEFT JOIN LATERAL (%(sold)s) AS sold ON TRUE
             LEFT JOIN LATERAL (%(reversed)s) AS reversed ON move.move_type = 'out_refund'
            CROSS JOIN LATERAL (
                  SELECT CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign,
                         COALESCE(item.is_downpayment, FALSE)
                         OR item.price_unit < 0 AND item.quantity > 0
                         OR move.move_type = 'out_refund'
                            AND (item.product_id IS NULL
                                 OR COALESCE(
                                    ABS(item.price_subtotal) < %(from)s * ABS(item.quantity)
                                    * COALESCE(reversed.price, sold.price), FALSE)) AS is_free
                  ) AS goods
            CROSS JOIN LATERAL (
                  SELECT COALESCE(%(cogs)s, sold.cost,
                                  NULLIF((product.standard_price ->> move.company_id::text)::numeric, 0)
                                  * COALESCE(unit.factor / NULLIF(own_unit.factor, 0), 1)) AS unit
                  ) AS cost
            WHERE move.state = 'posted'
              AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')""",
        sold=_select_sold(unit_cost),
        reversed=_select_reversed(),
        cogs=cogs,
        **{"from": GOODS_BACK_FROM},
    )


def _select_sold(unit_cost):
    """Return cost and price of the order line that ``item`` is of, for one unit of the item."""
    return SQL(
        """SELECT (%(unit_cost)s) * scaled.by AS cost,
                  line.price_subtotal / NULLIF(line.product_uom_qty, 0) * scaled.by AS price
             FROM sale_order_line_invoice_rel AS rel
             JOIN sale_order_line AS line ON line.id = rel.order_line_id
             JOIN sale_order AS sale ON sale.id = line.order_id
             JOIN res_company AS basis ON basis.id = sale.company_id
             LEFT JOIN uom_uom AS sale_unit ON sale_unit.id = line.product_uom_id
            CROSS JOIN LATERAL (
                  SELECT COALESCE(unit.factor / NULLIF(sale_unit.factor, 0), 1) AS by) AS scaled
            WHERE rel.invoice_line_id = item.id AND line.product_id = item.product_id
            ORDER BY line.id
            LIMIT 1""",
        unit_cost=unit_cost,
    )


def _select_reversed():
    """Return the price of a unit of the same product on the invoice that ``move`` reverses."""
    return SQL(
        """SELECT SUM(before.price_subtotal) / NULLIF(SUM(before.quantity), 0) AS price
             FROM account_move_line AS before
            WHERE before.move_id = move.reversed_entry_id
              AND before.product_id = item.product_id AND before.display_type = 'product'"""
    )


def booked_unit_cost():
    """Return SQL of what was booked as cost of a unit of ``item``; of the pair only the expense."""
    return SQL(
        """(SELECT NULLIF(ABS(SUM(booked.balance) / NULLIF(SUM(booked.quantity), 0)), 0)
              FROM account_move_line AS booked
              JOIN account_account AS account ON account.id = booked.account_id
             WHERE booked.move_id = item.move_id AND booked.display_type = 'cogs'
               AND booked.product_id = item.product_id
               AND account.account_type LIKE 'expense%%')"""
    )


def select_past():
    """Return purchases from before Odoo, whose cost nobody knows."""
    return SQL(
        """SELECT past.partner_id, past.company_id, past.date, 0 AS amount, FALSE AS is_known,
                  past.company_amount AS sales
             FROM retention_past_purchase AS past"""
    )
