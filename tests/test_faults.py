"""Runs of figures among other processes: killed, at once, and beside people who work."""

CUSTOMERS = 300
SET_UP = f"""
    from datetime import timedelta
    second = env["res.company"].create({{"name": "Second Company", "sequence": 99}})
    company.sequence = 1
    partners = env["res.partner"].create(
        [{{"name": f"Customer {{number}}"}} for number in range({CUSTOMERS})]
    )
    (company | second).retention_basis = "ordered"
    today = company._get_retention_today()
    env["retention.past.purchase"].create(
        [
            {{
                "partner_id": partner.id,
                "company_id": each.id,
                "date": today - timedelta(days=number % 1200),
                "amount": 1 + number,
            }}
            for number, partner in enumerate(partners)
            for each in (company, second)
        ]
    )
"""


def get_figures(work):
    """Return all figures; serial numbers of rows are none."""
    return work.sql(
        """SELECT company_id, partner_id, (TO_JSONB(c) - 'id')::text FROM retention_customer AS c
            ORDER BY company_id, partner_id"""
    )


def assert_right(work):
    """Assert that a full count finds nothing to write, and no lock is left."""
    assert len(get_figures(work)) == 2 * CUSTOMERS
    work.run(
        """
        for each in env["res.company"].search([]):
            assert env["retention.run"]._refresh(each)
            assert env["retention.run"]._get_last(each).changed_count == 0
        env.cr.rollback()
        """
    )
    assert work.locks() == 0


DAILY = 'print("daily", run_job("ir_cron_refresh_customers"))'
HOURLY = 'print("hourly", run_job("ir_cron_refresh_changed"))'


def test_killed_in_the_middle_and_run_again(work):
    worker = work.start(
        """
        from odoo.addons.customer_retention.sql import customer_figures
        insert = customer_figures.insert_customers
        def second_only(company_id):
            if company_id != company.id:
                arrive("middle")
            return insert(company_id)
        customer_figures.insert_customers = second_only
        run_job("ir_cron_refresh_customers")
        """
    )
    worker.wait_for("middle")
    work.kill(worker)
    # The first company was complete, of the second nothing stands.
    assert work.sql("SELECT company_id, COUNT(*) FROM retention_customer GROUP BY 1") == [
        ["1", str(CUSTOMERS)]
    ]
    assert work.value("SELECT COUNT(*) FROM retention_run") == "1"

    assert "daily True" in work.run(DAILY)
    runs = "SELECT company_id, COUNT(*) FROM retention_run WHERE is_complete GROUP BY 1 ORDER BY 1"
    assert [count for _company, count in work.sql(runs)] == ["1", "1"], "Once each"
    assert_right(work)


def test_starts_at_once_do_not_meet(work):
    daily = work.start('stop_before("middle", "insert_customers")', DAILY)
    daily.wait_for("middle")
    # While the first company is being refreshed: nobody waits, nobody writes.
    assert "hourly True" in work.run(HOURLY)
    said = work.run(
        """
        partner = env["res.partner"].search([("name", "=", "Customer 7")])
        from odoo.exceptions import UserError
        try:
            partner.action_refresh()
        except UserError as error:
            print(error)
        """
    )
    assert f"The figures of {work.value('SELECT name FROM res_company WHERE id = 1')} are" in said
    assert work.value("SELECT COUNT(*) FROM retention_customer WHERE company_id = 1") == "0"
    # The hourly one has refreshed the other company, and comes back for this one.
    assert work.value("SELECT COUNT(*) FROM retention_customer WHERE company_id != 1") == str(
        CUSTOMERS
    )
    assert int(work.value("SELECT COUNT(*) FROM ir_cron_trigger")) >= 1
    # A second start of the daily job is the scheduler's to refuse.
    daily.go("middle")
    assert "daily True" in daily.end()
    assert_right(work)


def test_starts_again_and_again(work):
    work.run(DAILY)
    # Whoever finds the company locked does nothing and tries again: each gets through five times.
    code = """
    arrive("line{number}")
    Run, partners = env["retention.run"], env["res.partner"].search([("name", "=like", "Customer %")])
    from odoo.service.model import retrying
    def step(turn):
        done = {act}
        env.cr.commit()
        return bool(done)
    import time
    turn, end = 0, time.monotonic() + 120
    while turn < 5:
        assert time.monotonic() < end, f"Got through {{turn}} times only"
        env.cr.rollback()
        env.invalidate_all()
        turn += retrying(lambda: step(turn), env)
    print("turns", turn)
    """
    buy = """env["retention.past.purchase"].create({
            "partner_id": partners[turn].id, "date": company._get_retention_today(), "amount": 5})"""
    acts = [
        "Run._refresh_night(company)",
        "Run._refresh_changed(company)",
        "Run._refresh(company, partners[turn * 3:turn * 3 + 40])",
        buy,
    ]
    workers = [work.start(code.format(number=number, act=act)) for number, act in enumerate(acts)]
    for number, worker in enumerate(workers):
        worker.wait_for(f"line{number}")
    for number, worker in enumerate(workers):
        worker.go(f"line{number}")
    for worker in workers:
        assert "turns 5" in worker.end()
    work.run('print(env["retention.run"]._refresh(company))')
    assert_right(work)
    assert (
        work.sql(
            "SELECT key FROM retention_event GROUP BY company_id, type, key HAVING COUNT(*) > 1"
        )
        == []
    )


def test_people_who_work_meanwhile(work):
    work.run(DAILY)
    work.run(
        """
        product = env["product.product"].create({"name": "Chair", "taxes_id": False})
        partners = env["res.partner"].search([("name", "=like", "Customer %")], order="id")
        for partner in partners[:12]:
            env["sale.order"].create({
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": product.id, "price_unit": 10, "tax_ids": False})],
            })
        # Everybody's figures are about to change.
        env["retention.past.purchase"].create([
            {"partner_id": partner.id, "date": company._get_retention_today(), "amount": 3}
            for partner in partners
        ])
        """
    )
    # The run has written all its rows, but not yet ended: its locks are at their most.
    night = work.start(
        """
        Run = type(env["retention.run"])
        write = Run._write_figures
        def wait(run, *args):
            changed = write(run, *args)
            if not (folder / "written").exists():
                arrive("written")
            return changed
        Run._write_figures = wait
        """,
        DAILY,
    )
    night.wait_for("written")
    said = work.run(
        """
        env.cr.execute("SET lock_timeout = '2s'")
        partners = env["res.partner"].search([("name", "=like", "Customer %")], order="id")
        for partner in partners[:40]:
            partner.write({"phone": "+1 202 555 0100", "comment": "Called", "city": "Ghent"})
            env.cr.commit()
        env["sale.order"].search([("partner_id", "in", partners[:12].ids)]).action_confirm()
        env.cr.commit()
        partners[50].parent_id = partners[51]
        env.cr.commit()
        partners[52].action_archive()
        env.cr.commit()
        env["res.partner"].create({"name": "Contact", "parent_id": partners[53].id})
        env.cr.commit()
        print("Nobody was kept waiting")
        """
    )
    assert "Nobody was kept waiting" in said
    night.go("written")
    assert "daily True" in night.end()
    assert work.value("SELECT COUNT(*) FROM retention_run WHERE error IS NOT NULL") == "0"
    assert "hourly True" in work.run(HOURLY)
    # One customer became the contact of another.
    assert work.value("SELECT COUNT(*) FROM retention_customer WHERE company_id = 1") == str(
        CUSTOMERS - 1
    )
    assert (
        work.value(
            """SELECT COUNT(*) FROM retention_customer JOIN sale_order USING (partner_id, company_id)
            WHERE state = 'sale' AND purchase_count = 3"""
        )
        == "12"
    )


def test_contacts_saved_during_the_first_run(work):
    # A first run adds rows that refer to contacts: whoever saves one meanwhile is not in its way.
    first = work.start(
        """
        from odoo.addons.customer_retention.sql import customer_figures
        insert = customer_figures.insert_customers
        tries = []
        def counting(company_id):
            tries.append(company_id)
            if len(tries) == 1:
                arrive("middle")
            return insert(company_id)
        customer_figures.insert_customers = counting
        """,
        DAILY,
        'print("companies", len(set(tries)), "tries", len(tries))',
    )
    first.wait_for("middle")
    work.sql("UPDATE res_partner SET city = 'Ghent' WHERE name LIKE 'Customer %'")
    first.go("middle")
    assert "companies 2 tries 2" in first.end()
    assert work.value("SELECT COUNT(*) FROM retention_run WHERE error IS NOT NULL") == "0"
    assert_right(work)


def test_a_run_that_began_before_another_ended(work):
    # It has read what was there before, and takes the lock when the other has just given it back.
    late = work.start(
        """
        Run = type(env["retention.run"])
        begin = Run._begin
        tries = []
        def stopping(run, each):
            run.env.cr.execute("SELECT COUNT(*) FROM retention_customer")
            tries.append(each)
            if len(tries) == 1:
                arrive("read")
            return begin(run, each)
        Run._begin = stopping
        """,
        DAILY,
    )
    late.wait_for("read")
    assert "daily" in work.run('print("daily", env["retention.run"]._refresh(company))')
    late.go("read")
    assert "daily True" in late.end()
    assert work.value("SELECT COUNT(*) FROM retention_run WHERE error IS NOT NULL") == "0"
    assert_right(work)


def test_customers_deleted_and_merged_meanwhile(work):
    work.run(DAILY)
    work.run(
        """
        env["retention.past.purchase"].create([
            {"partner_id": partner.id, "date": company._get_retention_today(), "amount": 3}
            for partner in env["res.partner"].search([("name", "=like", "Customer %")])
        ])
        """
    )
    night = work.start('stop_before("middle", "update_customers")', DAILY)
    night.wait_for("middle")
    work.run(
        """
        partners = env["res.partner"].search([("name", "=like", "Customer %")], order="id")
        gone, merged, kept = partners[:3]
        env["retention.past.purchase"].search([("partner_id", "=", gone.id)]).unlink()
        gone.unlink()
        env["base.partner.merge.automatic.wizard"]._merge((merged | kept).ids, kept)
        """
    )
    night.go("middle")
    assert "daily True" in night.end()
    assert work.value("SELECT COUNT(*) FROM retention_run WHERE error IS NOT NULL") == "0"
    # Two are gone in each company; the third bought for 2 and 3, and twice for 3.
    assert work.sql(
        """SELECT COUNT(*), SUM(lifetime_value) FILTER (WHERE name = 'Customer 2')
             FROM retention_customer JOIN res_partner AS partner ON partner.id = partner_id
            WHERE retention_customer.company_id = 1"""
    ) == [[str(CUSTOMERS - 2), "11.00"]]
