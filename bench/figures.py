"""The runs of the figures, beside the least work possible and beside what others do."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from time import perf_counter
from unittest.mock import patch

from bench.generate import buy_again
from bench.measure import middle, watch
from bench.table import Row, seconds

FIRST, UNCHANGED, NIGHT, LIGHT, MEMORY = 12, 6, 2.5, 0.3, 100
LOOKED_UP = 1_000
LOOPED = 300
# From this many customers on a run that repeats another is measured once.
MANY = 500_000
# The amounts of each partner added up, and the sums used: unread sums are not even computed.
FLOORS = {
    "sale_order": """SELECT COUNT(*), SUM(total)
                       FROM (SELECT partner_id, SUM(amount_untaxed) AS total
                               FROM sale_order WHERE state = 'sale'
                              GROUP BY partner_id) AS partner""",
    "account_move": """SELECT COUNT(*), SUM(total)
                         FROM (SELECT partner_id, SUM(amount_untaxed_signed) AS total
                                 FROM account_move WHERE state = 'posted'
                                GROUP BY partner_id) AS partner""",
}


def measure_figures(env, sample, options, say, settle) -> tuple[dict[str, float], list[Row]]:
    """Return the times of the runs, and the rows of the table about them."""
    cr = env.cr
    Run = env["retention.run"]
    cr.execute(FLOORS[sample.table])  # once unmeasured: reads the table from disk

    def floor() -> None:
        cr.execute(FLOORS[sample.table])
        cr.fetchall()

    times = {"floor": middle(floor, 5)}
    cr.commit()

    def run(refresh=Run._refresh) -> tuple[float, float, int]:
        env.invalidate_all()
        with watch(env) as seen:
            refresh(env.company)
        return seen.seconds, seen.megabytes, Run.search([], limit=1).changed_count

    say("First full run")
    times["first"], memory, first_rows = run()
    cr.commit()
    settle(env, "retention_customer")
    repeated = 3 if sample.customers < MANY else 1
    say(f"  … {seconds(times['first'])}; unchanged runs ({repeated})")
    unchanged = []
    for _each in range(repeated):
        unchanged.append(run())
        cr.commit()
    times["unchanged"] = median(each[0] for each in unchanged)
    changed = max(each[2] for each in unchanged)
    memory = max(memory, *(each[1] for each in unchanged))
    say(f"  … {seconds(times['unchanged'])}; after 1 % of the customers bought")
    buyers = sample.customer_ids(max(1, sample.customers // 100))
    buy_again(cr, sample, buyers)
    cr.commit()
    times["light"], light_memory, _none = run(Run._refresh_changed)
    cr.rollback()
    times["bought"], more, bought_rows = run()
    cr.rollback()
    # The next night: a day later, with what was bought since.
    tomorrow = env.company._get_retention_today() + timedelta(days=1)
    with patch.object(type(env.company), "_get_retention_today", lambda company: tomorrow):
        times["night"], night_memory, night_rows = run(Run._refresh_night)
        cr.commit()
        say(f"  … {seconds(times['night'])} the next night; all counted again to check it")
        _seconds, _memory, differences = run()
        cr.rollback()
    memory = max(memory, light_memory, more, night_memory)
    times["floor"] = min(times["floor"], middle(floor, 5))
    rows = [
        Row("Floor: sum of the amounts per partner", seconds(times["floor"]), "1"),
        _ratio("First full run", times, "first", FIRST, f"{first_rows:,} rows"),
        _ratio("Unchanged full run", times, "unchanged", UNCHANGED),
        Row("Rows changed by it", f"{changed:,}", "", changed, 0),
        _ratio("Full run after 1 % bought", times, "bought", None, f"{bought_rows:,} rows"),
        _ratio("The next night, 1 % bought", times, "night", NIGHT, f"{night_rows:,} rows"),
        Row("Rows a full count finds different then", f"{differences:,}", "", differences, 0),
        Row(
            "Hourly run, 1 % bought, to the unchanged run",
            seconds(times["light"]),
            f"{times['light'] / times['unchanged']:.2f}",
            times["light"] / times["unchanged"],
            LIGHT,
            " ×",
        ),
        Row("Python memory of a run, at most", f"{memory:.0f} MB more", "", memory, MEMORY, " MB"),
        *_lookups(env, sample),
        _loop(env, sample, times["floor"]),
    ]
    return times, rows


def _ratio(label, times, name, bar, note="") -> Row:
    ratio = times[name] / times["floor"]
    shown = f"{seconds(times[name])} ({note})" if note else seconds(times[name])
    return Row(label, shown, f"{ratio:.1f}", ratio, bar, " ×")


def _lookups(env, sample) -> list[Row]:
    """Read core's total of 1,000 partners, and ours."""
    ids = list(
        range(sample.first_customer, sample.first_customer + min(LOOKED_UP, sample.customers))
    )
    partners = env["res.partner"].browse(ids)
    found = {}
    for name in ("total_invoiced", "lifetime_value"):
        env.invalidate_all()
        partners.fetch(["name"])
        with watch(env) as found[name]:
            partners.mapped(name)
    return [
        Row(
            f"{label} of {len(ids):,} partners",
            f"{seconds(found[name].seconds)}, {found[name].queries:,} statements",
        )
        for name, label in (
            ("total_invoiced", "Core's total_invoiced"),
            ("lifetime_value", "Our lifetime_value"),
        )
    ]


def _loop(env, sample, floor: float) -> Row:
    """Search, add up and write for some customers one by one, and say what all would take."""
    ids = sample.customer_ids(LOOPED)
    orders, field = (
        ("sale.order", "amount_untaxed")
        if sample.table == "sale_order"
        else ("account.move", "amount_untaxed_signed")
    )
    state = "sale" if sample.table == "sale_order" else "posted"
    env.invalidate_all()
    started = perf_counter()
    for partner in env["res.partner"].browse(ids):
        found = env[orders].search([("partner_id", "child_of", partner.id), ("state", "=", state)])
        # Any stored number of the partner will do.
        partner.write({"partner_latitude": sum(found.mapped(field)) % 90})
        env.flush_all()
    total = (perf_counter() - started) / len(ids) * sample.customers
    env.cr.rollback()
    env.invalidate_all()
    return Row(
        f"Loop of search, sum, write ({len(ids)}, extrapolated)",
        seconds(total),
        f"{total / floor:.0f}",
    )
