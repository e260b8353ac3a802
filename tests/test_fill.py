"""Loading a spreadsheet into Odoo: nothing doubled, nothing half."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from dev import fill, load_csv
from dev.say import Stop

ROWS = """\
document,date,customer,quantity,unit_price,country
1,2024-01-05 08:00,17850,2,10.00,United Kingdom
1,2024-01-05 08:00,17850,1,0.55,United Kingdom
2,2024-03-31 08:00,Azure Interior,1,99.99,EIRE
C3,2024-04-01 08:00,17850,-1,10.00,United Kingdom
4,yesterday,17850,1,10.00,United Kingdom
"""


@tagged("post_install", "-at_install")
class TestFill(TransactionCase):
    def setUp(self):
        super().setUp()
        folder = self.enterContext(TemporaryDirectory())
        self.enterContext(patch.dict("os.environ", {"SHIFT": "", "CURRENCY": ""}))
        self.enterContext(patch("dev.fill.own_cache", lambda: Path(folder)))
        self.path = Path(folder) / "purchases.csv"
        self.path.write_text(ROWS)

    def load(self, today=date(2024, 5, 1)):
        with patch("dev.fill.date") as clock:
            clock.today.return_value = today
            fill.load(self.env, self.path)

    def loaded(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", load_csv.NAMESPACE), ("model", "=", "retention.past.purchase")]
        )
        purchases = self.env["retention.past.purchase"].browse(data.mapped("res_id"))
        return [
            (p.reference, p.partner_id.name, p.partner_id.country_id.code, str(p.date), p.amount)
            for p in purchases.sorted("reference")
        ]

    def test_documents_become_past_purchases_dated_so_that_the_last_is_yesterday(self):
        self.load()
        # 1 April becomes 30 April: 29 days; 5 January + 29 = 3 February, 31 March + 29 = 29 April.
        self.assertEqual(
            self.loaded(),
            [
                ("1", "Customer 17850", "GB", "2024-02-03", 20.55),
                ("2", "Azure Interior", "IE", "2024-04-29", 99.99),
                ("C3", "Customer 17850", "GB", "2024-04-30", -10.0),
            ],
        )

    def test_a_second_load_doubles_nothing(self):
        self.load()
        before = self.loaded()
        with patch("dev.load_csv.load") as again:
            self.load()
        again.assert_not_called()
        self.assertEqual(self.loaded(), before)

    def test_on_a_later_day_the_same_documents_move_on(self):
        self.load()
        partners = self.env["res.partner"].search_count([])
        self.load(today=date(2024, 5, 3))
        self.assertEqual(
            [row[3] for row in self.loaded()], ["2024-02-05", "2024-05-01", "2024-05-02"]
        )
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_a_renamed_customer_keeps_the_new_name(self):
        self.load()
        customer = self.env.ref(load_csv.external_id("customer", "17850"))
        customer.name = "Hills & Sons"
        self.load(today=date(2024, 5, 3))
        self.assertEqual(customer.name, "Hills & Sons")

    def test_what_odoo_refuses_is_reported_by_its_line_and_the_rest_is_loaded(self):
        sheet = load_csv.read(self.path)
        real = type(self.env["retention.past.purchase"]).create

        def create(records, vals_list):
            for vals in vals_list:
                if vals["reference"] == "2":
                    raise ValueError("amount is not allowed")
            return real(records, vals_list)

        with patch.object(type(self.env["retention.past.purchase"]), "create", create):
            (bad,) = load_csv.load(self.env, sheet, 0)
        self.assertEqual(bad.line, 4)
        self.assertIn("amount is not allowed", bad.reason)
        self.assertEqual([row[0] for row in self.loaded()], ["1", "C3"])

    def test_an_unknown_currency_is_refused(self):
        with (
            patch.dict("os.environ", {"CURRENCY": "XXQ"}),
            self.assertRaisesRegex(Stop, "CURRENCY=XXQ is not a currency"),
        ):
            self.load()

    def test_a_second_currency_is_refused_where_purchases_stand(self):
        self.load()
        other = "CHF" if self.env.company.currency_id.name != "CHF" else "NOK"
        with (
            patch.dict("os.environ", {"CURRENCY": other}),
            self.assertRaisesRegex(Stop, "holds purchases in"),
        ):
            self.load()

    def test_a_file_without_a_usable_line_is_refused(self):
        self.path.write_text(ROWS.splitlines()[0] + "\n1,never,A,1,1,\n")
        with self.assertRaisesRegex(Stop, "no line that could be used"):
            self.load()
