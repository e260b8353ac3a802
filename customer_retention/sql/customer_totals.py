"""The statements that count a company's purchases: ``retention_total``, one row per customer.

Temporary; see ``customer_figures.py`` for what becomes of it.
"""

from odoo.tools import SQL

# The columns that follow from a customer's own purchases alone.
TOTAL_COLUMNS = (
    "value_month",
    "value_year",
    "value_year_1",
    "value_year_2",
    "lifetime_value",
    "average_purchase",
    "purchase_count",
    "purchase_days",
    "first_purchase_date",
    "previous_purchase_date",
    "last_purchase_date",
)
# Days after which a purchase leaves a window and enters the next.
WINDOW_DAYS = (30, 365, 730, 1095)


def create_totals(purchases, company_id, today, partner_ids=None):
    """Create ``retention_total``: one row per customer, with sums, counts and days.

    One sort serves everything: within the purchases that count of one customer, a row whose day
    is not the day before it in order opens a purchase day, and the greatest day that precedes
    such a row is the last but one.

    :param purchases: SQL of ``retention.purchase``
    :param partner_ids: commercial partners to look at; all by default
    """
    only = SQL("AND partner_id = ANY(%s)", partner_ids) if partner_ids is not None else SQL()
    return SQL(
        """CREATE TEMPORARY TABLE retention_total ON COMMIT DROP AS
           SELECT partner_id,
                  COALESCE(SUM(amount) FILTER (WHERE date > %(today)s - 30), 0) AS value_month,
                  COALESCE(SUM(amount) FILTER (WHERE date > %(today)s - 365), 0) AS value_year,
                  COALESCE(SUM(amount) FILTER (WHERE date > %(today)s - 730
                                                 AND date <= %(today)s - 365), 0) AS value_year_1,
                  COALESCE(SUM(amount) FILTER (WHERE date > %(today)s - 1095
                                                 AND date <= %(today)s - 730), 0) AS value_year_2,
                  SUM(amount) FILTER (WHERE is_counted)
                      + COALESCE(SUM(amount) FILTER (WHERE NOT is_counted), 0) AS lifetime_value,
                  SUM(amount) FILTER (WHERE is_counted OR is_part)
                      / COUNT(*) FILTER (WHERE is_counted) AS average_purchase,
                  COUNT(*) FILTER (WHERE is_counted)::int AS purchase_count,
                  COUNT(*) FILTER (WHERE is_counted
                                     AND date IS DISTINCT FROM day_before)::int AS purchase_days,
                  MIN(date) FILTER (WHERE is_counted) AS first_purchase_date,
                  MAX(day_before) FILTER (WHERE is_counted
                                            AND day_before < date) AS previous_purchase_date,
                  MAX(date) FILTER (WHERE is_counted) AS last_purchase_date
             FROM (SELECT partner_id, date, amount, is_counted, is_part,
                          LAG(date) OVER (PARTITION BY partner_id, is_counted
                                              ORDER BY date) AS day_before
                     FROM (%(purchases)s) AS purchase
                    WHERE company_id = %(company)s AND date <= %(today)s %(only)s
                  ) AS purchase
            GROUP BY partner_id
           HAVING COUNT(*) FILTER (WHERE is_counted) > 0""",
        today=SQL("%s::date", today),
        purchases=purchases,
        company=company_id,
        only=only,
    )


def carry_totals(company_id, partner_ids):
    """Add to ``retention_total`` what stands of the customers who are not among ``partner_ids``.

    Their purchases have not changed and none crossed the border of a window, so that counting
    them again would give the same.
    """
    names = SQL(", ").join(SQL.identifier(name) for name in TOTAL_COLUMNS)
    return SQL(
        """INSERT INTO retention_total (partner_id, %(names)s)
           SELECT partner_id, %(names)s
             FROM retention_customer
            WHERE company_id = %(company)s
              AND partner_id NOT IN (SELECT UNNEST(%(partners)s::int[]))""",
        names=names,
        company=company_id,
        partners=partner_ids,
    )


def select_changed(changes, company_id, since):
    """Return the commercial partners whose totals may differ from what stands.

    One noted in ``retention.change`` may be a commercial partner no more: its row has to go.

    :param changes: SQL of documents to count again (``partner_id``, ``company_id``)
    :param since: UTC datetime; partners noted in ``retention.change`` from then on count too
    """
    return SQL(
        """SELECT partner_id FROM retention_change WHERE create_date >= %(since)s
            UNION
           SELECT partner.commercial_partner_id
             FROM (SELECT partner_id FROM (%(changes)s) AS written WHERE company_id = %(company)s
                    UNION ALL
                   SELECT partner_id FROM retention_change WHERE create_date >= %(since)s) AS changed
             JOIN res_partner AS partner ON partner.id = changed.partner_id""",
        changes=changes,
        company=company_id,
        since=since,
    )
