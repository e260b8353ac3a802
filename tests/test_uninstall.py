"""Removed while it is in use: everything of it goes, without an error, and what others use stays."""

import subprocess
import sys

from test_life import odoo

IN_USE = """
import sys
from dev.session import environment

with environment(sys.argv[1]) as env:
    ref = lambda name: env.ref(f"customer_retention.{name}")
    partner = env["res.partner"].create({"name": "In Use", "email": "in@use.example"})
    env["retention.past.purchase"].create({"partner_id": partner.id, "amount": 5})
    env["retention.run"]._refresh(env.company)
    reasons = env["crm.lost.reason"].search(
        [("id", "in", env["ir.model.data"].search(
            [("module", "=", "customer_retention"), ("model", "=", "crm.lost.reason")]
        ).mapped("res_id"))]
    )
    survey = ref("survey_survey_relationship")
    for mode, program in (("survey", False), ("call", ref("retention_program_sample"))):
        if program:
            program.action_start()
        env["retention.sample"].create(
            {"name": mode, "mode": mode, "survey_id": survey.id, "program_id": program and program.id}
        )
    survey._invite(partner, env.company)
    env["retention.mention"].create(
        {"partner_id": partner.id, "kind": "deal_breaker", "lost_reason_id": reasons[0].id}
    )
    env["retention.mention"].create(
        {"partner_id": partner.id, "kind": "choice", "reason_id": env["retention.reason"].search([], limit=1).id}
    )
    env["retention.loss"].create({"partner_id": partner.id, "reason_id": reasons[0].id})
    order = env["sale.order"].create({"partner_id": partner.id, "lost_reason_id": reasons[0].id})
    lead = env["crm.lead"].create({"name": "Lost", "partner_id": partner.id, "type": "opportunity"})
    lead.action_set_lost(lost_reason_id=reasons[1].id)
    partner.priority_id = env["retention.priority"].search([], limit=1)
    partner.activity_schedule(
        "customer_retention.mail_activity_type_survey_call", user_id=env.uid, summary="In use"
    )
    print(reasons[0].name, reasons[1].name, survey.title, sep="|")
"""


def test_removed_while_in_use(databases, lend):
    """A sample, mentions, losses and invitations use shipped records: all go with the addon.

    The shipped reason of a lost opportunity and the type of an activity stay: they are core's.
    """
    database = lend("TEMPLATE")
    done = subprocess.run(
        [sys.executable, "-c", IN_USE, database],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert not done.returncode, done.stderr
    ours, of_lead, survey = done.stdout.strip().splitlines()[-1].split("|")

    log = odoo(database, "customer_retention", subcommand=("module", "uninstall"))
    assert [line for line in log.splitlines() if " ERROR " in line or " CRITICAL " in line] == []

    def count(table, column, value):
        text = value.replace("'", "''")
        [[found]] = databases.server.sql(
            f"SELECT COUNT(*) FROM {table} WHERE {column}->>'en_US' = '{text}'", database
        )
        return int(found)

    assert count("survey_survey", "title", survey) == 0
    assert count("crm_lost_reason", "name", ours) == 0
    assert count("crm_lost_reason", "name", of_lead) == 1
    left = databases.server.sql(
        """SELECT CONCAT(module, '.', name) FROM ir_model_data WHERE module LIKE 'customer_retention%'
            UNION ALL
           SELECT tablename FROM pg_tables WHERE tablename LIKE 'retention%'""",
        database,
    )
    assert left == []
    [[types]] = databases.server.sql(
        """SELECT COUNT(*) FROM mail_activity AS activity
             JOIN mail_activity_type AS type ON type.id = activity.activity_type_id
            WHERE activity.summary = 'In use'""",
        database,
    )
    assert int(types) == 1
