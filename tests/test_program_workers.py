"""Programs in real processes: two at once, and killed in the middle."""

CUSTOMERS = 300
CAP = 50
BATCH = 50
# Everybody has gone silent: 300 calls for two people who take 50 each a day, and 300 emails.
SET_UP = f"""
    company.resource_calendar_id.attendance_ids = [
        (0, 0, {{"name": day, "dayofweek": day, "hour_from": 8, "hour_to": 12}}) for day in "56"
    ]
    company.retention_daily_mail_cap = 10000
    salesperson = [(4, env.ref("sales_team.group_sale_salesman").id)]
    people = env["res.users"].create(
        [
            {{
                "name": name,
                "login": name,
                "retention_daily_cap": {CAP},
                "group_ids": salesperson,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }}
            for name in ("Ann", "Bob")
        ]
    )
    partners = env["res.partner"].create(
        [
            {{
                "name": f"Customer {{number}}",
                "email": f"customer{{number}}@example.com",
                "user_id": people[number % 2].id,
            }}
            for number in range({CUSTOMERS})
        ]
    )
    template = env["mail.template"].create(
        {{
            "name": "Hello",
            "model_id": env["ir.model"]._get_id("res.partner"),
            "subject": "Hello",
            "body_html": "<p>Hello</p>",
            "use_default_to": True,
        }}
    )
    call = {{"channel": "activity", "activity_type_id": env.ref("mail.mail_activity_data_call").id}}
    for sequence, step in enumerate((call, {{"channel": "email", "mail_template_id": template.id}})):
        env["retention.program"].create(
            {{
                "name": step["channel"],
                "sequence": sequence,
                "event_type": "status",
                "status_to": "silent",
                "step_ids": [(0, 0, {{**step, "delay_kind": "calendar", "purpose": "service"}})],
            }}
        ).action_start()
    env["retention.event"].create(
        [
            {{
                "type": "status",
                "old_value": "late",
                "new_value": "silent",
                "date": company._get_retention_today(),
                "partner_id": partner.id,
                "company_id": company.id,
                "key": str(partner.id),
            }}
            for partner in partners
        ]
    )
"""
SMALL_BATCHES = f"""
from odoo.addons.customer_retention.models.program import retention_followup
retention_followup.BATCH = {BATCH}
Program = type(env["retention.program"])
batches = Program._get_new_event_batches
Program._get_new_event_batches = lambda program, size=None: batches(program, {BATCH})
"""
# A batch is done, but not committed, when the process arrives.
STOP = (
    SMALL_BATCHES
    + """
Model = type(env["{model}"])
work = Model.{method}
turns = []
def stopping(*args):
    done = work(*args)
    turns.append(1)
    if len(turns) == {turn}:
        arrive("middle")
    return done
Model.{method} = stopping
env["{model}"].{cron}()
print("ended", "{cron}")
"""
)
ENTER = {"model": "retention.enrollment", "method": "_enter", "cron": "_cron_enter"}
ACT = {"model": "retention.followup", "method": "_act", "cron": "_cron_act"}


JOBS = {"_cron_enter": "ir_cron_enter_programs", "_cron_act": "ir_cron_act_followups"}


def by_scheduler(job):
    """Return the code of a run as the scheduler makes it."""
    return SMALL_BATCHES + f'print("job", run_job("{JOBS[job["cron"]]}"))'


def by_itself(job):
    """Return the code of a run beside the scheduler, which does not know of it."""
    return SMALL_BATCHES + f'env["{job["model"]}"].{job["cron"]}()'


def assert_entered(work):
    """Assert that every customer is in both programs, once, with one step planned."""
    assert work.count("retention_enrollment") == 2 * CUSTOMERS
    assert work.count(
        "(SELECT DISTINCT program_id, partner_id FROM retention_enrollment) AS e"
    ) == (2 * CUSTOMERS)
    assert work.count("retention_followup WHERE state = 'planned'") == 2 * CUSTOMERS


def assert_acted(work):
    """Assert that everybody got one email, and both people as many calls as a day takes."""
    assert work.count("mail_mail WHERE body_html LIKE '%Hello%'") == CUSTOMERS
    assert (
        work.count("(SELECT DISTINCT mail_id FROM retention_followup WHERE state = 'done') AS f")
        == CUSTOMERS
    )
    assert work.count("(SELECT DISTINCT res_id FROM mail_activity) AS a") == 2 * CAP
    assert work.count("mail_activity") == 2 * CAP
    for name in ("Ann", "Bob"):
        assert (
            work.count(
                f"retention_followup JOIN res_users ON res_users.id = user_id"
                f" WHERE state = 'open' AND activity_id IS NOT NULL AND login = '{name}'"
            )
            == CAP
        )
    # The other calls wait for tomorrow.
    assert work.count("retention_followup WHERE state = 'planned'") == CUSTOMERS - 2 * CAP


def test_killed_in_the_middle_and_run_again(work):
    worker = work.start(STOP.format(**ENTER, turn=3))
    worker.wait_for("middle")
    work.kill(worker)
    # Two batches stand; of the third nothing does.
    assert work.count("retention_enrollment") == work.count("retention_followup") == 2 * BATCH
    assert "job True" in work.run(by_scheduler(ENTER))
    assert_entered(work)

    (work.folder / "middle").unlink()
    # Six batches of calls, of which two find room, then the second batch of emails.
    worker = work.start(STOP.format(**ACT, turn=CUSTOMERS // BATCH + 2))
    worker.wait_for("middle")
    work.kill(worker)
    assert work.count("mail_activity") == 2 * CAP
    assert work.count("mail_mail WHERE body_html LIKE '%Hello%'") == BATCH
    assert "job True" in work.run(by_scheduler(ACT))
    assert_acted(work)


def test_two_at_once(work):
    for job, assert_right in ((ENTER, assert_entered), (ACT, assert_acted)):
        first = work.start(STOP.format(**job, turn=2))
        first.wait_for("middle")
        before = work.count("retention_enrollment"), work.count("mail_activity")
        work.run(by_itself(job))
        work.run(by_scheduler(job))
        assert before == (work.count("retention_enrollment"), work.count("mail_activity"))
        first.go("middle")
        first.end()
        assert_right(work)
        (work.folder / "middle").unlink()
        (work.folder / "middle.go").unlink()
        # Once more, a second run of the same day has nothing to add.
        if job is ACT:
            work.run(by_scheduler(job))
            assert_right(work)


OVERDUE = """
    manager = env["res.users"].create(
        {
            "name": "Max",
            "login": "Max",
            "email": "max@example.com",
            "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    company.retention_escalation_user_id = manager
    env["retention.followup"].search([("state", "=", "open")]).date_deadline = "2020-01-01"
"""
ESCALATE = {"model": "retention.followup", "method": "_escalate", "cron": "_cron_act"}


def test_handed_on_once(work):
    work.run(by_scheduler(ENTER))
    work.run(by_scheduler(ACT))
    work.run(OVERDUE)
    handed_on = "retention_followup WHERE escalated_on IS NOT NULL"
    # The tenth is handed on, but not committed; another process stays out of it.
    first = work.start(STOP.format(**ESCALATE, turn=10))
    first.wait_for("middle")
    assert work.count(handed_on) == 9
    work.run(by_itself(ESCALATE))
    assert work.count(handed_on) == 9
    # Killed there, the nine stand; the next run goes on with the others, and a further one finds none.
    work.kill(first)
    for _time in range(2):
        work.run(by_scheduler(ESCALATE))
        assert work.count(handed_on) == 2 * CAP
        assert work.count("mail_activity WHERE note LIKE '%Handed on from%'") == 2 * CAP
        assert work.count("mail_activity WHERE note LIKE '%Handed on from%Handed on from%'") == 0
