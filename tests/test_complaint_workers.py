"""Complaints in real processes: everybody is told once, by two at once, and after a kill."""

LATE = 30
BATCH = 10
# Work never ends here, and all of them should have been answered days ago.
SET_UP = f"""
    company.resource_calendar_id.attendance_ids.unlink()
    company.resource_calendar_id.attendance_ids = [
        (0, 0, {{"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24}})
        for day in range(7)
    ]
    group = env.ref("sales_team.group_sale_salesman_all_leads")
    people = env["res.users"].create(
        [{{"name": name, "login": name, "group_ids": [(4, group.id)]}} for name in ("Ann", "Max")]
    )
    company.retention_escalation_user_id = people[1]
    partner = env["res.partner"].create({{"name": "Customer", "user_id": people[0].id}})
    env["retention.complaint"].search([]).unlink()
    env["retention.complaint"].create(
        [
            {{"name": str(number), "partner_id": partner.id, "received_at": "2026-01-05 09:00:00"}}
            for number in range({LATE})
        ]
    )
"""
SMALL_BATCHES = f"""
from odoo.addons.customer_retention_complaint.models import retention_complaint_escalation
retention_complaint_escalation.BATCH = {BATCH}
"""
# A batch is told, but not committed, when the process arrives.
STOP = (
    SMALL_BATCHES
    + """
Model = type(env["retention.complaint"])
work = Model._tell
turns = []
def stopping(*args):
    work(*args)
    turns.append(1)
    if len(turns) == {turn}:
        arrive("middle")
Model._tell = stopping
env["retention.complaint"]._cron_escalate_complaints()
"""
)
RUN = SMALL_BATCHES + 'env["retention.complaint"]._cron_escalate_complaints()'
OURS = "mail_activity WHERE res_model = 'retention.complaint'"


def assert_told(work):
    """Assert that Ann is reminded of each, and Max told of each: once, though two levels are his."""
    assert work.count(OURS) == 2 * LATE
    assert work.count(f"(SELECT DISTINCT res_id, user_id FROM {OURS}) AS a") == 2 * LATE
    for level in ("warned_at", "escalated_at", "escalated_again_at"):
        assert work.count(f"retention_complaint WHERE {level} IS NOT NULL") == LATE
    # Two deadlines of each have passed, the first answer and the solution.
    assert work.count("retention_complaint_turn WHERE kind = 'overdue'") == 2 * LATE


def test_killed_in_the_middle_and_run_again(work):
    worker = work.start(STOP.format(turn=2))
    worker.wait_for("middle")
    work.kill(worker)
    # One batch stands; of the second neither the moment nor the activity does.
    assert work.count(OURS) == BATCH
    assert work.count("retention_complaint WHERE warned_at IS NOT NULL") == BATCH
    for _time in range(2):
        work.run(RUN)
        assert_told(work)


def test_two_at_once(work):
    first = work.start(STOP.format(turn=2))
    first.wait_for("middle")
    work.run(RUN)
    assert work.count(OURS) == BATCH
    first.go("middle")
    first.end()
    assert_told(work)
    work.run(RUN)
    assert_told(work)
