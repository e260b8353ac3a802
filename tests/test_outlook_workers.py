"""Learning the outlook in real processes: killed in the middle, and two at once."""

SET_UP = """
    from datetime import timedelta
    from odoo.addons.customer_retention.tests.outlook.common_outlook import get_history
    second = env["res.company"].create({"name": "Second Company", "sequence": 99})
    company.sequence = 1
    histories = [get_history(number) for number in range(1, 341)]
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(len(histories))]
    )
    today = company._get_retention_today()
    env["retention.past.purchase"].create(
        [
            {
                "partner_id": partner.id,
                "company_id": each.id,
                "date": today - timedelta(days=day),
                "amount": amount,
            }
            for partner, history in zip(partners, histories, strict=True)
            for day, amount in history
            for each in (company, second)
        ]
    )
    for each in (company, second):
        assert env["retention.run"]._refresh(each)
        assert env["retention.outlook"]._learn(each)
"""
LEARN = 'print("learnt", run_job("ir_cron_learn_outlook"))'
STOP = """
    from odoo.addons.customer_retention.sql import outlook_snapshots
    select = outlook_snapshots.select_snapshots
    def stop(purchases, company_id, *arguments):
        if company_id STOP_AT company.id:
            arrive("middle")
        return select(purchases, company_id, *arguments)
    outlook_snapshots.select_snapshots = stop
"""
COUNT = "SELECT company_id, COUNT(*) FROM retention_outlook GROUP BY 1 ORDER BY 1"


def counts(work):
    """Return how many outlooks each company has, the first company first."""
    return [count for _company, count in work.sql(COUNT)]


def get_expected(work):
    """Return what is expected of all customers of all companies, as text."""
    return work.run(
        """
        rows = env["retention.customer"].search([], order="company_id, partner_id")
        print(rows.mapped("expected_value"))
        """
    )


def test_killed_in_the_middle_and_run_again(work):
    before = get_expected(work)
    assert "False" not in before
    worker = work.start(STOP.replace("STOP_AT", "!="), LEARN)
    worker.wait_for("middle")
    work.kill(worker)
    # The first company has learnt anew, of the second the last good one is in use.
    assert counts(work) == ["4", "2"]
    assert get_expected(work) == before
    assert "learnt True" in work.run(LEARN)
    assert counts(work)[1] == "4"
    assert get_expected(work) == before
    assert work.locks() == 0


def test_two_at_once(work):
    first = work.start(STOP.replace("STOP_AT", "=="), LEARN)
    first.wait_for("middle")
    # While one company learns, figures and another start leave it alone, and nobody waits.
    said = work.run('print("free", env["retention.outlook"]._learn(company))')
    assert "free False" in said
    said = work.run('print("free", env["retention.run"]._refresh(company))')
    assert "free False" in said
    first.go("middle")
    assert "learnt True" in first.end()
    assert counts(work) == ["4", "4"]
    assert work.locks() == 0
