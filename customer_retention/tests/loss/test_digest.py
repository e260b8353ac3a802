from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import NOW, OWN, RetentionCase, days_ago


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDigest(RetentionCase):
    """The flows of the digest: the last week, one count each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("digest_seller", OWN)
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Digest", "company_id": cls.company.id}
        )

    def _get(self, user=None):
        digest = self._as(self.digest, user or self.seller).with_context(
            start_datetime=datetime(2026, 6, 8), end_datetime=datetime(2026, 6, 15)
        )
        return [
            digest[f"kpi_retention_{name}_value"] for name in ("lost", "won_back", "brought")
        ]  # fmt: skip

    def test_flows(self):
        """Two lost within the week and one before it, one of them won back, one brought."""
        ann, bob, eve, new = self._create_customers([], [], [], [(3, 10)])
        losses = self.env["retention.loss"].create(
            [
                {"partner_id": partner.id, "date": days_ago(days)}
                for partner, days in ((ann, 1), (bob, 7), (eve, 8))
            ]
        )
        losses[2].write({"state": "won_back", "date_won_back": days_ago(2)})
        self.Event.create(
            {
                "type": "referral_converted",
                "date": days_ago(3),
                "partner_id": ann.id,
                "related_partner_id": new.id,
                "company_id": self.company.id,
                "key": "digest",
            }
        )
        self.assertEqual(self._get(), [2, 1, 1])

    def test_statements(self):
        self._get()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get()
        self.assertLessEqual(self.cr.sql_log_count - before, 3 * 2 + 3)

    def test_rights(self):
        """Who may not read it gets a digest without it."""
        with self.assertRaises(AccessError):
            self._get(self._create_user("digest_clerk"))

    def test_links(self):
        """Each opens an action that is there."""
        actions = self.digest._compute_kpis_actions(self.company, self.seller)
        for name in ("lost", "won_back", "brought"):
            xml_id = actions[f"kpi_retention_{name}"].partition("?")[0]
            self.assertTrue(self.env.ref(xml_id))
        self.assertFalse(self.digest.kpi_retention_lost, "off until switched on")
