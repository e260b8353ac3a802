from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common_outlook import get_history


@tagged("post_install", "-at_install")
class TestOutlookTours(HttpCase):
    """The page and the contact in a browser, with an outlook of 90 days and none of a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.ref("base.main_company")
        cls.env.ref("base.user_admin").company_id = company
        today = company._get_retention_today()
        histories = [get_history(number) for number in range(1, 341)]
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Outlook {number}"} for number in range(len(histories))]
        )
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "date": today - timedelta(days=day),
                    "amount": amount,
                    "company_id": company.id,
                }
                for partner, history in zip(cls.partners, histories, strict=True)
                for day, amount in history
            ]
        )
        assert cls.env["retention.run"]._refresh(company)
        assert cls.env["retention.outlook"]._learn(company)

    def test_page(self):
        """The page shows the trial of one horizon, and why there is none of the other."""
        self.start_tour("/odoo/retention-outlook", "retention_outlook", login="admin")

    def test_contact(self):
        """The contact says what to expect of 90 days, and why nothing of a year."""
        url = f"/odoo/contacts/{self.partners[3].id}"
        self.start_tour(url, "retention_outlook_contact", login="admin")
