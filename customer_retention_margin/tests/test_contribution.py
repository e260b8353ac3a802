from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.customer_retention.tests.common import NOW, days_ago

from ..sql import contribution
from .common import MarginCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContribution(MarginCase):
    """What is left of a customer, by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.chair = cls._create_product(62)

    def _tell_redress(self, partner, amount):
        """Let making good have cost something, as the addon of complaints says it."""
        query = SQL(
            "SELECT %s::int AS partner_id, %s::int AS company_id, %s::date AS date, "
            "%s::numeric AS amount, TRUE AS is_known",
            partner.id, self.company.id, days_ago(10), amount,
        )  # fmt: skip
        get_queries = type(self.Purchase)._get_cost_queries
        return patch.object(
            type(self.Purchase),
            "_get_cost_queries",
            lambda purchase: {**get_queries(purchase), "redress": query},
        )

    def test_worked_example(self):
        """The example of the definition, part by part.

        Sales 10 × 100 = 1,000 less a credit of 1 × 100 = 900; goods 620 − 62 = 558. One hour of a
        visit at 40 = 40; two calls of 10 minutes = 20/60 × 40 = 13.33; thanks 15; redress 25;
        1,210 paid 45 days late at 8 %: 1,210 × 45 × 0.08/365 = 11.93.
        900 − 558 − 40 − 13.33 − 15 − 25 − 11.93 = 236.74.
        """
        self.rate.interest_percent = 8
        self.company.country_id = self.env.ref("base.us")
        tax = self.env["account.tax"].create(
            {
                "name": "21 %",
                "amount": 21,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "21 %", "company_id": self.company.id})
                .id,
            }
        )
        invoice = self._create_bill(self.customer, 100, (self.chair, 10, 100), tax=tax)
        self.assertEqual(invoice.amount_total, 1210)
        self._pay(invoice, 55, 1210)
        self._create_bill(self.customer, 50, (self.chair, 1, 100), move_type="out_refund")
        self._meet(self.customer, 20, 60)
        for days in (30, 40):
            self._call(self.customer, days)
        self._thank(self.customer, 5, 15)
        with self._tell_redress(self.customer, 25):
            self.assertContribution(
                self.customer,
                value_year=900,
                goods_year=558,
                visit_year=53.33,
                goodwill_year=40,
                late_year=11.93,
                serve_year=105.26,
                cost_known_percent=100,
                contribution_year=236.74,
                is_costly_gold=False,
            )

    def test_ordered(self):
        """On orders the cost of the line counts, in the order's currency: 10 × 31 EUR at 0.5 = 620."""
        self.company.retention_basis = "ordered"
        self._create_rate(self.eur, days_ago(900), 0.5)
        self._sell(self.customer, 10, (self.chair, 10, 50, 31), currency=self.eur)
        # 10 × 50 EUR are 1,000; 1,000 − 620 = 380.
        self.assertContribution(
            self.customer, value_year=1000, goods_year=620, contribution_year=380
        )

    def test_order_line_of_invoice(self):
        """An invoice of an order costs what the order line says, in another unit of measure, too."""
        order = self._sell(self.customer, 10, (self.chair, 1, 1200, 700))
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.order_line.write({"price_unit": 1200, "purchase_price": 700})
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.invoice_date = days_ago(9)
        invoice.action_post()
        # One dozen: 1,200 − 700. Another half of one, billed by the piece: 600 − 6 × 700/12.
        self.assertContribution(self.customer, goods_year=700, contribution_year=500)
        self._create_bill(
            self.customer,
            3,
            (self.chair, 6, 100),
        ).invoice_line_ids.sale_line_ids = order.order_line
        self.assertContribution(self.customer, goods_year=1050, contribution_year=750)

    def test_price_credit(self):
        """A credit of the price alone takes back sales; one of the goods their cost, too."""
        invoice = self._create_bill(self.customer, 30, (self.chair, 10, 100))
        reversed_of = {"reversed_entry_id": invoice.id, "move_type": "out_refund"}
        # 10 % less for all ten, and 5 for the trouble: 1,000 − 100 − 5 − 620 = 275.
        self._create_bill(self.customer, 20, (self.chair, 10, 10), **reversed_of)
        self._create_bill(self.customer, 20, (False, 1, 5), move_type="out_refund")
        self.assertContribution(
            self.customer, goods_year=620, cost_known_percent=100, contribution_year=275
        )
        # Two come back, less a fee for the trouble of ours: 275 − 180 + 2 × 62 = 219.
        self._create_bill(self.customer, 10, (self.chair, 2, 90), **reversed_of)
        self.assertContribution(self.customer, goods_year=496, contribution_year=219)

    def test_discount(self):
        """A discount has no cost that could be unknown: 1,000 − 50 − 620."""
        discount = self._create_product(0)
        self._create_bill(self.customer, 30, (self.chair, 10, 100), (discount, 1, -50))
        self.assertContribution(
            self.customer, value_year=950, cost_known_percent=100, contribution_year=330
        )

    def test_known_from(self):
        """From 80 % of known cost on something is said, below it nothing but why."""
        nameless = self._create_product(0)
        self._create_bill(self.customer, 30, (self.chair, 8, 100), (nameless, 2, 100))
        self.assertContribution(
            self.customer, cost_known_percent=80, contribution_year=1000 - 8 * 62
        )
        row = self._get_figures(self.customer)
        self.assertFalse(row.contribution_reason)
        # 800 of 1,010: 79.2 %.
        self._create_bill(self.customer, 20, (nameless, 1, 10))
        self._refresh()
        self.assertIs(row.contribution_year, False)
        self.assertEqual(row.serve_year, 0)
        self.assertIn("79 %", row.contribution_reason)
        self.assertIn("80 %", row.contribution_reason)
        partner = self.customer.with_env(self.env)
        self.assertIs(partner.contribution_year, False)
        self.assertEqual(partner.contribution_reason, row.contribution_reason)
        Partner = self.env["res.partner"]
        self.assertIn(partner, Partner.search([("contribution_year", "=", False)]))
        self.assertNotIn(partner, Partner.search([("contribution_year", "<=", 0)]))

    def test_past_purchase(self):
        """What was bought before Odoo has no known cost."""
        self._create_past(self.customer, (30, 500))
        self._refresh()
        row = self._get_figures(self.customer)
        self.assertEqual(row.cost_known_percent, 0)
        self.assertIs(row.contribution_year, False)

    def test_window(self):
        """Costs of 365 days: the day 364 days ago counts, the one before does not."""
        self._create_bill(self.customer, 364, (self.chair, 1, 100))
        self._create_bill(self.customer, 365, (self.chair, 1, 100))
        self._meet(self.customer, 364, 30)
        self._meet(self.customer, 365, 30)
        self._meet(self.customer, -1, 30)  # tomorrow
        self.assertContribution(
            self.customer, value_year=100, goods_year=62, visit_year=20, contribution_year=18
        )

    def test_visit_shared(self):
        """A visit's time is shared by the customers present; ours and who declined are none."""
        others = self._create_customers([(10, 100)], [(10, 100)])
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": others[0].id})
        self._create_bill(self.customer, 10, (self.chair, 1, 100))
        ours = self.seller.partner_id | self.company.partner_id
        event = self._meet(self.customer | others | person | ours, 3, 90)
        event.attendee_ids.filtered(lambda each: each.partner_id == others[1]).state = "declined"
        # Two are left, the person is her company: 45 minutes each, 30.
        self.assertContribution(self.customer, visit_year=30)
        self.assertFigures(others[0], visit_year=30)
        self.assertFigures(others[1], visit_year=0)
        event.active = False
        self.assertContribution(self.customer, visit_year=0)

    def test_calls_of_documents(self):
        """Done activities on orders, opportunities and invoices are for their customer."""
        invoice = self._create_bill(self.customer, 10, (self.chair, 1, 100))
        order = self._create_order(self.customer, NOW, 100, confirm=False)
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.customer.id})
        for record in (invoice, order, lead):
            self._call(record, 2)
        # What is not done, takes no time, or stands in the calendar costs nothing here.
        self._call(self.customer, 2).active = True
        self._call(self.customer, 2, self.call.copy({"retention_minutes": 0}))
        self._call(self.customer, 2).calendar_event_id = self._meet(self.env["res.partner"], 2, 60)
        # 3 × 10 minutes at 40.
        self.assertContribution(self.customer, visit_year=20)

    def test_late_in_parts(self):
        """Each part of a payment is late on its own, and what is open until today.

        1,000 due 100 days ago: 400 paid 10 days before, 300 paid 40 days after, 300 open:
        (300 × 40 + 300 × 100) × 0.08/365 = 9.21.
        """
        self.rate.interest_percent = 8
        invoice = self._create_bill(self.customer, 100, (self.chair, 10, 100))
        term = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(term.date_maturity, days_ago(100))
        self._pay(invoice, 110, 400)
        self._pay(invoice, 60, 300)
        self.assertContribution(self.customer, late_year=9.21)
        # A day later the open part costs a day more: (300 × 40 + 300 × 101) × 0.08/365 = 9.27.
        with self._at(days=1):
            self.assertContribution(self.customer, late_year=9.27)

    def test_late_in_window(self):
        """Of a debt of two years the days of the last one count: 100 × 365 × 0.08/365 = 8."""
        self.rate.interest_percent = 8
        self._create_bill(self.customer, 700, (self.chair, 1, 100))
        self.assertContribution(self.customer, late_year=8, contribution_year=-8)

    def test_light_run(self):
        """Within the hour, costs written since the last run are counted for their customers."""
        self._create_bill(self.customer, 10, (self.chair, 10, 100))
        with patch.object(type(self.Run), "_is_outgrown", lambda *_args: False):
            self._refresh()
            others = self._create_customers([(10, 100)])
            for change, expected in (
                (lambda: self._thank(self.customer, 5, 15), 15),
                (lambda: self._call(self.customer, 5), 21.67),
                (lambda: self._meet(self.customer, 5, 60), 61.67),
            ):
                change()
                with patch.object(type(self.Run), "_refresh_all", side_effect=AssertionError):
                    self.assertTrue(self.Run._refresh_changed(self.company))
                self.assertFigures(self.customer, serve_year=expected)
            self.assertFalse(self._get_figures(others).goods_year)

    def test_refused(self):
        """Rates and minutes out of range, and a currency without rate, are refused by name."""
        for record, values, words in (
            (self.call, {"retention_minutes": -5}, ("Minutes Each is -5", "0", "1440")),
            (self.rate, {"interest_percent": 101}, ("Interest (% a Year) is 101", "0", "100")),
            (self.rate, {"interest_percent": -1}, ("Interest (% a Year) is -1", "0", "100")),
            (self.rate, {"hourly_rate": -1}, ("Cost of an Hour is -1", "0")),
        ):
            with self.subTest(**values), self.assertRaises(ValidationError) as caught:
                record.write(values)
            for word in words:
                self.assertIn(word, str(caught.exception))
        without = self.env["res.currency"].create({"name": "XQX", "symbol": "x"})
        with self.assertRaises(ValidationError) as caught:
            self.rate.currency_id = without
        for word in ("Currency is XQX", "Retention Company", "USD"):
            self.assertIn(word, str(caught.exception))
        with self.assertRaises(ValidationError):
            self.env["retention.cost.rate"].create(
                {"company_id": self._create_company("B").id, "currency_id": without.id}
            )

    def test_hourly_currency(self):
        """An hour at 40 EUR, 0.5 EUR a dollar, costs 80."""
        self._create_rate(self.eur, days_ago(900), 0.5)
        self.rate.currency_id = self.eur
        self._create_bill(self.customer, 10, (self.chair, 1, 100))
        self._meet(self.customer, 3, 60)
        self.assertContribution(self.customer, visit_year=80)

    def test_no_rates(self):
        """Without rates, time and late payment cost nothing."""
        self.rate.unlink()
        self._create_bill(self.customer, 100, (self.chair, 1, 100))
        self._meet(self.customer, 3, 60)
        self.assertContribution(self.customer, serve_year=0, contribution_year=38)

    def test_killed(self):
        """A run that ends half-way leaves what stood; the next one brings all of it."""
        self._create_bill(self.customer, 10, (self.chair, 1, 100))
        self.assertContribution(self.customer, value_year=100, contribution_year=38)
        self._create_bill(self.customer, 5, (self.chair, 1, 100))
        broken = patch.object(contribution, "update_customers", lambda *_args: SQL("SELECT 1/0"))
        with (
            broken,
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception),  # noqa: B017
            self.env.cr.savepoint(),
        ):
            self._refresh()
        self.env.invalidate_all()
        self.assertFigures(self.customer, value_year=100, contribution_year=38)
        self.assertContribution(self.customer, value_year=200, contribution_year=76)

    def test_again(self):
        """A second run writes nothing."""
        self._create_bill(self.customer, 10, (self.chair, 1, 100))
        self._refresh()
        update = contribution.update_customers(
            self.Run._get_cost_columns(["goods"]), self.company.id, None
        )
        for statement in (update, contribution.update_flag(self.company.id)):
            self.env.cr.execute(statement)
            self.assertEqual(self.env.cr.rowcount, 0)

    def test_comes_back(self):
        """Who is no customer for a while has the contribution again afterwards."""
        invoice = self._create_bill(self.customer, 10, (self.chair, 1, 100))
        self.assertContribution(self.customer, contribution_year=38)
        invoice.button_draft()
        self._refresh()
        self.assertFalse(self._get_figures(self.customer))
        invoice.action_post()
        self.assertContribution(self.customer, contribution_year=38)

    def test_costly_gold(self):
        """Gold who costs more than they bring are flagged; among ten, the lowest tenth, too."""
        self.company.retention_gold_percent = 20
        customers = self._create_customers(*[[] for _number in range(10)])
        for number, partner in enumerate(customers):
            self._create_bill(partner, 10, (self.chair, 20 - number, 100))
        self._refresh()
        self.assertEqual(customers.filtered("is_gold"), customers[:2])
        Costly = self.Customer.search([("is_costly_gold", "=", True)])
        self.assertFalse(Costly)
        # 20 × 38 = 760 less 420 of thanks are 340: below the 11 × 38 = 418 of the last.
        self._thank(customers[0], 3, 420)
        self._refresh()
        self.assertEqual(customers.filtered("is_costly_gold"), customers[0])
        self._thank(customers[1], 3, 800)
        self._refresh()
        # 19 × 38 − 800 < 0, now the lowest; the first is not any more.
        self.assertEqual(customers.filtered("is_costly_gold"), customers[1])
        self.assertEqual(
            self.env["res.partner"].search([("is_costly_gold", "=", True)]), customers[1]
        )

    def test_few_customers(self):
        """Among few, the lowest is no flag."""
        self._create_bill(self.customer, 10, (self.chair, 1, 100))
        self.company.retention_gold_percent = 100
        self.assertContribution(self.customer, is_gold=True, is_costly_gold=False)

    def test_down_payment(self):
        """A down payment costs nothing, the bill that settles it has the goods."""
        line = {"product_id": False, "quantity": 1, "tax_ids": False, "is_downpayment": True}
        move = self._create_bill(self.customer, 20, (self.chair, 1, 100))
        move.button_draft()
        move.invoice_line_ids = [
            Command.clear(),
            Command.create({**line, "name": "Down payment", "price_unit": 300}),
        ]
        move.action_post()
        self.assertContribution(
            self.customer, value_year=300, cost_known_percent=100, contribution_year=300
        )
