"""What it costs to serve customers: visits, done activities, thanks, late payment.

Functions return ``SQL`` with the columns of ``retention.purchase._get_cost_queries`` and execute nothing.
``rates`` is SQL of ``company_id``, ``hourly`` and ``interest`` (company currency, percent a year).
"""

from odoo.tools import SQL


def select_visits(rates, day):
    """Return the customers at each meeting of the calendar, with their part of its time.

    Contacts of one customer are one; ours and who declined are none. A meeting has no company: it is
    that of the customer, else that of who organizes it.

    :param day: SQL, the day of ``visit.start`` in ``visit.company_id``
    """
    return SQL(
        """SELECT visit.partner_id, visit.company_id, %(day)s AS date,
                  visit.hours * rate.hourly / visit.parties AS amount, TRUE AS is_known
             FROM (%(visits)s) AS visit
             JOIN (%(rates)s) AS rate ON rate.company_id = visit.company_id
            WHERE visit.hours > 0 AND rate.hourly > 0""",
        day=day,
        visits=_select_parties(),
        rates=rates,
    )


def _select_parties():
    return SQL(
        """SELECT party.id AS partner_id, COALESCE(party.company_id, organizer.company_id) AS company_id,
                  event.start, event.duration::numeric AS hours,
                  CARDINALITY(present.ids) AS parties, event.write_date
             FROM calendar_event AS event
             JOIN res_users AS organizer ON organizer.id = event.user_id
            CROSS JOIN LATERAL (
                  SELECT ARRAY_AGG(DISTINCT person.commercial_partner_id) AS ids
                    FROM calendar_event_res_partner_rel AS rel
                    JOIN res_partner AS person ON person.id = rel.res_partner_id
                   WHERE rel.calendar_event_id = event.id
                     AND NOT EXISTS (SELECT FROM res_users AS employee
                                      WHERE employee.partner_id = person.id AND NOT employee.share)
                     AND NOT EXISTS (SELECT FROM res_company AS own
                                      WHERE own.partner_id = person.commercial_partner_id)
                     AND NOT EXISTS (SELECT FROM calendar_attendee AS attendee
                                      WHERE attendee.event_id = event.id
                                        AND attendee.partner_id = person.id
                                        AND attendee.state = 'declined')
                  ) AS present
            CROSS JOIN LATERAL UNNEST(present.ids) AS listed (id)
             JOIN res_partner AS party ON party.id = listed.id
            WHERE event.active"""
    )


def select_calls(rates):
    """Return done activities on customers, orders, opportunities and invoices, by their types' minutes.

    A meeting in the calendar is a visit already. The company is that of the follow-up or the document,
    else that of the customer, else that of who did it.
    """
    return SQL(
        """SELECT call.partner_id, call.company_id, call.date,
                  call.minutes * rate.hourly / 60 AS amount, TRUE AS is_known
             FROM (%(calls)s) AS call
             JOIN (%(rates)s) AS rate ON rate.company_id = call.company_id
            WHERE rate.hourly > 0""",
        calls=_select_done(),
        rates=rates,
    )


def _select_done():
    return SQL(
        """SELECT partner.id AS partner_id,
                  COALESCE((SELECT MIN(followup.company_id) FROM retention_followup AS followup
                             WHERE followup.activity_id = activity.id),
                           sale.company_id, lead.company_id, move.company_id, partner.company_id,
                           person.company_id) AS company_id,
                  activity.date_done AS date, type.retention_minutes AS minutes,
                  activity.write_date
             FROM mail_activity AS activity
             JOIN mail_activity_type AS type
               ON type.id = activity.activity_type_id AND type.retention_minutes > 0
             LEFT JOIN sale_order AS sale
               ON activity.res_model = 'sale.order' AND sale.id = activity.res_id
             LEFT JOIN crm_lead AS lead
               ON activity.res_model = 'crm.lead' AND lead.id = activity.res_id
             LEFT JOIN account_move AS move
               ON activity.res_model = 'account.move' AND move.id = activity.res_id
             JOIN res_partner AS partner
               ON partner.id = CASE activity.res_model WHEN 'res.partner' THEN activity.res_id
                               ELSE COALESCE(sale.partner_id, lead.partner_id, move.partner_id) END
             LEFT JOIN res_users AS person ON person.id = activity.user_id
            WHERE NOT activity.active AND activity.date_done IS NOT NULL
              AND activity.calendar_event_id IS NULL"""
    )


def select_thanks():
    """Return thanks that cost something."""
    return SQL(
        """SELECT thanks.partner_id, thanks.company_id, thanks.date, thanks.cost AS amount,
                  TRUE AS is_known
             FROM retention_thanks AS thanks
            WHERE thanks.cost > 0"""
    )


def select_late(rates, today, days):
    """Return the interest of what was, or is, paid after it was due.

    A term of an invoice is late from the day it is due until what settles it is there; what is open
    until today. Only days of the window count.

    :param today: SQL, today in ``item.company_id``
    :param days: length of the window
    """
    term = SQL(
        """item.display_type = 'payment_term' AND item.parent_state = 'posted' AND item.balance > 0
           AND EXISTS (SELECT FROM account_move AS move
                        WHERE move.id = item.move_id
                          AND move.move_type IN ('out_invoice', 'out_receipt'))"""
    )
    return SQL(
        """SELECT debt.partner_id, debt.company_id, debt.date,
                  debt.amount * (debt.date - GREATEST(debt.due, debt.today - %(days)s))
                      * rate.interest / 100 / 365 AS amount,
                  TRUE AS is_known
             FROM (SELECT item.partner_id, item.company_id, item.date_maturity AS due,
                          LEAST(settled.max_date, %(today)s) AS date, %(today)s AS today,
                          settled.amount
                     FROM account_move_line AS item
                     JOIN account_partial_reconcile AS settled ON settled.debit_move_id = item.id
                    WHERE %(term)s
                    UNION ALL
                   SELECT item.partner_id, item.company_id, item.date_maturity, %(today)s, %(today)s,
                          item.amount_residual
                     FROM account_move_line AS item
                    WHERE %(term)s AND item.amount_residual > 0) AS debt
             JOIN (%(rates)s) AS rate ON rate.company_id = debt.company_id
            WHERE rate.interest > 0 AND debt.date > GREATEST(debt.due, debt.today - %(days)s)""",
        rates=rates,
        today=today,
        term=term,
        days=days,
    )


def select_changed_visits(since):
    """Return the customers at meetings written ``since``."""
    return SQL(
        "SELECT partner_id, company_id FROM (%s) AS visit WHERE write_date >= %s",
        _select_parties(),
        since,
    )


def select_changed_calls(since):
    """Return the customers of activities done, or written, ``since``."""
    return SQL(
        "SELECT partner_id, company_id FROM (%s) AS call WHERE write_date >= %s",
        _select_done(),
        since,
    )
