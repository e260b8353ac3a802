"""The pass over a company: from the parts of cost to what stands on ``retention.customer``.

One statement for each part fills the temporary table ``retention_cost``, one writes the rows that differ,
one the flag. Nothing is executed here.
"""

from odoo.tools import SQL

# Days of the window: that of ``value_year``.
DAYS = 365
# Below this share of known cost nothing is said of what is left.
KNOWN_FROM = 80
# Among so many customers and more, the lowest tenth of contributions is low.
LOWEST_AMONG = 10
LOWEST_SHARE = 0.1


def create_costs():
    """Create ``retention_cost``: one row per customer and part."""
    return SQL(
        """CREATE TEMPORARY TABLE retention_cost (
                  partner_id int, part varchar, amount numeric, sales numeric, known numeric
           ) ON COMMIT DROP"""
    )


def select_contacts(partner_ids):
    """Return these commercial partners and their contacts."""
    return SQL("SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)", partner_ids)


def insert_part(part, query, has_sales, company, today, contact_ids):
    """Add what part ``part`` costs each customer, rounded to the currency of ``company``.

    :param query: SQL, see ``retention.purchase._get_cost_queries``
    :param has_sales: whether it has the column ``sales``, too
    :param contact_ids: customers and their contacts, named one by one so that the condition reaches the
        tables underneath; None means all
    """
    only = SQL("AND cost.partner_id = ANY(%s)", contact_ids) if contact_ids is not None else SQL()
    sales = SQL("ABS(cost.sales)") if has_sales else SQL("0")
    return SQL(
        """INSERT INTO retention_cost
           SELECT customer.commercial_partner_id, %(part)s,
                  ROUND(SUM(cost.amount)::numeric / %(rounding)s) * %(rounding)s,
                  SUM(%(sales)s), COALESCE(SUM(%(sales)s) FILTER (WHERE cost.is_known), 0)
             FROM (%(query)s) AS cost
             JOIN res_partner AS customer ON customer.id = cost.partner_id
            WHERE cost.company_id = %(company)s
              AND cost.date > %(today)s::date - %(days)s AND cost.date <= %(today)s %(only)s
            GROUP BY customer.commercial_partner_id""",
        part=part,
        query=query,
        sales=sales,
        rounding=SQL("%s::numeric", str(company.currency_id.rounding)),
        company=company.id,
        today=today,
        days=DAYS,
        only=only,
    )


def update_customers(columns, company_id, partner_ids):
    """Write costs and what is left where they differ.

    :param columns: ``{column: parts}`` of ``retention.customer``; ``goods_year`` is no cost to serve
    """
    only = (
        SQL("AND customer.partner_id = ANY(%s)", partner_ids) if partner_ids is not None else SQL()
    )
    sums = SQL(", ").join(
        SQL(
            "COALESCE(SUM(amount) FILTER (WHERE part = ANY(%s)), 0) AS %s",
            list(parts),
            SQL.identifier(column),
        )
        for column, parts in columns.items()
    )
    named = [SQL.identifier(column) for column in columns]
    serve = SQL(" + ").join(SQL.identifier(column) for column in columns if column != "goods_year")
    written = [
        *named,
        *map(SQL.identifier, ("serve_year", "cost_known_percent", "contribution_year")),
    ]
    values = SQL(", ").join(
        [
            *(SQL("COALESCE(%s, 0) AS %s", name, name) for name in named),
            SQL("COALESCE(%s, 0) AS serve_year", serve),
            SQL("COALESCE(known_percent, 100)::float8 AS cost_known_percent"),
            SQL(
                """CASE WHEN COALESCE(known_percent, 100) >= %s
                        THEN customer.value_year - COALESCE(goods_year, 0) - COALESCE(%s, 0)
                   END AS contribution_year""",
                KNOWN_FROM,
                serve,
            ),
        ]
    )
    return SQL(
        """UPDATE retention_customer AS customer
              SET %(assigned)s
             FROM (SELECT customer.id, %(values)s
                     FROM (SELECT id, partner_id, value_year FROM retention_customer AS customer
                            WHERE company_id = %(company)s %(only)s) AS customer
                     LEFT JOIN (SELECT partner_id, %(sums)s,
                                       100 * SUM(known) / NULLIF(SUM(sales), 0) AS known_percent
                                  FROM retention_cost GROUP BY partner_id) AS cost
                            USING (partner_id)) AS counted
            WHERE customer.id = counted.id AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
        assigned=SQL(", ").join(SQL("%s = counted.%s", name, name) for name in written),
        values=values,
        company=company_id,
        only=only,
        sums=sums,
        old=SQL(", ").join(SQL("customer.%s", name) for name in written),
        new=SQL(", ").join(SQL("counted.%s", name) for name in written),
    )


def update_flag(company_id):
    """Write who is gold by turnover and among the last by what is left."""
    return SQL(
        """UPDATE retention_customer AS customer
              SET is_costly_gold = flagged.value
             FROM (SELECT customer.id,
                          COALESCE(customer.is_gold
                                   AND (contribution_year < 0
                                        OR low.count >= %(among)s
                                           AND contribution_year <= low.bound), FALSE) AS value
                     FROM retention_customer AS customer
                    CROSS JOIN (SELECT COUNT(contribution_year) AS count,
                                       PERCENTILE_DISC(%(share)s) WITHIN GROUP (
                                           ORDER BY contribution_year) AS bound
                                  FROM retention_customer
                                 WHERE company_id = %(company)s) AS low
                    WHERE customer.company_id = %(company)s) AS flagged
            WHERE customer.id = flagged.id
              AND customer.is_costly_gold IS DISTINCT FROM flagged.value""",
        among=LOWEST_AMONG,
        share=LOWEST_SHARE,
        company=company_id,
    )
