from odoo import api, models
from odoo.tools import SQL


class RetentionExpectationReport(models.Model):
    """When goods of an order line last left for the customer, and how many, from the transfers done."""

    _inherit = "retention.expectation.report"

    _depends = {
        "stock.location": ["usage"],
        "stock.move": [
            "location_dest_id",
            "location_id",
            "picking_id",
            "product_id",
            "product_uom",
            "quantity",
            "sale_line_id",
            "state",
            "to_refund",
        ],
        "stock.picking": ["date_done"],
    }

    @api.model
    def _get_delivery_day_sql(self):
        return SQL(
            """(SELECT MAX(%s)
                  FROM stock_move AS move
                  JOIN stock_picking AS picking ON picking.id = move.picking_id
                  JOIN stock_location AS destination ON destination.id = move.location_dest_id
                 WHERE move.sale_line_id = line.line_id AND move.state = 'done'
                   AND destination.usage = 'customer')""",
            self.env["retention.purchase"]._get_company_day(
                SQL("picking.date_done"), SQL("line.order_company_id")
            ),
        )

    @api.model
    def _get_delivered_sql(self):
        """Add what came back: it was not short. Odoo takes it off the delivered quantity."""
        return SQL(
            """CASE WHEN line.qty_delivered_method != 'stock_move'
                      OR line.qty_delivered >= line.product_uom_qty THEN line.qty_delivered
                    ELSE line.qty_delivered + COALESCE((
                         SELECT SUM(move.quantity * unit.factor / NULLIF(ordered.factor, 0))
                           FROM stock_move AS move
                           JOIN stock_location AS source ON source.id = move.location_id
                           JOIN stock_location AS destination
                             ON destination.id = move.location_dest_id
                           JOIN uom_uom AS unit ON unit.id = move.product_uom
                           JOIN uom_uom AS ordered ON ordered.id = line.product_uom_id
                          WHERE move.sale_line_id = line.line_id AND move.state = 'done'
                            AND move.product_id = line.product_id AND move.to_refund
                            AND source.usage = 'customer' AND destination.usage != 'customer'
                         ), 0) END"""
        )
