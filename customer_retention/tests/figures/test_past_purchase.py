from datetime import date

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MANAGER, OWN, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestPastPurchase(RetentionCase):
    """Purchases from before Odoo: imported, converted, refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._create_customer("Gemini")

    def _load(self, fields, *rows, user=None):
        """Import ``rows`` as Odoo's own import does."""
        Past = self._as(self.Past, user) if user else self.Past
        result = Past.with_context(import_file=True).load(fields, [list(row) for row in rows])
        return self.Past.browse(result["ids"] or []), [
            message["message"] for message in result["messages"]
        ]

    def test_import(self):
        """Rows of a spreadsheet become purchases; reference, company and currency may be left out."""
        past, messages = self._load(
            ["partner_id", "date", "amount"],
            ("Gemini", "2026-05-04", "100.5"),
            ("Gemini", "2019-02-28", "20"),
        )
        self.assertFalse(messages)
        self.assertRecordValues(
            past,
            [
                {
                    "partner_id": self.partner.id,
                    "date": date(2026, 5, 4),
                    "amount": 100.5,
                    "currency_id": self.usd.id,
                    "company_id": self.company.id,
                    "company_amount": 100.5,
                    "reference": False,
                },
                {
                    "partner_id": self.partner.id,
                    "date": date(2019, 2, 28),
                    "amount": 20,
                    "currency_id": self.usd.id,
                    "company_id": self.company.id,
                    "company_amount": 20,
                    "reference": False,
                },
            ],
        )
        self._refresh()
        self.assertFigures(self.partner, lifetime_value=120.5, purchase_count=2)

    def test_import_with_everything(self):
        """All columns can be imported, the company too; its currency is the default."""
        other = self._create_company("Euro Company", currency=self.eur)
        past, messages = self._load(
            ["id", "partner_id/.id", "date", "amount", "currency_id", "reference", "company_id"],
            (
                "past.one",
                str(self.partner.id),
                "2026-05-04",
                "7",
                "EUR",
                "R/1",
                "Euro Company",
            ),
            ("past.two", str(self.partner.id), "2026-05-04", "8", "", "R/2", "Euro Company"),
        )
        self.assertFalse(messages)
        self.assertRecordValues(
            past,
            [
                {
                    "company_id": other.id,
                    "currency_id": self.eur.id,
                    "company_amount": 7,
                    "reference": "R/1",
                    "display_name": "R/1",
                },
                {
                    "company_id": other.id,
                    "currency_id": self.eur.id,
                    "company_amount": 8,
                    "reference": "R/2",
                    "display_name": "R/2",
                },
            ],
        )

    def test_empty_cells(self):
        """An empty cell of company or currency means the same as no such column."""
        past, messages = self._load(
            ["partner_id", "date", "amount", "currency_id", "company_id", "reference"],
            ("Gemini", "2026-05-04", "9", "", "", ""),
        )
        self.assertFalse(messages)
        self.assertEqual((past.company_id, past.currency_id), (self.company, self.usd))

    def test_import_twice(self):
        """The same rows with the same ids double nothing."""
        rows = [("past.one", "Gemini", "2026-05-04", "7")]
        fields = ["id", "partner_id", "date", "amount"]
        first, _messages = self._load(fields, *rows)
        second, messages = self._load(fields, *rows)
        self.assertFalse(messages)
        self.assertEqual(first, second)

    def test_the_same_file_twice(self):
        """A purchase with a reference that is there already is refused, and nothing is imported."""
        fields = ["partner_id", "date", "amount", "reference"]
        rows = [
            ("Gemini", "2026-05-04", "7", "R/1"),
            ("Gemini", "2026-05-04", "7", "R/1"),  # a second line of one document
            ("Gemini", "2026-05-04", "7", ""),
        ]
        past, messages = self._load(fields, *rows)
        self.assertFalse(messages)
        self.assertEqual(len(past), 3)
        again, messages = self._load(fields, ("Gemini", "2026-05-06", "9", "R/2"), *rows)
        self.assertFalse(again)
        self.assertIn(
            "Reference is R/1, and that purchase is there already: Gemini, 05/04/2026, $\N{NO-BREAK SPACE}7.00. "
            "Leave the row out; if it is another purchase, give it a reference of its own.",
            messages[0],
        )
        self.assertEqual(self.Past.search_count([("partner_id", "=", self.partner.id)]), 3)

    def test_not_the_same(self):
        """Another day, amount, customer, currency or company is another purchase, and so is a copy."""
        other = self._create_customer("Other")
        company = self._create_company("Elsewhere")
        self._create_rate(self.eur, date(2020, 1, 1), 0.8)
        [past] = self._create_past(self.partner, (10, 7), reference="R/1")
        others = (
            *self._create_past(self.partner, (11, 7), reference="R/1"),
            *self._create_past(self.partner, (10, 8), reference="R/1"),
            *self._create_past(other, (10, 7), reference="R/1"),
            *self._create_past(self.partner, (10, 7), reference="R/1", currency_id=self.eur.id),
            *self._create_past(self.partner, (10, 7), reference="R/1", company_id=company.id),
        )
        for each in others:
            each._check_not_there()
        # What somebody enters, or another program writes, is not asked for; the check would find it.
        [twin] = self._create_past(self.partner, (10, 7), reference="R/1")
        with self.assertRaisesRegex(ValidationError, "that purchase is there already"):
            twin._check_not_there()
        self.assertFalse(past.copy().reference)
        past.write({"amount": 7, "reference": "R/1"})

    def test_import_queries(self):
        """Looking for purchases that are there costs one query, however many are imported."""
        rows = [self._prepare_past_values(self.partner, 10, n, reference=f"{n}") for n in range(99)]
        self.Past.create(rows)
        purchases = self.Past.search([("partner_id", "=", self.partner.id)])
        self.assertEqual(len(purchases), 99)
        self.env.flush_all()
        with self.assertQueryCount(1):
            purchases._check_not_there()

    def test_limits(self):
        """A slip of the pen is named with what is allowed; the limits themselves are."""
        for day, amount, words in (
            ("0001-01-01", "7", "Date is 01/01/0001. It has to be 01/01/1900 or later."),
            ("1899-12-31", "7", "Date is 12/31/1899. It has to be 01/01/1900 or later."),
            ("2026-05-04", "1e30", "It has to be between"),
            ("2026-05-04", "-1000000000001", "It has to be between"),
        ):
            with self.subTest(day=day, amount=amount):
                past, messages = self._load(
                    ["partner_id", "date", "amount"], ("Gemini", day, amount)
                )
                self.assertFalse(past)
                self.assertIn(words, messages[0])
        past, messages = self._load(
            ["partner_id", "date", "amount"],
            ("Gemini", "1900-01-01", "1000000000000"),
            ("Gemini", "1900-01-01", "-1000000000000"),
        )
        self.assertFalse(messages)
        with self.assertRaisesRegex(ValidationError, r"Amount is .*1,000,000,000,001\.00\. It has"):
            past[0].amount = 1000000000001

    def test_import_by_external_id(self):
        """Customers can be named by their id in the system before."""
        self.env["ir.model.data"].create(
            {
                "module": "before",
                "name": "c_17",
                "model": "res.partner",
                "res_id": self.partner.id,
            }
        )
        past, messages = self._load(
            ["partner_id/id", "date", "amount"], ("before.c_17", "2026-05-04", "7")
        )
        self.assertFalse(messages)
        self.assertEqual(past.partner_id, self.partner)

    def test_zero_negative_and_future(self):
        """Amounts may be zero or negative, and dates in the future."""
        past, messages = self._load(
            ["partner_id", "date", "amount"],
            ("Gemini", "2026-05-04", "0"),
            ("Gemini", "2026-05-05", "-20"),
            ("Gemini", "2027-01-01", "30"),
        )
        self.assertFalse(messages)
        self.assertEqual(past.mapped("company_amount"), [0, -20, 30])

    def test_refused_rows(self):
        """A wrong cell is refused with its column and value, and nothing is imported."""
        fields = ["partner_id", "date", "amount", "currency_id"]
        good = ("Gemini", "2026-05-04", "7", "USD")
        for bad, *words in (
            (("Nobody Of This Name", "2026-05-04", "7", "USD"), "Customer", "Nobody Of This Name"),
            (("Gemini", "31/31/2026", "7", "USD"), "Date", "31/31/2026"),
            (("Gemini", "2026-05-04", "seven", "USD"), "Amount", "seven"),
            (("Gemini", "2026-05-04", "7", "XXQ"), "Currency", "XXQ"),
            (("", "2026-05-04", "7", "USD"), "Customer"),
        ):
            with self.subTest(bad=bad):
                count = self.Past.search_count([])
                past, messages = self._load(fields, good, bad)
                self.assertFalse(past)
                self.assertEqual(self.Past.search_count([]), count)
                self.assertTrue(messages)
                for word in words:
                    self.assertIn(word, messages[0])

    def test_conversion(self):
        """An amount is converted when saved, at the rate of its date, and rounded."""
        self._create_rate(self.eur, date(2020, 1, 1), 0.8)  # 0.8 EUR for 1 USD
        self._create_rate(self.eur, date(2026, 5, 1), 0.3)
        past, messages = self._load(
            ["partner_id", "date", "amount", "currency_id"],
            ("Gemini", "2026-04-30", "100", "EUR"),  # 100 / 0.8 = 125
            ("Gemini", "2026-05-01", "100", "EUR"),  # 100 / 0.3 = 333.333
            ("Gemini", "2015-01-01", "100", "EUR"),  # before the first rate: the first
            ("Gemini", "2026-05-01", "-10", "EUR"),  # -33.333
        )
        self.assertFalse(messages)
        self.assertEqual(past.mapped("company_amount"), [125, 333.33, 125, -33.33])

    def test_later_rates(self):
        """A rate entered later does not move what was saved; a changed amount or date does."""
        self._create_rate(self.eur, date(2020, 1, 1), 0.8)
        [past] = self._create_past(self.partner, (10, 100), currency_id=self.eur.id)
        self.assertEqual(past.company_amount, 125)
        self._create_rate(self.eur, days_ago(20), 0.5)
        self.env.invalidate_all()
        self.assertEqual(past.company_amount, 125)
        past.amount = 50
        self.assertEqual(past.company_amount, 100)  # 50 / 0.5
        past.date = days_ago(21)
        self.assertEqual(past.company_amount, 62.5)  # 50 / 0.8

    def test_rate_of_the_company(self):
        """The rate is that of the purchase's company, not of the current one."""
        other = self._create_company("Elsewhere")
        self._create_rate(self.eur, date(2020, 1, 1), 0.8)
        self._create_rate(self.eur, date(2020, 1, 1), 0.5, company=other)
        here = self._create_past(self.partner, (10, 100), currency_id=self.eur.id)
        there = self._create_past(
            self.partner, (10, 100), currency_id=self.eur.id, company_id=other.id
        )
        self.assertEqual((here.company_amount, there.company_amount), (125, 200))

    def test_no_rate(self):
        """A currency without any rate is refused, naming field, value and what is allowed."""
        self.assertFalse(
            self.env["res.currency.rate"].search(
                [
                    ("currency_id", "=", self.eur.id),
                    ("company_id", "in", (False, self.company.id)),
                ]
            )
        )
        words = (
            "Currency is EUR, which has no rate in company Retention Company. Enter a rate for it, "
            "or give the amount in USD."
        )
        past, messages = self._load(
            ["partner_id", "date", "amount", "currency_id"],
            ("Gemini", "2026-05-04", "7", "USD"),
            ("Gemini", "2026-05-04", "7", "EUR"),
        )
        self.assertFalse(past)
        self.assertTrue(any(words in message for message in messages), messages)
        self.assertFalse(self.Past.search([("partner_id", "=", self.partner.id)]))
        with self.assertRaisesRegex(ValidationError, words):
            self._create_past(self.partner, (10, 7), currency_id=self.eur.id)
        [kept] = self._create_past(self.partner, (10, 7))
        with self.assertRaisesRegex(ValidationError, words):
            kept.currency_id = self.eur
            kept.flush_recordset()

    def test_own_currency_needs_no_rate(self):
        """Amounts in the company's own currency need no rate."""
        company = self._create_company("Euro Company", currency=self.eur)
        past = self._create_past(self.partner, (10, 7), company_id=company.id)
        self.assertEqual((past.currency_id, past.company_amount), (self.eur, 7))

    def test_partner_of_another_company(self):
        """A purchase and its customer cannot belong to different companies."""
        other = self._create_company("Elsewhere")
        partner = self._create_customer("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            self._create_past(partner, (10, 7))

    def test_customer_with_past_purchases_stays(self):
        """A contact with past purchases cannot be deleted: purchases would be lost."""
        self._create_past(self.partner, (10, 7))
        with self.assertRaises(RestrictViolation), mute_logger("odoo.sql_db"):
            self.partner.unlink()

    def test_name(self):
        """Without a reference a past purchase is called by customer and day."""
        [past] = self._create_past(self.partner, (10, 7))
        self.assertEqual(past.display_name, "Gemini on 2026-06-05")

    def test_template(self):
        """The import page offers a spreadsheet to fill in."""
        [template] = self.Past.get_import_templates()
        self.assertTrue(template["template"].endswith(".xlsx"))

    def test_who_may_import(self):
        """Managers import; salespeople only read."""
        manager = self._create_user("past_manager", f"{MANAGER},base.group_partner_manager")
        seller = self._create_user("past_seller", OWN)
        row = ("Gemini", "2026-05-04", "7")
        past, messages = self._load(["partner_id", "date", "amount"], row, user=manager)
        self.assertFalse(messages)
        self.assertEqual(past.amount, 7)
        self.assertEqual(self._as(past, seller).amount, 7)
        with self.assertRaises(AccessError):
            self._as(past, seller).amount = 8
        with self.assertRaises(AccessError):
            self._as(self.Past, seller).create(self._prepare_past_values(self.partner, 1, 1))
