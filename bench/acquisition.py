"""Where customers came from and whom they brought: sums over a forest, and the nightly source pass."""

from __future__ import annotations

from collections.abc import Callable

from bench.measure import middle, watch
from bench.table import Row, seconds

DEPTH = 10
BAR = 5
ROWS = 80


def measure(env, sample, floor: float, settle: Callable[..., None]) -> list[Row]:
    """Return the rows of the table about referrals and sources.

    :param floor: seconds of the plain sum of the amounts per partner, in the same run
    :param settle: cleans tables up, and commits: rows written earlier in the same transaction have
        every foreign key checked again when they are updated, which no nightly run meets
    """
    _plant_forest(env, sample)
    settle("res_partner")
    Partner = env["res.partner"]
    first, last = sample.first_customer, sample.first_customer + sample.customers - 1
    customers = [("id", ">=", first), ("id", "<=", last)]

    def ratio(label: str, spent: float, bar: float | None = BAR) -> Row:
        times = spent / floor
        return Row(label, seconds(spent), f"{times:.1f}", *((times, bar) if bar else ()))

    def sort(figure: str) -> float:
        return middle(lambda: Partner.search(customers, order=f"{figure} desc", limit=ROWS).ids, 3)

    def total() -> None:
        Partner._read_group(customers, [], ["referral_count:sum", "referred_lifetime_value:sum"])

    rows = [
        ratio(
            f"Sort by what those they brought bought, {ROWS} rows", sort("referred_lifetime_value")
        ),
        ratio(
            f"Sort by the whole tree below, depth {DEPTH}, {ROWS} rows", sort("referral_tree_value")
        ),
        ratio("Total of referrals and what they bought", middle(total, 3)),
    ]
    with watch(env) as plain:
        env.cr.execute(
            "UPDATE res_partner SET acquisition_date = CURRENT_DATE WHERE id BETWEEN %s AND %s",
            (first, last),
        )
    env.cr.rollback()
    settle("res_partner")
    with watch(env) as filling:
        Partner._cron_fill_sources()
    count = Partner.search_count([*customers, ("acquisition_origin", "!=", False)])
    rows.append(ratio(f"Source pass, {count:,} customers written", filling.seconds))
    rows.append(ratio("Plain UPDATE of one column of them", plain.seconds, None))
    settle("res_partner")
    with watch(env) as again:
        left = Partner._create_touches()
    rows.append(ratio("Source pass with nothing new", again.seconds))
    rows.append(Row("Customers it would write", f"{left:,}", "", left, 0))
    env.cr.rollback()
    return rows


def _plant_forest(env, sample) -> None:
    """Let each customer but the first tenth be brought by one of the tenth before."""
    size = sample.customers // DEPTH
    env.cr.execute(
        """UPDATE res_partner
              SET referred_by_id = %(first)s + ((id - %(first)s) / %(size)s - 1) * %(size)s
                                   + ((id - %(first)s)::bigint * 7919 %% %(size)s)::int
            WHERE id BETWEEN %(first)s + %(size)s AND %(first)s + %(customers)s - 1
              AND (id - %(first)s) / %(size)s < %(depth)s""",
        {
            "first": sample.first_customer,
            "size": size,
            "customers": sample.customers,
            "depth": DEPTH,
        },
    )
    env.cr.execute("ANALYZE res_partner")
    env.invalidate_all()
