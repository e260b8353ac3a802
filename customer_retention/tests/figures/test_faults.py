from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, days_ago
from .histories import HistoryCase

RUN = "odoo.addons.customer_retention.models.figures.retention_run"


@tagged("post_install", "-at_install")
class TestFaults(HistoryCase):
    """Contacts and companies that change under the figures. Real processes: ``tests/figures/test_faults.py``."""

    def test_archived_customer(self):
        """Archiving a contact changes no figure, and its purchases go on counting."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        partner.action_archive()
        self._create_past(partner, (5, 20))
        self._refresh()
        self.assertFigures(partner, lifetime_value=120)
        self.assertMatchesOracle()

    def test_deleted_customer(self):
        """With a contact go its figures, events and notes; the next run misses nothing."""
        partner, other = self._create_customers([(10, 100)], [(10, 50)])
        self._refresh()
        with self._at(NOW + timedelta(days=80)):
            self._refresh()
        self.assertEvents(partner, ("status", "new", "active"))
        self.Past.search([("partner_id", "=", partner.id)]).unlink()
        partner.unlink()
        self.env.flush_all()
        for table in ("retention_customer", "retention_event", "retention_change"):
            self.assertEqual(
                self._query(f"SELECT COUNT(*) FROM {table} WHERE partner_id = %s", partner.id),
                [(0,)],
            )
        run = self._refresh()
        self.assertEqual(run.customer_count, 1)
        self.assertFigures(other, is_gold=True)
        self.assertMatchesOracle()

    def test_deleted_company_of_contacts(self):
        """Deleting a company of contacts leaves its former contacts with what they bought."""
        company = self._create_customer()
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": company.id})
        self._create_past(contact, (10, 100))
        self._refresh()
        self.assertFigures(company, lifetime_value=100)
        contact.parent_id = False
        company.unlink()
        self._refresh()
        self.assertFigures(contact, lifetime_value=100)
        self.assertMatchesOracle()

    def test_currency_of_the_company_changes(self):
        """Figures follow to the new currency in the next run, which makes no events of it."""
        self._create_rate(self.usd, days_ago(500), 1)
        self._create_rate(self.eur, days_ago(500), 0.5)
        best, other = self._create_customers([(10, 100)], [(10, 30)])
        self._refresh()
        self.company.currency_id = self.eur
        run = self._refresh()
        self.assertFalse(run.with_events)
        self.assertFigures(best, lifetime_value=50, currency_id=self.eur, is_gold=True)
        self.assertFigures(other, lifetime_value=15, gold_gap=35)
        self.assertFalse(self.Event.search([]))
        self.assertMatchesOracle()

    def test_zone_of_the_company_changes(self):
        """Days of the new zone count from the next run on, which makes no events of it."""
        partner = self._create_customer()
        self.company.retention_basis = "ordered"
        # 23:30 in UTC on 4 June is 5 June in Auckland.
        self._create_order(partner, NOW.replace(day=4, hour=23, minute=30), 100)
        self._refresh()
        self.assertFigures(partner, last_purchase_date=days_ago(11))
        self.company.partner_id.tz = "Pacific/Auckland"
        run = self._refresh()
        self.assertFalse(run.with_events)
        self.assertFigures(partner, last_purchase_date=days_ago(10))
        self.assertMatchesOracle()

    def test_broken_zone(self):
        """A zone that does not exist stops the company's figures, and no page of anybody."""
        partner = self._create_customer(purchases=[(10, 100)])
        self._refresh()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s", [self.company.partner_id.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        error = self._refresh_isolated()
        self.assertIn("Timezone of company Retention Company is Mars/Olympus", error)
        self.assertFigures(partner, lifetime_value=100)
        self.assertEqual((partner.value_year, partner.days_late), (100, 0))
        self.assertIn("10 days ago", partner.status_reason)
        self.assertEqual(len(self._get_purchases(partner)), 1)

    def _refresh_isolated(self):
        with mute_logger(RUN):
            return self.Run._refresh_isolated(
                self.company,
                self.Run._refresh_night,
                "customer_retention.ir_cron_refresh_customers",
            )

    def test_broken_currency(self):
        """Orders without a rate count one to one; an archived currency is one like any other."""
        self.company.retention_basis = "ordered"
        partner = self._create_customer()
        order = self._create_order(partner, NOW, 100, currency=self.eur)
        self.env.flush_all()
        for rate in (None, 0):
            self.env.cr.execute(
                "UPDATE sale_order SET currency_rate = %s WHERE id = %s", [rate, order.id]
            )
            self.env.invalidate_all()
            self._refresh()
            self.assertFigures(partner, lifetime_value=100)
        self.env.cr.execute("UPDATE res_currency SET active = FALSE WHERE id = %s", [self.usd.id])
        self.env.invalidate_all()
        self.assertEqual(self._refresh().changed_count, 0)
        self.assertFigures(partner, lifetime_value=100, currency_id=self.usd)

    def test_deleted_company(self):
        """With a company of the database go its figures, runs and events, and nobody else's."""
        second = self._create_company("Second Company")
        partner = self._create_customer(purchases=[(10, 100)])
        self._create_past(partner, (10, 1), company_id=second.id)
        self._refresh()
        self._refresh(second)
        self.Past.search([("company_id", "=", second.id)]).unlink()
        contact = second.partner_id
        self._empty_inventory(second)
        second.unlink()
        contact.unlink()
        self.assertEqual(
            self.Customer.search([("partner_id", "=", partner.id)]).company_id, self.company
        )
        self.assertEqual(self._refresh().changed_count, 0)

    def _empty_inventory(self, company):
        """Delete what Odoo's Inventory, where it is installed, makes for each company and holds it by."""
        if "stock.location" not in self.env:
            return
        company.internal_transit_location_id = False
        self.env["ir.default"].search([("company_id", "=", company.id)]).unlink()
        for name in ("rule", "picking.type", "warehouse", "location"):
            model = self.env[f"stock.{name}"].with_context(active_test=False)
            model.search([("company_id", "=", company.id)]).unlink()

    def test_customer_becomes_own_company(self):
        """A contact that becomes the contact of a company of the database is no customer any more."""
        partner, other = self._create_customers([(10, 100)], [(10, 50)])
        self._refresh()
        self.env["res.company"].create({"name": "Third Company", "partner_id": partner.id})
        self._refresh()
        self.assertFalse(self._get_figures(partner))
        self.assertFigures(other, is_gold=True)
        self.assertMatchesOracle()

    def test_customer_becomes_user(self):
        """A customer who gets a login stays a customer."""
        partner = self._create_customer(purchases=[(10, 100)], email="ann@example.com")
        self._refresh()
        self.env["res.users"].create(
            {
                "name": "Ann",
                "login": "ann@example.com",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.assertEqual(self._refresh().changed_count, 0)
        self.assertFigures(partner, lifetime_value=100)
