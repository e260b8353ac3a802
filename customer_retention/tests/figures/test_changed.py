from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import MANAGER, NOW, OWN, days_ago
from .histories import HistoryCase


class ChangedCase(HistoryCase):
    """A company that counts orders, where a full run was made at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        cls.classPatch(type(cls.Run), "_FEW", 0)  # the limits of the last run stand

    def _create_buyers(self, *purchases, company=None):
        """Create one customer for each list of orders ``(days ago, amount)``, and count them."""
        buyers = self._create_customers(*([] for _each in purchases))
        with self._at(NOW - timedelta(days=2)):
            for buyer, orders in zip(buyers, purchases, strict=True):
                for days, amount in orders:
                    self._create_order(buyer, NOW - timedelta(days=days), amount)
        with self._at(NOW):
            self._refresh()
        return buyers

    def _get_order(self, partner):
        return self.env["sale.order"].search([("partner_id", "=", partner.id)])

    def _hour(self, hours=1):
        """Make the hourly run some hours after noon."""
        with self._at(NOW + timedelta(hours=hours)):
            self.assertTrue(self.Run._refresh_changed(self.company))

    def _get_changes(self):
        """Return the partners whose rows of figures were written, by the mark of the row."""
        self.env.flush_all()
        self.env.cr.execute("SELECT partner_id, ctid::text FROM retention_customer")
        return dict(self.env.cr.fetchall())


@tagged("post_install", "-at_install")
class TestChanged(ChangedCase):
    """The hourly run: figures of those whose purchases were written, with the limits that stand."""

    def test_new_order(self):
        """Within the hour an order is in the figures of its customer, and of nobody else."""
        best, second = self._create_buyers([(100, 10)], [(100, 5)])
        rows = self._get_changes()
        with self._at(NOW + timedelta(minutes=30)):
            self._create_order(second, NOW, 50)
        self._hour()
        # Gold from 10, the limit of noon: until the night there are two gold customers.
        self.assertFigures(second, lifetime_value=55, purchase_count=2, is_gold=True, abc_class="a")
        self.assertFigures(best, lifetime_value=10, is_gold=True)
        self.assertEqual(self._get_changes()[best.id], rows[best.id], "Not written")
        self.assertNotEqual(self._get_changes()[second.id], rows[second.id])

    def test_no_run_is_logged(self):
        """An hourly run moves on the time until which purchases are in, and logs no run."""
        [buyer] = self._create_buyers([(100, 10)])
        run = self.Run._get_last(self.company)
        self._hour(3)
        self.assertEqual(self.Run._get_last(self.company), run)
        self.assertEqual(run.changed_until, NOW + timedelta(hours=3))
        self.assertEqual((run.customer_count, run.changed_count), (1, 1))
        self.assertFigures(buyer, lifetime_value=10)

    def test_nothing_changed(self):
        """Where nothing was written since, no figure is written."""
        self._create_buyers([(100, 10)], [(100, 5)])
        rows = self._get_changes()
        self._hour(3)
        self._hour(4)
        self.assertEqual(self._get_changes(), rows)

    def test_first_run(self):
        """Before the first run of a company, the hourly one counts all."""
        [buyer] = self._create_customers([])
        with self._at(NOW):
            self._create_order(buyer, NOW, 10)
        self._hour()
        self.assertFigures(buyer, lifetime_value=10, is_gold=True)
        self.assertTrue(self.Run._get_last(self.company).is_full)

    def test_overlap(self):
        """A transaction that began within the hour before the last run is not overlooked."""
        first, second = self._create_buyers([(100, 10)], [(100, 5)])
        with self._at(NOW - timedelta(minutes=59)):
            self._create_order(first, NOW, 1)
        with self._at(NOW - timedelta(minutes=61)):
            self._create_order(second, NOW, 1)
        self._hour(0)
        self.assertFigures(first, lifetime_value=11)
        # What began earlier is for the night, which looks a day further back.
        self.assertFigures(second, lifetime_value=5)

    def test_events(self):
        """The hourly run records the same events as the night, and the night not again."""
        best, second, late = self._create_buyers([(100, 100)], [(50, 5)], [(150, 1)])
        newcomer = self._create_customers([])
        with self._at(NOW + timedelta(minutes=30)):
            self._create_order(second, NOW, 500)
            self._create_order(late, NOW, 1)
            self._create_order(newcomer, NOW, 1)
        self._hour()
        # Recency, frequency and money of second are now above all limits of noon: 5, 5, 5. Late
        # came back after 150 days: more than 1.5 and less than 3 times the usual gap of 90.
        self.assertFigures(second, is_gold=True, abc_class="a", rfm_segment="champion")
        self.assertFigures(late, status="active")
        events = self.Event.search([])
        kinds = [
            (event.partner_id, event.type, event.old_value, event.new_value) for event in events
        ]
        self.assertIn((second, "is_gold", "false", "true"), kinds)
        self.assertIn((second, "abc_class", "c", "a"), kinds)
        self.assertIn((late, "status", "late", "active"), kinds)
        self.assertIn((newcomer, "status", "prospect", "new"), kinds)
        self.assertEqual(set(events.mapped("date")), {days_ago(0)})
        with self._at(NOW + timedelta(hours=14)):
            self.Run._refresh_night(self.company)
        self.assertMatchesOracleLater(14)
        # The night moves limits and with them segments; but nobody is new twice.
        later = (self.Event.search([]) - events).filtered(lambda event: event.type == "status")
        self.assertFalse(later)
        lost_gold = self.Event.search([("partner_id", "=", best.id), ("type", "=", "is_gold")])
        self.assertRecordValues(lost_gold, [{"old_value": "true", "new_value": "false"}])

    def assertMatchesOracleLater(self, hours):
        with self._at(NOW + timedelta(hours=hours)):
            self.assertMatchesOracle()

    def test_customer_returns_all(self):
        """Whose only order is cancelled is a prospect within the hour."""
        [buyer] = self._create_buyers([(100, 10)])
        with self._at(NOW + timedelta(minutes=30)):
            self._get_order(buyer)._action_cancel()
        self._hour()
        self.assertFalse(self._get_figures(buyer))
        self.assertEvents(buyer, ("status", "active", "prospect"))

    def test_deleted_and_moved(self):
        """Deleted and moved orders and moved contacts are seen within the hour too."""
        deleted, giving, taking, child, parent = self._create_buyers(
            [(100, 1)], [(100, 2)], [(100, 4)], [(100, 8)], [(100, 16)]
        )
        with self._at(NOW + timedelta(hours=2)):
            self._get_order(deleted)._action_cancel()
            self._get_order(deleted).unlink()
            self._get_order(giving).partner_id = taking
            child.parent_id = parent
        self._hour(3)
        self.assertFalse(self._get_figures(deleted))
        self.assertFalse(self._get_figures(giving))
        self.assertFigures(taking, lifetime_value=6)
        self.assertFalse(self._get_figures(child))
        self.assertFigures(parent, lifetime_value=24)

    def test_import(self):
        """An import of past purchases shows within the hour, and makes no events."""
        [buyer] = self._create_buyers([(100, 10)])
        with self._at(NOW + timedelta(minutes=30)):
            self._create_past(buyer, (700, 90), (400, 100))
        self._hour()
        self.assertFigures(buyer, lifetime_value=200, purchase_count=3)
        self._hour(2)
        with self._at(NOW + timedelta(hours=14)):
            self.Run._refresh_night(self.company)
            self.assertMatchesOracle()
        self.assertFalse(self.Event.search([]))

    def test_another_company(self):
        """An order of another company changes figures there alone."""
        [buyer] = self._create_buyers([(100, 10)])
        second = self._create_company("Second Company", retention_basis="ordered")
        with self._at(NOW):
            self._refresh(second)
        self._falsify(buyer)
        with self._at(NOW + timedelta(minutes=30)):
            self._create_order(buyer, NOW, 7, company=second)
        self._hour()
        self.assertFigures(buyer, lifetime_value=12345)
        with self._at(NOW + timedelta(hours=1)):
            self.Run._refresh_changed(second)
        self.assertFigures(buyer, second, lifetime_value=7)

    def _falsify(self, partner):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retention_customer SET lifetime_value = 12345 WHERE partner_id = %s",
            [partner.id],
        )
        self.env.invalidate_all()

    def test_action(self):
        """The scheduled action refreshes every company, also where one fails."""
        [buyer] = self._create_buyers([(100, 10)])
        second = self._create_company("Second Company", retention_basis="ordered")
        refresh = type(self.Run)._refresh_changed

        def fail(run, company):
            if company.id == second.id:
                run.env.cr.execute("SELECT 1 / 0")
            return refresh(run, company)

        with self._at(NOW + timedelta(minutes=30)):
            self._create_order(buyer, NOW, 7)
        cron = self.env.ref("customer_retention.ir_cron_refresh_changed")
        with (
            patch.object(type(self.Run), "_refresh_changed", fail),
            self.assertLogs(
                "odoo.addons.customer_retention.models.figures.retention_run", "WARNING"
            ),
            self.assertLogs("odoo.sql_db", "ERROR"),
            self.enter_registry_test_mode(),
        ):
            self.assertIs(cron.method_direct_trigger(), True)
        self.assertFigures(buyer, lifetime_value=17)
        self.assertFalse(self.Run.search([("company_id", "=", second.id)]))


@tagged("post_install", "-at_install")
class TestButton(ChangedCase):
    """The button beside the figures."""

    def test_on_figures(self):
        """The button counts the customer anew, with the limits of the last full run."""
        best, second = self._create_buyers([(100, 10)], [(100, 5)])
        with self._at(NOW + timedelta(minutes=5)):
            self._create_order(second, NOW, 50)
            self._create_order(best, NOW, 1)
            self._get_figures(second).action_refresh()
        self.assertFigures(second, lifetime_value=55, is_gold=True)
        self.assertFigures(best, lifetime_value=10)
        self.assertIn(
            ("is_gold", "true"),
            [
                (each.type, each.new_value)
                for each in self.Event.search([("partner_id", "=", second.id)])
            ],
        )

    def test_on_contact(self):
        """On a contact of a customer, the button counts the customer."""
        [buyer] = self._create_buyers([(100, 10)])
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": buyer.id})
        with self._at(NOW + timedelta(minutes=5)):
            self._create_order(contact, NOW, 50)
            contact.action_refresh()
        self.assertFigures(buyer, lifetime_value=60)
        self.assertFalse(self._get_figures(contact))

    def test_prospect(self):
        """Whoever bought a minute ago is a customer at the press of the button."""
        self._create_buyers([(100, 10)])
        prospect = self._create_customers([])
        with self._at(NOW + timedelta(minutes=5)):
            self._create_order(prospect, NOW, 50)
            prospect.action_refresh()
        self.assertEqual(prospect.retention_status, "new")
        self.assertEvents(prospect, ("status", "prospect", "new"))

    def test_while_another_run_is_at_work(self):
        """While the company is being refreshed, the button says so instead of waiting."""
        [buyer] = self._create_buyers([(100, 10)])
        with (
            patch.object(type(self.Run), "_begin", lambda run, company: None),
            self.assertRaisesRegex(UserError, "Retention Company are being refreshed"),
        ):
            buyer.action_refresh()

    def test_rights(self):
        """A salesperson refreshes figures without rights on runs; others have no button."""
        [buyer] = self._create_buyers([(100, 10)])
        salesman = self._create_user("salesman", OWN)
        manager = self._create_user("manager", MANAGER)
        other = self._create_user("other")
        for user in (salesman, manager):
            self._as(buyer, user).action_refresh()
            self._as(self._get_figures(buyer), user).action_refresh()
        with self.assertRaises(AccessError):
            self._as(buyer, other).action_refresh()
        # A colleague's customer is none of a salesperson's business.
        buyer.user_id = manager
        with self.assertRaises(AccessError):
            self._as(self._get_figures(buyer), salesman).action_refresh()
