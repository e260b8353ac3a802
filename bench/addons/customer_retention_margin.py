"""Counting what is left of all customers, beside the pass that counts their value."""

from __future__ import annotations

from unittest.mock import patch

from bench.measure import watch
from bench.table import Row, seconds

# A pass over all costs takes at most so many times the pass over all purchases.
BAR = 2


def measure(env, sample, say, settle) -> list[Row]:
    """Give each order a line with a cost, then count all that is left twice: written, and unchanged."""
    Run = env["retention.run"]
    say("Lines with costs for all orders")
    _fill(env)
    settle("sale_order_line")
    with patch.object(type(Run), "_update_contribution", lambda *_arguments: None):
        Run._refresh(env.company)
        with watch(env) as value:
            Run._refresh(env.company)
    taken = []
    for _each in ("written", "unchanged"):
        Run._set_work_memory()
        with watch(env) as seen:
            Run._update_contribution(env.company, None)
        taken.append(seen)
        env.cr.commit()
    known = env["retention.customer"].search_count([("contribution_year", "!=", False)])
    first, again = taken
    ratio = again.seconds / value.seconds
    return [
        Row("Value of all customers, unchanged", seconds(value.seconds), "1"),
        Row(
            f"Contribution of all, {known:,} rows written",
            seconds(first.seconds),
            f"{first.seconds / value.seconds:.1f}",
        ),
        Row(
            "Contribution of all, unchanged",
            seconds(again.seconds),
            f"{ratio:.1f}",
            ratio,
            BAR,
            " ×",
        ),
        Row("Statements of it", str(again.queries)),
    ]


def _fill(env) -> None:
    product = env["product.product"].create({"name": "Bench", "standard_price": 5})
    env["retention.cost.rate"].create(
        {"company_id": env.company.id, "hourly_rate": 40, "interest_percent": 8}
    )
    env.flush_all()
    env.cr.execute(
        """INSERT INTO sale_order_line
                  (order_id, company_id, name, product_id, product_uom_id, product_uom_qty,
                   price_unit, price_subtotal, purchase_price, customer_lead, sequence, state)
           SELECT id, company_id, 'Line', %s, %s, 1,
                  amount_untaxed, amount_untaxed, amount_untaxed * 0.6, 0, 10, state
             FROM sale_order WHERE state = 'sale'""",
        [product.id, product.uom_id.id],
    )
    env.cr.commit()
    env.invalidate_all()
