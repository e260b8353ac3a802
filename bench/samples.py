"""Drawing a random sample of all customers, and what its form says before."""

from __future__ import annotations

from odoo.tools import SQL

from bench.measure import middle, watch
from bench.table import Row, seconds

DRAW = 60


def measure(env, sample) -> list[Row]:
    """Draw and invite, against reading the customers in an order of chance in the database."""
    env.cr.execute(
        SQL(
            """UPDATE res_partner
                  SET email = 'bench' || id || '@example.com',
                      email_normalized = 'bench' || id || '@example.com'
                WHERE id BETWEEN %s AND %s""",
            sample.first_customer,
            sample.first_customer + sample.customers - 1,
        )
    )
    env.invalidate_all()
    floor = middle(lambda: _floor(env), 3)
    survey = env["survey.survey"].search([("retention_kind", "=", "relationship")], limit=1)
    drawing = env["retention.sample"].create(
        {"name": "All customers", "survey_id": survey.id, "seed": "bench"}
    )
    env.flush_all()
    env.invalidate_all()
    with watch(env) as said:
        drawing.read(["plan"])
    env.invalidate_all()
    with watch(env) as drawn:
        drawing.action_draw()
    drawing.state = "sent"
    env.invalidate_all()
    members = drawing._get_waiting()
    with watch(env) as invited:
        drawing._ask(members)
    rows = [
        Row("Reading the customers in an order of chance", seconds(floor)),
        Row(
            f"Drawing {drawing.wanted_count:,} of {drawing.population_count:,}",
            f"{seconds(drawn.seconds)}, {drawn.megabytes:.0f} MB more",
            f"{drawn.seconds / floor:.1f}",
        ),
        Row("Statements for it", f"{drawn.queries}", "", drawn.queries, DRAW),
        Row("What its form says before", f"{seconds(said.seconds)}, {said.queries} statements"),
        Row(
            f"Inviting {len(members)} of them",
            # Four each are core's: who follows a survey follows each of its answers.
            f"{seconds(invited.seconds)}, {invited.queries} statements",
        ),
    ]
    env.cr.rollback()
    env.invalidate_all()
    return rows


def _floor(env) -> None:
    env.cr.execute(
        SQL(
            "SELECT partner_id FROM retention_customer WHERE company_id = %s ORDER BY RANDOM()",
            env.company.id,
        )
    )
    env.cr.fetchall()
