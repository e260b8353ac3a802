"""The statements behind the referral figures on partners: what those they brought are worth.

Both return ``SQL`` of one row per referrer, ``partner_id`` first, for one company. A customer is
counted once, as commercial partner. Money is untaxed, in company currency, from the figures of
the last run. All referrers at once by default (sorting, totals); with ``referrer_ids`` only the
lines below these are walked, through the index on ``referred_by_id``.
"""

from odoo.tools import SQL


def select_direct(query, customers, seen, referrer_ids=None):
    """Return ``referral_count``, ``referral_converted_count``, ``referral_hidden_count`` and the values of those they brought.

    :param query: ``Query`` on ``res.partner`` of the referrals that may be counted
    :param customers: SQL subselect of the ids of ``retention.customer`` that may be seen
    :param seen: SQL subselect of the ids of customers of whom it may be told, None for all
    """
    alias = SQL.identifier(query.table)
    query.add_where(SQL("%s.referred_by_id IS NOT NULL", alias))
    query.add_where(SQL("%(alias)s.commercial_partner_id = %(alias)s.id", alias=alias))
    if referrer_ids is not None:
        query.add_where(SQL("%s.referred_by_id = ANY(%s)", alias, referrer_ids))
    query.add_where(_is_seen(SQL("%s.referred_by_id", alias), seen))
    query.add_join(
        "LEFT JOIN",
        "brought",
        SQL("(SELECT * FROM retention_customer WHERE id IN %s)", customers),
        SQL("brought.partner_id = %s.id", alias),
    )
    query.groupby = SQL("%s.referred_by_id", alias)
    return query.select(
        SQL("%s.referred_by_id AS partner_id", alias),
        SQL("COUNT(*) AS referral_count"),
        SQL("COUNT(brought.id) AS referral_converted_count"),
        SQL(
            "COUNT(*) FILTER (WHERE NOT %s) AS referral_hidden_count",
            _is_seen(SQL("%s.id", alias), seen),
        ),
        SQL("SUM(brought.value_year) AS referred_value_year"),
        SQL("SUM(brought.lifetime_value) AS referred_lifetime_value"),
    )


def select_tree(customers, seen, referrer_ids=None):
    """Return ``referral_tree_value``: the lifetime value of all below a referrer, however far.

    A circle, which two people saving at the same moment could still close, ends the walk: a pair
    is followed once, and nobody counts below themselves.
    """
    if referrer_ids is None:
        # From each customer with figures upwards: a customer without adds nothing.
        line = SQL(
            """SELECT customer.referred_by_id AS ancestor_id, figure.partner_id, figure.lifetime_value
                 FROM retention_customer AS figure
                 JOIN res_partner AS customer ON customer.id = figure.partner_id
                WHERE figure.id IN %s AND customer.referred_by_id IS NOT NULL
                UNION
               SELECT customer.referred_by_id, line.partner_id, line.lifetime_value
                 FROM line
                 JOIN res_partner AS customer ON customer.id = line.ancestor_id
                  AND customer.commercial_partner_id = customer.id
                WHERE customer.referred_by_id IS NOT NULL""",
            customers,
        )
        source = SQL("line")
    else:
        line = SQL(
            """SELECT customer.referred_by_id AS ancestor_id, customer.id AS partner_id
                 FROM res_partner AS customer
                WHERE customer.referred_by_id = ANY(%s)
                  AND customer.commercial_partner_id = customer.id
                UNION
               SELECT line.ancestor_id, customer.id
                 FROM line
                 JOIN res_partner AS customer ON customer.referred_by_id = line.partner_id
                  AND customer.commercial_partner_id = customer.id""",
            referrer_ids,
        )
        source = SQL(
            """(SELECT line.ancestor_id, line.partner_id, figure.lifetime_value
                  FROM line
                  JOIN retention_customer AS figure ON figure.partner_id = line.partner_id
                   AND figure.id IN %s) AS line""",
            customers,
        )
    return SQL(
        """WITH RECURSIVE line AS (%(line)s)
           SELECT ancestor_id AS partner_id, SUM(lifetime_value) AS referral_tree_value
             FROM %(source)s
            WHERE ancestor_id != partner_id AND %(is_seen)s
            GROUP BY ancestor_id""",
        line=line,
        source=source,
        is_seen=_is_seen(SQL("ancestor_id"), seen),
    )


def _is_seen(referrer, seen):
    """Return the condition that of ``referrer`` (SQL, an id) it may be told what they bought and brought."""
    return SQL("TRUE") if seen is None else SQL("%s IN %s", referrer, seen)


def select_upwards(partner_ids):
    """Return ``(customer, who brought them)`` of these commercial partners and of all above them.

    Ends in a circle, too. A referrer counts as its present commercial partner.
    """
    return SQL(
        """WITH RECURSIVE up AS (
                  SELECT customer.id, referrer.commercial_partner_id AS referrer_id
                    FROM res_partner AS customer
                    JOIN res_partner AS referrer ON referrer.id = customer.referred_by_id
                   WHERE customer.id = ANY(%s)
                   UNION
                  SELECT customer.id, referrer.commercial_partner_id
                    FROM up
                    JOIN res_partner AS customer ON customer.id = up.referrer_id
                    JOIN res_partner AS referrer ON referrer.id = customer.referred_by_id)
           SELECT id, referrer_id FROM up""",
        partner_ids,
    )
