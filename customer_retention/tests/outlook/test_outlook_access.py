from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ALL, MANAGER, OWN, days_ago
from .common_outlook import OutlookCase

FIGURES = ("buy_probability", "expected_value", "expected_value_year", "is_fading", "outlook")


@tagged("post_install", "-at_install")
class TestOutlookAccess(OutlookCase):
    """Who sees what is expected of whom."""

    def test_salespeople(self):
        """Salespeople read it of own and unassigned customers, and not the page behind it."""
        own, colleague = self._create_user("ol_own", OWN), self._create_user("ol_all", ALL)
        mine, hidden = self.partners[0], self.partners[1]
        hidden.user_id = colleague
        self._learn()
        self.assertTrue(self._as(mine, own).outlook)
        self.assertIsNot(self._as(mine, own).expected_value, False)
        self.assertIs(self._as(hidden, own).expected_value, False)
        self.assertFalse(self._as(hidden, own).outlook)
        self.assertIsNot(self._as(hidden, colleague).expected_value, False)
        found = self._as(self.env["res.partner"], own).search([("expected_value", ">", 0)])
        self.assertIn(mine, found)
        self.assertNotIn(hidden, found)
        for user in (own, colleague):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self._as(self.Outlook, user).search([])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self._as(self.Outlook, user).get_outlook()

    def test_others(self):
        """Employees without sales rights do not have the fields."""
        internal = self._create_user("ol_internal", "base.group_user")
        self._learn()
        for name in FIGURES:
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self._as(self.partners[0], internal).read([name])

    def test_manager(self):
        """A manager reads outlooks of the own companies, and writes none."""
        manager = self._create_user("ol_manager", MANAGER)
        learning = self._learn()
        self.assertEqual(self._as(learning, manager).state, "ok")
        for call in ("unlink", "copy"):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                getattr(self._as(learning, manager), call)()
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self._as(learning, manager).write({"result": "ok"})
        other = self._create_company("Elsewhere")
        theirs = self._learn(other)
        self.assertNotIn(theirs, self._as(self.Outlook, manager).search([]))

    def test_two_companies(self):
        """What one company learnt says nothing of the customers of another."""
        other = self._create_company("Elsewhere")
        both = self._create_user("ol_both", ALL, companies=self.company | other)
        partner = self.partners[0]
        self.Past.create(
            {"partner_id": partner.id, "date": days_ago(5), "amount": 9, "company_id": other.id}
        )
        self._refresh(other)
        self._learn()
        self._learn(other)
        rows = (
            self.Customer.with_user(both)
            .with_context(allowed_company_ids=(self.company | other).ids)
            .search([("partner_id", "=", partner.id)])
        )
        values = {row.company_id: row.expected_value for row in rows}
        self.assertIsNot(values[self.company], False)
        self.assertIs(values[other], False)
        self.assertIs(self._as(partner, both, other).expected_value, False)
        self.assertIn("It needs", self._as(partner, both, other).outlook)
