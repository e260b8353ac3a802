"""Inviting a random sample in real processes: two at once, and killed in the middle."""

CUSTOMERS = 60
BATCH = 20
# All of 60 customers are drawn: ±1 % takes 60 answers.
SET_UP = f"""
    partners = env["res.partner"].create(
        [
            {{"name": f"Customer {{number}}", "email": f"customer{{number}}@example.com"}}
            for number in range({CUSTOMERS})
        ]
    )
    env["retention.past.purchase"].create(
        [
            {{
                "partner_id": partner.id,
                "date": company._get_retention_today(),
                "amount": 10,
                "company_id": company.id,
            }}
            for partner in partners
        ]
    )
    assert env["retention.run"]._refresh(company)
    sample = env["retention.sample"].create(
        {{
            "name": "Everybody",
            "company_id": company.id,
            "error_percent": 1,
            "survey_id": env.ref("customer_retention.survey_survey_relationship").id,
        }}
    )
    sample.action_draw()
    sample.action_ask()
    # The scheduler runs when a test says so.
    env["ir.cron.trigger"].search([]).unlink()
"""
SMALL_BATCHES = f"""
from odoo.addons.customer_retention.models.sample import retention_sample_asking
retention_sample_asking.BATCH = {BATCH}
"""
# The second batch is done, but not committed, when the process arrives.
STOP = (
    SMALL_BATCHES
    + """
Sample = type(env["retention.sample"])
work = Sample._ask
turns = []
def stopping(*args):
    done = work(*args)
    turns.append(1)
    if len(turns) == 2:
        arrive("middle")
    return done
Sample._ask = stopping
env["retention.sample"]._cron_ask()
"""
)
RUN = SMALL_BATCHES + 'print("job", run_job("ir_cron_ask_samples"))'


def assert_asked(work, count):
    """Assert that so many customers were asked: once each, with a mail each."""
    asked = "survey_user_input WHERE retention_company_id IS NOT NULL"
    assert work.count(asked) == count
    assert work.count(f"(SELECT DISTINCT partner_id FROM {asked}) AS partner") == count
    mails = "mail_mail JOIN mail_message ON mail_message.id = mail_message_id"
    assert work.count(f"{mails} WHERE model = 'survey.user_input'") == count
    assert work.count("retention_sample_member WHERE state = 'invited'") == count
    assert work.count("retention_sample_member WHERE state = 'drawn'") == CUSTOMERS - count


def test_killed_in_the_middle_and_run_again(work):
    worker = work.start(STOP)
    worker.wait_for("middle")
    work.kill(worker)
    # The first batch stands; of the second nothing does.
    assert_asked(work, BATCH)
    assert "job True" in work.run(RUN)
    assert_asked(work, CUSTOMERS)
    # A second run has nothing to add.
    work.run(RUN)
    assert_asked(work, CUSTOMERS)


def test_two_at_once(work):
    first = work.start(STOP)
    first.wait_for("middle")
    work.run(RUN)
    assert_asked(work, BATCH)
    first.go("middle")
    first.end()
    assert_asked(work, CUSTOMERS)
