"""Which posted invoices are no purchase of their own: given back, or the rest of a down payment.

Few invoices have anything to do with credit notes or down payments. Which ones is asked by conditions
that PostgreSQL answers from a hash of the few when it reads all invoices, and from an index when it
reads those of one customer; only for them the exact question is asked.
"""

from odoo.tools import SQL


def is_counted():
    """Return SQL that holds where the invoice ``move`` is a purchase: see the definition *Purchase*."""
    move = SQL.identifier("move")
    return SQL(
        """CASE WHEN move.amount_untaxed_signed <= 0 THEN FALSE
                WHEN %(reversed)s OR %(named)s OR %(nameless)s THEN NOT %(given_back)s
                     AND NOT (%(settling)s AND %(settles)s)
                WHEN %(settling)s THEN NOT %(settles)s
                ELSE TRUE END""",
        reversed=SQL("move.payment_state = 'reversed'"),
        named=_is_named(),
        nameless=_has_nameless(),
        settling=is_settling(move),
        given_back=_is_given_back(move),
        settles=_settles_counted(move),
    )


def is_part():
    """Return SQL that holds where the amount of the invoice ``move`` belongs to another's purchase."""
    move = SQL.identifier("move")
    return SQL(
        """CASE WHEN move.amount_untaxed_signed <= 0 THEN FALSE
                WHEN %(settling)s THEN %(settles)s AND NOT %(given_back)s
                ELSE FALSE END""",
        settling=is_settling(move),
        settles=_settles_counted(move),
        given_back=_is_given_back(move),
    )


def is_settling(move):
    """Return SQL that holds where the bill ``move`` settles down payments: it takes off what was paid."""
    return SQL(
        """EXISTS (SELECT FROM account_move_line AS settling
                    WHERE settling.move_id = %s.id AND settling.is_downpayment
                      AND settling.price_subtotal < 0)""",
        move,
    )


def _is_named():
    """Hold where a posted credit note names ``move``."""
    return SQL(
        """EXISTS (SELECT FROM account_move AS naming
                    WHERE naming.reversed_entry_id = move.id AND naming.state = 'posted')"""
    )


def _has_nameless():
    """Hold where the customer of ``move`` has a posted credit note that names no invoice."""
    return SQL(
        """EXISTS (SELECT FROM account_move AS nameless
                    WHERE nameless.partner_id = move.partner_id AND nameless.state = 'posted'
                      AND nameless.move_type = 'out_refund'
                      AND nameless.reversed_entry_id IS NULL)"""
    )


def _is_given_back(move):
    """Hold where credit notes reach the amount of ``move``.

    Those that name it; those that credit the lines of its order, taken for the latest bills of the
    order first; or, where it is *reversed* by reconciling alone, credit notes that name no invoice
    and are younger than it. Paid with an older credit, it is a purchase: something was exchanged.
    """
    return SQL(
        """(%(amount)s <= COALESCE((
                SELECT SUM(-credit.amount_untaxed_signed)
                  FROM account_move AS credit
                 WHERE credit.reversed_entry_id = %(move)s.id AND credit.state = 'posted'
                   AND credit.move_type = 'out_refund'), 0)
            OR EXISTS (
                SELECT FROM (%(orders)s) AS of_move
                 WHERE %(credits)s >= %(bills)s AND %(credits)s > 0)
            OR %(move)s.payment_state = 'reversed' AND COALESCE((
                SELECT BOOL_AND(credit.reversed_entry_id IS NULL
                                AND (credit.invoice_date, credit.id)
                                    > (%(move)s.invoice_date, %(move)s.id))
                  FROM account_move_line AS debit
                  JOIN account_partial_reconcile AS partial ON partial.debit_move_id = debit.id
                  JOIN account_move_line AS other ON other.id = partial.credit_move_id
                  JOIN account_move AS credit
                    ON credit.id = other.move_id AND credit.move_type = 'out_refund'
                 WHERE debit.move_id = %(move)s.id), FALSE))""",
        amount=SQL("%s.amount_untaxed_signed", move),
        move=move,
        orders=_orders(move),
        credits=_credits(),
        bills=_bills(move),
    )


def _orders(move):
    """Return SQL of the orders whose lines ``move`` bills: ``order_id``."""
    return SQL(
        """SELECT DISTINCT sold.order_id
             FROM account_move_line AS line
             JOIN sale_order_line_invoice_rel AS link ON link.invoice_line_id = line.id
             JOIN sale_order_line AS sold ON sold.id = link.order_line_id
            WHERE line.move_id = %s.id""",
        move,
    )


def _credits():
    """Return SQL of what nameless credit notes of the order ``of_move`` give back."""
    return SQL(
        """COALESCE((SELECT SUM(-credit.amount_untaxed_signed)
                       FROM account_move AS credit
                      WHERE credit.id IN (
                            SELECT line.move_id
                              FROM sale_order_line AS sold
                              JOIN sale_order_line_invoice_rel AS link
                                ON link.order_line_id = sold.id
                              JOIN account_move_line AS line ON line.id = link.invoice_line_id
                             WHERE sold.order_id = of_move.order_id)
                        AND credit.state = 'posted' AND credit.move_type = 'out_refund'
                        AND credit.reversed_entry_id IS NULL), 0)"""
    )


def _bills(move):
    """Return SQL of the amount of ``move`` and of the bills of the order ``of_move`` younger than it."""
    return SQL(
        """(SELECT SUM(bill.amount_untaxed_signed)
              FROM account_move AS bill
             WHERE bill.id IN (
                   SELECT line.move_id
                     FROM sale_order_line AS sold
                     JOIN sale_order_line_invoice_rel AS link ON link.order_line_id = sold.id
                     JOIN account_move_line AS line ON line.id = link.invoice_line_id
                    WHERE sold.order_id = of_move.order_id)
               AND bill.state = 'posted' AND bill.move_type = 'out_invoice'
               AND (bill.invoice_date, bill.id) >= (%(move)s.invoice_date, %(move)s.id))""",
        move=move,
    )


def _settles_counted(move):
    """Hold where a down payment that ``move`` settles is a purchase still: posted, not given back."""
    paid = SQL.identifier("paid")
    return SQL(
        """EXISTS (SELECT FROM account_move_line AS taken
                     JOIN sale_order_line_invoice_rel AS of_bill
                       ON of_bill.invoice_line_id = taken.id
                     JOIN sale_order_line_invoice_rel AS of_paid
                       ON of_paid.order_line_id = of_bill.order_line_id
                     JOIN account_move_line AS advance
                       ON advance.id = of_paid.invoice_line_id AND advance.is_downpayment
                      AND advance.price_subtotal > 0
                     JOIN account_move AS paid
                       ON paid.id = advance.move_id AND paid.state = 'posted'
                      AND paid.move_type = 'out_invoice' AND paid.amount_untaxed_signed > 0
                    WHERE taken.move_id = %(move)s.id AND taken.is_downpayment
                      AND taken.price_subtotal < 0 AND NOT %(given_back)s)""",
        move=move,
        given_back=_is_given_back(paid),
    )
