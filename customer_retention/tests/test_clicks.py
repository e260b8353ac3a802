from datetime import timedelta

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestClicks(HttpCase):
    """How many clicks the work of every day takes: counted in the tours, which refuse more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_id = cls.company
        cls.today = cls.company._get_retention_today()
        cls.customer, friend = cls.env["res.partner"].create(
            [
                {"name": name, "user_id": cls.admin.id, "is_company": True}
                for name in ("Tour Customer", "Tour Friend")
            ]
        )
        cls.rival = cls.env["retention.competitor"].create({"name": "Tour Rival"})
        friend.write(
            {"referred_by_id": cls.customer.id, "referred_date": cls.today - timedelta(days=9)}
        )
        # Every month until 10 days ago: active; the friend bought once.
        cls._buy(cls.customer, 10, 40, 70)
        cls._buy(friend, 5)
        assert cls.env["retention.run"]._refresh(cls.company)

    @classmethod
    def _buy(cls, partner, *days):
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "date": cls.today - timedelta(days=day),
                    "amount": 200,
                    "company_id": cls.company.id,
                }
                for day in days
            ]
        )

    def test_late(self):
        """Late ones of mine, by value: 2."""
        self.start_tour("/odoo/retention-my-day", "retention_clicks_late", login="admin")

    def test_brought(self):
        """Who brought us customers: 2."""
        self.start_tour("/odoo/retention-my-day", "retention_clicks_brought", login="admin")

    def test_loss(self):
        """A loss with its competitor: from the card that opens the contact, 4 with it."""
        self.start_tour("/odoo/retention-my-customers", "retention_clicks_loss", login="admin")
        loss = self.env["retention.loss"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(loss.competitor_id, self.rival)

    def test_thank(self):
        """Thanks to who brought us somebody: 2."""
        self.start_tour(
            f"/odoo/contacts/{self.customer.id}", "retention_clicks_thank", login="admin"
        )
        self.assertTrue(
            self.env["retention.thanks"].search([("partner_id", "=", self.customer.id)])
        )
