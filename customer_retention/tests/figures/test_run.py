import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...models.figures.retention_run_refresh import LOCK
from ..common import NOW, RetentionCase, days_ago

CRON = "odoo.addons.base.models.ir_cron"
RUN = "odoo.addons.customer_retention.models.figures.retention_run"


@tagged("post_install", "-at_install")
class TestRun(RetentionCase):
    """A run of one company: what it writes, and that it writes nothing twice."""

    def _get_rows(self):
        """Return the rows of figures with the transaction mark of their last change."""
        self.env.cr.execute(
            "SELECT ctid::text, xmin::text, to_jsonb(c) FROM retention_customer AS c"
            " WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def test_second_run_changes_nothing(self):
        """A second run writes no row of figures and no event."""
        self._create_customers(
            [(10, 100), (50, 30.3)], [(100, 33.33), (130, 0.01)], [(400, 100 / 3)], [(900, 7)]
        )
        first = self._refresh()
        rows, events = self._get_rows(), self.Event.search_count([])
        second = self._refresh()
        self.assertEqual((first.changed_count, second.changed_count), (4, 0))
        self.assertEqual(self._get_rows(), rows)
        self.assertEqual(self.Event.search_count([]), events)

    def test_run_writes_only_what_differs(self):
        """After a purchase only the rows that it changes are written."""
        # By days of purchase the three are 1, 1, 3 and then 1, 2, 3; the limits at positions 1, 2,
        # 2, 3 give the first score 1 and the best score 4 both times. Recency and money keep their
        # order. So only the second differs.
        _first, second, _best = self._create_customers(
            [(300, 10)], [(200, 20)], [(5, 1000), (9, 1000), (20, 1000)]
        )
        self._refresh()
        self._create_past(second, (190, 5))
        run = self._refresh()
        self.assertEqual((run.changed_count, run.customer_count), (1, 3))
        self.assertFigures(second, lifetime_value=25, purchase_days=2)

    def test_customer_disappears(self):
        """Who lost the last purchase is no customer after the next run."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        self.Past.search([("partner_id", "=", partner.id)]).unlink()
        self._refresh()
        self.assertFalse(self._get_figures(partner))
        self.assertEqual(partner.retention_status, "prospect")

    def test_run_log(self):
        """The log tells how many customers there were, the limits and that nothing failed."""
        # Buyers 300, 200 and 100: 10 % and 20 % of 3 are the first; the second is the best not gold.
        self._create_customers([(10, 300)], [(10, 200)], [(10, 100)], [(500, 50)])
        run = self._refresh()
        self.assertRecordValues(
            run,
            [
                {
                    "company_id": self.company.id,
                    "date": days_ago(0),
                    "is_complete": True,
                    "error": False,
                    "with_events": False,
                    "customer_count": 4,
                    "buyer_count": 3,
                    "changed_count": 4,
                    "company_gap_days": 90,
                    "gold_limit": 300,
                    "best_not_gold": 200,
                    "a_limit": 300,
                }
            ],
        )

    def test_partners_are_not_written(self):
        """A run writes figures, events and its log, nothing else."""
        self._create_customers([(10, 300)], [(10, 200)])
        self.env.flush_all()
        written = set()
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **kwargs):
            text = query.code if hasattr(query, "code") else str(query)
            written.update(re.findall(r'(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', text))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", spy):
            self._refresh()
            self.env.flush_all()
        # What addons beside keep of the figures is theirs.
        own = {
            model._table
            for model in self.registry.values()
            if model._original_module == "customer_retention"
        }
        beside = {table for table in written - own if table.startswith("retention_")}
        self.assertEqual(written - beside, {"retention_customer", "retention_run"})

    def test_another_run_at_work(self):
        """While another transaction refreshes the company, a run does nothing and the button says so."""
        partner = self._create_customer(purchases=[(10, 100)])
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, self.company.id])
            self.assertFalse(self.Run._refresh(self.company))
            with self.assertRaisesRegex(UserError, "Retention Company are being refreshed"):
                partner.action_refresh()
        self.assertFalse(self._get_figures(partner))
        partner.action_refresh()
        self.assertFigures(partner, lifetime_value=100)


@tagged("post_install", "-at_install")
class TestDailyAction(RetentionCase):
    """The scheduled action over several companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_company("Second Company")
        cls.third = cls._create_company("Third Company")
        cls.companies = cls.company | cls.second | cls.third
        cls.cron = cls.env.ref("customer_retention.ir_cron_refresh_customers")
        cls.partner = cls._create_customer(purchases=[(10, 100)])
        cls._create_past(cls.partner, (10, 200), company_id=cls.second.id)
        cls._create_past(cls.partner, (10, 300), company_id=cls.third.id)

    def _run_action(self):
        """Run the scheduled action as the scheduler does; return whether it ended without error."""
        self.cron.failure_count = 0
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        return not self.cron.failure_count

    def _break_zone(self, company, zone="Mars/Olympus"):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = %s WHERE id = %s", [zone, company.partner_id.id]
        )
        self.env.invalidate_all()

    def _get_last_runs(self):
        return [
            self.Run.search([("company_id", "=", company.id)], limit=1)
            for company in self.companies
        ]

    def _get_values(self):
        return [
            self._get_figures(self.partner, company).lifetime_value for company in self.companies
        ]

    def test_all_companies(self):
        """The daily action refreshes every company once, each with its own purchases."""
        self.assertTrue(self._run_action())
        self.assertEqual(self._get_values(), [100, 200, 300])
        for company in self.companies:
            self.assertEqual(self.Run.search_count([("company_id", "=", company.id)]), 1)

    def test_every_day_anew(self):
        """The action of the next day refreshes all companies again."""
        self._run_action()
        with freeze_time(NOW.replace(day=16)):
            self._run_action()
            for company in self.companies:
                runs = self.Run.search([("company_id", "=", company.id)])
                self.assertEqual(len(runs), 2)
                self.assertEqual(runs[0].changed_count, 0)

    def test_one_company_fails(self):
        """A failing company stops no other; its error stands on its run, and the job says it once."""
        self._break_zone(self.second)
        with mute_logger(CRON, RUN):
            self.assertFalse(self._run_action(), "A new error has to end the job in error")
        self.assertEqual(self._get_values(), [100, 0, 300])
        first, second, third = self._get_last_runs()
        self.assertEqual((first.is_complete, first.error), (True, False))
        self.assertEqual((third.is_complete, third.error), (True, False))
        self.assertFalse(second.is_complete)
        self.assertIn("Second Company", second.error)
        self.assertIn("Mars/Olympus", second.error)

    def test_known_error_does_not_raise(self):
        """The same error on the next day is noted, but does not end the job in error again."""
        self._break_zone(self.second)
        with mute_logger(CRON, RUN):
            self._run_action()
            with freeze_time(NOW.replace(day=16)):
                self.assertTrue(self._run_action())
                self.assertEqual(self._get_last_runs()[1].date, days_ago(-1))
                self.assertIn("Mars/Olympus", self._get_last_runs()[1].error)
                self.assertTrue(self._get_last_runs()[0].is_complete)
            # Another error is new.
            self._break_zone(self.second, "Mars/Arsia")
            with freeze_time(NOW.replace(day=17)):
                self.assertFalse(self._run_action())

    def test_error_comes_back(self):
        """An error that was gone for a night is new when it comes back."""
        self._break_zone(self.second)
        with mute_logger(CRON, RUN):
            self._run_action()
            self._break_zone(self.second, "UTC")
            with freeze_time(NOW.replace(day=16)):
                self.assertTrue(self._run_action())
                self.assertEqual(self._get_values(), [100, 200, 300])
            self._break_zone(self.second)
            with freeze_time(NOW.replace(day=17)):
                self.assertFalse(self._run_action())
        self.assertEqual(self._get_values(), [100, 200, 300], "Figures stay as they were")

    def test_database_error(self):
        """An error inside the database is rolled back with its company alone."""
        refresh = type(self.Run)._refresh_night

        def fail(run, company):
            result = refresh(run, company)
            if company == self.second:
                run.env.cr.execute("SELECT 1 / 0")
            return result

        with (
            mute_logger(CRON, RUN, "odoo.sql_db"),
            patch.object(type(self.Run), "_refresh_night", fail),
        ):
            self.assertFalse(self._run_action())
        self.assertEqual(self._get_values(), [100, 0, 300])
        self.assertIn("division by zero", self._get_last_runs()[1].error)

    def test_goes_on_after_a_stop(self):
        """Stopped half-way, the next start of the same day takes the companies that are left."""
        refreshed = []
        refresh = type(self.Run)._refresh_night

        def count(run, company):
            refreshed.append(company.id)
            return refresh(run, company)

        progress = type(self.env["ir.cron"])._commit_progress

        def no_time(cron, processed=0, **kwargs):
            progress(cron, processed, **kwargs)
            return 0

        with (
            patch.object(type(self.Run), "_refresh_night", count),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", no_time),
        ):
            self._run_action()
        # However often the scheduler starts it: one company at a time, none of them twice.
        everybody = self.env["res.company"].search([]).ids
        self.assertEqual(refreshed, everybody)
        self.assertEqual(self._get_values(), [100, 200, 300])


@tagged("post_install", "-at_install")
class TestSales(RetentionCase):
    """Selling costs nothing more because of the figures."""

    def _get_statements(self, function):
        """Return the statements of ``function`` on contacts, and those on tables of ours."""
        self.env.flush_all()
        self.env.invalidate_all()
        statements = []
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **kwargs):
            statements.append(query.code if hasattr(query, "code") else str(query))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", spy):
            function()
            self.env.flush_all()

        def on(table):
            pattern = rf'(?:FROM|JOIN|INTO|UPDATE)\s+"?{table}'
            return [statement for statement in statements if re.search(pattern, statement)]

        return on(r"res_partner\b"), on("retention_")

    def test_the_counter_counts(self):
        """The way these tests find our statements works."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        self.assertTrue(all(self._get_statements(lambda: partner.value_year)))
        self.assertTrue(self._get_statements(lambda: self.Run.search_count([]))[1])

    def test_confirming_an_order(self):
        """Confirming an order makes no statement on contacts or figures, as without the addon."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        self._create_order(partner, NOW, 100)  # what a server reads once is read
        order = self._create_order(partner, NOW, 100, confirm=False)
        self.assertEqual(self._get_statements(order.action_confirm), ([], []))

    def test_posting_an_invoice(self):
        """Posting an invoice reads contacts once, as without the addon, and no figures."""
        self._set_up_accounts()
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        self._create_invoice(partner, days_ago(0), 100)  # what a server reads once is read
        invoice = self._create_invoice(partner, days_ago(0), 100, post=False)
        partner_statements, ours = self._get_statements(invoice.action_post)
        self.assertEqual(ours, [])
        self.assertLessEqual(len(partner_statements), 1, partner_statements)
