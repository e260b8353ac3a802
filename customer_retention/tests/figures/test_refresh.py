import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, TODAY, RetentionCase, days_ago

REFRESH = "odoo.addons.customer_retention.models.figures.retention_run_refresh"


@tagged("post_install", "-at_install")
class TestLightRun(RetentionCase):
    """The hourly run: customers whose purchases were written since the last run.

    It looks back an hour more, so that what happens in these tests is hours apart.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        # A handful of customers is enough to see what is counted, and what is not.
        cls.classPatch(type(cls.Run), "_FEW", 0)

    def _refresh_changed(self, company=None):
        self.assertTrue(self.Run._refresh_changed(company or self.company))

    def test_first_run_is_full(self):
        """Where no run has been yet, the light run is a full one."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh_changed()
        self.assertFigures(partner, lifetime_value=100)
        run = self.Run.search([("company_id", "=", self.company.id)])
        self.assertTrue(run.is_complete)
        self.assertFalse(run.with_events)

    def test_order(self):
        """An order changes its customer's figures within the hour, and makes events."""
        partner, other = self._create_customers([(500, 100)], [(10, 50)])
        self._refresh()
        runs = self.Run.search_count([])
        with self._at(hours=3):
            self._create_order(partner, NOW, 200)
            self._refresh_changed()
            self.assertFigures(partner, lifetime_value=300, status="won_back", is_gold=True)
            self.assertIn("won_back", self.Event.search([]).mapped("new_value"))
        # The other is measured against the new limits at night.
        self.assertFigures(other, is_gold=True)
        self.assertEqual(self.Run.search_count([]), runs, "A light run is not logged")

    def test_limits_of_the_last_run(self):
        """A light run grades by the limits of the last run over all."""
        # Gold from 50, the value of the best of two; best not gold 20.
        _first, _second = self._create_customers([(10, 50)], [(10, 20)])
        self._refresh()
        with self._at(hours=3):
            third, fourth = self._create_customer(), self._create_customer()
            self._create_order(third, NOW, 50)
            self._create_order(fourth, NOW, 49)
            self._refresh_changed()
            self.assertFigures(third, is_gold=True, abc_class="a", gold_gap=0, gold_margin=30)
            self.assertFigures(fourth, is_gold=False, abc_class="c", gold_gap=1)

    def test_second_light_run(self):
        """A second light run writes nothing again."""
        [partner] = self._create_customers([(500, 100)])
        self._refresh()
        with self._at(hours=3):
            self._create_order(partner, NOW, 200)
            self._refresh_changed()
            events = self.Event.search_count([])
            self._refresh_changed()
            self.assertEqual(self.Event.search_count([]), events)

    def test_nothing_written(self):
        """Where nothing was written nothing is counted."""
        self._create_customers([(500, 100)])
        self._refresh()
        with self._at(hours=3):
            self._refresh_changed()
        with (
            self._at(hours=6),
            patch.object(type(self.Run), "_refresh_some", side_effect=AssertionError),
        ):
            self._refresh_changed()

    def test_cancelled_order(self):
        """A cancelled order is gone within the hour."""
        partner = self._create_customer()
        order = self._create_order(partner, NOW, 200)
        self._refresh()
        with self._at(hours=3):
            order._action_cancel()
            self._refresh_changed()
        self.assertFalse(self._get_figures(partner))

    def test_deleted_order(self):
        """So is a deleted one, though nothing of it is left."""
        partner = self._create_customer()
        order = self._create_order(partner, NOW, 200)
        self._refresh()
        with self._at(hours=3):
            order._action_cancel()
            order.unlink()
            self._refresh_changed()
        self.assertFalse(self._get_figures(partner))

    def test_order_of_another_customer(self):
        """An order given to another customer leaves the first and counts for the second."""
        first, second = self._create_customer(), self._create_customer()
        order = self._create_order(first, NOW, 200)
        self._refresh()
        with self._at(hours=3):
            order.partner_id = second
            self._refresh_changed()
        self.assertFalse(self._get_figures(first))
        self.assertFigures(second, lifetime_value=200)

    def test_changed_past_purchases(self):
        """Past purchases written, moved and deleted count within the hour."""
        first, second = self._create_customers([(10, 10)], [(10, 20)])
        self._refresh()
        past = self.Past.search([("partner_id", "=", first.id)])
        with self._at(hours=3):
            past.amount = 15
            self._refresh_changed()
            self.assertFigures(first, lifetime_value=15)
        with self._at(hours=6):
            past.partner_id = second
            self._refresh_changed()
            self.assertFalse(self._get_figures(first))
            self.assertFigures(second, lifetime_value=35)
        with self._at(hours=9):
            past.unlink()
            self._refresh_changed()
            self.assertFigures(second, lifetime_value=20)

    def test_contact_moves(self):
        """A contact that moves takes its purchases along within the hour, out of a company too."""
        old, new = self._create_customers([(10, 10)], [(10, 20)])
        (old | new).is_company = True
        contact = self._create_customer("Edwin", [(10, 100)], parent_id=old.id)
        self._refresh()
        with self._at(hours=3):
            contact.parent_id = new
            self._refresh_changed()
            self.assertFigures(old, lifetime_value=10)
            self.assertFigures(new, lifetime_value=120)
        with self._at(hours=6):
            contact.parent_id = False
            self._refresh_changed()
            self.assertFigures(new, lifetime_value=20)
            self.assertFigures(contact, lifetime_value=100)
        with self._at(hours=9):
            contact.parent_id = old
            self._refresh_changed()
            self.assertFalse(self._get_figures(contact))
            self.assertFigures(old, lifetime_value=110)

    def test_invoices(self):
        """Invoices posted, reversed and opened again count within the hour."""
        self._set_up_accounts()
        self.company.retention_basis = "invoiced"
        partner = self._create_customer()
        self._refresh()
        with self._at(hours=3):
            invoice = self._create_invoice(partner, TODAY, 70)
            self._refresh_changed()
            self.assertFigures(partner, lifetime_value=70)
        with self._at(hours=6):
            credit = invoice._reverse_moves([{"date": TODAY, "invoice_date": TODAY}], cancel=True)
            self._refresh_changed()
            self.assertFalse(self._get_figures(partner))
        with self._at(hours=9):
            (invoice + credit).line_ids.remove_move_reconcile()
            self.assertEqual(invoice.payment_state, "not_paid")
            self._refresh_changed()
            # The credit note names it still: it was given back, whatever its payment state.
            self.assertFalse(self._get_figures(partner))
        with self._at(hours=12):
            credit.button_draft()
            self._refresh_changed()
            self.assertFigures(partner, lifetime_value=70, purchase_count=1)

    def test_hourly_action(self):
        """The hourly action refreshes every company, and one that fails stops no other."""
        other = self._create_company("Elsewhere")
        partner, second = self._create_customers([(10, 10)], [])
        self._create_past(second, (10, 20), company_id=other.id)
        self._refresh()
        self._refresh(other)
        cron = self.env.ref("customer_retention.ir_cron_refresh_changed")
        with self._at(hours=3):
            self._create_past(partner, (10, 5))
            self._create_past(second, (10, 5), company_id=other.id)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s",
                [self.company.partner_id.id],
            )
            with mute_logger("odoo.addons.customer_retention.models.figures.retention_run"):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
            self.assertFigures(second, other, lifetime_value=25)
            self.assertFigures(partner, lifetime_value=10)
            self.assertFalse(cron.failure_count)

    def test_old_notes_are_removed(self):
        """Notes of changed customers are removed after two weeks."""
        partner = self._create_customer()
        self.env["retention.change"]._note(partner)
        note = self.env["retention.change"].search([("partner_id", "=", partner.id)])
        with self._at(days=13):
            self.env["retention.change"]._gc_changes()
            self.assertTrue(note.exists())
        with self._at(days=15):
            self.env["retention.change"]._gc_changes()
            self.assertFalse(note.exists())


@tagged("post_install", "-at_install")
class TestNight(RetentionCase):
    """The nightly run of a company with many customers counts only what may have changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        cls.startClassPatcher(patch.object(type(cls.Run), "_INCREMENTAL_FROM", 0))

    def _run_night(self, day):
        """Run the night of ``day`` days from now, and return its run."""
        with self._at(days=day):
            self.assertTrue(self.Run._refresh_night(self.company))
            return self.Run.search([("company_id", "=", self.company.id)], limit=1)

    def _get_rows(self):
        self.env.cr.execute(
            "SELECT to_jsonb(c) FROM retention_customer AS c WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def test_small_company(self):
        """Below that number of customers everything is counted every night."""
        self._create_customers([(10, 10)])
        self._refresh()
        self.assertFalse(self._run_night(1).is_full)
        with patch.object(type(self.Run), "_INCREMENTAL_FROM", 2):
            self.assertTrue(self._run_night(2).is_full)

    def test_only_what_changed_is_counted(self):
        """A night counts who bought and whose purchases crossed a border of the windows."""
        # The purchase of 26 days ago leaves the month on the fourth day; the others stay.
        _stays, crosses, buys = self._create_customers(
            [(100, 10)], [(26, 20), (100, 5)], [(200, 30)]
        )
        self._refresh()
        self._run_night(2)  # a night looks back a day more: this one counts all three again
        counted = []
        create_totals = type(self.Run)._create_totals

        def spy(run, work, partner_ids=None):
            counted.append(partner_ids)
            return create_totals(run, work, partner_ids)

        with (
            self._at(days=5),
            patch.object(type(self.Run), "_create_totals", spy),
        ):
            self._create_order(buys, NOW + timedelta(days=5), 7)
            self.Run._refresh_night(self.company)
        self.assertEqual(len(counted), 1)
        self.assertEqual(set(counted[0]), set((crosses | buys).ids))
        self.assertFigures(crosses, value_month=0, value_year=25)
        self.assertFigures(buys, value_month=7, lifetime_value=37)

    def test_changed_settings(self):
        """After changed settings or an import everything is counted."""
        self._create_customers([(10, 10)])
        self._refresh()
        self.company.retention_new_days = 20
        run = self._run_night(1)
        self.assertTrue(run.is_full)
        self.assertFalse(run.with_events)

    def test_weekly_count(self):
        """Once a week everything is counted, and a difference is repaired and logged."""
        partner = self._create_customer(purchases=[(10, 10)])
        self._refresh()
        self._run_night(2)
        self.env.cr.execute(
            "UPDATE retention_customer SET lifetime_value = 11 WHERE partner_id = %s", [partner.id]
        )
        self.env.invalidate_all()
        for day in range(3, 7):
            run = self._run_night(day)
            self.assertFalse(run.is_full)
            self.assertFigures(partner, lifetime_value=11)
        with self.assertLogs(REFRESH, "ERROR") as logs:
            run = self._run_night(7)
        self.assertIn("repaired the figures of 1 customers", logs.output[0])
        self.assertEqual((run.is_full, run.difference_count), (True, 1))
        self.assertFigures(partner, lifetime_value=10)
        self.assertFalse(self._run_night(8).is_full)

    def test_as_a_full_count(self):
        """Nights that count only changes leave what a full count says, over forty days of business."""
        chance = random.Random(19)
        borders = (0, 28, 29, 363, 364, 728, 729, 1093, 1094)
        partners = self._create_customers(
            *(
                [
                    (chance.choice(borders) - chance.randrange(40), chance.randrange(-5, 50))
                    for _purchase in range(chance.randrange(1, 5))
                ]
                for _partner in range(30)
            )
        )
        self._refresh()
        orders = self.env["sale.order"]
        for day in (1, 2, 3, 5, 6, 13, 14, 30, 40):
            with self._at(days=day):
                for partner in chance.sample(list(partners), 2):
                    orders |= self._create_order(
                        partner, NOW + timedelta(days=day), chance.randrange(1, 90)
                    )
                if chance.random() < 0.5:
                    order = chance.choice(orders)
                    order._action_cancel()
                    orders -= order
            self._run_night(day)
        rows = self._get_rows()
        with self._at(days=40):
            run = self._refresh()
        self.assertTrue(run.is_full)
        self.assertEqual(run.changed_count, 0)
        self.assertEqual(self._get_rows(), rows)
        self.assertFalse(self.Run.search([("difference_count", "!=", 0)]))

    def test_missed_nights(self):
        """After nights without a run the next one catches up with all borders passed meanwhile."""
        [partner] = self._create_customers([(20, 1), (355, 2), (720, 4), (1085, 8)])
        self._refresh()
        self.assertFigures(partner, value_month=1, value_year=3, value_year_1=4, value_year_2=8)
        self._run_night(11)
        # 31, 366, 731 and 1096 days ago then.
        self.assertFigures(
            partner, value_month=0, value_year=1, value_year_1=2, value_year_2=4, lifetime_value=15
        )

    def test_future_purchase(self):
        """A purchase dated in the future is counted in the night of its day."""
        partner = self._create_customer(purchases=[(10, 1), (-3, 100)])
        self._refresh()
        self._run_night(2)
        self.assertFigures(partner, lifetime_value=1)
        self._run_night(3)
        self.assertFigures(partner, lifetime_value=101, last_purchase_date=days_ago(-3))
