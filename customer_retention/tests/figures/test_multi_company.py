from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import ALL, MANAGER, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestMultiCompany(RetentionCase):
    """Two companies in different currencies that share their contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paris = cls._create_company("Paris", currency=cls.eur)
        cls.both = cls.company | cls.paris
        cls.shared, cls.here, cls.there = cls._create_customers([(10, 100)], [(10, 40)], [])
        cls._create_past(cls.shared, (100, 7000), company_id=cls.paris.id)
        cls._create_past(cls.there, (10, 3000), company_id=cls.paris.id)
        cls._refresh()
        cls._refresh(cls.paris)
        cls.everybody = cls.shared | cls.here | cls.there
        cls.domain = [("id", "in", cls.everybody.ids)]
        cls.partners = cls.env["res.partner"]

    def test_one_row_for_each_company(self):
        """A customer of two companies has figures in each, in the company's currency."""
        self.assertFigures(self.shared, value_year=100, status="new", currency_id=self.usd)
        self.assertFigures(
            self.shared, self.paris, value_year=7000, status="active", currency_id=self.eur
        )
        self.assertFalse(self._get_figures(self.here, self.paris))
        self.assertFalse(self._get_figures(self.there))

    def test_contact_shows_the_current_company(self):
        """A contact shows the figures of the current company, and switches with it."""
        user = self._create_user("both", ALL, self.both)
        shared = self._as(self.shared, user, self.both)
        self.assertEqual((shared.value_year, shared.retention_currency_id), (100, self.usd))
        shared = shared.with_company(self.paris)
        self.assertEqual((shared.value_year, shared.retention_currency_id), (7000, self.eur))
        self.assertEqual(shared.retention_status, "active")
        there = self._as(self.there, user, self.both)
        self.assertEqual((there.value_year, there.retention_status), (0, "prospect"))
        self.assertEqual(there.with_company(self.paris).retention_status, "new")

    def test_totals_never_mix_currencies(self):
        """With both companies selected, contacts add up the current company only."""
        user = self._create_user("both", ALL, self.both)
        for companies, expected in (
            ([self.company, self.paris], 140),
            ([self.paris, self.company], 10000),
            ([self.company], 140),
            ([self.paris], 10000),
        ):
            Partner = self.partners.with_user(user).with_context(
                allowed_company_ids=[company.id for company in companies]
            )
            with self.subTest(current=companies[0].name, selected=len(companies)):
                [[total]] = Partner._read_group(self.domain, [], ["value_year:sum"])
                self.assertEqual(total, expected)

    def test_search_and_sort(self):
        """Search and order go by the current company."""
        user = self._create_user("both", ALL, self.both)
        here = self._as(self.partners, user)
        paris = self._as(self.partners, user, self.paris)
        self.assertEqual(here.search([*self.domain, ("value_year", ">", 1000)]), self.partners)
        self.assertEqual(
            paris.search([*self.domain, ("value_year", ">", 1000)]), self.shared | self.there
        )
        self.assertEqual(
            list(paris.search(self.domain, order="value_year desc")),
            [self.shared, self.there, self.here],
        )
        self.assertEqual(
            list(here.search(self.domain, order="value_year desc")),
            [self.shared, self.here, self.there],
        )

    def test_no_leak(self):
        """Who may work in one company sees nothing of the other."""
        user = self._create_user("here", MANAGER, self.company)
        for model in (self.Customer, self.Event, self.Purchase, self.Past, self.Run):
            with self.subTest(model=model._name):
                found = self._as(model, user).search([])
                self.assertLessEqual(found.company_id, self.company)
                other = model.search([("company_id", "=", self.paris.id)], limit=1)
                if other:
                    with self.assertRaises(AccessError):
                        self._as(other, user).read(["company_id"])
        self.assertEqual(self._as(self.there, user).retention_status, "prospect")
        with self.assertRaises(AccessError):
            self._as(self.shared, user, self.paris).read(["value_year"])
        found = self._as(self.partners, user).search(
            [("retention_customer_ids.value_year", ">", 1000)]
        )
        self.assertFalse(found)

    def test_selected_companies(self):
        """The rows of figures are those of the selected companies."""
        user = self._create_user("both", ALL, self.both)
        domain = [("partner_id", "=", self.shared.id)]
        self.assertEqual(self._as(self.Customer, user).search(domain).company_id, self.company)
        self.assertEqual(
            self._as(self.Customer, user, self.both).search(domain).company_id, self.both
        )

    def test_own_settings(self):
        """Each company grades by its own settings."""
        self.paris.write({"retention_gold_percent": 100, "retention_new_days": 5})
        self._refresh()
        self._refresh(self.paris)
        self.assertFigures(self.shared, is_gold=True, status="new")
        self.assertFigures(self.here, is_gold=False)
        self.assertFigures(self.there, self.paris, is_gold=True, status="active")
        self.assertFigures(self.shared, self.paris, is_gold=True)

    def test_own_limits(self):
        """What is missing to be gold counts against the own company's limit."""
        # Of two buyers each the first is gold: 100 here, 7000 in Paris.
        self.assertFigures(self.here, gold_gap=60)
        self.assertFigures(self.there, self.paris, gold_gap=4000)
        self.assertFigures(self.shared, gold_margin=60)
        self.assertFigures(self.shared, self.paris, gold_margin=4000)

    def test_own_basis_and_zone(self):
        """Basis and zone are each company's own."""
        self.paris.write({"retention_basis": "ordered"})
        self.paris.partner_id.tz = "Pacific/Auckland"
        for company in self.both:
            self._create_order(self.there, "2026-06-14 12:30:00", 10, company=company)
        self._refresh()
        self._refresh(self.paris)
        self.assertFalse(self._get_figures(self.there))
        self.assertFigures(
            self.there, self.paris, lifetime_value=3010, last_purchase_date=date(2026, 6, 15)
        )

    def test_run_touches_one_company(self):
        """A run of one company leaves the other's figures alone, also those of who left."""
        self.Past.search([("partner_id", "=", self.shared.id)]).unlink()
        self._refresh()
        self.assertFalse(self._get_figures(self.shared))
        self.assertFigures(self.shared, self.paris, value_year=7000)

    def test_events_of_each_company(self):
        """An event belongs to the company in which it happened."""
        self.company.retention_basis = "ordered"
        self._refresh()
        self._create_order(self.there, "2026-06-15 10:00:00", 10)
        self._refresh()
        event = self.Event.search([("partner_id", "=", self.there.id)])
        self.assertRecordValues(
            event,
            [
                {
                    "company_id": self.company.id,
                    "type": "status",
                    "old_value": "prospect",
                    "new_value": "new",
                    "date": days_ago(0),
                }
            ],
        )

    def test_badge_of_the_document(self):
        """A document shows what its customer is to the document's company."""
        user = self._create_user("both", ALL, self.both)
        order = self.env["sale.order"].create(
            {"partner_id": self.there.id, "company_id": self.paris.id}
        )
        self.assertEqual(self._as(order, user, self.both).retention_status, "new")
        order = self.env["sale.order"].create(
            {"partner_id": self.there.id, "company_id": self.company.id}
        )
        self.assertEqual(self._as(order, user, self.both).retention_status, "prospect")

    def test_whose_it_is(self):
        """What happens to a customer stands with customer, person and a company, by default the present one."""
        for noun in (
            "event",
            "enrollment",
            "followup",
            "mention",
            "loss",
            "thanks",
            "satisfaction",
        ):
            Model = self.env[f"retention.{noun}"]
            with self.subTest(model=Model._name):
                self.assertLessEqual({"partner_id", "contact_id", "company_id"}, set(Model._fields))
                self.assertTrue(Model._fields["company_id"].required)
                if not Model._fields["company_id"].related:
                    default = Model.default_get(["company_id"])
                    self.assertEqual(default, {"company_id": self.company.id})

    def test_program_of_another_company(self):
        """Programs of another company, and their steps, are not there; those of all companies are."""
        other = self._create_company("Other")
        programs = self.env["retention.program"].create(
            [
                {
                    "name": "Call",
                    "event_type": "purchase",
                    "company_id": company.id,
                    "step_ids": [
                        Command.create(
                            {"activity_type_id": self.ref("mail.mail_activity_data_call")}
                        )
                    ],
                }
                for company in (other, self.company, self.env["res.company"])
            ]
        )
        manager = self._create_user("steps_manager", MANAGER)
        for records in (programs, programs.step_ids):
            with self.subTest(model=records._name):
                seen = self._as(records, manager).search([("id", "in", records.ids)])
                self.assertEqual(set(seen.ids), set(records[1:].ids))
        with self.assertRaises(AccessError):
            self._as(programs[0].step_ids, manager).summary = "Mine"
