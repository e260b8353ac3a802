"""The statement that looks back: what was known of each customer on earlier days, and what came."""

from odoo.tools import SQL


def select_snapshots(purchases, company_id, cuts, settings, most):
    """Return the customers of a company as they were known on each of several days.

    One row per day and customer who had a purchase day by then: ``cut``, ``recency``, ``tenure``,
    ``days``, ``gap``, ``average``, ``lifetime``, ``bought``, ``amount``, see
    :class:`tools.outlook.Known`. Money is that of the company, exact in the sums, a float in the
    end. The usual gap of the company is that of the day looked back to: today's would know what
    came. Given back is what has been given back by now.

    Of more customers than ``most`` on a day those with the smallest hash of "outlook:<id>": a
    sample that stays the same from week to week.

    :param purchases: SQL of ``retention.purchase``
    :param cuts: list of ``(day, last day of what came after it)``
    :param settings: see ``res.company._get_retention_settings``
    """
    # One sort for all days: a row whose day is not the one before it in order opens a purchase day.
    names = [
        {
            "day": SQL("%s::date", day),
            "until": SQL("%s::date", until),
            **{name: SQL.identifier(f"{name}_{place}") for name in ("last", "days", "bought")},
        }
        for place, (day, until) in enumerate(cuts)
    ]
    wide = SQL(", ").join(
        SQL(
            """MAX(date) FILTER (WHERE date <= %(day)s) AS %(last)s,
               COUNT(*) FILTER (WHERE date <= %(day)s
                                  AND date IS DISTINCT FROM day_before) AS %(days)s,
               COALESCE(BOOL_OR(date > %(day)s AND date <= %(until)s), FALSE) AS %(bought)s""",
            **each,
        )
        for each in names
    )
    tall = SQL(", ").join(
        SQL("(%(day)s, %(until)s, %(last)s, %(days)s, %(bought)s)", **each) for each in names
    )
    return SQL(
        """WITH purchase AS MATERIALIZED (
                  SELECT partner_id, date, amount, is_counted, is_part
                    FROM (%(purchases)s) AS purchase
                   WHERE company_id = %(company)s AND date <= %(end)s),
                dated AS (
                  SELECT partner_id, MIN(date) AS first, %(wide)s
                    FROM (SELECT partner_id, date,
                                 LAG(date) OVER (PARTITION BY partner_id ORDER BY date) AS day_before
                            FROM purchase
                           WHERE is_counted) AS counted
                GROUP BY partner_id),
                known AS MATERIALIZED (
                  SELECT cut.*, partner_id, first
                    FROM dated
                   CROSS JOIN LATERAL (VALUES %(tall)s) AS cut (day, until, last, days, bought)
                   WHERE cut.days > 0),
                usual AS (
                  SELECT day, COUNT(*) AS customers,
                         CASE WHEN COUNT(*) FILTER (WHERE days >= 3) < %(minimum)s THEN %(default)s
                              ELSE GREATEST(1, FLOOR(0.5 + PERCENTILE_CONT(0.5) WITHIN GROUP (
                                       ORDER BY (last - first)::float8 / NULLIF(days - 1, 0))
                                       FILTER (WHERE days >= 3))) END AS gap
                    FROM known
                GROUP BY day),
                chosen AS MATERIALIZED (
                  SELECT *
                    FROM (SELECT known.*, usual.gap,
                                 ROW_NUMBER() OVER (
                                     PARTITION BY day
                                         ORDER BY CASE WHEN customers > %(most)s
                                                       THEN SHA256(CONVERT_TO(
                                                           'outlook:' || partner_id, 'UTF8'))
                                                       END, partner_id) AS number
                            FROM known
                            JOIN usual USING (day)) AS numbered
                   WHERE number <= %(most)s)
           SELECT day, day - last, day - first, days,
                  (%(weight)s * gap + (last - first))::float8 / (%(weight)s + days - 1),
                  (SUM(amount) FILTER (WHERE date <= day AND (is_counted OR is_part))
                      / COUNT(*) FILTER (WHERE date <= day AND is_counted))::float8,
                  SUM(amount) FILTER (WHERE date <= day)::float8,
                  bought,
                  COALESCE(SUM(amount) FILTER (WHERE date > day), 0)::float8
             FROM chosen
             JOIN purchase USING (partner_id)
            WHERE date <= until
         GROUP BY day, partner_id, first, last, days, bought, gap
         ORDER BY day, partner_id""",
        wide=wide,
        tall=tall,
        end=max(until for _day, until in cuts),
        purchases=purchases,
        company=company_id,
        minimum=settings["retention_gap_min_customers"],
        default=settings["retention_gap_default_days"],
        weight=settings["retention_gap_weight"],
        most=most,
    )
