"""The statements that read limits out of ``retention_total``: who is gold, and where scores begin.

Limits travel as text: Odoo reads a numeric as a float, and a float is not exact.
"""

from odoo.tools import SQL


def select_counts():
    """Return the number of customers, of those with a value this year, and of those with two gaps."""
    return SQL(
        """SELECT COUNT(*), COUNT(*) FILTER (WHERE value_year > 0),
                  COUNT(*) FILTER (WHERE purchase_days >= 3)
             FROM retention_total"""
    )


def select_values_at(values, positions, count, only=None):
    """Return, for each of ``values``, what stands at ``positions`` of the customers in ascending order, as texts.

    :param values: SQL over ``retention_total``, each with an order of its own
    :param positions: from 1, in any order, equal ones allowed
    :param count: number of the customers
    :param only: SQL condition that these customers meet; all by default
    """
    # The fraction half a position before a position is rounded up to it, whatever a float does.
    fractions = [(position - 0.5) / count for position in positions]
    columns = [
        SQL("(PERCENTILE_DISC(%s::float8[]) WITHIN GROUP (ORDER BY %s))::text[]", fractions, value)
        for value in values
    ]
    return SQL(
        "SELECT %s FROM retention_total WHERE %s", SQL(", ").join(columns), only or SQL("TRUE")
    )


def select_middle_gaps(count):
    """Return the one or two middle gaps of the ``count`` customers with at least two, see company_gap.

    Two equal ones are one row.
    """
    # Equal fractions of whole numbers are equal floats, and those of days and purchases are never
    # so near each other that different ones could be.
    gap = SQL("(last_purchase_date - first_purchase_date)::float8 / (purchase_days - 1)")
    repeaters = SQL("purchase_days >= 3")
    middle = select_values_at([gap], [(count + 1) // 2, count // 2 + 1], count, repeaters)
    return SQL(
        """SELECT DISTINCT ON (%(gap)s) last_purchase_date - first_purchase_date, purchase_days - 1
             FROM retention_total
            WHERE %(repeaters)s AND %(gap)s IN (SELECT UNNEST(gaps)::float8
                                                  FROM (%(middle)s) AS at (gaps))""",
        gap=gap,
        repeaters=repeaters,
        middle=middle,
    )


def select_best_below(limit):
    """Return the largest yearly value above 0 and below ``limit``."""
    return SQL(
        "SELECT MAX(value_year)::text FROM retention_total WHERE value_year > 0 AND value_year < %s::numeric",
        limit,
    )


def select_pareto_limits(a_percent, b_percent):
    """Return the smallest yearly values of classes A and B by share of value.

    A customer is in while those with strictly larger values hold less than the percent.
    """
    return SQL(
        """SELECT MIN(value_year) FILTER (WHERE above * 100 < %s * total)::text,
                  MIN(value_year) FILTER (WHERE above * 100 < %s * total)::text
             FROM (SELECT value_year, SUM(value_year) OVER () AS total,
                          COALESCE(SUM(value_year) OVER (
                              ORDER BY value_year DESC
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above
                     FROM retention_total
                    WHERE value_year > 0) AS share""",
        a_percent,
        b_percent,
    )
