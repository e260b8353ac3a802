"""Which posted invoices are no purchase of their own: given back, or the rest of a down payment.

Few invoices have anything to do with credit notes or down payments. Which ones is asked by conditions
that PostgreSQL answers from a hash of the few when it reads all invoices, and from an index when it
reads those of one customer; only for them the exact question is asked, by a function in the database,
which the statements around it neither plan nor pay for.
"""

from odoo.tools import SQL


def create_function():
    """Return SQL of the function that answers for one invoice: 0 no purchase, 1 one, 2 part of another's.

    Given back is what credit notes reach the amount of: those that name it; those of its order that
    name none, taken for the latest bills of the order first; or, where it is *reversed* by
    reconciling alone, those that name none and are younger than it. Paid with an older credit, it is
    a purchase: something was exchanged. A bill that settles down payments is a part of the purchase
    that the first of them is, as long as one is a purchase still.
    """
    return SQL(
        """CREATE OR REPLACE FUNCTION retention_invoice_kind(of_move integer) RETURNS integer
           LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100 AS $$
           DECLARE
               move record;
               of_order integer;
               advance integer;
           BEGIN
               SELECT id, partner_id, invoice_date, amount_untaxed_signed, payment_state INTO move
                 FROM account_move WHERE id = of_move;
               IF move.amount_untaxed_signed <= (
                   SELECT COALESCE(SUM(-amount_untaxed_signed), 0) FROM account_move
                    WHERE reversed_entry_id = of_move AND state = 'posted'
                      AND move_type = 'out_refund')
               THEN RETURN 0; END IF;

               IF %(credit_of_order)s THEN
                   FOR of_order IN
                       SELECT DISTINCT sold.order_id
                         FROM account_move_line AS line
                         JOIN sale_order_line_invoice_rel AS link ON link.invoice_line_id = line.id
                         JOIN sale_order_line AS sold ON sold.id = link.order_line_id
                        WHERE line.move_id = of_move
                   LOOP
                       IF (WITH document AS (
                                  SELECT * FROM account_move
                                   WHERE state = 'posted' AND id IN (
                                         SELECT line.move_id
                                           FROM sale_order_line AS sold
                                           JOIN sale_order_line_invoice_rel AS link
                                             ON link.order_line_id = sold.id
                                           JOIN account_move_line AS line
                                             ON line.id = link.invoice_line_id
                                          WHERE sold.order_id = of_order))
                           SELECT SUM(-amount_untaxed_signed) FILTER (
                                      WHERE move_type = 'out_refund' AND reversed_entry_id IS NULL)
                                  >= SUM(amount_untaxed_signed) FILTER (
                                      WHERE move_type = 'out_invoice'
                                        AND (invoice_date, id) >= (move.invoice_date, move.id))
                             FROM document)
                       THEN RETURN 0; END IF;
                   END LOOP;
               END IF;

               IF move.payment_state = 'reversed' AND (
                   SELECT BOOL_AND(credit.reversed_entry_id IS NULL
                                   AND (credit.invoice_date, credit.id)
                                       > (move.invoice_date, move.id))
                     FROM account_move_line AS debit
                     JOIN account_partial_reconcile AS partial ON partial.debit_move_id = debit.id
                     JOIN account_move_line AS other ON other.id = partial.credit_move_id
                     JOIN account_move AS credit
                       ON credit.id = other.move_id AND credit.move_type = 'out_refund'
                    WHERE debit.move_id = of_move)
               THEN RETURN 0; END IF;

               IF %(settling)s THEN
                   -- The older first: a bill that settles is younger than what it settles.
                   FOR advance IN
                       SELECT DISTINCT paid.id
                         FROM account_move_line AS taken
                         JOIN sale_order_line_invoice_rel AS of_bill
                           ON of_bill.invoice_line_id = taken.id
                         JOIN sale_order_line_invoice_rel AS of_advance
                           ON of_advance.order_line_id = of_bill.order_line_id
                         JOIN account_move_line AS given
                           ON given.id = of_advance.invoice_line_id AND given.is_downpayment
                          AND given.price_subtotal > 0
                         JOIN account_move AS paid
                           ON paid.id = given.move_id AND paid.state = 'posted'
                          AND paid.move_type = 'out_invoice' AND paid.amount_untaxed_signed > 0
                          AND (paid.invoice_date, paid.id) < (move.invoice_date, move.id)
                        WHERE taken.move_id = of_move AND taken.is_downpayment
                          AND taken.price_subtotal < 0
                   LOOP
                       IF retention_invoice_kind(advance) > 0 THEN RETURN 2; END IF;
                   END LOOP;
               END IF;

               RETURN 1;
           END $$""",
        credit_of_order=_has_credit_of_order(),
        settling=_is_settling(),
    )


def drop_function():
    """Return SQL that removes it."""
    return SQL("DROP FUNCTION IF EXISTS retention_invoice_kind(integer)")


def is_counted():
    """Return SQL that holds where the invoice ``move`` is a purchase: see the definition *Purchase*."""
    return SQL(
        """CASE WHEN move.amount_untaxed_signed <= 0 THEN FALSE
                WHEN move.payment_state = 'reversed' OR %s OR %s OR %s
                THEN retention_invoice_kind(move.id) = 1
                ELSE TRUE END""",
        _is_named(),
        _has_credit_of_order(),
        _is_settling(),
    )


def is_part():
    """Return SQL that holds where the amount of the invoice ``move`` belongs to another's purchase."""
    return SQL(
        """CASE WHEN move.amount_untaxed_signed <= 0 THEN FALSE
                WHEN %s THEN retention_invoice_kind(move.id) = 2
                ELSE FALSE END""",
        _is_settling(),
    )


def _is_settling():
    """Hold where the bill ``move`` settles down payments: it takes off what was paid."""
    return SQL(
        """EXISTS (SELECT FROM account_move_line AS settling
                    WHERE settling.move_id = move.id AND settling.is_downpayment
                      AND settling.price_subtotal < 0)"""
    )


def _is_named():
    """Hold where a posted credit note names ``move``."""
    return SQL(
        """EXISTS (SELECT FROM account_move AS naming
                    WHERE naming.reversed_entry_id = move.id AND naming.state = 'posted'
                      AND naming.move_type = 'out_refund'
                      AND naming.reversed_entry_id IS NOT NULL)"""
    )


def _has_credit_of_order():
    """Hold where the customer of ``move`` has a posted credit note of an order that names no invoice."""
    return SQL(
        """EXISTS (SELECT FROM account_move AS nameless
                    WHERE nameless.partner_id = move.partner_id AND nameless.state = 'posted'
                      AND nameless.move_type = 'out_refund'
                      AND nameless.invoice_origin IS NOT NULL
                      AND nameless.reversed_entry_id IS NULL)"""
    )
