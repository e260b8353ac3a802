import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import SQL

from . import oracle
from .histories import DERIVED, HistoryCase

# Each example is two companies of CUSTOMERS customers, and each customer a history: 25 examples
# are 1,500 histories, the same each time. More, and other ones, with the smallest that fails:
#     make test T=test_property HISTORIES=500
EXAMPLES = int(os.environ.get("HISTORIES", "25"))
SEARCHES = "HISTORIES" in os.environ
CUSTOMERS = 30
PROFILE = settings(
    max_examples=EXAMPLES,
    derandomize=not SEARCHES,
    phases=[Phase.generate, Phase.shrink] if SEARCHES else [Phase.generate],
    report_multiple_bugs=False,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# Close to midnight in one of the zones, and on days when clocks change in another.
MOMENTS = st.sampled_from(
    [
        datetime(2026, 6, 15, 12),
        datetime(2026, 3, 8, 4, 30),
        datetime(2026, 3, 29, 22, 15),
        datetime(2026, 4, 4, 13, 59),
        datetime(2026, 11, 1, 5, 30),
        datetime(2024, 2, 29, 18, 14),
        datetime(2024, 12, 31, 23, 59),
    ]
)
BORDERS = [0, 29, 30, 31, 89, 90, 91, 134, 135, 136, 269, 270, 271]
BORDERS += [364, 365, 366, 729, 730, 731, 1094, 1095, 1096]
DAYS = st.sampled_from(BORDERS) | st.integers(-30, 1500)
# Many equal amounts, so that there are ties at every limit, and halves to be rounded.
CENTS = st.sampled_from([0, 1, 5, 100, 1000, 1000, 2500, 10000]) | st.integers(-20000, 500000)
KINDS = st.sampled_from(
    ["sale"] * 8
    + ["past"] * 3
    + ["refund", "reversed", "receipt", "draft", "cancel", "bill", "other"]
)
DOCUMENT = st.tuples(KINDS, DAYS, CENTS, st.integers(0, 1439), st.integers(0, 3), st.booleans())
HISTORIES = st.lists(st.lists(DOCUMENT, max_size=8), min_size=CUSTOMERS, max_size=CUSTOMERS)
LOSSES = st.lists(st.tuples(st.integers(0, CUSTOMERS - 1), DAYS), max_size=6)
SETTINGS = st.fixed_dictionaries(
    {
        "retention_basis": st.sampled_from(["invoiced", "ordered"]),
        "retention_gold_percent": st.sampled_from([10, 20, 33.33, 12.5, 100]),
        "retention_abc_method": st.sampled_from(["top", "pareto"]),
        "retention_abc_a_percent": st.sampled_from([20, 7.5]),
        "retention_abc_growth_percent": st.sampled_from([10, 0, 33.3]),
        "retention_pareto_a_percent": st.sampled_from([80, 50.01]),
        "retention_gap_weight": st.sampled_from([2, 1, 5]),
        "retention_gap_default_days": st.sampled_from([90, 1, 17]),
        "retention_gap_min_customers": st.sampled_from([20, 3]),
        "retention_new_days": st.sampled_from([90, 30]),
        "retention_won_back_days": st.sampled_from([90, 365]),
        "retention_active_factor": st.sampled_from([1.5, 1, 1.25]),
        "retention_silent_factor": st.sampled_from([3, 2.05]),
        "retention_lost_days": st.sampled_from([730, 365, 1500]),
    }
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "cancel", "delete", "move", "reparent", "merge"]),
        st.integers(0, CUSTOMERS - 1),
        st.integers(0, CUSTOMERS - 1),
        DOCUMENT,
    ),
    max_size=8,
)
LATER = st.sampled_from([0, 0, 1, 1, 2, 7, 30, 41, 365])


@tagged("post_install", "-at_install")
class TestProperty(HistoryCase):
    """Random histories, nights and hours: what the database says is what the oracle says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Hours are told by the limits of the last full run, as where there are many customers.
        cls.classPatch(type(cls.Run), "_is_outgrown", lambda *_args: False)
        cls._set_up_templates()
        currencies = {name: cls.env.ref(f"base.{name}") for name in ("USD", "EUR", "JPY", "KWD")}
        for currency in currencies.values():
            currency.active = True
        cls.currencies = list(currencies.values())
        cls.companies = cls.env["res.company"]
        for currency, zone in (
            ("USD", "America/New_York"),
            ("JPY", "Asia/Kathmandu"),
            ("KWD", "Pacific/Auckland"),
            ("EUR", False),
        ):
            company = cls._create_company(f"Company in {zone}", currencies[currency], zone)
            cls._create_rates(company, currencies)
            cls.companies |= company
        cls.partners = list(cls._create_partners())
        cls.env.flush_all()

    @classmethod
    def _create_rates(cls, company, currencies):
        for name, rates in {
            "USD": [1.08],
            "EUR": [1, 0.97],
            "JPY": [163.125, 157.5, 130],
            "KWD": [0.3125, 0.333333],
        }.items():
            for number, rate in enumerate(rates):
                day = datetime(2022 + 2 * number, 3, 1).date()
                cls._create_rate(currencies[name], day, rate, company)

    @classmethod
    def _create_partners(cls):
        """Create customers, of whom some are contacts of others, archived, or no customers at all."""
        Partner = cls.env["res.partner"]
        partners = Partner.create(
            [{"name": f"Customer {number}"} for number in range(CUSTOMERS - 6)]
        )
        partners |= Partner.create(
            [
                {"name": "Contact 1", "parent_id": partners[0].id},
                {"name": "Contact 2", "parent_id": partners[0].id},
                {"name": "Contact 3", "parent_id": partners[1].id},
                {"name": "Archived", "active": False},
            ]
        )
        return partners | cls.company.partner_id | cls.env.ref("base.public_partner")

    # ------------------------------------------------------------------
    # Histories
    # ------------------------------------------------------------------

    def _create_histories(self, company, moment, histories):
        for number, documents in enumerate(histories):
            for document in documents:
                self._add(company, moment, self.partners[number], document)
        self._insert()

    def _add(self, company, moment, partner, document):
        """Note a document for ``_insert``."""
        kind, days, cents, minute, currency, is_foreign = document
        day = (moment - timedelta(days=days)).date()
        currency = self.currencies[currency] if is_foreign else company.currency_id
        amount = cents / 100
        if kind == "past":
            self.past.append(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date": day,
                    "amount": currency.round(amount),
                    "currency_id": currency.id,
                }
            )
            return
        is_order = (company.retention_basis == "ordered") != (kind == "other")
        if is_order:
            own = self.rates[company, company.currency_id]
            self.orders.append(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date_order": datetime.combine(day, datetime.min.time())
                    + timedelta(minutes=minute),
                    "amount_untaxed": currency.round(abs(amount) if kind == "refund" else amount),
                    "currency_id": currency.id,
                    "currency_rate": str(
                        1
                        if currency == company.currency_id
                        else self.rates[company, currency] / own
                    ),
                    "state": {"draft": "sent", "cancel": "cancel"}.get(kind, "sale"),
                }
            )
            return
        amount = company.currency_id.round(amount)
        self.invoices.append(
            {
                "partner_id": partner.id,
                "commercial_partner_id": partner.id,
                "company_id": company.id,
                "invoice_date": day,
                "date": day,
                "amount_untaxed_signed": -abs(amount) if kind == "refund" else amount,
                "move_type": {
                    "refund": "out_refund",
                    "receipt": "out_receipt",
                    "bill": "in_invoice",
                }.get(kind, "out_invoice"),
                "state": kind if kind in ("draft", "cancel") else "posted",
                "payment_state": "reversed" if kind == "reversed" else "not_paid",
            }
        )

    def _get_credits(self):
        """Return a credit note for each reversed invoice that none names yet: half of them of one unit only."""
        self.env.cr.execute(
            """SELECT id, partner_id, commercial_partner_id, company_id, invoice_date,
                      amount_untaxed_signed
                 FROM account_move AS move
                WHERE payment_state = 'reversed' AND move_type = 'out_invoice'
                  AND NOT EXISTS (SELECT FROM account_move AS credit
                                   WHERE credit.reversed_entry_id = move.id)"""
        )
        return [
            {
                "partner_id": partner,
                "commercial_partner_id": commercial,
                "company_id": company,
                "invoice_date": day,
                "date": day,
                "amount_untaxed_signed": -amount if move % 2 else -min(amount, 1),
                "move_type": "out_refund",
                "state": "posted",
                "payment_state": "not_paid",
                "reversed_entry_id": move,
            }
            for move, partner, commercial, company, day, amount in self.env.cr.fetchall()
        ]

    def _insert(self):
        self.Past.create(self.past)
        self._copy("sale_order", self.orders)
        self._copy("account_move", self.invoices)
        self._copy("account_move", self._get_credits())
        self.past, self.orders, self.invoices = [], [], []

    @contextmanager
    def _example(self, moment):
        """Run one example and undo it."""
        self.past, self.orders, self.invoices = [], [], []
        with self._rolled_back(), self._at(moment):
            self.rates = {
                (company, currency): currency._get_rates(company, moment.date())[currency.id]
                for company in self.companies
                for currency in self.currencies
            }
            yield

    @contextmanager
    def _losses(self, company, moment, losses):
        """Let losses be recorded; yield them as the oracle wants them."""
        rows = [
            (self.partners[number].id, company.id, (moment - timedelta(days=days)).date())
            for number, days in losses
        ]
        none = SQL(
            "SELECT NULL::int AS partner_id, NULL::int AS company_id, NULL::date AS date WHERE FALSE"
        )
        query = SQL(" UNION ALL ").join(
            [none, *(SQL("SELECT %s, %s, %s::date", *row) for row in rows)]
        )
        with patch.object(type(self.Customer), "_get_loss_query", lambda customer: query):
            yield rows

    def _get_losses(self, rows):
        losses = {}
        for partner_id, _company_id, day in rows:
            commercial = self.env["res.partner"].browse(partner_id).commercial_partner_id
            losses.setdefault(commercial.id, []).append(day)
        return losses

    @PROFILE
    @given(
        st.permutations(range(4)), MOMENTS, st.tuples(SETTINGS, SETTINGS),
        st.tuples(HISTORIES, HISTORIES), LOSSES,
    )  # fmt: skip
    def test_full_run(self, order, moment, values, histories, losses):
        """All figures and limits of any history are those of the definitions."""
        pair = [self.companies[number] for number in order[:2]]
        with self._example(moment):
            for company, own_values, own_histories in zip(pair, values, histories, strict=True):
                company.write(own_values)
                self._create_histories(company, moment, own_histories)
            for company in pair:
                with self._losses(company, moment, losses) as rows:
                    self._refresh(company)
                    self.assertMatchesOracle(company, self._get_losses(rows))

    # ------------------------------------------------------------------
    # Nights and hours
    # ------------------------------------------------------------------

    def _change(self, company, moment, change):
        """Let something happen to purchases, as people do it; return whose a light run has to see."""
        kind, number, other, document = change
        partner, another = self.partners[number], self.partners[other]
        none = self.env["res.partner"]
        if kind == "new":
            self._add(company, moment, partner, document)
            self._insert()
            is_purchase = document[0] not in ("other", "bill")
            return partner.commercial_partner_id if is_purchase else none
        if kind == "reparent":
            return self._reparent(partner, another)
        if kind == "merge":
            self._merge(partner, another)
            return none
        order = self.env["sale.order"].search(
            [("company_id", "=", company.id), ("partner_id", "=", partner.id)], limit=1
        )
        is_purchase = order.state == "sale" and company.retention_basis == "ordered"
        if kind == "move":
            order.write({"partner_id": another.id})
            return (partner | another).commercial_partner_id if is_purchase else none
        order._action_cancel()
        if kind == "delete":
            order.unlink()
        return partner.commercial_partner_id if is_purchase else none

    def _reparent(self, partner, another):
        before, parent = partner.commercial_partner_id, another.commercial_partner_id
        special = self.company.partner_id | self.env.ref("base.public_partner")
        if parent in (partner, before) or partner.child_ids or (partner | parent) & special:
            return self.env["res.partner"]
        partner.parent_id = parent
        return before | parent

    def _merge(self, partner, another):
        special = self.company.partner_id | self.env.ref("base.public_partner")
        pair = partner | another
        if len(pair) < 2 or pair & special or pair.child_ids or pair.parent_id:
            return
        self.env["base.partner.merge.automatic.wizard"]._merge(pair.ids, another)
        self.partners = [another if each == partner else each for each in self.partners]

    @PROFILE
    @given(
        st.integers(0, 3), MOMENTS, SETTINGS, HISTORIES,
        st.lists(st.tuples(st.sampled_from(["night", "hour"]), LATER, CHANGES), min_size=1, max_size=3),
    )  # fmt: skip
    def test_nights_and_hours(self, number, moment, values, histories, steps):
        """Whatever changed, an incremental night leaves the figures and events of a full count."""
        company = self.companies[number]
        self.partners = list(type(self).partners)
        with self._example(moment), patch.object(type(self.Run), "_INCREMENTAL_FROM", 0):
            company.write(values)
            self._create_histories(company, moment, histories)
            self._refresh(company)
            self.limits = self._get_expected(company)[1]
            for kind, days, changes in steps:
                moment += timedelta(days=days, hours=1)
                with self._at(moment):
                    touched = self._change_all(company, moment, changes)
                    self._check(company, kind, touched)

    def _change_all(self, company, moment, changes):
        """Make changes; return the ids of the customers that a light run has to see."""
        touched = set()
        for change in changes:
            touched.update(self._change(company, moment, change).ids)
        return touched

    def _check(self, company, kind, touched):
        """Refresh as the scheduled action does, and compare figures and events."""
        last = self.Run._get_last(company)
        with_events = last.fingerprint == self.Run._get_fingerprint(company)
        before = self._get_actual(company)
        events = self.Event.search([])
        if kind == "night":
            self.assertTrue(self.Run._refresh_night(company))
            self.assertMatchesOracle(company)
            self.assertEqual(self.Run._get_last(company).difference_count, 0)
            self.limits = self._get_expected(company)[1]
        else:
            self.assertTrue(self.Run._refresh_changed(company))
            self.assertMatchesLightRun(company, before, touched)
        found = {
            (event.partner_id.id, event.type, event.old_value, event.new_value)
            for event in self.Event.search([]) - events
        }
        changes = oracle.get_events(before, self._get_actual(company)) if with_events else ()
        # A truth value stands in an event as the database writes it.
        text = {True: "true", False: "false"}
        expected = {
            (partner_id, name, text.get(old, old), text.get(new, new))
            for partner_id, name, old, new in changes
        }
        self.assertEqual(found, expected)

    @staticmethod
    def _get_stored(figures, partner_id):
        """Return the figures that have a column: others move with the day."""
        row = figures.get(partner_id, {})
        return {name: value for name, value in row.items() if name not in DERIVED}

    def assertMatchesLightRun(self, company, before, touched):
        """Assert that those touched are counted anew with the old limits, and others as before or so."""
        expected, _limits = self._get_expected(company, limits=self.limits)
        after = self._get_actual(company)
        for partner_id in before.keys() | after.keys() | expected.keys():
            is_same = self._get_stored(after, partner_id) == self._get_stored(before, partner_id)
            if is_same and partner_id not in touched:
                continue
            self.assertSameFigures(
                {key: value for key, value in after.items() if key == partner_id},
                {key: value for key, value in expected.items() if key == partner_id},
            )
