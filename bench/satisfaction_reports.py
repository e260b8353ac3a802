"""The page Satisfaction and its reports over many answers, against the plain GROUP BY of each."""

from __future__ import annotations

from datetime import timedelta

from bench.measure import middle, watch
from bench.table import Row, seconds

ANSWERS = 100_000
DAYS = 730
"""The page is opened over a year, and compares it with the year before: all answers are read."""
QUERIES = 15
BAR = 3
TIMES = 3

# The least that shows the same kind of thing, without intervals, rights, or customers counting once.
MEANS = """COUNT(*), COUNT(level), AVG((level != 'dissatisfied')::int), AVG(csat),
           AVG((csat >= 4)::int), AVG((nps_group = 'promoter')::int),
           AVG((nps_group = 'detractor')::int)"""
ATTITUDES = """AVG(NULLIF(courtesy, 0)), AVG(NULLIF(empathy, 0)), AVG(NULLIF(effort, 0)),
               AVG(NULLIF(honesty, 0)), AVG(NULLIF(knowledge, 0)), AVG(NULLIF(ease, 0))"""
PLAIN_GROUPS = {
    "user_id": """SELECT user_id, date > %(after)s, {means}, {attitudes}
                    FROM retention_satisfaction GROUP BY 1, 2""",
    "categ_id": """SELECT template.categ_id, date > %(after)s, {means}, {attitudes}
                     FROM retention_satisfaction AS answer
                     JOIN sale_order_line AS line ON line.order_id = answer.res_id
                     JOIN product_product AS product ON product.id = line.product_id
                     JOIN product_template AS template ON template.id = product.product_tmpl_id
                    GROUP BY 1, 2""",
    "source_id": """SELECT customer.acquisition_source_id, date > %(after)s, {means}, {attitudes}
                      FROM retention_satisfaction AS answer
                      JOIN res_partner AS customer ON customer.id = answer.partner_id
                     GROUP BY 1, 2""",
}
# What a pivot groups by: salespeople come in the order of their names.
PLAIN_PIVOTS = {
    "user_id": """SELECT person.complete_name, seller.id, {means}
                    FROM retention_satisfaction AS answer
                    JOIN res_users AS seller ON seller.id = answer.user_id
                    JOIN res_partner AS person ON person.id = seller.partner_id
                   GROUP BY person.complete_name, seller.id ORDER BY 1""",
    "abc_class": """SELECT figure.abc_class, {means}
                      FROM retention_satisfaction AS answer
                      JOIN retention_customer AS figure ON figure.partner_id = answer.partner_id
                     GROUP BY 1""",
}
PLAIN_PAGE = (
    "SELECT date > %(after)s, {means} FROM retention_satisfaction GROUP BY 1",
    "SELECT DATE_TRUNC('month', date), {means} FROM retention_satisfaction GROUP BY 1",
    """SELECT invitation.retention_invite_date > %(after)s, COUNT(*), COUNT(answer.id)
         FROM survey_user_input AS invitation
         LEFT JOIN retention_satisfaction AS answer ON answer.user_input_id = invitation.id
        GROUP BY 1""",
    """SELECT answer.nps_group, COUNT(*), SUM(figure.value_year)
         FROM retention_satisfaction AS answer
         JOIN retention_customer AS figure ON figure.partner_id = answer.partner_id
        WHERE date > %(after)s GROUP BY 1""",
    # Whom they brought.
    """SELECT answer.nps_group, COUNT(DISTINCT friend.id), SUM(figure.value_year)
         FROM retention_customer AS figure
         JOIN res_partner AS friend ON friend.id = figure.partner_id
         JOIN retention_satisfaction AS answer ON answer.partner_id = friend.referred_by_id
        WHERE figure.first_purchase_date > %(after)s AND answer.date > %(after)s GROUP BY 1""",
    # How many lines of the orders were dearer or short, and by how much.
    """SELECT expectation, COUNT(*),
              COUNT(*) FILTER (WHERE line.untaxed_amount_invoiced > line.price_subtotal),
              COUNT(*) FILTER (WHERE line.qty_delivered < line.product_uom_qty),
              SUM(line.untaxed_amount_invoiced) / SUM(line.price_subtotal),
              SUM(line.qty_delivered) / SUM(line.product_uom_qty)
         FROM retention_satisfaction AS answer
         JOIN sale_order_line AS line ON line.order_id = answer.res_id
         JOIN sale_order AS sale ON sale.id = line.order_id AND sale.state = 'sale'
        WHERE date > %(after)s AND answer.res_model = 'sale.order' GROUP BY 1""",
    # When the dissatisfied were called.
    """SELECT answer.date, COUNT(DISTINCT answer.id), MIN(followup.date_done)
         FROM retention_satisfaction AS answer
         LEFT JOIN retention_followup AS followup
           ON followup.partner_id = answer.partner_id AND followup.state = 'done'
          AND followup.date_done >= answer.date
        WHERE answer.level = 'dissatisfied' AND answer.date > %(after)s GROUP BY 1""",
    # Whether the dissatisfied bought within 90 days, and what they answered next.
    """SELECT answer.date, COUNT(DISTINCT answer.id), COUNT(DISTINCT sale.id)
         FROM retention_satisfaction AS answer
         JOIN res_partner AS person ON person.commercial_partner_id = answer.partner_id
         LEFT JOIN sale_order AS sale
           ON sale.partner_id = person.id AND sale.state = 'sale'
          AND sale.date_order > answer.date AND sale.date_order <= answer.date + 90
        WHERE answer.level = 'dissatisfied' AND answer.date > %(after)s GROUP BY 1""",
    """SELECT answer.date, MIN(later.date), COUNT(DISTINCT answer.id)
         FROM retention_satisfaction AS answer
         LEFT JOIN retention_satisfaction AS later
           ON later.partner_id = answer.partner_id AND later.date > answer.date
        WHERE answer.level = 'dissatisfied' AND answer.date > %(after)s GROUP BY 1""",
)


def measure(env, sample, say, settle) -> list[Row]:
    """Generate answers, open the page and its pivots, and compare each with its plain GROUP BY."""
    count = _generate(env, sample)
    settle("retention_satisfaction", "survey_user_input", "sale_order_line", "sale_order")
    # Left by the programs measured before: activities and follow-ups, which the calls are found in.
    settle("mail_activity", "retention_followup", "retention_enrollment", "retention_event")
    say(f"Reading {count:,} answers")
    rows = [_page(env, group, count) for group in PLAIN_GROUPS]
    rows += [_pivot(env, count, field) for field in PLAIN_PIVOTS]
    env.cr.rollback()
    return rows


def _page(env, group: str, count: int) -> Row:
    """Open the page over a year, split by ``group``."""
    after = env.company._get_retention_today() - timedelta(days=365)
    plain = sum(_run(env, text, after) for text in (*PLAIN_PAGE, PLAIN_GROUPS[group]))
    Analysis = env["retention.satisfaction.analysis"]
    for _warm in range(2):
        env.transaction.reset()
        with watch(env) as found:
            Analysis.get_satisfaction(365, group)
    spent = min(found.seconds, middle(lambda: Analysis.get_satisfaction(365, group), TIMES))
    return _row(f"Page Satisfaction, {count:,} answers, by {group}", spent, plain, found.queries)


def _pivot(env, count: int, field: str) -> Row:
    """Group the report of answers by ``field``, as its pivot does."""
    figures = ["__count", "satisfied_rate:avg", "csat_rate:avg", "nps_score:avg"]
    plain = _run(env, PLAIN_PIVOTS[field], None)
    Report = env["retention.satisfaction.report"]
    domain = [("company_id", "=", env.company.id)]
    for _warm in range(2):
        env.transaction.reset()
        with watch(env) as found:
            Report.formatted_read_group(domain, [field], figures)
    return _row(f"Pivot of {count:,} answers by {field}", found.seconds, plain, found.queries)


def _row(label: str, spent: float, plain: float, queries: int) -> Row:
    times = spent / plain
    shown = f"{seconds(spent)} ({queries} statements, ≤ {QUERIES}), plain {seconds(plain)}"
    # One row for both bars: too many statements spoil it as well.
    value = times if queries <= QUERIES else float("inf")
    return Row(label, shown, f"{times:.1f}", value, BAR, " ×")


def _run(env, text: str, after) -> float:
    text = text.replace("{means}", MEANS).replace("{attitudes}", ATTITUDES)
    return middle(lambda: env.cr.execute(text, {"after": after}), TIMES)


def _generate(env, sample) -> int:
    """Write two lines to orders of the last two years, invite to them, and let half of them answer."""
    product = env["product.product"].create({"name": "Goods", "type": "consu"})
    survey = env["survey.survey"].create({"title": "After the sale", "access_mode": "token"})
    env.flush_all()
    today = env.company._get_retention_today()
    first = today - timedelta(days=DAYS)
    # Of many orders every so many'th is asked about: the first ones are all of the year before.
    orders = env["sale.order"].search_count([("date_order", ">=", first)])
    values = {
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "product": product.id,
        "uom": product.uom_id.id,
        "survey": survey.id,
        "today": today,
        "first": first,
        "step": max(1, -(-orders // (2 * ANSWERS))),
        "answers": ANSWERS,
    }
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if env.cr.fetchone()[0]:
        # Foreign keys hold anyway: the rows come from the tables they point to.
        env.cr.execute("SET LOCAL session_replication_role = replica")
    env.cr.execute("SELECT setseed(0.19)")
    env.cr.execute(
        """CREATE TEMPORARY TABLE bench_asked ON COMMIT PRESERVE ROWS AS
           SELECT sale.id AS order_id, sale.partner_id, customer.commercial_partner_id,
                  customer.user_id, sale.date_order::date + 5 AS date, random() AS chance,
                  random() AS turn
             FROM sale_order AS sale
             JOIN res_partner AS customer ON customer.id = sale.partner_id
            WHERE sale.date_order >= %(first)s AND sale.date_order < %(today)s::date - 10
              AND sale.id %% %(step)s = 0
            ORDER BY sale.id LIMIT 2 * %(answers)s""",
        values,
    )
    env.cr.execute(
        """INSERT INTO sale_order_line
                  (order_id, company_id, currency_id, name, product_id, product_uom_id, sequence,
                   customer_lead, product_uom_qty, price_unit, price_subtotal, qty_delivered,
                   qty_delivered_method, qty_invoiced, untaxed_amount_invoiced)
           SELECT order_id, %(company)s, %(currency)s, 'Goods', %(product)s, %(uom)s, line, 0,
                  10, 10, 100, CASE WHEN chance < 0.1 THEN 8 ELSE 10 END, 'stock_move', 10,
                  CASE WHEN chance > 0.9 THEN 105 ELSE 100 END
             FROM bench_asked CROSS JOIN generate_series(1, 2) AS line""",
        values,
    )
    env.cr.execute(
        """INSERT INTO survey_user_input
                  (survey_id, partner_id, access_token, state, create_date, retention_company_id,
                   retention_user_id, retention_invite_date, retention_res_model, retention_res_id)
           SELECT %(survey)s, partner_id, 'bench' || order_id, 'done', date, %(company)s, user_id,
                  date, 'sale.order', order_id
             FROM bench_asked""",
        values,
    )
    env.cr.execute(
        """INSERT INTO retention_satisfaction
                  (date, origin, survey_id, user_input_id, partner_id, contact_id, company_id,
                   currency_id, user_id, res_model, res_id, level, csat, nps, nps_group,
                   expectation, courtesy, honesty, comment)
           SELECT date + 1, 'survey', %(survey)s, invitation.id, commercial_partner_id,
                  asked.partner_id, %(company)s, %(currency)s, user_id, 'sale.order', order_id,
                  (ARRAY['dissatisfied', 'satisfied', 'satisfied', 'satisfied', 'very_satisfied',
                         'very_satisfied', 'very_satisfied', 'very_satisfied', 'satisfied',
                         'very_satisfied'])[1 + FLOOR(10 * random())::int],
                  1 + FLOOR(5 * random())::int, score,
                  CASE WHEN score > 8 THEN 'promoter' WHEN score > 6 THEN 'passive'
                       ELSE 'detractor' END,
                  (ARRAY['worse', 'as_expected', 'better'])[1 + FLOOR(3 * random())::int],
                  1 + FLOOR(5 * random())::int, 1 + FLOOR(5 * random())::int,
                  CASE WHEN chance < 0.2 THEN 'It took long' END
             FROM (SELECT *, FLOOR(11 * random())::int AS score FROM bench_asked) AS asked
             JOIN survey_user_input AS invitation
               ON invitation.access_token = 'bench' || asked.order_id
            -- Not by random(): PostgreSQL would take that of the order for all those above.
            ORDER BY turn LIMIT %(answers)s""",
        values,
    )
    count = env.cr.rowcount
    env.cr.execute("DROP TABLE bench_asked")
    env.cr.commit()
    env.invalidate_all()
    return count
