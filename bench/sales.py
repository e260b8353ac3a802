"""What the addon adds to confirming an order and posting an invoice: nothing."""

from __future__ import annotations

from odoo import Command

from bench.measure import watch
from bench.table import Row


def measure(env, sample) -> list[Row]:
    """Confirm an order and post an invoice, and count the statements on tables of the addon."""
    partner = env["res.partner"].browse(sample.first_customer)
    product = env["product.product"].create({"name": "Goods", "list_price": 100, "type": "consu"})
    line = {"product_id": product.id, "price_unit": 100}
    order = env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [Command.create({**line, "product_uom_qty": 1})]}
    )
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_line_ids": [Command.create({**line, "quantity": 1})],
        }
    )
    rows = []
    for label, work in (
        ("Confirming an order", order.action_confirm),
        ("Posting an invoice", invoice.action_post),
    ):
        env.flush_all()
        env.invalidate_all()
        with watch(env) as seen:
            work()
        rows.append(
            Row(
                f"{label}, on our tables",
                f"{seen.ours} of {seen.queries} statements",
                "",
                seen.ours,
                0,
            )
        )
    env.cr.rollback()
    return rows
