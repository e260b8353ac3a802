import json
from collections import defaultdict
from contextlib import contextmanager
from fractions import Fraction

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import SQL

from ...sql.customer_figures import COLUMNS
from ..common import NOW, RetentionCase
from . import oracle

EXACT = [name for name in COLUMNS if name not in ("currency_id", "expected_gap_days")]
MONEY = {
    "value_month",
    "value_year",
    "value_year_1",
    "value_year_2",
    "lifetime_value",
    "average_purchase",
}
DERIVED = ("days_late", "gold_gap", "gold_margin")


class HistoryCase(RetentionCase):
    """Figures of whole companies against the oracle, and documents made by the hundred.

    The oracle reads the documents themselves, as they stand in their tables.
    """

    @contextmanager
    def _at(self, moment):
        """Let it be ``moment`` (UTC), also for the dates that documents and runs carry."""
        self.env.flush_all()
        before = self.env.cr._now
        with freeze_time(moment):
            self.env.cr._now = moment
            try:
                yield
                self.env.flush_all()
            finally:
                self.env.cr._now = before

    @contextmanager
    def _rolled_back(self):
        """Undo at the end what the block does."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Documents by the hundred
    # ------------------------------------------------------------------

    @classmethod
    def _set_up_templates(cls):
        """Create the draft order and invoice of which ``_copy`` makes others."""
        cls._set_up_accounts()
        partner = cls.env["res.partner"].create({"name": "Template"})
        cls.templates = {
            "sale_order": cls._create_order(partner, NOW, 1, confirm=False).id,
            "account_move": cls._create_invoice(partner, NOW.date(), 1, post=False).id,
        }

    def _copy(self, table, documents):
        """Insert documents: each is the template with the columns given, written now."""
        if not documents:
            return
        self.env.flush_all()
        now = fields.Datetime.to_string(self.env.cr.now())
        for document in documents:
            document.setdefault("write_date", now)
        # A posted invoice needs a name of its own; nothing else here looks at names.
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s
                   SELECT copied.*
                     FROM %(table)s AS template
                    CROSS JOIN (SELECT columns, NEXTVAL(%(sequence)s) AS id
                                  FROM jsonb_array_elements(%(documents)s::jsonb)
                                       AS listed (columns)) AS document
                    CROSS JOIN LATERAL jsonb_populate_record(
                          template,
                          document.columns || jsonb_build_object(
                              'id', document.id, 'name', 'COPY/' || document.id,
                              'access_token', NULL)
                          ) AS copied
                    WHERE template.id = %(template)s""",
                table=SQL.identifier(table),
                sequence=f"{table}_id_seq",
                template=self.templates[table],
                documents=json.dumps(documents, default=str),
            )
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Expected and actual
    # ------------------------------------------------------------------

    def _query(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        return self.env.cr.fetchall()

    def _get_oracle_company(self, company):
        settings = {
            name: getattr(company, f"retention_{name}")
            for name in oracle.Settings.__dataclass_fields__
        }
        exact = {
            name: Fraction(str(round(value, 2))) if isinstance(value, float) else value
            for name, value in settings.items()
        }
        return oracle.Company(
            basis=company.retention_basis,
            zone=company.partner_id.tz or company.resource_calendar_id.tz or "UTC",
            currency=company.currency_id.name,
            rounding=Fraction(str(company.currency_id.rounding)),
            settings=oracle.Settings(**exact),
        )

    def _get_documents(self, company):
        """Return all documents of ``company`` as the oracle knows them."""
        invoices = self._query(
            """SELECT partner_id, invoice_date, amount_untaxed_signed::text, move_type, state,
                      COALESCE((SELECT SUM(-credit.amount_untaxed_signed)
                                  FROM account_move AS credit
                                 WHERE credit.reversed_entry_id = move.id
                                   AND credit.state = 'posted'), 0)::text
                 FROM account_move AS move WHERE company_id = %s AND partner_id IS NOT NULL
                  AND invoice_date IS NOT NULL""",
            company.id,
        )
        orders = self._query(
            """SELECT partner_id, date_order, amount_untaxed::text, currency.name,
                      currency_rate::text, state
                 FROM sale_order JOIN res_currency AS currency ON currency.id = currency_id
                WHERE company_id = %s""",
            company.id,
        )
        past = self._query(
            """SELECT partner_id, date, amount::text, currency.name
                 FROM retention_past_purchase
                 JOIN res_currency AS currency ON currency.id = currency_id
                WHERE company_id = %s""",
            company.id,
        )
        return [
            *(
                oracle.Invoice(a, b, Fraction(amount), kind, state, Fraction(credited))
                for a, b, amount, kind, state, credited in invoices
            ),
            *(
                oracle.Order(
                    a, b, Fraction(amount), currency, Fraction(rate or 0) or Fraction(1), state
                )
                for a, b, amount, currency, rate, state in orders
            ),
            *(oracle.Past(a, b, Fraction(amount), currency) for a, b, amount, currency in past),
        ]

    def _get_rates(self, company):
        rates = defaultdict(list)
        for currency, day, rate in self._query(
            """SELECT currency.name, rate.name, rate.rate::text
                 FROM res_currency_rate AS rate
                 JOIN res_currency AS currency ON currency.id = currency_id
                WHERE rate.company_id = %s""",
            company.id,
        ):
            rates[currency].append((day, Fraction(rate)))
        return rates

    def _get_expected_totals(self, company):
        """Return ``({partner: Total}, today)`` of the oracle."""
        own = self._get_oracle_company(company)
        companies = self.env["res.company"].sudo().search([])
        excluded = companies.partner_id | self.env.ref("base.public_partner")
        purchases = oracle.get_purchases(
            own,
            self._get_documents(company),
            dict(self._query("SELECT id, commercial_partner_id FROM res_partner")),
            set(excluded.ids),
            self._get_rates(company),
        )
        today = oracle.local_day(fields.Datetime.now(), own.zone)
        return oracle.get_totals(purchases, today), today

    def _get_expected(self, company, losses=None, limits=None):
        """Return ``({partner: figures}, limits)`` of the oracle.

        :param losses: ``{partner: [days]}``
        :param limits: those of an earlier run, for a light run
        """
        settings = self._get_oracle_company(company).settings
        totals, today = self._get_expected_totals(company)
        limits = limits or oracle.get_limits(totals, settings)
        figures = {
            partner: oracle.get_figures(
                total, limits, settings, today, (losses or {}).get(partner, ())
            )
            for partner, total in totals.items()
        }
        return figures, limits

    def _get_actual(self, company):
        """Return ``{partner: figures}`` of the table, money as exact fractions."""
        self.env.flush_all()
        columns = [
            SQL("%s::text", SQL.identifier(name)) if name in MONEY else SQL.identifier(name)
            for name in EXACT
        ]
        derived = [self.Customer._field_to_sql("retention_customer", name) for name in DERIVED]
        names = [*EXACT, *DERIVED, "expected_gap_days"]
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, %s, %s, expected_gap_days FROM retention_customer WHERE company_id = %s",
                SQL(", ").join(columns),
                SQL(", ").join(derived),
                company.id,
            )
        )
        return {
            partner_id: {
                name: Fraction(value) if name in MONEY else value
                for name, value in zip(names, values, strict=True)
            }
            for partner_id, *values in rows
        }

    def assertSameFigures(self, actual, expected):
        """Assert that both say the same: exactly, but for means and gaps, which are not rounded."""
        self.assertEqual(actual.keys(), expected.keys(), "Not the same customers")
        for partner_id, figures in expected.items():
            found = actual[partner_id]
            wrong = {
                name: (found[name], value)
                for name, value in figures.items()
                if not self._is_same(name, found[name], value)
            }
            self.assertFalse(wrong, f"Partner {partner_id}: (found, expected)")

    @staticmethod
    def _is_same(name, found, expected):
        if name in ("average_purchase", "expected_gap_days", *DERIVED):
            return abs(float(found) - float(expected)) <= 1e-9 * max(1, abs(float(expected)))
        return found == expected

    def assertMatchesOracle(self, company=None, losses=None):
        """Assert figures and limits of ``company`` after a run over all."""
        company = company or self.company
        expected, limits = self._get_expected(company, losses)
        self.assertSameFigures(self._get_actual(company), expected)
        self.assertLimits(company, limits)

    def assertLimits(self, company, expected):
        """Assert the limits of the last run over all."""
        found = self.Run._get_last(company).limits
        for name, value in vars(expected).items():
            if name == "recency":
                self.assertEqual(found[name], [str(day) for day in value], name)
            elif isinstance(value, list):
                self.assertEqual([Fraction(each) for each in found[name]], value, name)
            elif value is None:
                self.assertIsNone(found[name], name)
            else:
                self.assertEqual(Fraction(found[name]), value, name)
