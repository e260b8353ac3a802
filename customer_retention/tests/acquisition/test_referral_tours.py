from datetime import timedelta

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestReferralTours(HttpCase):
    """Recording a referral, thanking for it and reading the reports, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env.ref("base.user_admin").write({"company_id": cls.company.id})
        Partner = cls.env["res.partner"].with_context(tracking_disable=True)
        cls.fair = cls.env["utm.source"].create({"name": "Tour Fair"})
        cls.referrer = Partner.create({"name": "Tour Referrer", "is_company": True})
        cls.friend = Partner.create(
            {
                "name": "Tour Friend",
                "is_company": True,
                "referred_by_id": cls.referrer.id,
                "acquisition_source_id": cls.fair.id,
            }
        )
        cls.prospect = Partner.create({"name": "Tour Prospect", "is_company": True})
        today = cls.company._get_retention_today()
        cls.env["retention.past.purchase"].create(
            [
                {"partner_id": cls.friend.id, "date": today - timedelta(days=day), "amount": amount}
                for day, amount in ((5, 100), (9, 20))
            ]
        )
        assert cls.env["retention.run"]._refresh(cls.company)

    def test_record_referral(self):
        """A salesperson notes who brought a prospect, and where it came from."""
        path = f"/odoo/contacts/{self.prospect.id}"
        self.start_tour(path, "retention_record_referral", login="admin")
        self.assertEqual(self.prospect.referred_by_id, self.referrer)
        self.assertEqual(self.prospect.acquisition_source_id, self.fair)
        self.assertEqual(self.prospect.acquisition_origin, "person")

    def test_thank(self):
        """From the list To Thank, two clicks thank who brought a customer."""
        self.start_tour("/odoo/retention-to-thank", "retention_thank", login="admin")
        thanks = self.referrer.thanks_ids
        self.assertEqual((thanks.kind, thanks.referral_id), ("postcard", self.friend))

    def test_reports(self):
        """Leaderboard, tree and sources open and lead to each other."""
        self.start_tour("/odoo/retention-referrers", "retention_referral_reports", login="admin")

    def test_match_referrer(self):
        """On a lead, the free text is matched by a person."""
        lead = self.env["crm.lead"].create(
            {"name": "Tour Lead", "type": "opportunity", "referred": "tour referrer"}
        )
        self.start_tour(f"/odoo/crm/{lead.id}", "retention_match_referrer", login="admin")
        self.assertEqual(lead.referred_by_id, self.referrer)
