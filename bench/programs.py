"""Entering many events into a program, and a salesperson's day with many follow-ups."""

from __future__ import annotations

from datetime import timedelta

from odoo.tools import SQL

from bench.measure import Watch, watch
from bench.table import Row, seconds

EVENTS = 100_000
DUE = 5
"""One in so many events makes an activity that is due; the other customers are held out."""
PEOPLE = 2
SHOWN = 80
# What the list of the day shows of each follow-up.
FIELDS = ["day", "why", "what_to_do", "what_to_say", "what_to_know", "is_gold", "state"]
FIELDS += ["partner_id", "contact_id"]


def measure(env, sample, say, settle) -> list[Row]:
    """Enter events of all customers, against the plainest way to make as many rows and activities."""
    count = min(EVENTS, sample.customers)
    partners = env["res.partner"].browse(
        range(sample.first_customer, sample.first_customer + count)
    )
    users = env["res.users"].create(
        [
            {
                "name": f"Salesperson {number}",
                "login": f"bench_{number}",
                "retention_daily_cap": 0,
                "group_ids": [(4, env.ref("sales_team.group_sale_salesman_all_leads").id)],
            }
            for number in range(PEOPLE)
        ]
    )
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET user_id = (%s::int[])[1 + id %% %s] WHERE id = ANY(%s)",
            users.ids,
            PEOPLE,
            partners.ids,
        )
    )
    env.cr.commit()
    env.invalidate_all()
    today = env.company._get_retention_today()
    say(f"Entering {count:,} events, {count // DUE:,} activities due")
    plain = _plain(env, partners, users, today)
    few, _made = _enter(env, partners[: count // 10], today, settle)
    many, made = _enter(env, partners, today, settle)
    ratio = many.seconds / plain.seconds
    return [
        Row(
            f"{count // DUE:,} activities at once, and {count:,} rows",
            f"{seconds(plain.seconds)}, {plain.megabytes:.0f} MB",
        ),
        Row(
            f"Entering {count:,} events, {made:,} activities",
            f"{seconds(many.seconds)}, {many.queries:,} statements",
            f"{ratio:.2g}",
            ratio,
            2,
            " ×",
        ),
        Row(
            f"Memory for it, and for {count // 10:,} events",
            f"{many.megabytes:.0f} MB, {few.megabytes:.0f} MB",
        ),
        _my_day(env, users[0]),
    ]


def _plain(env, partners, users, today) -> Watch:
    """Make the activities and as many rows as there are events, in one create each."""
    due = partners[: len(partners) // DUE]
    env.invalidate_all()
    # Core asks for the names one by one; that is not what is compared.
    due.mapped("display_name")
    with watch(env) as found:
        for number, user in enumerate(users):
            due[number :: len(users)].with_context(
                mail_activity_quick_update=True
            ).activity_schedule("mail.mail_activity_data_call", user_id=user.id, summary="Call")
        env["retention.event"].create(_events(env, partners, today, "plain"))
    env.cr.rollback()
    return found


def _events(env, partners, today, key) -> list[dict]:
    return [
        {
            "type": "status",
            "old_value": "late",
            "new_value": "silent",
            "date": today,
            "partner_id": partner_id,
            "company_id": env.company.id,
            "key": f"{key} {partner_id}",
        }
        for partner_id in partners.ids
    ]


def _enter(env, partners, today, settle) -> tuple[Watch, int]:
    """Enter one event each of ``partners`` into a new program, and hand out what is due.

    :return: what it took, and the number of activities it made
    """
    env["retention.program"].search([("state", "!=", "off")]).unlink()
    program = env["retention.program"].create(
        {
            "name": "Call who went silent",
            "event_type": "status",
            "status_to": "silent",
            "holdout_percent": 100 - 100 / DUE,
            "step_ids": [
                (
                    0,
                    0,
                    {
                        "activity_type_id": env.ref("mail.mail_activity_data_call").id,
                        "summary": "Call {{ object.name }}",
                        "delay_kind": "calendar",
                        "purpose": "offer",
                    },
                )
            ],
        }
    )
    program.action_start()
    # Customers have an event each, of before the program is looked at.
    env["retention.event"].create(_events(env, partners, today, f"program {program.id}"))
    settle("retention_event", "retention_enrollment", "retention_followup")
    env.invalidate_all()
    with watch(env) as found:
        env["retention.enrollment"]._enter_all()
        # A bench is run on any day of the week; people work on this one.
        weekday = today - timedelta(days=max(0, today.weekday() - 4))
        company = type(env.company)
        is_working_day = company._is_working_day
        company._is_working_day = lambda each, day: is_working_day(each, weekday)
        try:
            env["retention.followup"]._act_all()
        finally:
            company._is_working_day = is_working_day
    made = [("program_id", "=", program.id), ("activity_id", "!=", False)]
    return found, env["retention.followup"].search_count(made)


def _my_day(env, user) -> Row:
    """Open the list of the day of somebody with thousands of follow-ups."""
    Followup = env["retention.followup"].with_user(user)
    domain = [("user_id", "=", user.id), ("state", "=", "open")]
    total = Followup.search_count(domain)
    for _warm in range(2):
        env.flush_all()
        env.transaction.reset()
        with watch(env) as found:
            Followup.search_count(domain)
            Followup.search(domain, limit=SHOWN).read(FIELDS)
    return Row(
        f"My day with {total:,} follow-ups, {SHOWN} shown",
        f"{seconds(found.seconds)}, {found.queries} statements",
        "",
        found.queries,
        15,
    )
