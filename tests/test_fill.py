"""Loading a spreadsheet into Odoo: nothing doubled, nothing half."""

from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

from dev import fill, load_csv, run, summary
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

    def said(self):
        """Load and return what is printed."""
        with redirect_stdout(StringIO()) as output:
            self.load()
        return output.getvalue()

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

    def test_what_was_left_out_is_said_each_time(self):
        self.assertIn("line 6: date 'yesterday'", self.said())
        self.assertIn("line 6: date 'yesterday'", self.said())

    def test_numbers_have_their_nouns_and_unknown_countries_their_names(self):
        self.path.write_text(ROWS.splitlines()[0] + "\n1,2024-04-29,A,1,1,Atlantis\n")
        said = self.said()
        self.assertIn("1 document of 1 customer in", said)
        self.assertIn("dates moved by +1 day\n", said)
        self.assertIn("countries that Odoo does not know, left empty: 'Atlantis'", said)

    def test_another_file_is_told_of_the_first(self):
        self.assertNotIn("holds purchases of", self.said())
        self.path = self.path.rename(self.path.with_name("other.csv"))
        self.path.write_text(ROWS.replace("Azure", "Blue"))
        said = self.said()
        self.assertIn("holds purchases of 'purchases.csv' too: documents with the same", said)
        self.assertIn("DB=retention_other", said)

    def test_a_date_far_ahead_is_left_out_and_moves_nothing(self):
        self.path.write_text(ROWS + "5,9999-12-31,17850,1,1,\n")
        self.assertIn("line 7: date '9999-12-31' is after today (2024-05-01)", self.said())
        self.assertEqual(self.loaded()[-1][3], "2024-04-30")

    def test_a_shift_that_leaves_the_calendar_is_reported(self):
        self.path.write_text(ROWS + "5,9999-12-31,17850,1,1,\n")
        with patch.dict("os.environ", {"SHIFT": "29"}):
            self.assertIn("line 7: date 9999-12-31, moved by +29 days, is not from", self.said())
        self.assertEqual(self.loaded()[-1][3], "2024-04-30")

    def test_dates_kept_may_lie_ahead(self):
        self.path.write_text(ROWS + "5,9999-12-31,17850,1,1,\n")
        with patch.dict("os.environ", {"SHIFT": "0"}):
            self.load()
        self.assertEqual(max(row[3] for row in self.loaded()), "9999-12-31")

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

    def test_a_refused_document_takes_no_other_with_it(self):
        sheet = load_csv.read(self.path)
        real = type(self.env["retention.past.purchase"]).create

        def create(records, vals_list):
            if any(vals["reference"] == "2" for vals in vals_list):
                raise ValidationError("2 is not allowed")
            return real(records, vals_list)

        with patch.object(type(self.env["retention.past.purchase"]), "create", create):
            (bad,) = load_csv.load(self.env, sheet, 0)
        self.assertEqual((bad.line, bad.reason), (4, "2 is not allowed"))
        self.assertEqual([row[0] for row in self.loaded()], ["1", "C3"])

    def test_an_unknown_currency_is_refused(self):
        with (
            patch.dict("os.environ", {"CURRENCY": "XXQ"}),
            self.assertRaisesRegex(Stop, "CURRENCY=XXQ is not a currency"),
        ):
            self.load()

    def test_an_unknown_currency_is_refused_before_a_database_is_made(self):
        shop = Mock()
        shop.tree.manifest = lambda addon: Path(file_path(f"{addon}/__manifest__.py"))
        with patch("dev.run.Databases") as databases:
            databases.return_value.marks.return_value = {"retention_old": object()}
            for code, name in (("XYZ", "retention_old"), ("eur", "retention_new")):
                with patch.dict("os.environ", {"CURRENCY": code}):
                    run.check_currency(shop, name)
            with (
                patch.dict("os.environ", {"CURRENCY": "xyz"}),
                self.assertRaisesRegex(Stop, "CURRENCY=XYZ is not a currency Odoo knows"),
            ):
                run.check_currency(shop, "retention_new")

    def test_amounts_below_nothing_have_their_sign_before_the_symbol(self):
        dollar, euro = self.env.ref("base.USD"), self.env.ref("base.EUR")
        dollar.position, euro.position = "before", "after"
        self.assertEqual(summary.money(dollar)(-6), "-$6")
        self.assertEqual(summary.money(dollar)(1234.5), "$1,234")
        self.assertEqual(summary.money(euro)(-6), "-6 €")
        self.assertEqual(summary.money(euro)(-0.4), "0 €")

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
