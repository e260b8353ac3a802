"""Learning what customers will buy, and sorting all by it."""

from __future__ import annotations

from bench.measure import middle, watch
from bench.table import Row, seconds

# Learning takes at most so many times the floor, beside what the fitting itself takes.
TIMES_FLOOR, FITTING, STATEMENTS = 4, 5, 6
ROWS, TIMES = 80, 5


def measure(env, sample, floor: float) -> list[Row]:
    """Learn once as the weekly action does, then open a list sorted by what is expected.

    :param floor: seconds of the least work possible, measured in the same run
    """
    Outlook, Customer = env["retention.outlook"], env["retention.customer"]
    Outlook._learn(env.company)  # fills what all work shares
    env["retention.purchase"]._get_query()
    Outlook.default_get(["date"])
    with watch(env) as seen:
        Outlook._learn(env.company)
    states = ", ".join(
        f"{horizon} days {Outlook._get_latest(env.company, horizon).state}" for horizon in (90, 365)
    )
    over = max(0, seen.seconds - FITTING) / floor
    rows = [
        Row(
            f"Learning the outlook ({states}), less {FITTING} s",
            seconds(seen.seconds),
            f"{over:.1f}",
            over,
            TIMES_FLOOR,
            " × floor",
        ),
        Row("Statements of it", str(seen.queries), "", seen.queries, STATEMENTS, ""),
    ]

    def sort(order: str) -> float:
        def work() -> None:
            env.invalidate_all()
            Customer.search([("company_id", "=", env.company.id)], order=order, limit=ROWS)

        work()
        return middle(work, TIMES)

    # By a column that has no index, which is the least such a list can do.
    plain = sort("lifetime_value desc, id")
    expected = sort("expected_value desc, id")
    rows += [
        Row("List of customers sorted by lifetime value", seconds(plain), "1"),
        Row("Sorted by expected value", seconds(expected), f"{expected / plain:.1f}"),
    ]
    env.cr.rollback()
    return rows
