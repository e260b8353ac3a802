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
    return SQL(
        """WITH cut AS (
                  SELECT * FROM UNNEST(%(days)s::date[], %(ends)s::date[]) AS cut (day, until)),
                daily AS (
                  SELECT partner_id, date,
                         SUM(amount) AS amount,
                         SUM(amount) FILTER (WHERE is_counted OR is_part) AS spent,
                         COUNT(*) FILTER (WHERE is_counted) AS purchases
                    FROM (%(purchases)s) AS purchase
                   WHERE company_id = %(company)s AND date <= %(end)s
                GROUP BY partner_id, date),
                known AS (
                  SELECT cut.day, partner_id,
                         MIN(date) FILTER (WHERE purchases > 0 AND date <= cut.day) AS first,
                         MAX(date) FILTER (WHERE purchases > 0 AND date <= cut.day) AS last,
                         COUNT(*) FILTER (WHERE purchases > 0 AND date <= cut.day) AS days,
                         SUM(spent) FILTER (WHERE date <= cut.day)
                             / SUM(purchases) FILTER (WHERE date <= cut.day) AS average,
                         SUM(amount) FILTER (WHERE date <= cut.day) AS lifetime,
                         BOOL_OR(purchases > 0 AND date > cut.day) AS bought,
                         COALESCE(SUM(amount) FILTER (WHERE date > cut.day), 0) AS amount
                    FROM daily
                    JOIN cut ON date <= cut.until
                GROUP BY cut.day, partner_id
                  HAVING COUNT(*) FILTER (WHERE purchases > 0 AND date <= cut.day) > 0),
                usual AS (
                  SELECT day, COUNT(*) AS customers,
                         CASE WHEN COUNT(*) FILTER (WHERE days >= 3) < %(minimum)s THEN %(default)s
                              ELSE GREATEST(1, FLOOR(0.5 + PERCENTILE_CONT(0.5) WITHIN GROUP (
                                       ORDER BY (last - first)::float8 / NULLIF(days - 1, 0))
                                       FILTER (WHERE days >= 3))) END AS gap
                    FROM known
                GROUP BY day),
                numbered AS (
                  SELECT known.*, usual.gap AS usual_gap,
                         ROW_NUMBER() OVER (
                             PARTITION BY day
                                 ORDER BY CASE WHEN customers > %(most)s
                                               THEN SHA256(CONVERT_TO('outlook:' || partner_id, 'UTF8'))
                                               END, partner_id) AS number
                    FROM known
                    JOIN usual USING (day))
           SELECT day, day - last, day - first, days,
                  (%(weight)s * usual_gap + (last - first))::float8 / (%(weight)s + days - 1),
                  average::float8, lifetime::float8, bought, amount::float8
             FROM numbered
            WHERE number <= %(most)s
            ORDER BY day, partner_id""",
        days=[day for day, _until in cuts],
        ends=[until for _day, until in cuts],
        end=max(until for _day, until in cuts),
        purchases=purchases,
        company=company_id,
        minimum=settings["retention_gap_min_customers"],
        default=settings["retention_gap_default_days"],
        weight=settings["retention_gap_weight"],
        most=most,
    )
