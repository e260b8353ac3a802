"""The statements of the source pass: the first touch of each customer, and writing it down.

The first touch is the first lead or the first order of the commercial partner and its contacts,
whichever came on the earlier day; on the same day the lead. Quotations count, cancelled ones do
not; archived and lost leads do. Each function returns ``SQL``; nothing is executed here.
"""

from odoo.tools import SQL

COLUMNS = (
    "acquisition_source_id",
    "acquisition_medium_id",
    "acquisition_campaign_id",
    "acquisition_date",
    "acquisition_origin",
)


def create_differences(lead_day, order_day, excluded_ids, partner_ids=None):
    """Create ``retention_touch``: what to write on whom, numbered from 1, nobody's own entry among it.

    :param lead_day: SQL, day of the lead ``touch`` in the company's zone
    :param order_day: the same of the order ``touch``
    :param excluded_ids: partners who are no customers
    :param partner_ids: commercial partners to look at; all by default
    """
    only = SQL()
    if partner_ids is not None:
        only = SQL(
            "AND document.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))",
            partner_ids,
        )
    return SQL(
        """CREATE TEMPORARY TABLE retention_touch AS
           SELECT ROW_NUMBER() OVER (ORDER BY customer.id) AS number, touch.*
             FROM (SELECT partner_id,
                          CASE WHEN is_lead THEN lead.source_id ELSE sale.source_id END
                              AS acquisition_source_id,
                          CASE WHEN is_lead THEN lead.medium_id ELSE sale.medium_id END
                              AS acquisition_medium_id,
                          CASE WHEN is_lead THEN lead.campaign_id ELSE sale.campaign_id END
                              AS acquisition_campaign_id,
                          CASE WHEN is_lead THEN lead.day ELSE sale.day END AS acquisition_date,
                          CASE WHEN is_lead THEN 'lead' ELSE 'order' END AS acquisition_origin
                     FROM (%(leads)s) AS lead
                     FULL JOIN (%(orders)s) AS sale USING (partner_id)
                    CROSS JOIN LATERAL (
                          SELECT COALESCE(lead.day <= sale.day, lead.day IS NOT NULL) AS is_lead
                          ) AS choice
                  ) AS touch
             JOIN res_partner AS customer ON customer.id = touch.partner_id
            WHERE customer.acquisition_origin IS DISTINCT FROM 'person'
              AND customer.id != ALL(%(excluded)s)
              AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
        leads=_first_touches(SQL("crm_lead"), SQL("create_date"), lead_day, "", only),
        orders=_first_touches(SQL("sale_order"), SQL("date_order"), order_day, "cancel", only),
        excluded=excluded_ids,
        old=SQL(", ").join(SQL("customer.%s", SQL.identifier(name)) for name in COLUMNS),
        new=SQL(", ").join(SQL("touch.%s", SQL.identifier(name)) for name in COLUMNS),
    )


def _first_touches(table, moment, day, left_out, only):
    """Return the first row of ``table`` of each commercial partner.

    :param left_out: a state whose documents are no touch, if there is one

    The first of each contact is found by a grouping, which is several times cheaper than sorting
    every document; few rows are left to be sorted then. Second and id of a document make one
    number, so that the smallest one says which document it was.
    """
    return SQL(
        """SELECT DISTINCT ON (contact.commercial_partner_id)
                  contact.commercial_partner_id AS partner_id,
                  touch.source_id, touch.medium_id, touch.campaign_id, %(day)s AS day
             FROM (SELECT document.partner_id,
                          MIN((DATE_PART('epoch', document.%(moment)s)::bigint << 31)
                              + document.id) AS place
                     FROM %(table)s AS document
                    WHERE document.partner_id IS NOT NULL AND %(condition)s %(only)s
                    GROUP BY document.partner_id) AS first
             JOIN %(table)s AS touch ON touch.id = (first.place & 2147483647)::int
             JOIN res_partner AS contact ON contact.id = first.partner_id
            ORDER BY contact.commercial_partner_id, first.place""",
        table=table,
        moment=moment,
        day=day,
        condition=SQL("document.state != %s", left_out) if left_out else SQL("TRUE"),
        only=only,
    )


def select_count():
    """Return how many customers are to be written."""
    return SQL("SELECT COUNT(*) FROM retention_touch")


def update_batch(first, last):
    """Write the rows ``first`` to ``last``, leaving out customers whom somebody is saving right now.

    Both rows exist, and are numbered in the order of the customers' ids: saying from which id to
    which keeps PostgreSQL from reading all contacts for each batch.
    """
    return SQL(
        """WITH free AS MATERIALIZED (
                  SELECT customer.ctid AS place, touch.*
                    FROM retention_touch AS touch
                    JOIN res_partner AS customer ON customer.id = touch.partner_id
                   WHERE touch.number BETWEEN %(first)s AND %(last)s
                     AND customer.id
                         BETWEEN (SELECT partner_id FROM retention_touch WHERE number = %(first)s)
                             AND (SELECT partner_id FROM retention_touch WHERE number = %(last)s)
                     AND customer.acquisition_origin IS DISTINCT FROM 'person'
                     FOR NO KEY UPDATE OF customer SKIP LOCKED)
           UPDATE res_partner AS customer
              SET %(assignments)s
             FROM free
            WHERE customer.ctid = free.place -- locked, so that it stays there""",
        first=first,
        last=last,
        assignments=SQL(", ").join(
            SQL("%(name)s = free.%(name)s", name=SQL.identifier(name)) for name in COLUMNS
        ),
    )
