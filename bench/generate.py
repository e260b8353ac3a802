"""Customers and their purchases, made by a few set-based statements.

They look like a business's: amounts and numbers of purchases are lognormal, one customer in seven
bought once, one in four has gone silent, three in ten are companies whose contact places half of
the orders, one order in twenty is in a foreign currency, the orders of every second customer name
source and medium. Documents are written in the order of their dates, as in a database that grew, so
that one customer's are spread over the whole table.
The same number of customers gives the same data on every machine with the same PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ORDERS_EACH = 10
DAYS = 1095
SALESPEOPLE = 20
SOURCES = 8
INVOICED_CUSTOMERS = 1_000

# A normal deviate (Box and Muller); random_normal() is missing before PostgreSQL 16.
NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"


@dataclass(frozen=True)
class Sample:
    """What was generated, by database id."""

    first_customer: int
    customers: int
    documents: int
    table: str

    def customer_ids(self, count: int) -> list[int]:
        """Return ``count`` customers spread evenly over all."""
        step = max(1, self.customers // count)
        return list(range(self.first_customer, self.first_customer + self.customers, step))[:count]


def generate(env, customers: int, basis: str) -> Sample:
    """Write ``customers`` customers with ten purchases each on average, and commit.

    :param basis: ``ordered`` writes confirmed orders, and invoices for the first 1,000 customers
        for the comparison with core's totals; ``invoiced`` writes posted invoices alone
    """
    cr = env.cr
    env.flush_all()
    # Inventory, on which an addon of ours depends, wants to know how each order is delivered.
    if "picking_policy" in env["sale.order"]._fields:
        cr.execute("ALTER TABLE sale_order ALTER picking_policy SET DEFAULT 'direct'")
    tables = ["res_partner", "sale_order", "account_move", "account_move_line"]
    with _no_indexes(cr, tables):
        cr.execute("SELECT setseed(0.19)")
        first = _make_customers(env, customers)
        _make_purchases(cr, customers)
        if basis == "ordered":
            _make_orders(env)
            _make_invoices(env, INVOICED_CUSTOMERS)
        else:
            _make_invoices(env, None)
        cr.execute("DROP TABLE bench_purchase, bench_customer")
    cr.commit()
    cr.execute("SELECT COUNT(*) FROM sale_order" if basis == "ordered" else COUNT_INVOICES)
    [documents] = cr.fetchone()
    env.invalidate_all()
    return Sample(
        first, customers, documents, "sale_order" if basis == "ordered" else "account_move"
    )


COUNT_INVOICES = (
    "SELECT COUNT(*) FROM account_move WHERE move_type IN ('out_invoice', 'out_refund')"
)


@contextmanager
def _no_indexes(cr, tables: list[str]) -> Iterator[None]:
    """Write without secondary indexes and without checking foreign keys, and restore both."""
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    [superuser] = cr.fetchone()
    cr.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
             FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND NOT indisunique""",
        [tables],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    if superuser:
        cr.execute("SET LOCAL session_replication_role = replica")
    yield
    cr.execute("SET LOCAL session_replication_role = DEFAULT") if superuser else None
    cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for _name, definition in indexes:
        cr.execute(definition)


def _make_customers(env, customers: int) -> int:
    """Write partners, and ``bench_customer`` with what each will buy; return the first id."""
    cr = env.cr
    users = env["res.users"].create(
        [
            {
                "name": f"Salesperson {number}",
                "login": f"salesperson{number}",
                "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
            }
            for number in range(1, SALESPEOPLE + 1)
        ]
    )
    env.flush_all()
    cr.execute("SELECT MAX(id) FROM res_partner")
    [before] = cr.fetchone()
    cr.execute(
        f"""CREATE TEMPORARY TABLE bench_customer AS
            SELECT number, %(before)s + number AS partner_id,
                   CASE WHEN is_company
                        THEN %(before)s + %(customers)s + number END AS contact_id,
                   (%(users)s::int[])[1 + number %% %(people)s] AS user_id,
                   level,
                   started,
                   CASE WHEN kind >= 0.15 AND kind < 0.40 AND started > 260
                        THEN 200 + (started - 200) * part ELSE 0 END AS stopped,
                   1 + (SUM(weight) OVER (ORDER BY number) * %(more)s / SUM(weight) OVER ())::int
                     - (COALESCE(SUM(weight) OVER (ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING
                                                   AND 1 PRECEDING), 0)
                        * %(more)s / SUM(weight) OVER ())::int AS purchases
              FROM (SELECT number, kind, random() < 0.3 AS is_company, random() AS part,
                           {NORMAL} AS level, 1 + {DAYS - 1} * random() AS started,
                           CASE WHEN kind < 0.15 THEN 0 ELSE exp(0.9 * {NORMAL}) END AS weight
                      FROM (SELECT number, random() AS kind
                              FROM generate_series(1, %(customers)s) AS number) AS draw
                   ) AS customer""",
        {
            "before": before,
            "customers": customers,
            "users": users.ids,
            "people": SALESPEOPLE,
            "more": (ORDERS_EACH - 1) * customers,
        },
    )
    cr.execute(
        """INSERT INTO res_partner
                  (id, name, complete_name, commercial_partner_id, user_id, is_company, email,
                   type, active, lang, color, partner_share, autopost_bills, create_uid, write_uid,
                   create_date, write_date, customer_rank, supplier_rank)
           SELECT partner_id, 'Customer ' || number, 'Customer ' || number, partner_id, user_id,
                  contact_id IS NOT NULL, 'customer' || number || '@example.com', 'contact', TRUE,
                  'en_US', 0, TRUE, 'ask', 1, 1, moment, moment, 1, 0
             FROM bench_customer, (SELECT now() AT TIME ZONE 'UTC' AS moment) AS clock"""
    )
    cr.execute(
        """INSERT INTO res_partner
                  (id, name, complete_name, parent_id, commercial_partner_id, user_id, is_company,
                   email, type, active, lang, color, partner_share, autopost_bills, create_uid,
                   write_uid, create_date, write_date, customer_rank, supplier_rank)
           SELECT contact_id, 'Contact ' || number, 'Customer ' || number || ', Contact ' || number,
                  partner_id, partner_id, user_id, FALSE, 'contact' || number || '@example.com',
                  'contact', TRUE, 'en_US', 0, TRUE, 'ask', 1, 1, moment, moment, 0, 0
             FROM bench_customer, (SELECT now() AT TIME ZONE 'UTC' AS moment) AS clock
            WHERE contact_id IS NOT NULL"""
    )
    cr.execute("SELECT setval('res_partner_id_seq', MAX(id)) FROM res_partner")
    return before + 1


def _make_purchases(cr, customers: int) -> None:
    """Write ``bench_purchase``: each customer's from start to end, roughly at equal distances."""
    cr.execute(
        f"""CREATE TEMPORARY TABLE bench_purchase AS
            SELECT customer.number, partner_id AS commercial_id, user_id,
                   CASE WHEN random() < 0.5 THEN COALESCE(contact_id, partner_id)
                        ELSE partner_id END AS partner_id,
                   date_trunc('second', now() AT TIME ZONE 'UTC' - interval '1 day'
                       * (started - (started - stopped) * (each - 1 + 0.8 * random()) / purchases))
                       AS moment,
                   GREATEST(1, round(exp(4 + 0.8 * level + 0.6 * {NORMAL})::numeric, 2)) AS amount,
                   random() < 0.05 AS is_foreign,
                   random() < 0.03 AS is_refund
              FROM bench_customer AS customer, generate_series(1, purchases) AS each"""
    )
    cr.execute("ANALYZE bench_purchase")


def _make_orders(env) -> None:
    company = env.company
    foreign = (
        env["res.currency"]
        .with_context(active_test=False)
        .search([("id", "!=", company.currency_id.id)], limit=1)
    )
    told = {
        name: env[name].create([{"name": f"{name} {number}"} for number in range(SOURCES)]).ids
        for name in ("utm.source", "utm.medium")
    }
    env.flush_all()
    env.cr.execute(
        """INSERT INTO sale_order
                  (name, state, invoice_status, company_id, partner_id, partner_invoice_id,
                   partner_shipping_id, user_id, source_id, medium_id, currency_id, currency_rate, amount_untaxed,
                   amount_tax, amount_total, locked, require_signature, require_payment,
                   access_token, date_order, create_date, write_date, create_uid, write_uid)
           SELECT 'S' || lpad((row_number() OVER (ORDER BY moment))::text, 8, '0'), 'sale',
                  'to invoice', %(company)s, partner_id, partner_id, partner_id, user_id,
                  CASE WHEN number %% 2 = 0 THEN (%(sources)s::int[])[1 + number %% %(many)s] END,
                  CASE WHEN number %% 2 = 0 THEN (%(mediums)s::int[])[1 + number %% %(many)s] END,
                  CASE WHEN is_foreign THEN %(foreign)s ELSE %(own)s END,
                  CASE WHEN is_foreign THEN 1.0834 ELSE 1 END,
                  amount, round(amount * 0.2, 2), amount + round(amount * 0.2, 2), FALSE, TRUE,
                  FALSE, md5(number::text), moment, moment, moment, 1, 1
             FROM bench_purchase
            ORDER BY moment""",
        {
            "company": company.id,
            "own": company.currency_id.id,
            "foreign": foreign.id,
            "sources": told["utm.source"],
            "mediums": told["utm.medium"],
            "many": SOURCES,
        },
    )


def _make_invoices(env, customers: int | None) -> None:
    """Write posted invoices and refunds with a line each: for the first customers, or all."""
    company = env.company
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    account = env["account.account"].search([("account_type", "=", "income")], limit=1)
    values = {
        "company": company.id,
        "currency": company.currency_id.id,
        "journal": journal.id,
        "account": account.id,
        "customers": customers,
    }
    env.cr.execute(
        """INSERT INTO account_move
                  (name, sequence_prefix, sequence_number, journal_id, company_id, currency_id,
                   state, move_type, auto_post, payment_state, date, invoice_date,
                   invoice_date_due, partner_id, commercial_partner_id, partner_shipping_id,
                   invoice_user_id, invoice_currency_rate, posted_before, checked, access_token,
                   amount_untaxed, amount_tax, amount_total, amount_residual,
                   amount_untaxed_signed, amount_tax_signed, amount_total_signed,
                   amount_total_in_currency_signed, amount_residual_signed,
                   create_date, write_date, create_uid, write_uid)
           SELECT 'INV/B/' || position, 'INV/B/', position, %(journal)s, %(company)s, %(currency)s,
                  'posted', CASE WHEN sign < 0 THEN 'out_refund' ELSE 'out_invoice' END, 'no',
                  'paid', moment::date, moment::date, moment::date + 30, partner_id, commercial_id,
                  partner_id, user_id, 1, TRUE, TRUE, md5(position::text),
                  amount, tax, amount + tax, 0, sign * amount, sign * tax, sign * (amount + tax),
                  sign * (amount + tax), 0, moment, moment, 1, 1
             FROM (SELECT *, row_number() OVER (ORDER BY moment) AS position,
                          CASE WHEN is_refund THEN -1 ELSE 1 END AS sign,
                          round(amount * 0.2, 2) AS tax
                     FROM bench_purchase
                    WHERE %(customers)s IS NULL OR number <= %(customers)s) AS purchase
            ORDER BY position""",
        values,
    )
    env.cr.execute(
        """INSERT INTO account_move_line
                  (move_id, move_name, journal_id, company_id, company_currency_id, currency_id,
                   account_id, parent_state, display_type, date, invoice_date, partner_id, name,
                   quantity, price_unit, price_subtotal, price_total, balance, amount_currency,
                   debit, credit, create_date, write_date, create_uid, write_uid)
           SELECT id, name, journal_id, company_id, currency_id, currency_id, %(account)s, state,
                  'product', date, invoice_date, commercial_partner_id, 'Goods', 1, amount_untaxed,
                  amount_untaxed, amount_total, -amount_untaxed_signed, -amount_untaxed_signed,
                  GREATEST(0, -amount_untaxed_signed), GREATEST(0, amount_untaxed_signed),
                  create_date, write_date, 1, 1
             FROM account_move
            WHERE name LIKE 'INV/B/%%'
            ORDER BY id""",
        values,
    )


def buy_again(cr, sample: Sample, customer_ids: list[int]) -> None:
    """Copy one document of each of these customers as of now: each bought once more."""
    moment = "now() AT TIME ZONE 'UTC'"
    cr.execute(
        """SELECT string_agg(quote_ident(column_name), ', ')
             FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = %s
              AND column_name NOT IN ('id', 'name', 'date_order', 'invoice_date', 'write_date')""",
        [sample.table],
    )
    [columns] = cr.fetchone()
    day = "date_order" if sample.table == "sale_order" else "invoice_date"
    cr.execute(
        f"""INSERT INTO {sample.table} (name, {day}, write_date, {columns})
            SELECT 'AGAIN/' || nextval('{sample.table}_id_seq'), {moment}, {moment}, {columns}
              FROM {sample.table}
             WHERE id IN (SELECT MIN(id) FROM {sample.table}
                           WHERE partner_id = ANY(%s) GROUP BY partner_id)""",
        [customer_ids],
    )
