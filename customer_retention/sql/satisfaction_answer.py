"""What came before and after an answer, as SQL expressions over the row ``answer``.

``answer`` is a row of ``retention_satisfaction``, ``figure`` the customer's row of
``retention_customer`` (may be missing). Each is a sub-select of its own, so that PostgreSQL works
it out only where it is asked for.
"""

from odoo.tools import SQL


def is_last_nps():
    """Whether it has an NPS answer, and the customer gave none later to this company."""
    return SQL(
        """(answer.nps_group IS NOT NULL AND NOT EXISTS (
              SELECT FROM retention_satisfaction AS later
               WHERE later.partner_id = answer.partner_id
                 AND later.company_id = answer.company_id
                 AND later.nps_group IS NOT NULL
                 AND (later.date, later.id) > (answer.date, answer.id)))"""
    )


def next_level():
    """The level of the customer's next answer that has one."""
    return SQL(
        """(SELECT later.level
              FROM retention_satisfaction AS later
             WHERE later.partner_id = answer.partner_id
               AND later.company_id = answer.company_id
               AND later.level IS NOT NULL
               AND (later.date, later.id) > (answer.date, answer.id)
             ORDER BY later.date, later.id LIMIT 1)"""
    )


def is_from_call():
    """Whether it was given in a call that was made because of an answer before."""
    return SQL(
        """(answer.followup_id IS NOT NULL AND EXISTS (
              SELECT FROM retention_followup AS call
                JOIN retention_enrollment AS enrollment ON enrollment.id = call.enrollment_id
                JOIN retention_event AS event ON event.id = enrollment.event_id
               WHERE call.id = answer.followup_id
                 AND event.res_model = 'retention.satisfaction'))"""
    )


def called_on():
    """The first day from the answer on on which somebody of us talked with the customer.

    That is a later answer given on the phone, a follow-up by phone (or one that this answer
    started) done with the customer reached, or an activity of a type that reaches by phone, done.
    """
    return SQL(
        """LEAST(
             (SELECT MIN(later.date)
                FROM retention_satisfaction AS later
               WHERE later.partner_id = answer.partner_id
                 AND later.company_id = answer.company_id
                 AND later.origin = 'phone'
                 AND (later.date, later.id) > (answer.date, answer.id)),
             (SELECT MIN(followup.date_done)
                FROM retention_followup AS followup
                JOIN retention_enrollment AS enrollment ON enrollment.id = followup.enrollment_id
                JOIN retention_event AS event ON event.id = enrollment.event_id
                LEFT JOIN retention_program_step AS step ON step.id = followup.step_id
                LEFT JOIN mail_activity_type AS kind ON kind.id = step.activity_type_id
               WHERE followup.partner_id = answer.partner_id
                 AND followup.company_id = answer.company_id
                 AND followup.state = 'done' AND followup.reached = 'yes'
                 AND followup.date_done >= answer.date
                 AND (kind.retention_reach = 'phone'
                      OR (event.res_model = 'retention.satisfaction'
                          AND event.res_id = answer.id))),
             (SELECT MIN(activity.date_done)
                FROM res_partner AS person
                JOIN mail_activity AS activity
                  ON activity.res_model = 'res.partner' AND activity.res_id = person.id
                JOIN mail_activity_type AS kind ON kind.id = activity.activity_type_id
               WHERE person.commercial_partner_id = answer.partner_id
                 AND NOT activity.active AND activity.date_done >= answer.date
                 AND kind.retention_reach = 'phone'
                 AND NOT EXISTS (SELECT FROM retention_followup AS followup
                                  WHERE followup.activity_id = activity.id)))"""
    )


def bought_until():
    """The last day within the customer's expected gap (rounded half up) after the answer.

    A customer without figures has the company's gap to start with.
    """
    return SQL(
        """(answer.date + FLOOR(COALESCE(figure.expected_gap_days,
               (SELECT company.retention_gap_default_days FROM res_company AS company
                 WHERE company.id = answer.company_id)) + 0.5)::int)"""
    )


def has_bought(purchases, today):
    """Whether the customer bought after the day of the answer, and until the day ``bought_until``.

    :param purchases: SQL of ``retention.purchase``
    :param today: SQL, date in the zone of the answer's company
    """
    return SQL(
        """EXISTS (
               SELECT FROM (SELECT purchase.date
                              FROM (%(purchases)s) AS purchase
                             WHERE purchase.partner_id = answer.partner_id
                               AND purchase.company_id = answer.company_id
                               AND purchase.is_counted
                            OFFSET 0 -- else those of the days are read, not the customer's
                           ) AS bought
                WHERE bought.date > answer.date AND bought.date <= %(today)s
                  AND bought.date <= %(until)s)""",
        purchases=purchases,
        today=today,
        until=bought_until(),
    )


def bought_again(has_bought, until, today):
    """``yes``, ``no`` or ``waiting``: whether the customer bought within the expected gap.

    All are SQL: :func:`has_bought`, :func:`bought_until`, and today's date.
    """
    return SQL(
        "(CASE WHEN %s THEN 'yes' WHEN %s >= %s THEN 'waiting' ELSE 'no' END)",
        has_bought,
        until,
        today,
    )


def join_order(lines):
    """Join ``fact``: what happened on the order it is about, in one row.

    ``reality`` is ``not_kept``, ``kept`` or null (nothing known); the others are the worst of any
    line of the order.

    :param lines: SQL of ``retention.expectation.report`` of the answer ``(SELECT answer.*)``
    """
    return SQL(
        """LEFT JOIN LATERAL (
                SELECT CASE WHEN BOOL_OR(line.is_not_kept) THEN 'not_kept'
                            WHEN BOOL_OR(line.is_not_kept IS NOT NULL) THEN 'kept' END AS reality,
                       MAX(line.late_days) AS late_days,
                       MAX(line.price_over_rate) AS price_over_rate,
                       MAX(line.short_rate) AS short_rate
                  FROM (%s) AS line) AS fact ON TRUE""",
        lines,
    )
