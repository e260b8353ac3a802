"""Lists of contacts sorted by what follows from their profiles, beside one sorted by a figure."""

from __future__ import annotations

from bench.measure import middle
from bench.table import Row, seconds

BAR, ROWS, TIMES = 3, 80, 7
# One customer in two belongs to a household of five: more than any business will have.
MEMBERS = 5
SORTED = {
    "profile_completeness desc": "Sorted by completeness of the profile",
    "household_value_year desc": "Sorted by value of the household",
    "next_review_date": "Sorted by next review",
}


def measure(env, sample) -> list[Row]:
    """Give half of the customers a household and some a profile, and sort all in several ways."""
    _fill(env, sample)
    user = env.ref("base.user_admin")
    user.write({"group_ids": [(4, env.ref("sales_team.group_sale_manager").id)]})
    Partner = env(user=user.id)["res.partner"]

    def sort(order: str) -> float:
        def work() -> None:
            env.invalidate_all()
            Partner.search([], order=order, limit=ROWS)

        work()
        return middle(work, TIMES)

    plain = sort("value_year desc")
    rows = [Row("List of contacts sorted by value of the year", seconds(plain), "1")]
    for order, words in SORTED.items():
        taken = sort(order)
        ratio = taken / plain
        rows.append(Row(words, seconds(taken), f"{ratio:.1f}", ratio, BAR, " times"))
    env.cr.rollback()
    return rows


def _fill(env, sample) -> None:
    cr = env.cr
    first, after = sample.first_customer, sample.first_customer + sample.customers
    households = max(1, sample.customers // 2 // MEMBERS)
    cr.execute(
        """WITH made AS (INSERT INTO retention_household (name, kind, active)
                         SELECT 'Household ' || number, 'family', TRUE
                           FROM generate_series(1, %s) AS number RETURNING id)
           SELECT MIN(id) FROM made""",
        [households],
    )
    [lowest] = cr.fetchone()
    cr.execute(
        """UPDATE res_partner
              SET household_id = CASE WHEN id %% 2 = 0 THEN %s + (id / 2) %% %s END,
                  preferred_name = CASE WHEN id %% 3 = 0 THEN name END,
                  birthday = CASE WHEN id %% 5 = 0 THEN DATE '1970-01-01' + id %% 9999 END
            WHERE id >= %s AND id < %s""",
        [lowest, households, first, after],
    )
    cr.execute("ANALYZE res_partner, retention_household")
    env.invalidate_all()
