import os
from contextlib import contextmanager
from datetime import datetime, time
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import NOW, days_ago

from . import oracle
from .common import MarginCase

# Each example is the history of CUSTOMERS customers. More, and others: make test T=property HISTORIES=200
EXAMPLES = int(os.environ.get("HISTORIES", "12"))
SEARCHES = "HISTORIES" in os.environ
CUSTOMERS = 4
PROFILE = settings(
    max_examples=EXAMPLES,
    derandomize=not SEARCHES,
    phases=[Phase.generate, Phase.shrink] if SEARCHES else [Phase.generate],
    report_multiple_bugs=False,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# Costs of the products; the last is not known.
COSTS = [62, 12.5, 7.77, 0]
WHO = st.integers(0, CUSTOMERS - 1)
DAYS = st.sampled_from([-1, 0, 1, 363, 364, 365, 366]) | st.integers(-5, 500)
LINES = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 1, 1, 2, 2, 3, None]), st.integers(1, 5), st.integers(1, 30000)
    ),
    min_size=1,
    max_size=3,
)
INVOICE = st.fixed_dictionaries(
    {
        "customer": WHO,
        "day": DAYS,
        "lines": LINES,
        "currency": st.integers(0, 2),
        "due": st.sampled_from([0, 10, 30]),
        # Percent of what is to be paid, days after it was due.
        "payments": st.lists(
            st.tuples(st.sampled_from([100, 50, 33]), st.integers(-20, 200)), max_size=2
        ),
        # Share of the price that a credit note gives back, days after the invoice.
        "credit": st.none() | st.tuples(st.sampled_from([10, 49, 50, 90, 100]), st.integers(0, 60)),
        "is_refund": st.sampled_from([False, False, False, True]),
    }
)
ORDER = st.fixed_dictionaries(
    {
        "customer": WHO,
        "day": DAYS,
        "lines": LINES,
        "currency": st.integers(0, 2),
        "costs": st.lists(st.sampled_from([0, 5, 31, 60.5]), min_size=3, max_size=3),
    }
)
VISITS = st.lists(
    st.tuples(st.lists(WHO, min_size=1, max_size=3), DAYS, st.sampled_from([15, 60, 90])),
    max_size=5,
)
CALLS = st.lists(st.tuples(WHO, DAYS, st.sampled_from([10, 7.5])), max_size=6)
THANKS = st.lists(st.tuples(WHO, DAYS, st.sampled_from([0, 15, 9.99])), max_size=4)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContributionProperty(MarginCase):
    """Random histories: what the database says is what the oracle says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jpy = cls.env.ref("base.JPY")
        cls.jpy.active = True
        cls._create_rate(cls.eur, days_ago(1500), 0.5)
        # Whole coins are whole cents: else Odoo spreads what rounding leaves over the lines.
        cls._create_rate(cls.jpy, days_ago(1500), 50)
        cls.currencies = [
            (cls.usd, Fraction(1), Fraction(1, 100)),
            (cls.eur, Fraction(1, 2), Fraction(1, 100)),
            (cls.jpy, Fraction(50), Fraction(1)),
        ]
        cls.products = [cls._create_product(cost, type="service") for cost in COSTS]
        cls.pricelists = [
            cls.env["product.pricelist"].create({"name": each.name, "currency_id": each.id})
            for each, _rate, _unit in cls.currencies
        ]
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(CUSTOMERS)]
        )
        cls.types = {
            minutes: cls.env["mail.activity.type"].create(
                {"name": str(minutes), "retention_minutes": minutes}
            )
            for minutes in (10, 7.5)
        }

    @contextmanager
    def _rolled_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Histories
    # ------------------------------------------------------------------

    def _prepare_lines(self, lines, currency, costs=None):
        """Return the lines for the oracle; prices are whole units of their currency's smallest coin."""
        _currency, _rate, unit = self.currencies[currency]
        return [
            oracle.Line(
                product,
                quantity,
                max(oracle.half_up(Fraction(cents, 100), unit), unit),
                Fraction(str(costs[place] if costs else 0 if product is None else COSTS[product])),
            )
            for place, (product, quantity, cents) in enumerate(lines)
        ]

    def _create_invoices_of(self, histories):
        """Create invoices with their payments and credit notes; return them for the oracle."""
        documents, moves = [], self.env["account.move"]
        for history in histories:
            currency, rate, unit = self.currencies[history["currency"]]
            lines = self._prepare_lines(history["lines"], history["currency"])
            document = oracle.Document(
                history["customer"], history["day"], lines, rate, unit,
                sign=-1 if history["is_refund"] else 1, due=history["day"] - history["due"],
            )  # fmt: skip
            move = self._create_document(document, currency)
            documents.append(document)
            moves |= move
            if history["is_refund"]:
                continue
            self._pay_all(document, move, history["payments"])
            if history["credit"]:
                documents.append(self._credit(document, move, *history["credit"]))
        return documents

    def _create_document(self, document, currency, **values):
        return self._create_bill(
            self.partners[document.customer],
            document.day,
            *(
                (
                    False if line.product is None else self.products[line.product],
                    line.quantity,
                    float(line.price),
                )
                for line in document.lines
            ),
            move_type="out_invoice" if document.sign > 0 else "out_refund",
            currency=currency,
            invoice_date_due=days_ago(document.due),
            **values,
        )

    def _pay_all(self, document, move, payments):
        total = sum(document.get_sales(line) for line in document.lines)
        for percent, after in sorted(payments, key=lambda each: each[1]):
            amount = oracle.half_up(total * percent / 100, Fraction(2, 100))
            rest = total - sum(paid for _day, paid in document.payments)
            amount = min(amount, rest)
            if amount <= 0:
                continue
            day = document.due - after
            self._pay(move, day, float(amount))
            document.payments.append((day, amount))

    def _credit(self, document, move, percent, after):
        currency = move.currency_id
        lines = [
            oracle.Line(
                line.product,
                line.quantity,
                oracle.half_up(line.price * percent / 100, document.unit),
                line.cost,
            )
            for line in document.lines
        ]
        credit = oracle.Document(
            document.customer, document.day - after, lines, document.rate, document.unit,
            sign=-1, reverses=document, due=document.day - after,
        )  # fmt: skip
        self._create_document(credit, currency, reversed_entry_id=move.id)
        # Odoo settles what is still open of the invoice with it.
        total = sum(credit.get_sales(line) for line in lines)
        document.payments.append((credit.day, total))
        return credit

    def _create_orders_of(self, histories):
        documents = []
        for history in histories:
            currency, rate, unit = self.currencies[history["currency"]]
            lines = self._prepare_lines(history["lines"], history["currency"], history["costs"])
            lines = [line for line in lines if line.product is not None]
            if not lines:
                continue
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.partners[history["customer"]].id,
                    "company_id": self.company.id,
                    "pricelist_id": self.pricelists[history["currency"]].id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.products[line.product].id,
                                "product_uom_qty": line.quantity,
                                "price_unit": float(line.price),
                                "purchase_price": float(line.cost),
                                "tax_ids": False,
                            }
                        )
                        for line in lines
                    ],
                }
            )
            order.action_confirm()
            order.date_order = datetime.combine(days_ago(history["day"]), time(12))
            for line in lines:
                line.cost /= rate
            documents.append(
                oracle.Document(history["customer"], history["day"], lines, rate, unit)
            )
        return documents

    def _create_service(self, visits, calls, thanks):
        for customers, day, minutes in visits:
            pair = self.env["res.partner"].union(*(self.partners[each] for each in customers))
            self._meet(pair, day, minutes)
        for customer, day, minutes in calls:
            self._call(self.partners[customer], day, self.types[minutes])
        for customer, day, cost in thanks:
            self._thank(self.partners[customer], day, cost)

    # ------------------------------------------------------------------
    # The property
    # ------------------------------------------------------------------

    @PROFILE
    @given(
        st.sampled_from(["invoiced", "invoiced", "ordered"]),
        st.sampled_from([40, 33.33, 0]), st.sampled_from([8, 12.5, 0]),
        st.lists(INVOICE, max_size=6), st.lists(ORDER, max_size=4), VISITS, CALLS, THANKS,
    )  # fmt: skip
    def test_oracle(self, basis, hourly, interest, invoices, orders, visits, calls, thanks):
        """All parts, and what is left, of any history are those of the definition."""
        hourly, percent = Fraction(str(hourly)), Fraction(str(interest))
        with self._rolled_back():
            self.company.retention_basis = basis
            self.rate.write({"hourly_rate": float(hourly), "interest_percent": float(percent)})
            # Everybody is a customer, so that each has a row.
            self._create_past(self.partners[0], (600, 1))
            for partner in self.partners[1:]:
                self._create_past(partner, (600, 1))
            billed = self._create_invoices_of(invoices)
            ordered = self._create_orders_of(orders)
            self._create_service(visits, calls, thanks)
            self._refresh()
            costs = (
                oracle.get_goods(billed if basis == "invoiced" else ordered),
                oracle.get_visits(visits, hourly),
                oracle.get_calls(
                    [(who, day, Fraction(str(minutes))) for who, day, minutes in calls], hourly
                ),
                oracle.get_thanks([(who, day, Fraction(str(cost))) for who, day, cost in thanks]),
                oracle.get_late(billed, percent),
            )
            for number, partner in enumerate(self.partners):
                expected = oracle.get_contribution(number, *costs)
                row = self._get_figures(partner)
                found = {name: row[name] for name in expected}
                share = expected.pop("cost_known_percent")
                self.assertAlmostEqual(found.pop("cost_known_percent"), float(share), 6)
                self.assertEqual(
                    {
                        name: None if value is False else round(value, 2)
                        for name, value in found.items()
                    },
                    {
                        name: None if value is None else round(float(value), 2)
                        for name, value in expected.items()
                    },
                    partner.name,
                )
