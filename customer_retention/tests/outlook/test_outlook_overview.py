from odoo.tests import tagged

from ..common import ALL
from .common_outlook import OutlookCase


@tagged("post_install", "-at_install")
class TestOutlookOverview(OutlookCase):
    """What the overview and the page *Outlook* say, with an outlook and without."""

    def _get_cards(self):
        self.env.flush_all()
        user = self._create_user("outlook_overview", ALL)
        overview = self._as(self.env["retention.overview"], user).get_overview()
        return {card["key"]: card for card in overview["cards"]}

    def test_refused(self):
        """Without an outlook the reason stands there, and no number."""
        cards = self._get_cards()
        self.assertNotIn("fading", cards)
        card = cards["expected_value"]
        self.assertEqual((card["kind"], card["value"], card["text"]), ("text", None, "–"))
        self.assertEqual(
            card["sentence"], "No outlook yet: it is learnt each week from your purchases."
        )

    def test_known(self):
        """The sum of what is expected, and how many valuable customers fade."""
        self._learn()
        rows = self.Customer.search([("company_id", "=", self.company.id)])
        cards = self._get_cards()
        self.assertAlmostEqual(
            float(cards["expected_value"]["value"]), sum(rows.mapped("expected_value")), 2
        )
        self.assertEqual(cards["fading"]["value"], len(rows.filtered("is_fading")))

    def test_page(self):
        """The page has the trial of 90 days, and of the year why there is none."""
        before = self.Outlook.get_outlook()
        self.assertEqual(before["currency_id"], self.company.currency_id.id)
        for row in before["horizons"]:
            self.assertEqual((row["state"], row["trial"], row["learnt"]), (False, None, False))
            self.assertTrue(row["reason"])
        learning = self._learn()
        quarter, year = self.Outlook.get_outlook()["horizons"]
        self.assertEqual(quarter["trial"], learning.trial)
        self.assertEqual(quarter["state_label"], "In use")
        self.assertEqual(quarter["learnt"], "06/15/2026")
        self.assertEqual((year["state"], year["trial"]), ("few", None))
        self.assertIn("It needs purchases of 1095 days", year["reason"])
