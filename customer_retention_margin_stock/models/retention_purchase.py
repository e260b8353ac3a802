from odoo import api, models
from odoo.tools import SQL


class RetentionPurchase(models.Model):
    """What was delivered costs what it was worth when it left the warehouse."""

    _inherit = "retention.purchase"

    @api.model
    def _get_sale_unit_cost_sql(self):
        """Take the mean value of the transfers done for what has left, and the line's cost for the rest.

        Transfers without a value, and parts of kits, tell nothing. What came back does not change what
        one unit cost.
        """
        return SQL(
            """(SELECT CASE WHEN delivered.quantity > 0
                            THEN delivered.value / delivered.quantity * share.delivered
                                 + COALESCE(ordered.unit, delivered.value / delivered.quantity)
                                   * (1 - share.delivered)
                            ELSE ordered.unit END
                  FROM (SELECT SUM(move.value) AS value,
                               SUM(move.quantity * move_unit.factor / line_unit.factor) AS quantity
                          FROM stock_move AS move
                          JOIN uom_uom AS move_unit ON move_unit.id = move.product_uom
                          JOIN uom_uom AS line_unit ON line_unit.id = line.product_uom_id
                         WHERE move.sale_line_id = line.id AND move.state = 'done'
                           AND (move.is_out OR move.is_dropship) AND move.value != 0
                           AND move.product_id = line.product_id
                           AND move.company_id = sale.company_id) AS delivered
                 CROSS JOIN (SELECT %(ordered)s AS unit) AS ordered
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN line.product_uom_qty > 0
                                   THEN LEAST(1, delivered.quantity / line.product_uom_qty)
                                   ELSE 1 END AS delivered) AS share)""",
            ordered=super()._get_sale_unit_cost_sql(),
        )
