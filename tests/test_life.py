"""The life of an installation on a large database: installed, updated, removed, installed again."""

import os
import subprocess
import sys
import time

from dev.database import quote

ORDERS = 100_000
CUSTOMERS = 10_000

# Tables that Odoo writes at every start, and its notes of modules and foreign keys: it keeps those
# of removed addons. Foreign keys themselves are looked at below.
MOVING = {
    "bus_bus",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_model_constraint",
    "ir_module_module_dependency",
    "orm_signaling_registry",
}
# Names of everything in the database that an installation may leave behind.
OBJECTS = """
    SELECT 'relation', CONCAT(relname, ' ', relkind) FROM pg_class
     WHERE relnamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'column', table_name || '.' || column_name FROM information_schema.columns
     WHERE table_schema = 'public'
     UNION ALL
    SELECT 'constraint', CONCAT(conrelid::regclass, ' ', conname) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'trigger', CONCAT(tgrelid::regclass, ' ', tgname) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL
    SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'model', model FROM ir_model
     UNION ALL
    SELECT 'field', model || '.' || name FROM ir_model_fields
     UNION ALL
    SELECT 'selection', field.model || '.' || field.name || ' ' || value
      FROM ir_model_fields_selection JOIN ir_model_fields AS field ON field.id = field_id
     UNION ALL
    SELECT 'job', cron_name FROM ir_cron
     UNION ALL
    SELECT 'action', type || ' ' || name::text FROM ir_actions
     UNION ALL
    SELECT 'menu', name::text FROM ir_ui_menu
     UNION ALL
    SELECT 'view', model || ' ' || name FROM ir_ui_view
     UNION ALL
    SELECT 'rule', name FROM ir_rule
     UNION ALL
    SELECT 'access', name FROM ir_model_access
     UNION ALL
    SELECT 'group', name::text FROM res_groups
     UNION ALL
    SELECT 'parameter', key FROM ir_config_parameter
     UNION ALL
    SELECT 'sequence of documents', code FROM ir_sequence WHERE code IS NOT NULL
     UNION ALL
    SELECT 'attachment', res_model || ' ' || name FROM ir_attachment
     WHERE res_model LIKE 'retention%' OR url LIKE '%customer_retention%'
     UNION ALL
    SELECT 'identifier', module || '.' || name FROM ir_model_data
     WHERE module LIKE 'customer_retention%' OR name LIKE '%retention%'
"""


def odoo(database, *arguments, subcommand=(), code=0):
    """Run Odoo's own command line and return what it logged."""
    command = [sys.executable, "-m", "odoo", *subcommand]
    done = subprocess.run(
        [*command, "-c", os.environ["ODOO_RC"], "-d", database, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stderr


def install(database, *arguments):
    """Install or update; return the seconds it took. No warning and no error may be logged."""
    started = time.monotonic()
    options = ["--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn"]
    log = odoo(database, *arguments, *options)
    problems = [line for line in log.splitlines() if " WARNING " in line or " ERROR " in line]
    assert not problems, "\n".join(problems)
    return time.monotonic() - started


def fill(databases, database):
    """Create orders the way a database grows in years: set-based, in no time."""
    sql = databases.server.sql
    # Inventory, on which an addon of ours depends, wants to know how each order is delivered.
    column = "information_schema.columns WHERE table_name = 'sale_order'"
    if sql(f"SELECT 1 FROM {column} AND column_name = 'picking_policy'", database):
        sql("ALTER TABLE sale_order ALTER picking_policy SET DEFAULT 'direct'", database)
    sql(
        f"""INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, active, type,
                                     autopost_bills)
            SELECT id, id, 'Customer ' || id, 'Customer ' || id, TRUE, 'contact', 'ask'
              FROM (SELECT NEXTVAL('res_partner_id_seq') AS id
                      FROM generate_series(1, {CUSTOMERS})) AS next;
            INSERT INTO sale_order (name, partner_id, partner_invoice_id, partner_shipping_id,
                                    company_id, currency_id, currency_rate, date_order, state,
                                    amount_untaxed, amount_total, write_date)
            SELECT 'O' || n, partner.id, partner.id, partner.id, company.id,
                   company.currency_id, 1, NOW() - (n % 1500) * INTERVAL '1 day', 'sale',
                   n % 977, n % 977, NOW()
              FROM generate_series(1, {ORDERS}) AS n
              JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS number FROM res_partner
                     WHERE name LIKE 'Customer %') AS partner
                ON partner.number = 1 + n % {CUSTOMERS}
             CROSS JOIN (SELECT * FROM res_company ORDER BY id LIMIT 1) AS company;
            ANALYZE""",
        database,
    )


def objects(databases, database):
    """Return everything in the database that has a name, and the number of records of each table."""
    sql = databases.server.sql
    tables = [
        f"SELECT '{name}', COUNT(*) FROM {quote(name)}"
        for (name,) in sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
            database,
        )
        if name not in MOVING
    ]
    found = sql(OBJECTS, database) + sql(" UNION ALL ".join(tables), database)
    return {tuple(row) for row in found}


def refresh(databases, database, code="model._cron_refresh_customers()"):
    """Count by orders, as the nightly job does; return number of customers and lifetime value."""
    program = (
        "import sys; from dev.session import environment\n"
        "with environment(sys.argv[1]) as env:\n"
        "    env['res.company'].search([]).retention_basis = 'ordered'\n"
        "    env.cr.commit()\n"
        "    cron = env.ref('customer_retention.ir_cron_refresh_customers')\n"
        "    assert cron.method_direct_trigger() is True\n"
    )
    subprocess.run([sys.executable, "-c", program, database], check=True, timeout=300)
    found = databases.server.sql(
        "SELECT COUNT(*), SUM(lifetime_value) FROM retention_customer", database
    )
    return [(int(count), float(value)) for count, value in found]


def test_life_on_a_large_database(databases, lend):
    database = lend("DEPENDENCIES")
    fill(databases, database)
    before = objects(databases, database)
    expected = [(CUSTOMERS, float(sum(n % 977 for n in range(1, ORDERS + 1))))]

    # Nothing is counted while it installs, so that its time hardly depends on the orders.
    assert install(database, "-i", "customer_retention") < 300
    assert databases.server.sql("SELECT COUNT(*) FROM retention_customer", database) == [["0"]]
    assert refresh(databases, database) == expected

    # An update keeps every figure, and the next night changes none.
    rows = "SELECT MD5(STRING_AGG(c::text, ',' ORDER BY id)) FROM retention_customer AS c"
    figures = databases.server.sql(rows, database)
    installed = objects(databases, database)
    install(database, "-u", "customer_retention")
    assert databases.server.sql(rows, database) == figures
    assert objects(databases, database) == installed

    # Removed, it leaves nothing: no table, column, view, job, menu, trigger or identifier.
    odoo(database, "customer_retention", subcommand=("module", "uninstall"))
    assert objects(databases, database) - before == set()
    assert before - objects(databases, database) == set()
    assert databases.server.sql("SELECT COUNT(*) FROM sale_order", database) == [[str(ORDERS)]]

    install(database, "-i", "customer_retention")
    assert refresh(databases, database) == expected
