"""A database made by an earlier version: it updates without a word, and what was in it stands."""

import configparser
import json
import os
import re
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from dev import addons

# Events that a purchase does not settle.
STAYING = ("anniversary", "birthday", "priority", "priority_due", "referral_converted")
STAYING += ("referral_named", "review_due")
ROOT = Path(__file__).resolve().parent.parent
# Versions that made databases: the first with programs, and the last before the rooms.
VERSIONS = ("be538aa", "6f2cf39")

# What our demo data takes from Odoo's, which the template comes without; and our addons of today,
# which that version did not know.
DEMO_OF_ODOO = """
    env.cr.execute("UPDATE ir_module_module SET demo = TRUE WHERE state = 'installed'")
    env.cr.execute("DELETE FROM ir_module_module WHERE name LIKE 'customer_retention%'")
    env.cr.execute("DELETE FROM ir_model_data WHERE name LIKE 'module_customer_retention%'")
    def name(xmlid, record):
        module, _dot, name = xmlid.partition(".")
        env["ir.model.data"].create(
            {"module": module, "name": name, "model": record._name, "res_id": record.id}
        )
    sales = env.ref("sales_team.group_sale_salesman")
    name("base.user_demo", env["res.users"].create(
        {"name": "Marc Demo", "login": "demo", "group_ids": [(4, sales.id)]}
    ))
    name("base.partner_demo_portal", env["res.partner"].create({"name": "Joel Willis"}))
    for number in (12, 25):
        name(f"product.product_product_{number}", env["product.product"].create(
            {"name": f"Product {number}", "list_price": number, "is_storable": True}
        ))
"""
# What a business made of it: nothing of this may be gone or new after the update.
WORK = """
    from datetime import timedelta
    company = env.ref("base.main_company")
    # Every number of the settings another one than it came with.
    for name, field in sorted(company._fields.items()):
        if name.startswith("retention_") and field.store and field.type == "integer":
            step = -1 if company[name] > 1 else 1
            company[name] = company[name] + step
    company.retention_gold_percent = 15
    company.retention_abc_method = "pareto"
    company.retention_keep_birthday = False

    reasons = env["retention.reason"].search([], order="id")
    reasons[0].name = "Our own words"
    named = env["retention.mention"].search([]).reason_id
    (reasons[1:] - named)[-1].unlink()
    env["retention.reason"].create({"name": "Reason of our own"})
    programs = env["retention.program"].search([("state", "=", "off")], order="id")
    programs[0].write({"name": "Program of our own words", "daily_cap": 3, "pause_days": 17})
    programs[0].step_ids[0].delay_days = 4
    programs[1].unlink()
    programs[3].pause_days = company.retention_pause_days
    changed = programs[2:].filtered(lambda program: len(program.step_ids) > 1)[0]
    changed.action_start()
    env.cr.commit()
    # Not every job of every version runs through in a test's time; the figures have to.
    assert env.ref("customer_retention.ir_cron_refresh_customers").method_direct_trigger() is True
    assert env["retention.customer"].search_count([]) > 20
"""

# Table and column of every field of ours, on models of Odoo's too.
OURS = """SELECT REPLACE(field.model, '.', '_') AS tab, field.name
            FROM ir_model_data AS data JOIN ir_model_fields AS field ON field.id = data.res_id
           WHERE data.model = 'ir.model.fields' AND data.module LIKE 'customer_retention%'"""


def run(command, config, **options):
    """Run a program with a configuration of Odoo's; return what it logged."""
    done = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"ODOO_RC": str(config)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def odoo(database, config, *arguments):
    """Install or update with no warning and no error in the log."""
    options = ["--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn"]
    log = run(["-m", "odoo", "-d", database, *arguments, *options], config)
    problems = [line for line in log.splitlines() if " WARNING " in line or " ERROR " in line]
    assert not problems, log


def work(database, config, code):
    """Run code in an environment of a database, and commit."""
    body = "from dev.session import environment\nwith environment(%r) as env:\n%s"
    run(["-c", body % (database, code)], config)


@pytest.fixture
def earlier(tmp_path, request):
    """The addons of an earlier version: their names, and a configuration of Odoo with them."""

    def unpack(version):
        known = subprocess.run(
            ["git", "cat-file", "-e", f"{version}^{{commit}}"], cwd=ROOT, capture_output=True
        )
        if known.returncode:
            pytest.skip(
                f"This checkout has no history back to {version}: git fetch --unshallow brings it"
            )
        archive = subprocess.run(
            ["git", "archive", version, f":(glob){addons.PREFIX}*/**"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        folder = tmp_path / version
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        config = configparser.RawConfigParser()
        config.read(os.environ["ODOO_RC"])
        paths = config["options"]["addons_path"].split(",")
        config["options"]["addons_path"] = ",".join(
            str(folder) if Path(path) == addons.folder() else path for path in paths
        )
        with (tmp_path / "odoo.conf").open("w") as file:
            config.write(file)
        names = sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))
        return names, tmp_path / "odoo.conf"

    return unpack


class Kept:
    """What stands in a database, by table and id, as far as the tables and columns stay."""

    def __init__(self, databases, database):
        self.sql = lambda query: databases.server.sql(query, database)
        self.columns = {}
        for table, column in self.sql(
            f"""SELECT table_name, column_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name NOT IN ('write_date', 'write_uid')
                   AND (table_name LIKE '%retention%'
                        OR (table_name, column_name) IN ({OURS})
                        OR column_name = 'id' AND table_name IN (SELECT tab FROM ({OURS}) AS ours))
                 ORDER BY 1, 2"""
        ):
            self.columns.setdefault(table, set()).add(column)

    def rows(self, table, columns):
        """Return the rows of a table by their ids, or as they are where it has none."""
        key = "id" if "id" in columns else f"({', '.join(sorted(columns))})"
        listed = ", ".join(f"'{column}', {column}" for column in sorted(columns))
        query = f"SELECT {key}, JSONB_BUILD_OBJECT({listed}) FROM {table}"
        return {key: json.loads(row) for key, row in self.sql(query)}

    def differences(self, before, tables):
        """Yield what is not as it was, of the columns that there still are."""
        for table, rows in tables.items():
            columns = before.columns[table] & self.columns.get(table, set())
            now = self.rows(table, columns) if columns else {}
            for key, row in rows.items():
                if key not in now:
                    yield f"{table} {key} is gone: {row}"
                    continue
                for column in sorted(columns):
                    if row[column] != now[key][column]:
                        yield f"{table} {key}: {column} was {row[column]}, is {now[key][column]}"

    def orphans(self):
        """Return the columns that are of no field any more."""
        return self.sql(
            """SELECT table_name, column_name
                 FROM information_schema.columns
                 JOIN ir_model ON REPLACE(model, '.', '_') = table_name
                WHERE table_schema = 'public'
                  AND (table_name LIKE 'retention_%' OR column_name LIKE 'retention_%')
                  AND column_name NOT IN ('create_uid', 'create_date', 'write_uid', 'write_date')
                  AND NOT EXISTS (SELECT 1 FROM ir_model_fields AS field
                                   WHERE field.model_id = ir_model.id AND field.store
                                     AND field.name = column_name)
                ORDER BY 1, 2"""
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_an_earlier_version_updates(databases, lend, earlier, version):
    names, config = earlier(version)
    database = lend("DEPENDENCIES")
    work(database, config, DEMO_OF_ODOO)
    odoo(database, config, "-i", ",".join(names), "--with-demo")
    work(database, config, WORK)
    before = Kept(databases, database)
    tables = {table: before.rows(table, columns) for table, columns in before.columns.items()}
    assert len(tables["retention_customer"]) > 20 and len(tables["retention_program"]) > 10

    odoo(database, os.environ["ODOO_RC"], "-u", addons.PREFIX)

    after = Kept(databases, database)
    different = list(after.differences(before, tables))
    # Programs on what a purchase does not settle follow the new default, and nothing else changes.
    assert [line for line in different if not is_new_default(line, tables)] == []
    # What has another place by now: each has its script in migrations/.
    assert after.orphans() == []
    assert_pauses_stand(after, tables)


def is_new_default(line, tables):
    """Return whether a difference is that a program goes on after a purchase, where it does by default."""
    found = re.fullmatch(r"retention_program (\d+): exit_on_purchase was True, is False", line)
    return bool(found) and tables["retention_program"][found[1]]["event_type"] in STAYING


def assert_pauses_stand(after, tables):
    """Assert that each program still waits as long: its own days, or those of the settings."""
    [setting] = {row["retention_pause_days"] for row in tables["res_company"].values()}
    pauses = dict(after.sql("SELECT id, own_pause_days FROM retention_program"))
    for key, row in tables["retention_program"].items():
        if "pause_days" in row:
            follows = row["pause_days"] == setting
            assert int(pauses[key]) == (-1 if follows else row["pause_days"])
