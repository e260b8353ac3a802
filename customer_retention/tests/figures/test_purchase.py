from datetime import date, datetime

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..common import TODAY, RetentionCase, days_ago

MAY = date(2026, 5, 4)


@tagged("post_install", "-at_install")
class TestInvoices(RetentionCase):
    """Purchases counted from posted invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_accounts()
        cls.partner = cls._create_customer()

    def test_documents(self):
        """Posted invoices and receipts count, credit notes count negative, all else does not."""
        self._create_invoice(self.partner, MAY, 100)
        self._create_invoice(self.partner, date(2026, 5, 5), 40, move_type="out_receipt")
        self._create_invoice(self.partner, date(2026, 5, 6), 30, move_type="out_refund")
        self._create_invoice(self.partner, date(2026, 5, 7), 500, post=False)
        cancelled = self._create_invoice(self.partner, date(2026, 5, 8), 600)
        cancelled.button_draft()
        cancelled.button_cancel()
        self._create_order(self.partner, datetime(2026, 5, 9), 700)
        self.assertEqual(
            self._get_purchases(self.partner),
            [
                (MAY, 100, "invoice"),
                (date(2026, 5, 5), 40, "invoice"),
                (date(2026, 5, 6), -30, "invoice"),
            ],
        )
        self._refresh()
        # 100 + 40 - 30 = 110; average (100 + 40) / 2 = 70
        self.assertFigures(
            self.partner,
            lifetime_value=110,
            purchase_count=2,
            purchase_days=2,
            average_purchase=70,
            last_purchase_date=date(2026, 5, 5),
        )

    def test_purchases_from_vendors(self):
        """What is bought from a partner is no purchase of theirs."""
        Account = self.env["account.account"]
        expense, _payable = Account.create(
            [
                {"name": "Costs", "code": "600000", "account_type": "expense"},
                {"name": "Payable", "code": "211000", "account_type": "liability_payable"},
            ]
        )
        self.env["account.journal"].create(
            {
                "name": "Bills",
                "code": "BIL",
                "type": "purchase",
                "company_id": self.company.id,
                "default_account_id": expense.id,
            }
        )
        self._create_invoice(self.partner, MAY, 100, move_type="in_invoice")
        self.assertEqual(self._get_purchases(self.partner), [])

    def test_untaxed(self):
        """Amounts are without taxes."""
        tax = self.env["account.tax"].create(
            {
                "name": "20 %",
                "amount": 20,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "Taxes", "company_id": self.company.id})
                .id,
            }
        )
        invoice = self._create_invoice(self.partner, MAY, 100, post=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 120)
        self.assertEqual(self._get_purchases(self.partner), [(MAY, 100, "invoice")])

    def test_day_of_the_invoice(self):
        """The day is that of the invoice, not of its posting or accounting."""
        invoice = self._create_invoice(self.partner, MAY, 100, post=False)
        invoice.date = date(2026, 5, 31)
        invoice.action_post()
        self.assertEqual(self._get_purchases(self.partner), [(MAY, 100, "invoice")])

    def test_zero(self):
        """An invoice of zero is no purchase."""
        self._create_invoice(self.partner, MAY, 0)
        self.assertEqual(self._get_purchases(self.partner), [])

    def test_other_currency(self):
        """Amounts are in company currency at the invoice's own rate; later rates change nothing."""
        self._create_rate(self.eur, date(2026, 5, 1), 0.8)  # 0.8 EUR for 1 USD
        self._create_rate(self.eur, date(2026, 6, 1), 0.5)
        self._create_invoice(self.partner, MAY, 100, currency=self.eur)
        self._create_invoice(
            self.partner, date(2026, 6, 2), 100, move_type="out_refund", currency=self.eur
        )
        # 100 / 0.8 = 125 and 100 / 0.5 = 200
        self.assertEqual(
            self._get_purchases(self.partner),
            [(MAY, 125, "invoice"), (date(2026, 6, 2), -200, "invoice")],
        )

    def test_reversed(self):
        """A reversed invoice makes no purchase; with its credit note it adds up to nothing."""
        invoice = self._create_invoice(self.partner, MAY, 100)
        invoice._reverse_moves([{"date": TODAY, "invoice_date": TODAY}], cancel=True)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(
            self._get_purchases(self.partner), [(MAY, 100, "invoice"), (TODAY, -100, "invoice")]
        )
        self._refresh()
        self.assertFalse(self._get_figures(self.partner))
        self._create_invoice(self.partner, date(2026, 4, 1), 70)
        self._refresh()
        self.assertFigures(
            self.partner,
            lifetime_value=70,
            purchase_count=1,
            purchase_days=1,
            average_purchase=70,
            last_purchase_date=date(2026, 4, 1),
        )

    def test_partly_credited(self):
        """An invoice credited in part remains a purchase of its day."""
        invoice = self._create_invoice(self.partner, MAY, 100)
        credit = invoice._reverse_moves([{"date": TODAY, "invoice_date": TODAY}])
        credit.invoice_line_ids.price_unit = 30
        credit.action_post()
        (invoice + credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(invoice.payment_state, "partial")
        self._refresh()
        self.assertFigures(
            self.partner, lifetime_value=70, purchase_count=1, last_purchase_date=MAY
        )

    def test_cancelled_later(self):
        """An invoice that is cancelled or deleted is gone after the next run."""
        first = self._create_invoice(self.partner, MAY, 100)
        second = self._create_invoice(self.partner, TODAY, 50)
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=150, purchase_count=2)
        first.button_draft()
        first.button_cancel()
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=50, purchase_count=1)
        second.button_draft()
        second.with_context(force_delete=True).unlink()
        self._refresh()
        self.assertFalse(self._get_figures(self.partner))

    def test_document(self):
        """A purchase names its document and opens it."""
        invoice = self._create_invoice(self.partner, MAY, 100)
        purchase = self.Purchase.search([("partner_id", "=", self.partner.id)])
        self.assertRecordValues(
            purchase,
            [
                {
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "currency_id": self.usd.id,
                    "company_id": self.company.id,
                    "is_counted": True,
                }
            ],
        )
        action = purchase.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))


@tagged("post_install", "-at_install")
class TestOrders(RetentionCase):
    """Purchases counted from confirmed orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        cls.partner = cls._create_customer()

    def _assert_days(self, tz, *moments):
        """Assert that orders of ``(moment in UTC, expected day)`` belong to these days in ``tz``."""
        self.company.partner_id.tz = tz
        for moment, day in moments:
            with self.subTest(tz=tz, moment=moment):
                order = self._create_order(self.partner, moment, 10)
                self.assertEqual(self._get_purchases(self.partner), [(day, 10, "order")])
                order._action_cancel()

    def test_documents(self):
        """Confirmed orders count; quotations and cancelled orders, invoices and credit notes do not."""
        self._set_up_accounts()
        self._create_order(self.partner, datetime(2026, 5, 4, 9), 100)
        self._create_order(self.partner, datetime(2026, 5, 5, 9), 200, confirm=False)
        sent = self._create_order(self.partner, datetime(2026, 5, 5, 9), 250, confirm=False)
        sent.action_quotation_sent()
        cancelled = self._create_order(self.partner, datetime(2026, 5, 6, 9), 300)
        cancelled._action_cancel()
        self._create_invoice(self.partner, date(2026, 5, 7), 400)
        self._create_invoice(self.partner, date(2026, 5, 8), 50, move_type="out_refund")
        self._create_past(self.partner, (100, 60))
        self.assertEqual(
            self._get_purchases(self.partner),
            [(days_ago(100), 60, "past"), (MAY, 100, "order")],
        )
        locked = self._create_order(self.partner, datetime(2026, 5, 9, 9), 500)
        locked.action_lock()
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=660, purchase_count=3)

    def test_change_of_the_basis(self):
        """When the basis changes, the next run counts the other documents, and nothing twice."""
        self._set_up_accounts()
        self._create_order(self.partner, datetime(2026, 5, 4, 9), 100)
        self._create_invoice(self.partner, MAY, 80)
        self._create_past(self.partner, (100, 7))
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=107, purchase_count=2)
        self.company.retention_basis = "invoiced"
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=87, purchase_count=2)
        self.company.retention_basis = "ordered"
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=107, purchase_count=2)

    def test_untaxed(self):
        """Amounts are without taxes and after discounts."""
        order = self._create_order(self.partner, datetime(2026, 5, 4, 9), 100)
        order.order_line.discount = 25
        self.assertEqual(self._get_purchases(self.partner), [(MAY, 75, "order")])

    def test_other_currency(self):
        """Amounts are in company currency at the rate of the order's date, each rounded."""
        self._create_rate(self.eur, date(2026, 5, 1), 0.3)  # 0.3 EUR for 1 USD
        self._create_rate(self.eur, date(2026, 6, 1), 0.5)
        for _number in range(3):
            self._create_order(self.partner, datetime(2026, 5, 4, 9), 10, currency=self.eur)
        # 10 / 0.3 = 33.333, rounded 33.33; three times 99.99, and not 100.
        self.assertEqual(self._get_purchases(self.partner), [(MAY, 33.33, "order")] * 3)
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=99.99, purchase_count=3)

    def test_currency_without_cents(self):
        """Amounts are rounded to the company's currency: yen have no cents."""
        yen = self.env.ref("base.JPY")
        yen.active = True
        company = self._create_company("Tokyo", currency=yen, retention_basis="ordered")
        self._create_rate(self.usd, date(2026, 1, 1), 0.0064, company=company)
        self._create_order(
            self.partner, datetime(2026, 5, 4, 9), 10, company=company, currency=self.usd
        )
        # 10 / 0.0064 = 1562.5, rounded half up to 1563
        self.assertEqual(self._get_purchases(self.partner, company), [(MAY, 1563, "order")])

    def test_negative_order(self):
        """An order below zero lowers the value and is no purchase."""
        self._create_order(self.partner, datetime(2026, 5, 4, 9), 100)
        self._create_order(self.partner, datetime(2026, 5, 6, 9), -30)
        self._refresh()
        self.assertFigures(
            self.partner, lifetime_value=70, purchase_count=1, last_purchase_date=MAY
        )

    def test_order_in_the_future(self):
        """An order dated tomorrow counts tomorrow."""
        self._create_order(self.partner, datetime(2026, 6, 16, 9), 100)
        self._refresh()
        self.assertFalse(self._get_figures(self.partner))
        with freeze_time(datetime(2026, 6, 16, 1)):
            self._refresh()
            self.assertFigures(self.partner, value_month=100)

    def test_day_in_auckland(self):
        """An order at 23:30 in Auckland belongs to that day there, one at 0:30 to the next."""
        self._assert_days(
            "Pacific/Auckland",
            # Winter, 12 hours ahead: 23:30 on the 4th is 11:30 UTC, 0:30 on the 5th is 12:30 UTC.
            (datetime(2026, 5, 4, 11, 30), MAY),
            (datetime(2026, 5, 4, 11, 59, 59), MAY),
            (datetime(2026, 5, 4, 12), date(2026, 5, 5)),
            # Summer, 13 hours ahead: 23:30 on 10 January is 10:30 UTC, 0:30 on the 11th 11:30 UTC.
            (datetime(2026, 1, 10, 10, 30), date(2026, 1, 10)),
            (datetime(2026, 1, 10, 11, 30), date(2026, 1, 11)),
        )

    def test_day_in_other_zones(self):
        """Days end at midnight of the company's zone, west of Greenwich and at half hours too."""
        # Los Angeles, 7 hours behind in May, 8 in January.
        self._assert_days(
            "America/Los_Angeles",
            (datetime(2026, 5, 5, 6, 30), MAY),
            (datetime(2026, 5, 5, 7), date(2026, 5, 5)),
            (datetime(2026, 1, 11, 7, 30), date(2026, 1, 10)),
        )
        # India, five and a half hours ahead.
        self._assert_days(
            "Asia/Kolkata",
            (datetime(2026, 5, 4, 18, 29), MAY),
            (datetime(2026, 5, 4, 18, 30), date(2026, 5, 5)),
        )

    def test_zone_of_the_calendar(self):
        """Where the company's contact has no zone its calendar's counts, else UTC."""
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self._assert_days(False, (datetime(2026, 5, 4, 12, 30), date(2026, 5, 5)))
        self._assert_days("UTC", (datetime(2026, 5, 4, 12, 30), MAY))
        self.company.resource_calendar_id = False
        self._assert_days(False, (datetime(2026, 5, 4, 12, 30), MAY))

    def test_companies_in_different_zones(self):
        """Each company's orders belong to the days of its own zone."""
        self.company.partner_id.tz = "Pacific/Auckland"
        west = self._create_company("West", tz="America/Los_Angeles", retention_basis="ordered")
        utc = self._create_company("Middle", retention_basis="ordered")
        for company in (self.company, west, utc):
            self._create_order(self.partner, datetime(2026, 5, 5, 6), 10, company=company)
            self._create_order(self.partner, datetime(2026, 5, 5, 13), 20, company=company)
        self.assertEqual(
            self._get_purchases(self.partner),
            [(date(2026, 5, 5), 10, "order"), (date(2026, 5, 6), 20, "order")],
        )
        self.assertEqual(
            self._get_purchases(self.partner, west),
            [(MAY, 10, "order"), (date(2026, 5, 5), 20, "order")],
        )
        self.assertEqual(
            self._get_purchases(self.partner, utc),
            [(date(2026, 5, 5), 10, "order"), (date(2026, 5, 5), 20, "order")],
        )

    def test_today_in_the_zone(self):
        """At noon UTC it is already tomorrow in Auckland: windows end with that day."""
        self.company.partner_id.tz = "Pacific/Auckland"  # 16 June, 0:00
        self._create_order(self.partner, datetime(2026, 6, 15, 12), 1)  # 16 June there
        self._create_order(self.partner, datetime(2026, 5, 17, 11, 59), 2)  # 17 May: 30 days
        self._create_order(self.partner, datetime(2026, 5, 17, 12), 4)  # 18 May: 29 days
        run = self._refresh()
        self.assertEqual(run.date, date(2026, 6, 16))
        self.assertFigures(
            self.partner, value_month=1 + 4, value_year=7, last_purchase_date=date(2026, 6, 16)
        )


@tagged("post_install", "-at_install")
class TestCustomers(RetentionCase):
    """Whose purchase it is."""

    def test_contacts(self):
        """Purchases of contacts and addresses belong to their company."""
        company = self._create_customer("Gemini", is_company=True)
        contact, address = self.env["res.partner"].create(
            [
                {"name": "Edwin", "parent_id": company.id},
                {"name": "Stock", "parent_id": company.id, "type": "delivery"},
            ]
        )
        below = self.env["res.partner"].create({"name": "Desk", "parent_id": contact.id})
        for number, partner in enumerate((company, contact, address, below)):
            self._create_past(partner, (10 + number, 10**number))
        self._refresh()
        self.assertFigures(company, lifetime_value=1111, purchase_days=4)
        for partner in (contact, address, below):
            self.assertFalse(self._get_figures(partner))

    def test_company_below_a_company(self):
        """A company below a company is a customer of its own."""
        parent = self._create_customer("Holding", [(10, 5)], is_company=True)
        child = self._create_customer("Subsidiary", [(10, 7)], is_company=True, parent_id=parent.id)
        self._refresh()
        self.assertFigures(parent, lifetime_value=5)
        self.assertFigures(child, lifetime_value=7)

    def test_contact_moves(self):
        """When a contact changes company, its purchases of before go along, invoices too."""
        self._set_up_accounts()
        old, new = self._create_customer("Old"), self._create_customer("New")
        (old | new).is_company = True
        contact = self.env["res.partner"].create({"name": "Edwin", "parent_id": old.id})
        invoice = self._create_invoice(contact, MAY, 100)
        self._create_invoice(old, MAY, 10)
        self._refresh()
        self.assertFigures(old, lifetime_value=110)
        contact.parent_id = new
        self.env.flush_all()
        # What makes this worth a test: the invoice stays behind.
        self.assertEqual(invoice.commercial_partner_id, old)
        self._refresh()
        self.assertFigures(old, lifetime_value=10)
        self.assertFigures(new, lifetime_value=100)
        contact.parent_id = False
        self._refresh()
        self.assertFalse(self._get_figures(new))
        self.assertFigures(contact, lifetime_value=100)

    def test_archived(self):
        """Archived customers and contacts count like others."""
        company = self._create_customer("Gemini", [(10, 10)], is_company=True)
        contact = self._create_customer("Edwin", [(20, 5)], parent_id=company.id)
        (company | contact).action_archive()
        self._refresh()
        self.assertFigures(company, lifetime_value=15)

    def test_own_companies(self):
        """The database's own companies, their contacts and the public user are no customers."""
        other = self._create_company("Other Own Company")
        archived = self._create_company("Archived Own Company")
        archived.action_archive()
        people = (
            self.company.partner_id
            | other.partner_id
            | archived.partner_id
            | self.env.ref("base.public_user").partner_id
            | self.env["res.partner"].create(
                {"name": "Colleague", "parent_id": other.partner_id.id}
            )
        )
        for partner in people:
            self._create_past(partner, (10, 100))
        run = self._refresh()
        self.assertEqual(run.customer_count, 0)
        self.assertFalse(self.Purchase.search([("company_id", "=", self.company.id)]))

    def test_branch(self):
        """A branch is a company of its own: its purchases are not its parent's."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        partner = self._create_customer(purchases=[(10, 100)])
        self._create_past(partner, (10, 30), company_id=branch.id)
        self._refresh()
        self._refresh(branch)
        self.assertFigures(partner, lifetime_value=100)
        self.assertFigures(partner, branch, lifetime_value=30)


@tagged("post_install", "-at_install")
class TestTotals(RetentionCase):
    """What others ask purchases, and channels that others add."""

    def test_borders(self):
        """Totals are of the days after the first and up to the last date."""
        partner = self._create_customer(purchases=[(30, 1), (20, 2), (20, 4), (10, 8), (9, 16)])
        self.assertEqual(
            self.Purchase._get_totals(partner, self.company, days_ago(30), days_ago(10)),
            {partner.id: {"amount": 14, "count": 3, "days": 2}},
        )

    def test_from_the_beginning(self):
        """Without a first date everything up to the last counts."""
        partner = self._create_customer(purchases=[(5000, 1), (20, 2)])
        self.assertEqual(
            self.Purchase._get_totals(partner, self.company, False, TODAY),
            {partner.id: {"amount": 3, "count": 2, "days": 2}},
        )

    def test_returns(self):
        """Amounts are net of returns, which are neither counted nor a day."""
        partner = self._create_customer(purchases=[(20, 50), (10, -20), (5, 0)])
        self.assertEqual(
            self.Purchase._get_totals(partner, self.company, False, TODAY),
            {partner.id: {"amount": 30, "count": 1, "days": 1}},
        )

    def test_only_those_asked_for(self):
        """Other partners, other companies and those who bought nothing have no entry."""
        other = self._create_company("Elsewhere")
        first, second, third = self._create_customers([(10, 5)], [], [(10, 7)])
        self._create_past(first, (10, 100), company_id=other.id)
        self.assertEqual(
            self.Purchase._get_totals(first | second, self.company, False, TODAY),
            {first.id: {"amount": 5, "count": 1, "days": 1}},
        )
        self.assertTrue(third)

    def test_unsaved_changes(self):
        """What has just been written counts."""
        partner = self._create_customer(purchases=[(10, 5)])
        self.Past.search([("partner_id", "=", partner.id)]).amount = 6
        totals = self.Purchase._get_totals(partner, self.company, False, TODAY)
        self.assertEqual(totals[partner.id]["amount"], 6)

    def test_added_channel(self):
        """A channel that an addon adds counts like the others, reversed documents as said."""
        first, second = self._create_customers([(10, 5)], [])
        queries = type(self.Purchase)._get_purchase_queries

        def add_channel(purchase):
            rows = SQL(", ").join(
                SQL(
                    "(%s, %s, %s::date, %s::numeric, %s, 'pos.order', %s)",
                    self.company.id,
                    *row,
                )
                for row in (
                    (first.id, days_ago(20), 30, True, 1),
                    (second.id, days_ago(20), 40, False, 2),
                )
            )
            query = SQL(
                """SELECT * FROM (VALUES %s) AS pos
                          (company_id, partner_id, date, amount, is_counted, res_model, res_id)""",
                rows,
            )
            return {**queries(purchase), "pos": query}

        self.patch(type(self.Purchase), "_get_purchase_queries", add_channel)
        self.assertEqual(
            self._get_purchases(first), [(days_ago(20), 30, "pos"), (days_ago(10), 5, "past")]
        )
        self._refresh()
        self.assertFigures(first, lifetime_value=35, purchase_count=2, purchase_days=2)
        self.assertFalse(self._get_figures(second))

    def test_ids(self):
        """No two purchases share an id, whatever channel and document they come from."""
        self._set_up_accounts()
        partner = self._create_customer(purchases=[(day, 1) for day in range(5)])
        for day in range(3):
            self._create_invoice(partner, days_ago(day), 1)
        purchases = self.Purchase.search([("partner_id", "=", partner.id)])
        self.assertEqual(len(set(purchases.ids)), 8)
        groups = self.Purchase._read_group(
            [("partner_id", "=", partner.id)], ["channel"], ["amount:sum", "__count"]
        )
        self.assertEqual(sorted(groups), [("invoice", 3, 3), ("past", 5, 5)])
