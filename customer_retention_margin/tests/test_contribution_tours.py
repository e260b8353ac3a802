from odoo.tests import HttpCase, tagged

from odoo.addons.customer_retention.tests.common import MANAGER

from .common import CONTRIBUTION, MarginCase


@tagged("post_install", "-at_install")
class TestContributionTours(MarginCase, HttpCase):
    """The screens in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr._now = None
        cls.chief = cls._create_user("margin_tour", f"{MANAGER},{CONTRIBUTION}")
        product = cls._create_product(60)
        cls.costly, cls.good, cls.unknown = cls._create_customers([], [], [])
        today = cls.company._get_retention_today()
        for partner in cls.costly | cls.good:
            move = cls._create_bill(partner, 0, (product, 10, 100), post=False)
            move.write({"invoice_date": today, "date": today})
            move.action_post()
        cls.env["retention.thanks"].create(
            {
                "partner_id": cls.costly.id,
                "company_id": cls.company.id,
                "kind": "gift",
                "date": today,
                "cost": 500,
            }
        )
        cls.Past.create({"partner_id": cls.unknown.id, "date": today, "amount": 100})
        cls.company.retention_gold_percent = 100
        cls._refresh()

    def test_contact(self):
        """1,000 less 600 less 500 are −100: bars, and the flag in words."""
        self.start_tour(
            f"/odoo/contacts/{self.costly.id}", "retention_contribution", login="margin_tour"
        )

    def test_unknown(self):
        """Where too little is known the reason stands in place of the bars."""
        self.start_tour(
            f"/odoo/contacts/{self.unknown.id}",
            "retention_contribution_unknown",
            login="margin_tour",
        )

    def test_whale(self):
        """The whale curve stands beside the Pareto curve."""
        self.start_tour(
            "/odoo/retention-analysis",
            "retention_whale",
            login="margin_tour",
        )

    def test_list(self):
        """The list of customers shows what is left, and nothing where it is not known."""
        self.start_tour(
            "/odoo/retention-customers?view_type=list",
            "retention_contribution_list",
            login="margin_tour",
        )
