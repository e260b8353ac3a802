from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import ALL, MANAGER, NOW, TODAY, RetentionCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestFirstHour(RetentionCase):
    """From an empty database to graded customers, without waiting for a night."""

    def setUp(self):
        super().setUp()
        self.env.cr._now = NOW  # the hours of another test

    def _import(self, count):
        """Bring ``count`` customers who bought today, for 1, 2, 3 …"""
        partners = self._create_customers(*[[(0, 1 + number)] for number in range(count)])
        self.env.flush_all()
        return partners

    def _refresh_hourly(self, hours):
        with freeze_time(NOW + timedelta(hours=hours)):
            self.env.cr._now = NOW + timedelta(hours=hours)
            self.assertTrue(self.Run._refresh_changed(self.company))
            self.env.invalidate_all()

    def _get_graded(self):
        """Return how many customers are gold, and how many of class A."""
        rows = self.env["retention.customer"].search([("company_id", "=", self.company.id)])
        return len(rows.filtered("is_gold")), len(rows.filtered(lambda row: row.abc_class == "a"))

    def test_import_into_nothing(self):
        """Thirty customers against the run of the empty database: 3 gold, 6 of class A, within the hour."""
        self._refresh()
        self._import(30)
        self._refresh_hourly(1)
        self.assertEqual(self._get_graded(), (3, 6))

    def test_more_than_half_are_new(self):
        """25 known, 26 come: counted anew, so that 6 of 51 are gold (and one of equal value)."""
        self._import(25)
        self._refresh()
        runs = self.Run.search_count([])
        self._import(24)
        self._refresh_hourly(1)
        self.assertEqual(self.Run.search_count([]), runs)
        self._import(2)
        self._refresh_hourly(2)
        self.assertEqual(self.Run.search_count([]), runs + 1)
        # 25, 24, 24, 23, 23, 22 and, as much, 22.
        self.assertEqual(self._get_graded()[0], 7)

    def test_settings(self):
        """Other settings hold within the hour."""
        self._import(30)
        self._refresh()
        self.company.retention_gold_percent = 50
        self._refresh_hourly(1)
        self.assertEqual(self._get_graded()[0], 15)

    def test_nothing_new(self):
        """An hour in which nothing happened makes no run."""
        self._import(5)
        self._refresh_hourly(1)
        self._refresh_hourly(3)  # looks an hour back
        last = self.Run._get_last(self.company)
        self._refresh_hourly(6)
        self.assertEqual(self.Run._get_last(self.company), last)

    def test_count_now(self):
        """The button counts at once, from each of its places, and says how many."""
        manager = self._create_user("count_manager", MANAGER)
        self._import(12)
        for name in ("retention.run", "retention.customer", "retention.past.purchase"):
            action = self._as(self.env[name], manager).action_count_now()
            self.assertIn("12 customers counted", action["params"]["message"])
        self.assertEqual(self._get_graded()[0], 2)

    def test_nobody(self):
        manager = self._create_user("count_nobody", MANAGER)
        action = self._as(self.Run, manager).action_count_now()
        self.assertIn("Nobody has bought yet", action["params"]["message"])

    def test_rights(self):
        user = self._create_user("count_salesman", ALL)
        with self.assertRaisesRegex(AccessError, "sales managers"):
            self._as(self.Run, user).action_count_now()

    def test_by_hand(self):
        """A start by hand does not take a run of another action, or of a start that is gone, for its own."""
        cron = self.env.ref("customer_retention.ir_cron_refresh_customers")
        Progress = self.env["ir.cron.progress"].sudo()
        hourly = Progress.create(
            {"cron_id": self.env.ref("customer_retention.ir_cron_refresh_changed").id}
        )
        self._refresh()
        run = self.Run.search([("company_id", "=", self.company.id)], limit=1)
        now = Progress.create({"cron_id": cron.id})
        model = self.Run.with_context(cron_id=cron.id, ir_cron_progress_id=now.id)
        for progress_id in (hourly.id, now.id - 1, 0):
            run.cron_progress_id = progress_id
            self.assertIn(self.company, model._get_companies_due())
        own = Progress.create({"cron_id": cron.id, "remaining": 1})
        run.cron_progress_id = own.id
        later = Progress.create({"cron_id": cron.id})
        model = model.with_context(ir_cron_progress_id=later.id)
        self.assertNotIn(self.company, model._get_companies_due())
        self.assertEqual(run.date, TODAY)

    def test_busy(self):
        """Another run at work is said."""
        manager = self._create_user("count_busy", MANAGER)
        with patch.object(type(self.Run), "_refresh", lambda *_args: False):
            with self.assertRaisesRegex(Exception, "being refreshed right now"):
                self._as(self.Run, manager).action_count_now()
