"""The statements of a run: from what each customer bought to figures, set-based, for one company.

They read the temporary table ``retention_total`` (``customer_totals.py``) and limits taken from it
(``customer_limits.py``), work on ``retention_figure`` (the figures that follow, where they differ
from what stands), and leave ``retention_customer`` and ``retention_event`` as they should be. Each
function returns ``SQL``; nothing is executed here.
Definitions are those of the addon's ``readme/DEFINITIONS.rst``; comparisons are exact: integers,
dates and numerics.
"""

from odoo.tools import SQL

from .customer_totals import TOTAL_COLUMNS

# The columns that a run writes, in the order of the table retention_figure.
COLUMNS = (
    *TOTAL_COLUMNS,
    "currency_id",
    "expected_gap_days",
    "expected_date",
    "is_gold",
    "abc_class",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_segment",
    "status",
)
# The figures whose change is an event of the same name.
EVENT_COLUMNS = ("status", "abc_class", "is_gold", "rfm_segment")


def create_figures(losses, company, today, settings, limits, partner_ids=None):
    """Create ``retention_figure``: the figures that differ from what stands, and who has none any more.

    In most nights these are few: what is left to do costs as much as changed, not as there is.
    ``customer_id`` is the row that stands, null for a new customer; ``status`` is null for one who
    is gone.

    :param losses: SQL of recorded losses (``partner_id``, ``company_id``, ``date``)
    :param company: the company
    :param settings: see ``res.company._get_retention_settings``
    :param limits: see ``retention.run._get_limits``
    :param partner_ids: the partners that ``retention_total`` is about; all by default
    """
    only = SQL("AND partner_id = ANY(%s)", partner_ids) if partner_ids is not None else SQL()
    return SQL(
        """CREATE TEMPORARY TABLE retention_figure ON COMMIT DROP AS
           SELECT customer.id AS customer_id, partner_id, %(new)s
             FROM (SELECT measured.*,
                          %(segment)s AS rfm_segment,
                          %(status)s AS status
                     FROM (SELECT total.*,
                                  %(currency)s AS currency_id,
                                  span.gap_days::float8 / span.gap_parts AS expected_gap_days,
                                  last_purchase_date
                                      + ((2 * span.gap_days + span.gap_parts)
                                         / (2 * span.gap_parts))::int AS expected_date,
                                  COALESCE(value_year > 0 AND value_year >= %(gold)s::numeric, FALSE) AS is_gold,
                                  %(abc)s AS abc_class,
                                  %(recency)s AS recency_score,
                                  %(frequency)s AS frequency_score,
                                  %(monetary)s AS monetary_score,
                                  span.idle, span.pause, span.gap_days, span.gap_parts,
                                  span.gap_days_before, span.gap_parts_before,
                                  COALESCE(loss.after_last, FALSE) AS lost_after_last,
                                  COALESCE(loss.before_last, FALSE) AS lost_before_last
                             FROM retention_total AS total
                            CROSS JOIN LATERAL (
                                  SELECT %(today)s - last_purchase_date AS idle,
                                         last_purchase_date - previous_purchase_date AS pause,
                                         %(weight)s * %(gap)s + last_purchase_date
                                             - first_purchase_date AS gap_days,
                                         %(weight)s + purchase_days - 1 AS gap_parts,
                                         %(weight)s * %(gap)s + previous_purchase_date
                                             - first_purchase_date AS gap_days_before,
                                         %(weight)s + purchase_days - 2 AS gap_parts_before
                                  ) AS span
                             LEFT JOIN (%(losses)s) AS loss ON loss.partner_id = total.partner_id
                           OFFSET 0 -- else the scores are worked out for every mention of them
                          ) AS measured
                  ) AS figure
             FULL JOIN (SELECT * FROM retention_customer WHERE company_id = %(company)s %(only)s)
                       AS customer USING (partner_id)
            WHERE (%(old)s) IS DISTINCT FROM (%(new)s)""",
        old=SQL(", ").join(SQL.identifier("customer", name) for name in COLUMNS),
        new=SQL(", ").join(SQL.identifier("figure", name) for name in COLUMNS),
        company=company.id,
        only=only,
        losses=_losses(losses, company.id, today),
        currency=company.currency_id.id,
        gold=limits["gold_limit"],
        abc=_abc_class(settings, limits),
        recency=_score(SQL("last_purchase_date"), limits["recency"], SQL("date")),
        frequency=_score(SQL("purchase_days"), limits["frequency"], SQL("int")),
        monetary=_score(SQL("value_year + value_year_1"), limits["monetary"], SQL("numeric")),
        segment=_segment(),
        status=_status(settings),
        today=SQL("%s::date", today),
        weight=settings["retention_gap_weight"],
        gap=limits["company_gap_days"],
    )


def _losses(losses, company_id, today):
    """Return who has a recorded loss since the last purchase day, or between the last two."""
    return SQL(
        """SELECT bought.partner_id,
                  BOOL_OR(lost.date >= last_purchase_date) AS after_last,
                  BOOL_OR(lost.date >= previous_purchase_date
                          AND lost.date < last_purchase_date) AS before_last
             FROM (%(losses)s) AS lost
             JOIN res_partner AS loser ON loser.id = lost.partner_id
             JOIN retention_total AS bought ON bought.partner_id = loser.commercial_partner_id
            WHERE lost.company_id = %(company)s AND lost.date <= %(today)s
            GROUP BY bought.partner_id""",
        losses=losses,
        company=company_id,
        today=today,
    )


def _score(value, limits, kind):
    """Return 1 plus the number of limits strictly below ``value``: equal values, equal scores."""
    steps = [SQL("(%s > %s::%s)::int", value, limit, kind) for limit in limits]
    return SQL(" + ").join([SQL("1"), *steps])


def _abc_class(settings, limits):
    if settings["retention_abc_method"] == "pareto":
        return SQL(
            """CASE WHEN value_year > 0 AND value_year >= %s::numeric THEN 'a'
                    WHEN value_year > 0 AND value_year >= %s::numeric THEN 'b' ELSE 'c' END""",
            limits["a_limit"],
            limits["b_limit"],
        )
    return SQL(
        """CASE WHEN value_year > 0 AND value_year >= %(limit)s::numeric THEN 'a'
                WHEN value_year_1 > 0 AND value_year * 100 >= %(growth)s * value_year_1
                 AND value_year_2 > 0 AND value_year_1 * 100 >= %(growth)s * value_year_2 THEN 'b'
                ELSE 'c' END""",
        limit=limits["a_limit"],
        growth=100 + settings["retention_abc_growth_percent"],
    )


def _segment():
    # The mean of frequency and monetary score, rounded up.
    both = SQL("(frequency_score + monetary_score + 1) / 2")
    return SQL(
        """CASE WHEN recency_score >= 4 AND %(both)s >= 4 THEN 'champion'
                WHEN recency_score >= 4 AND %(both)s = 3 THEN 'potential'
                WHEN recency_score = 5 THEN 'new'
                WHEN recency_score = 4 THEN 'promising'
                WHEN recency_score = 3 AND %(both)s >= 4 THEN 'loyal'
                WHEN recency_score = 3 AND %(both)s = 3 THEN 'attention'
                WHEN recency_score = 3 THEN 'about_to_sleep'
                WHEN recency_score = 2 AND %(both)s >= 3 THEN 'at_risk'
                WHEN recency_score = 2 THEN 'hibernating'
                WHEN %(both)s >= 4 THEN 'cannot_lose'
                ELSE 'dormant' END""",
        both=both,
    )


def _status(settings):
    # Late by a factor means idle > factor * gap_days / gap_parts, without dividing.
    return SQL(
        """CASE WHEN idle >= %(lost)s OR lost_after_last THEN 'lost'
                WHEN idle < %(won_back)s
                 AND (lost_before_last OR pause > %(lost)s
                      OR pause * gap_parts_before > %(silent)s * gap_days_before) THEN 'won_back'
                WHEN purchase_days = 1 AND idle < %(new)s THEN 'new'
                WHEN idle * gap_parts <= %(active)s * gap_days THEN 'active'
                WHEN idle * gap_parts <= %(silent)s * gap_days THEN 'late'
                ELSE 'silent' END""",
        lost=settings["retention_lost_days"],
        won_back=settings["retention_won_back_days"],
        new=settings["retention_new_days"],
        active=settings["retention_active_factor"],
        silent=settings["retention_silent_factor"],
    )


def insert_events(company_id, today):
    """Record what the figures about to be written change, before they are written.

    A change of a figure is an event with the old and the new value. Of a new customer only the
    status is one, and only if it is ``new``; a row that goes becomes ``prospect`` again.
    """
    old = SQL(", ").join(
        SQL("(%s, customer.%s::text, figure.%s::text)", name, *[SQL.identifier(name)] * 2)
        for name in EVENT_COLUMNS
    )
    return SQL(
        """INSERT INTO retention_event
                  (id, date, company_id, type, partner_id, old_value, new_value,
                   last_purchase_date, key)
           SELECT event_id, %(today)s, %(company)s, type, partner_id, old_value, new_value,
                  last_purchase_date, event_id::text
             FROM (SELECT NEXTVAL('retention_event_id_seq') AS event_id, change.*
                     FROM (SELECT value.type, figure.partner_id, value.old_value, value.new_value,
                                  figure.last_purchase_date
                             FROM retention_figure AS figure
                             JOIN retention_customer AS customer ON customer.id = figure.customer_id
                            CROSS JOIN LATERAL (VALUES %(old)s)
                                       AS value (type, old_value, new_value)
                            WHERE figure.status IS NOT NULL
                              AND value.old_value IS DISTINCT FROM value.new_value
                            UNION ALL
                           SELECT 'status', partner_id, 'prospect', 'new', last_purchase_date
                             FROM retention_figure
                            WHERE customer_id IS NULL AND status = 'new'
                            UNION ALL
                           SELECT 'status', figure.partner_id, customer.status, 'prospect', NULL
                             FROM retention_figure AS figure
                             JOIN retention_customer AS customer ON customer.id = figure.customer_id
                            WHERE figure.status IS NULL) AS change
                    ORDER BY partner_id, type) AS event""",
        today=today,
        company=company_id,
        old=old,
    )


def update_customers():
    """Write the figures that differ; a figure that stands is neither locked nor rewritten."""
    identifiers = [SQL.identifier(name) for name in COLUMNS]
    return SQL(
        """UPDATE retention_customer AS customer
              SET %s,
                  previous_rfm_segment = CASE WHEN customer.rfm_segment != figure.rfm_segment
                                              THEN customer.rfm_segment
                                              ELSE customer.previous_rfm_segment END
             FROM retention_figure AS figure
            WHERE customer.id = figure.customer_id AND figure.status IS NOT NULL""",
        SQL(", ").join(SQL("%s = figure.%s", name, name) for name in identifiers),
    )


def insert_customers(company_id):
    """Add the rows of customers who have none.

    A row of another run that ended after this one began is a SerializationFailure, not an error
    that a second try would meet again.
    """
    columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    return SQL(
        """INSERT INTO retention_customer (partner_id, company_id, %(columns)s)
           SELECT partner_id, %(company)s, %(columns)s
             FROM retention_figure
            WHERE customer_id IS NULL
           ON CONFLICT DO NOTHING""",
        company=company_id,
        columns=columns,
    )


def delete_customers():
    """Remove the rows of those who are no customers any more."""
    return SQL(
        """DELETE FROM retention_customer AS customer
            USING retention_figure AS figure
            WHERE customer.id = figure.customer_id AND figure.status IS NULL"""
    )
