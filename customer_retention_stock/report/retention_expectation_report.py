from odoo import api, models
from odoo.tools import SQL


class RetentionExpectationReport(models.Model):
    """The day goods of an order line last left for the customer, from the transfers done."""

    _inherit = "retention.expectation.report"

    _depends = {
        "stock.location": ["usage"],
        "stock.move": ["location_dest_id", "picking_id", "sale_line_id", "state"],
        "stock.picking": ["date_done"],
    }

    @api.model
    def _get_delivery_day_sql(self):
        return SQL(
            """(SELECT MAX(%s)
                  FROM stock_move AS move
                  JOIN stock_picking AS picking ON picking.id = move.picking_id
                  JOIN stock_location AS destination ON destination.id = move.location_dest_id
                 WHERE move.sale_line_id = line.id AND move.state = 'done'
                   AND destination.usage = 'customer')""",
            self.env["retention.purchase"]._get_company_day(
                SQL("picking.date_done"), SQL("sale.company_id")
            ),
        )
