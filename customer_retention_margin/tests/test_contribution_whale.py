from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import MANAGER, NOW

from .common import CONTRIBUTION, MarginCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContributionWhale(MarginCase):
    """The whale curve and the card of the overview."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls._create_user("whale_chief", f"{MANAGER},{CONTRIBUTION}")
        product = cls._create_product(60)
        cls.customers = cls._create_customers([], [], [], [], [])
        for partner in cls.customers[:4]:
            cls._create_bill(partner, 10, (product, 10, 100))
        cls._create_past(cls.customers[4], (10, 100))
        # 400, 300, 0, −200; the cost of the fifth is not known.
        for partner, cost in zip(cls.customers, (0, 100, 400, 600, 0), strict=True):
            cls._thank(partner, 5, cost)
        cls.company.retention_gold_percent = 100
        cls._refresh()

    def test_curve(self):
        """Best first: 400, 700, 700, 500; its top is at half of the customers."""
        whale = self._as(self.env["retention.analysis"], self.chief).get_analysis()["whale"]
        self.assertEqual(
            whale,
            {
                "points": [[0, 0], [25, 400], [50, 700], [75, 700], [100, 500]],
                "top": 700,
                "top_percent": 50,
                "total": 500,
                "count": 4,
                "unknown_count": 1,
            },
        )

    def test_nobody(self):
        """Where nothing is known there is no curve."""
        self.Customer.search([("partner_id", "in", self.customers[:4].ids)]).unlink()
        whale = self._as(self.env["retention.analysis"], self.chief).get_analysis()["whale"]
        self.assertEqual((whale["points"], whale["count"], whale["unknown_count"]), ([], 0, 1))

    def test_card(self):
        """The card counts gold customers who cost more than they bring, and opens them."""
        overview = self._as(self.env["retention.overview"], self.chief).get_overview()
        [card] = [each for each in overview["cards"] if each["key"] == "costly_gold"]
        self.assertEqual(card["value"], 1)
        self.assertEqual(self.Customer.search(card["domain"]).partner_id, self.customers[3])

    def test_statements(self):
        """The pass takes one statement a part and three more, however many customers there are."""
        parts = len(self.Purchase._get_cost_queries())
        self.env.flush_all()
        for company in (self.company, self._create_company("Without customers")):
            self.env.invalidate_all()
            self.Run._update_contribution(company, None)  # what is read once
            before = self.env.cr.sql_log_count
            self.Run._update_contribution(company, None)
            # Dropping and creating the table, the parts, the rows, the flag; rates and excluded ones.
            self.assertLessEqual(self.env.cr.sql_log_count - before, parts + 6)
