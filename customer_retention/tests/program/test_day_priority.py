from odoo.fields import Domain
from odoo.tests import tagged

from ..common import OWN, TODAY
from ..outlook.common_outlook import OutlookCase


@tagged("post_install", "-at_install")
class TestDayPriority(OutlookCase):
    """Who comes first in My Day, as the company chooses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("day_priority", OWN)
        cls.calls, _refused = cls.env["res.partner"]._plan_calls(
            {cls.user: cls.partners[:30]}, TODAY, cls.company
        )

    def _get_order(self):
        self.env.flush_all()
        self.env.invalidate_all()
        calls = self._as(self.calls, self.user)
        found = calls.search([("id", "in", calls.ids)], order="value_at_stake desc, id")
        values = found.mapped("value_at_stake")
        self.assertEqual(values, sorted(values, reverse=True))
        return found.partner_id, values

    def _get_past(self, partner):
        return max(partner.value_year, partner.value_year_1)

    def test_default(self):
        """What customers bought decides, also once there is an outlook."""
        self._learn()
        partners, values = self._get_order()
        self.assertEqual(values, [self._get_past(partner) for partner in partners])

    def test_expected(self):
        """Where the company wants it, what is expected decides; the bar adds up the same."""
        self.company.retention_day_priority = "expected"
        partners, values = self._get_order()
        self.assertEqual(values, [self._get_past(partner) for partner in partners])
        self._learn()
        partners, values = self._get_order()
        self.assertEqual(values, [partner.expected_value for partner in partners])
        bar = self._as(self.env["retention.followup"], self.user).get_day_bar()
        self.assertEqual(bar["at_stake"], f"$\N{NO-BREAK SPACE}{sum(values):,.0f}")
        self.assertEqual(
            bar["at_stake_help"], "What these customers are expected to buy in 90 days."
        )

    def test_programs(self):
        """A program is for those whom a filter over what is expected finds."""
        self._learn()
        text = "[('buy_probability', '>=', 0.5)]"
        Partner = self.env["res.partner"]
        self.assertFalse(Partner._get_filter_refusal(text, self.company))
        domain = Partner._parse_filter(text, self.company)
        found = Partner.search(domain & Domain("id", "in", self.partners.ids))
        self.assertEqual(found, self.partners.filtered(lambda p: p.buy_probability >= 0.5))
        self.assertTrue(found)
