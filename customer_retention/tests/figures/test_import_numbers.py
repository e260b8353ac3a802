from odoo.tests import tagged

from ..common import RetentionCase


@tagged("post_install", "-at_install")
class TestImportNumbers(RetentionCase):
    """Odoo's own import: what would be read as a hundred times as much is refused by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].create({"name": "Importer of Numbers"})

    def _import(self, number, **options):
        """Import one past purchase of ``number`` as Odoo's page does; return messages and amount."""
        content = f'customer;date;amount\n"Importer of Numbers";2026-06-01;"{number}"\n'
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "retention.past.purchase",
                "file": content.encode(),
                "file_name": "past.csv",
                "file_type": "text/csv",
            }
        )
        result = wizard.execute_import(
            ["partner_id", "date", "amount"],
            ["customer", "date", "amount"],
            {
                "has_headers": True,
                "quoting": '"',
                "separator": ";",
                "encoding": "utf-8",
                "date_format": "%Y-%m-%d",
                "float_thousand_separator": ",",
                "float_decimal_separator": ".",
                **options,
            },
        )
        rows = self.Past.browse(result.get("ids") or [])
        return [each["message"] for each in result["messages"]], rows.amount

    def test_refused(self):
        for number in ("0,50", "12,5", "1,234,5", "-3,99", "5,1234"):
            messages, amount = self._import(number)
            with self.subTest(number=number):
                self.assertEqual(len(messages), 1)
                self.assertIn(number, messages[0])
                self.assertIn("amount", messages[0])
                self.assertIn("Formatting", messages[0])
                self.assertFalse(amount)

    def test_read(self):
        """Thousands in threes, and the Indian way; decimals; none."""
        for number, amount in (
            ("0.50", 0.5), ("1,234", 1234), ("1,234.50", 1234.5), ("12,34,567.89", 1234567.89),
            ("50", 50), ("-1,000", -1000), ("1.234,50", 1234.5),
        ):  # fmt: skip
            with self.subTest(number=number):
                self.assertEqual(self._import(number), ([], amount))

    def test_chosen(self):
        """Where the comma is chosen for decimals, it is."""
        chosen = {"float_thousand_separator": ".", "float_decimal_separator": ","}
        self.assertEqual(self._import("0,50", **chosen), ([], 0.5))
        self.assertIn("0.50", self._import("0.50", **chosen)[0][0])
