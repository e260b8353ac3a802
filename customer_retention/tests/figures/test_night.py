from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, days_ago
from .histories import HistoryCase

REFRESH = "odoo.addons.customer_retention.models.figures.retention_run_refresh"


@tagged("post_install", "-at_install")
class TestNight(HistoryCase):
    """A night that counts only what changed leaves what a full count would leave.

    The figures are compared with the oracle after each night.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_templates()
        cls.company.retention_basis = "ordered"

    def setUp(self):
        super().setUp()
        self.patch(type(self.Run), "_INCREMENTAL_FROM", 0)

    def _create_orders(self, *orders):
        """Create confirmed orders ``(partner, days ago, amount)`` now, at noon UTC."""
        self._copy(
            "sale_order",
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "currency_id": self.usd.id,
                    "currency_rate": 1,
                    "state": "sale",
                    "date_order": NOW - timedelta(days=days),
                    "amount_untaxed": amount,
                }
                for partner, days, amount in orders
            ],
        )

    def _get_orders(self, partner):
        return self.env["sale.order"].search(
            [("partner_id", "=", partner.id)], order="date_order desc"
        )

    def _create_buyers(self, *purchases, with_lines=False):
        """Create one customer for each list of orders ``(days ago, amount)``, and count them."""
        buyers = self._create_customers(*([] for _each in purchases))
        orders = [
            (buyer, *order)
            for buyer, orders in zip(buyers, purchases, strict=True)
            for order in orders
        ]
        with self._at(NOW - timedelta(days=2)):
            if with_lines:
                for buyer, days, amount in orders:
                    self._create_order(buyer, NOW - timedelta(days=days), amount)
            else:
                self._create_orders(*orders)
        with self._at(NOW):
            self._refresh()
            self.assertMatchesOracle()
        return buyers

    def _night(self, days=1, is_full=False):
        """Make the run of a night ``days`` later, compare it with the oracle and return it."""
        with self._at(NOW + timedelta(days=days)):
            self.assertTrue(self.Run._refresh_night(self.company))
            run = self.Run._get_last(self.company)
            self.assertEqual((run.is_full, run.difference_count), (is_full, 0))
            self.assertMatchesOracle()
        return run

    def _falsify(self, partner):
        """Let the figures of ``partner`` say what nobody bought: only a count corrects that."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retention_customer SET lifetime_value = 12345 WHERE partner_id = %s",
            [partner.id],
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # What is counted
    # ------------------------------------------------------------------

    def test_only_those_changed_are_counted(self):
        """A night counts a customer with a new order, and carries the figures of another."""
        first, second = self._create_buyers([(100, 10)], [(200, 20)])
        self._falsify(first)
        self._falsify(second)
        with self._at(NOW + timedelta(hours=20)):
            self._create_orders((second, 0, 5))
        with self._at(NOW + timedelta(days=1)):
            self.Run._refresh_night(self.company)
        self.assertFigures(first, lifetime_value=12345)
        self.assertFigures(second, lifetime_value=25)

    def test_small_company(self):
        """Below the threshold of customers every night counts all."""
        [buyer] = self._create_buyers([(100, 10)])
        self._falsify(buyer)
        self.patch(type(self.Run), "_INCREMENTAL_FROM", 2)
        self._night(is_full=True)
        self.assertFigures(buyer, lifetime_value=10)

    def test_first_night(self):
        """The first night of a company counts all."""
        [buyer] = self._create_customers([])
        with self._at(NOW):
            self._create_orders((buyer, 10, 10))
        run = self._night(is_full=True)
        self.assertFalse(run.with_events)
        self.assertFigures(buyer, lifetime_value=10)

    def test_second_night_writes_nothing(self):
        """Run twice on one day, the second changes no figure."""
        self._create_buyers([(29, 10)], [(364, 20)], [(10, 3)])
        self.assertGreater(self._night().changed_count, 0)
        self.assertEqual(self._night().changed_count, 0)

    def test_changed_settings(self):
        """After a changed setting everything is counted, and no event is recorded."""
        buyers = self._create_buyers(*([(100, 10 + number)] for number in range(10)))
        self._falsify(buyers[0])
        # 10 % of 10 are 1, 20 % are 2: the second best becomes gold.
        self.company.retention_gold_percent = 20
        run = self._night(is_full=True)
        self.assertFalse(run.with_events)
        self.assertFigures(buyers[8], is_gold=True)
        self.assertEvents(buyers[8])
        # The night after is incremental again, and records what happens.
        self.assertTrue(self._night(days=2).with_events)

    def test_import_of_past_purchases(self):
        """After an import everything is counted, and the past makes no events."""
        first, second = self._create_buyers([(100, 10)], [(100, 5)])
        with self._at(NOW + timedelta(hours=20)):
            self._create_past(second, (50, 100))
        self.assertFalse(self._night(is_full=True).with_events)
        self.assertFigures(second, is_gold=True, lifetime_value=105)
        self.assertEvents(first)

    def test_clock_set_back(self):
        """Where today is before the day of the last run, everything is counted."""
        [buyer] = self._create_buyers([(29, 10)])
        self._night(days=5)
        self.assertFigures(buyer, value_month=0)
        self._night(days=0, is_full=True)
        self.assertFigures(buyer, value_month=10)

    # ------------------------------------------------------------------
    # Days
    # ------------------------------------------------------------------

    def test_borders_of_windows(self):
        """A purchase that leaves a window on the day of the run leaves the figures."""
        month, year, before, first, far = self._create_buyers(
            [(29, 1)], [(364, 2)], [(729, 4)], [(1094, 8)], [(500, 16)]
        )
        self.assertFigures(month, value_month=1)
        self.assertFigures(first, value_year_2=8)
        run = self._night()
        self.assertFigures(month, value_month=0, value_year=1)
        self.assertFigures(year, value_year=0, value_year_1=2)
        self.assertFigures(before, value_year_1=0, value_year_2=4)
        self.assertFigures(first, value_year_2=0, lifetime_value=8)
        self.assertFigures(far, value_year_1=16)
        self.assertEqual(run.customer_count, 5)

    def test_days_between_runs(self):
        """Nights that were left out are made up for: windows of all the days since are looked at."""
        days = [*range(20, 31), *range(355, 366), *range(720, 731), *range(1085, 1096)]
        self._create_buyers(*([(each, 1 + each)] for each in days))
        self._night(days=6)
        self._night(days=40, is_full=True)

    def test_day_of_a_future_order(self):
        """An order of the future counts from its day on."""
        [buyer] = self._create_buyers([(10, 1), (-2, 100)])
        self._night()
        self.assertFigures(buyer, lifetime_value=1)
        self._night(days=2)
        self.assertFigures(buyer, lifetime_value=101, purchase_days=2)

    def test_status_of_everybody(self):
        """Status and scores follow the days, also of those who are not counted."""
        # Bought once, on day 0; the usual gap is 90 days: late after 135 days, silent after 270.
        [buyer] = self._create_buyers([(0, 10)])
        for days, status in ((89, "new"), (90, "active"), (136, "late"), (271, "silent")):
            self._night(days=days, is_full=days in (89, 136, 271))
            self.assertFigures(buyer, status=status)
        self.assertEvents(
            buyer,
            ("status", "new", "active"),
            ("status", "active", "late"),
            ("status", "late", "silent"),
        )

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def test_new_order_moves_others(self):
        """Whom a new order pushes out of gold loses it the same night, without being counted."""
        best, second = self._create_buyers([(100, 10)], [(100, 5)])
        self.assertFigures(best, is_gold=True, abc_class="a")
        with self._at(NOW + timedelta(hours=20)):
            self._create_orders((second, 0, 50))
        self._night()
        self.assertFigures(best, is_gold=False, abc_class="c", lifetime_value=10)
        self.assertFigures(second, is_gold=True, abc_class="a", lifetime_value=55)
        events = self.Event.search([("partner_id", "=", best.id), ("type", "=", "is_gold")])
        self.assertRecordValues(events, [{"old_value": "true", "new_value": "false"}])

    def test_changed_and_cancelled_orders(self):
        """An order whose amount changes, or that is cancelled, is counted anew."""
        first, second, third = self._create_buyers(
            [(100, 10), (50, 7)], [(100, 5)], [(70, 1)], with_lines=True
        )
        with self._at(NOW + timedelta(hours=20)):
            self._get_orders(first)[0].order_line.price_unit = 9
            self._get_orders(second)._action_cancel()
        self._night()
        self.assertFigures(first, lifetime_value=19)
        self.assertFigures(third, lifetime_value=1)
        self.assertFalse(self._get_figures(second))

    def test_deleted_orders(self):
        """A deleted order leaves no trace of its own; its customer is counted anew."""
        first, second = self._create_buyers([(100, 10), (50, 7)], [(100, 5)])
        with self._at(NOW + timedelta(hours=20)):
            orders = self._get_orders(first)[0] | self._get_orders(second)
            orders._action_cancel()
            orders.unlink()
        self._night()
        self.assertFigures(first, lifetime_value=10)
        self.assertFalse(self._get_figures(second))

    def test_moved_orders(self):
        """An order given to another customer counts for that one alone."""
        first, second, third = self._create_buyers(
            [(100, 10), (50, 7)], [(100, 5)], [(100, 1)], with_lines=True
        )
        with self._at(NOW + timedelta(hours=20)):
            self._get_orders(first)[0].partner_id = second
            self._get_orders(third).partner_id = first
        self._night()
        self.assertFigures(first, lifetime_value=11)
        self.assertFigures(second, lifetime_value=12)
        self.assertFalse(self._get_figures(third))

    def test_contact_moves(self):
        """A contact that gets a company takes the purchases along; one that leaves it too."""
        first, second = self._create_buyers([(100, 10)], [(100, 5)])
        with self._at(NOW + timedelta(hours=20)):
            first.parent_id = second
        self._night()
        self.assertFalse(self._get_figures(first))
        self.assertFigures(second, lifetime_value=15)
        with self._at(NOW + timedelta(days=1, hours=20)):
            first.parent_id = False
        self._night(days=2)
        self.assertFigures(first, lifetime_value=10)
        self.assertFigures(second, lifetime_value=5)

    def test_changes_before_the_last_run(self):
        """A transaction that began before the last run and ended after it is not overlooked."""
        # It carries the time of its beginning: up to a day before the run is looked at again.
        [buyer] = self._create_buyers([(100, 10)])
        with self._at(NOW - timedelta(hours=23)):
            self._create_orders((buyer, 1, 5))
        self._night()
        self.assertFigures(buyer, lifetime_value=15)

    def test_merge(self):
        """After a merge everything is counted, and no event is recorded."""
        first, second, third = self._create_buyers([(100, 10)], [(100, 5)], [(100, 12)])
        self.env["base.partner.merge.automatic.wizard"]._merge((first | second).ids, second)
        self.assertFalse(self._night(is_full=True).with_events)
        self.assertFigures(second, lifetime_value=15, is_gold=True)
        self.assertFigures(third, is_gold=False)
        self.assertFalse(self.Event.search([("type", "!=", "merged")]))

    # ------------------------------------------------------------------
    # The weekly check
    # ------------------------------------------------------------------

    def test_weekly_check(self):
        """Seven days after the last full count, the night counts all once more."""
        self._create_buyers([(29, 10)], [(100, 5)])
        full = [days for days in range(1, 16) if self._try_night(days)]
        self.assertEqual(full, [7, 14])

    def _try_night(self, days):
        with self._at(NOW + timedelta(days=days)):
            self.Run._refresh_night(self.company)
            return self.Run._get_last(self.company).is_full

    def test_weekly_check_repairs(self):
        """A difference that the weekly check finds is repaired, logged as an error, and no event."""
        wrong, right, gold = self._create_buyers([(100, 10)], [(100, 5)], [(100, 12)])
        self.env.flush_all()
        # 10 instead of 50 this year: the limits of gold and class A were wrong too.
        self.env.cr.execute(
            "UPDATE retention_customer SET value_year = 50 WHERE partner_id = %s", [wrong.id]
        )
        self.env.invalidate_all()
        for days in range(1, 7):
            self._try_night(days)
        self.assertFigures(wrong, is_gold=True)
        events = self.Event.search_count([])
        with self.assertLogs(REFRESH, "ERROR") as logs:
            self._try_night(7)
        self.assertIn(
            f"company {self.company.id} repaired the figures of 2 customers", logs.output[0]
        )
        run = self.Run._get_last(self.company)
        self.assertEqual((run.difference_count, run.gold_limit), (2, 12))
        self.assertFigures(wrong, value_year=10, is_gold=False)
        self.assertFigures(right, value_year=5, is_gold=False)
        self.assertFigures(gold, value_year=12, is_gold=True)
        self.assertEqual(self.Event.search_count([]), events, "A repair did not happen that day")
        with self._at(NOW + timedelta(days=7)):
            self.assertMatchesOracle()

    def test_check_after_each_week(self):
        """A check that repaired something is followed by the next one a week later."""
        [buyer] = self._create_buyers([(100, 10)])
        self._falsify(buyer)
        with mute_logger(REFRESH):
            self._try_night(9)
        self.assertFigures(buyer, lifetime_value=10)
        self.assertFalse(self._try_night(15))
        self.assertTrue(self._try_night(16))


@tagged("post_install", "-at_install")
class TestNightOfInvoices(HistoryCase):
    """The same where invoices are counted: posting, resetting, crediting and deleting them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_accounts()

    def setUp(self):
        super().setUp()
        self.patch(type(self.Run), "_INCREMENTAL_FROM", 0)

    def test_invoices(self):
        """Every step in the life of an invoice is in the figures of the next night."""
        first, second = self._create_customers([], [])
        with self._at(NOW - timedelta(days=2)):
            kept = self._create_invoice(first, days_ago(20), 10)
            reset = self._create_invoice(first, days_ago(15), 3)
            credited = self._create_invoice(second, days_ago(10), 7)
        with self._at(NOW):
            self._refresh()
        self.assertFigures(first, lifetime_value=13, purchase_days=2)

        def change_price():
            reset.invoice_line_ids.price_unit = 4

        def cancel():
            reset.button_draft()
            reset.button_cancel()

        def delete():
            reset.button_draft()
            reset.with_context(force_delete=True).unlink()

        def give_over():
            kept.button_draft()
            kept.partner_id = second
            kept.action_post()

        steps = (
            reset.button_draft,
            change_price,
            reset.action_post,
            cancel,
            delete,
            lambda: credited._reverse_moves([{"invoice_date": days_ago(0)}], cancel=True),
            lambda: self._create_invoice(second, days_ago(3), 1, "out_refund"),
            lambda: self._create_invoice(second, days_ago(3), 2, "out_receipt"),
            give_over,
        )
        for hours, step in enumerate(steps, 1):
            with self._at(NOW + timedelta(hours=hours)):
                step()
                self.env.flush_all()
            with self._at(NOW + timedelta(hours=hours, minutes=1)):
                self.assertTrue(self.Run._refresh_night(self.company))
                self.assertFalse(self.Run._get_last(self.company).is_full)
                self.assertMatchesOracle()
        # The second customer: 7 - 7 (credited) - 1 + 2 + 10 (given over); days 3 and 20.
        self.assertFigures(second, lifetime_value=11, purchase_days=2)
        self.assertFalse(self._get_figures(first))
