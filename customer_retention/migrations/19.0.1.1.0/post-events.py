"""Events know the last purchase of their time; programs on what a purchase does not settle go on."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

# Events on which a program does not end with a purchase any more, unless somebody says so.
STAYING = (
    "anniversary",
    "birthday",
    "priority",
    "priority_due",
    "referral_converted",
    "referral_named",
    "review_due",
)
# Older events than this enter no program any more.
RECENT_DAYS = 60


def migrate(cr, version):
    """Fill what ``last_purchase_date`` would say, rename a reason, and let programs follow the default.

    Until now a purchase after the day of entry ended an enrollment: what was bought up to then was
    known. A program still has the former default where nobody chose otherwise.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("UPDATE retention_enrollment SET reason = 'over' WHERE reason = 'reopened'")
    cr.execute(
        """UPDATE retention_program SET exit_on_purchase = FALSE
            WHERE exit_on_purchase AND event_type = ANY(%s)""",
        [list(STAYING)],
    )
    cr.execute(
        SQL(
            """WITH wanted AS (
                      SELECT event.id, event.partner_id, event.company_id,
                             COALESCE(MAX(enrollment.date), event.date) AS until
                        FROM retention_event AS event
                        LEFT JOIN retention_enrollment AS enrollment
                          ON enrollment.event_id = event.id
                       WHERE event.last_purchase_date IS NULL
                         AND (enrollment.state = 'open' OR event.date > CURRENT_DATE - %(recent)s)
                       GROUP BY event.id)
               UPDATE retention_event AS event
                  SET last_purchase_date = known.date
                 FROM (SELECT wanted.id, MAX(purchase.date) AS date
                         FROM wanted
                         JOIN (%(purchases)s) AS purchase
                           ON purchase.partner_id = wanted.partner_id
                          AND purchase.company_id = wanted.company_id
                          AND purchase.is_counted AND purchase.date <= wanted.until
                        GROUP BY wanted.id) AS known
                WHERE event.id = known.id""",
            recent=RECENT_DAYS,
            purchases=env["retention.purchase"]._get_query(),
        )
    )
