from datetime import timedelta

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    """The screens in a browser, as an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.write({"company_id": cls.company.id})
        cls.today = cls.company._get_retention_today()
        # 9000 in the last year after 10000 in the year before; every 90 days with the usual gap.
        cls.gold = cls._create_customer(
            "Tour Gold", (5, 4000), (95, 5000), (370, 10000), (500, 0.5)
        )
        # With a usual gap of 90: due 60 days after, 200 days ago is more than 3 times that.
        cls.silent = cls._create_customer("Tour Silent", (200, 10), (230, 10), (260, 10))
        assert cls.env["retention.run"]._refresh(cls.company)
        cls.env["retention.event"].create(
            {
                "date": cls.today - timedelta(days=5),
                "type": "is_gold",
                "partner_id": cls.gold.id,
                "company_id": cls.company.id,
                "old_value": "false",
                "new_value": "true",
                "key": "tour",
            }
        )

    @classmethod
    def _create_customer(cls, name, *purchases):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "date": cls.today - timedelta(days=day),
                    "amount": amount,
                    "company_id": cls.company.id,
                }
                for day, amount in purchases
            ]
        )
        return partner

    def test_form(self):
        """The partner form says who the customer is, why, and leads to the purchases."""
        self.start_tour(f"/odoo/contacts/{self.gold.id}", "retention_customer_form", login="admin")

    def test_badges(self):
        """Quotations, opportunities and the figures show the same badges as the contact."""
        values = {"partner_id": self.gold.id, "company_id": self.company.id}
        order = self.env["sale.order"].create(values)
        lead = self.env["crm.lead"].create({**values, "name": "Chairs", "type": "opportunity"})
        figures = self.gold.retention_customer_ids
        for url in (
            f"/odoo/contacts/{self.gold.id}",
            f"/odoo/sales/{order.id}",
            f"/odoo/crm/{lead.id}",
            f"/odoo/retention.customer/{figures.id}",
        ):
            with self.subTest(url):
                self.start_tour(url, "retention_badges", login="admin")

    def test_analysis(self):
        """The page of value and movements: its curve in words, and every number opens its records."""
        self.start_tour("/odoo/retention-analysis", "retention_analysis", login="admin")

    def test_customer_list(self):
        """The app shows customers by status, filters them and opens the contact."""
        self.start_tour("/odoo", "retention_customer_list", login="admin")

    def test_partner_list(self):
        """The list of contacts filters gold customers, sorts by value, totals and groups."""
        self.start_tour("/odoo/contacts?view_type=list", "retention_partner_list", login="admin")

    def test_import(self):
        """Past purchases come in from a CSV file through the web client."""
        self.start_tour("/odoo/retention-past-purchases", "retention_import", login="admin")
        purchases = self.env["retention.past.purchase"].search(
            [("reference", "in", ("OLD-1", "OLD-2"))], order="reference"
        )
        self.assertEqual(purchases.partner_id, self.silent)
        self.assertEqual(purchases.mapped("amount"), [1250.5, -80])
        self.assertEqual(purchases.mapped("company_id"), self.company)

    def test_settings(self):
        """The settings page refuses a percent out of range with a message, and saves another."""
        self.start_tour("/odoo/retention-customers", "retention_settings", login="admin")
        self.assertEqual(self.company.retention_gold_percent, 20)
