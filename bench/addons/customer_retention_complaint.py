"""Complaints: the list of what is overdue, telling who has to know, deadlines, the board, mails."""

from __future__ import annotations

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from bench.measure import middle, watch
from bench.table import Row, seconds

COMPLAINTS = 100_000
DEADLINES = 10_000
MAILS = 400
SEARCH, STATEMENTS, CALENDAR, BOARD = 3, 8, 2, 20
MAIL = (
    "From: Customer {number} <complaining{number}@example.com>\nTo: bench-complaints@example.com\n"
    "Subject: It broke, {number}\nMessage-Id: <{number}.bench.complaint@example.com>\n\nIn two.\n"
)


def measure(env, sample, _say, settle) -> list[Row]:
    """Measure against one indexed count of what is overdue."""
    _generate(env, sample)
    settle("retention_complaint")
    now = fields.Datetime.now()
    company = env.company
    Complaint = env["retention.complaint"]
    floor = middle(lambda: _floor(env, now), 5)
    due = SQL("complaint.next_due <= %s", now)
    searched = middle(lambda: Complaint._lock_batch(company, "escalated_at", due, []), 5)
    listed = middle(lambda: Complaint.search([("next_due", "<", now)], limit=80), 5)
    rows = [
        Row("Counting what is overdue by its index", seconds(floor)),
        Row(
            f"The overdue of {COMPLAINTS:,} complaints, a page",
            seconds(listed),
            f"{listed / floor:.1f}",
            listed / floor,
            SEARCH,
        ),
        Row(
            "Whom to tell, a batch of 200",
            seconds(searched),
            f"{searched / floor:.1f}",
            searched / floor,
            SEARCH,
        ),
        *_tell(env, company, due, now),
        *_deadlines(env, company, now),
        *_board(env),
        *_mails(env, company),
    ]
    env.cr.rollback()
    env.invalidate_all()
    return rows


def _generate(env, sample) -> None:
    """Make complaints of all states: one in twenty is open, half of these overdue."""
    stages = {each.kind: each.id for each in env["retention.complaint.stage"].search([])}
    env.cr.execute(
        SQL(
            """INSERT INTO retention_complaint (
                      name, partner_id, company_id, currency_id, category_id, stage_id, kind,
                      channel, severity, user_id, received_at, is_open, ack_deadline, next_due,
                      clock_from, acknowledged_at, solved_at, closed_at, target_hours, used_hours,
                      reopened_count, create_date)
               SELECT 'Complaint ' || number, %(first)s + number %% %(customers)s, %(company)s,
                      %(currency)s, %(category)s,
                      CASE WHEN is_open THEN %(new)s ELSE %(solved)s END,
                      CASE WHEN is_open THEN 'new' ELSE 'solved' END,
                      'phone', '2', %(user)s, received, is_open,
                      received + interval '1 day',
                      CASE WHEN is_open THEN received + interval '1 day' END,
                      CASE WHEN is_open THEN received END,
                      CASE WHEN NOT is_open THEN received + interval '2 hours' END,
                      CASE WHEN NOT is_open THEN received + interval '3 days' END,
                      CASE WHEN NOT is_open THEN received + interval '3 days' END,
                      40, 0, 0, received
                 FROM (SELECT number, number %% 20 = 0 AS is_open,
                              NOW() AT TIME ZONE 'UTC' - number %% 40 %% 21 * interval '1 day'
                              - number * interval '1 minute' * (number %% 20 != 0)::int AS received
                         FROM GENERATE_SERIES(1, %(count)s) AS number) AS complaint""",
            first=sample.first_customer,
            customers=sample.customers,
            company=env.company.id,
            currency=env.company.currency_id.id,
            category=env["retention.complaint"]._get_default_category().id,
            new=stages["new"],
            solved=stages["solved"],
            user=env.ref("base.user_admin").id,
            count=COMPLAINTS,
        )
    )
    env.invalidate_all()


def _floor(env, now) -> None:
    env.cr.execute(
        SQL(
            """SELECT COUNT(*) FROM retention_complaint
                WHERE company_id = %s AND next_due IS NOT NULL AND next_due <= %s""",
            env.company.id,
            now,
        )
    )


def _tell(env, company, due, now) -> list[Row]:
    company.retention_escalation_user_id = env.ref("base.user_admin")
    batch = env["retention.complaint"]._lock_batch(company, "escalated_at", due, [])
    env.invalidate_all()
    with watch(env) as told:
        batch._tell("escalated_at", now)
    return [
        Row(f"Telling of {len(batch)}", seconds(told.seconds)),
        Row("Statements for it", f"{told.queries}", "", told.queries, STATEMENTS),
    ]


def _deadlines(env, company, now) -> list[Row]:
    wanted = {number: (now - timedelta(hours=number), 40) for number in range(DEADLINES)}
    company.sudo().resource_calendar_id.read(["flexible_hours", "two_weeks_calendar"])
    with watch(env) as planned:
        company._plan_working_hours(wanted)
    return [
        Row(f"{DEADLINES:,} deadlines", seconds(planned.seconds)),
        Row("Statements for them", f"{planned.queries}", "", planned.queries, CALENDAR),
    ]


def _board(env) -> list[Row]:
    names = ("name", "partner_id", "is_gold", "due_text", "due_state", "promise_text", "user_id")
    env.invalidate_all()
    with watch(env) as read:
        env["retention.complaint"].web_search_read([], {name: {} for name in names}, limit=80)
    return [
        Row("The board, 80 cards", seconds(read.seconds)),
        Row("Statements for it", f"{read.queries}", "", read.queries, BOARD),
    ]


def _mails(env, company) -> list[Row]:
    """Let mails of as many people in, and look at the memory of the second half."""
    domain = env["mail.alias.domain"].create({"name": "example.com"})
    inbox = env["retention.complaint.inbox"].search([("company_id", "=", company.id)], limit=1)
    inbox = inbox or inbox.create({"company_id": company.id})
    inbox.write({"alias_name": "bench-complaints", "alias_domain_id": domain.id})
    with watch(env) as first:
        _receive(env, range(MAILS // 2))
    with watch(env) as second:
        _receive(env, range(MAILS // 2, MAILS))
    each = (first.seconds + second.seconds) / MAILS
    return [
        Row(f"A mail of {MAILS}", seconds(each)),
        Row("Memory more in their second half", f"{second.megabytes:.0f} MB"),
    ]


def _receive(env, numbers) -> None:
    for number in numbers:
        env["mail.thread"].message_process(None, MAIL.format(number=number))
        env.flush_all()
        env.invalidate_all()
