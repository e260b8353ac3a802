from odoo import api, models
from odoo.tools import SQL

# What one unit costs on the order line.
PRICE = SQL("line.price_subtotal / NULLIF(line.product_uom_qty, 0)")


class RetentionExpectationReport(models.Model):
    """The quoted price beside the invoiced one, over the row ``line``."""

    _inherit = "retention.expectation.report"

    @api.model
    def _get_billed_quantity_sql(self):
        """Return SQL for the quantity that is paid for in the end, null while a bill is a draft.

        Odoo counts the quantity of a draft as invoiced, but not its amount; and that of a credit
        note as not invoiced, also where it returns money only. One below half the price of the
        order is taken for such a discount: its amount counts, its quantity does not. Where amount
        and quantity agree there is neither, and looking for them is spared.
        """
        return SQL(
            """CASE WHEN line.qty_invoiced = line.product_uom_qty
                     AND line.untaxed_amount_invoiced = line.price_subtotal
                      OR line.untaxed_amount_invoiced * line.product_uom_qty
                         = line.price_subtotal * line.qty_invoiced
                    THEN line.qty_invoiced
                    ELSE (SELECT CASE WHEN BOOL_OR(billed.parent_state = 'draft') IS NOT TRUE
                                      THEN line.qty_invoiced + COALESCE(SUM(%(quantity)s) FILTER (
                                               WHERE credit.move_type = 'out_refund'
                                                 AND billed.parent_state = 'posted'
                                                 AND billed.currency_id = line.order_currency_id
                                                 AND billed.price_subtotal
                                                     < %(price)s * %(quantity)s / 2), 0) END
                            FROM sale_order_line_invoice_rel AS link
                            JOIN account_move_line AS billed ON billed.id = link.invoice_line_id
                            JOIN account_move AS credit ON credit.id = billed.move_id
                            LEFT JOIN uom_uom AS unit ON unit.id = billed.product_uom_id
                            LEFT JOIN uom_uom AS ordered ON ordered.id = line.product_uom_id
                           WHERE link.order_line_id = line.line_id) END""",
            price=PRICE,
            quantity=SQL(
                "(billed.quantity * COALESCE(unit.factor / NULLIF(ordered.factor, 0), 1))"
            ),
        )

    @api.model
    def _get_quoted_sql(self):
        """Return SQL for what the quantity ``line.quantity_billed`` costs at the price of the order."""
        return self._get_billed_sql(
            SQL(
                """CASE WHEN line.quantity_billed = line.product_uom_qty THEN line.price_subtotal
                        ELSE %s * line.quantity_billed END""",
                PRICE,
            )
        )

    @api.model
    def _get_invoiced_sql(self):
        """Return SQL for what was invoiced, less credit notes."""
        return self._get_billed_sql(SQL("line.untaxed_amount_invoiced"))

    @api.model
    def _get_billed_sql(self, amount):
        """Return ``amount`` in company currency where something is billed."""
        return SQL(
            "CASE WHEN line.quantity_billed != 0 THEN %s END",
            self.env["retention.purchase"]._get_company_amount(
                SQL("(%s)", amount),
                SQL("line.order_currency_id"),
                SQL("line.currency_rate"),
                SQL("currency"),
            ),
        )
