from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestPartnerFigures(RetentionCase):
    """Figures on the contact: read, searched, sorted, grouped and added up, without a column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Values this year 300, 1000, 20, none; nobody of four or less is A but the best.
        cls.silver, cls.best, cls.late, cls.old = cls._create_customers(
            [(10, 100), (40, 200)], [(5, 1000)], [(200, 20)], [(500, 70)]
        )
        cls.best.name = "Best Customer"
        cls.prospect = cls._create_customer("Prospect")
        cls.contact = cls._create_customer("Edwin", parent_id=cls.best.id)
        cls.best.is_company = True
        cls.customers = cls.silver | cls.best | cls.late | cls.old
        cls.everybody = cls.customers | cls.prospect | cls.contact
        cls._refresh()
        cls.Partner = cls.env["res.partner"]
        cls.domain = [("id", "in", cls.everybody.ids)]

    def _search(self, *leaves, **kwargs):
        return self.Partner.search([*self.domain, *leaves], **kwargs)

    def test_read(self):
        """A commercial partner shows all figures."""
        # Rank among 1000, 300 and 20: the second, with 1300 of 1320 = 98.48 %. Gold: the best.
        self.assertEqual(
            self.silver.read(
                [
                    "value_month",
                    "value_year",
                    "value_year_1",
                    "value_year_2",
                    "lifetime_value",
                    "average_purchase",
                    "purchase_count",
                    "purchase_days",
                    "first_purchase_date",
                    "previous_purchase_date",
                    "last_purchase_date",
                    "expected_gap_days",
                    "expected_date",
                    "days_late",
                    "is_gold",
                    "gold_gap",
                    "gold_margin",
                    "abc_class",
                    "retention_status",
                    "rank",
                ],
                load=None,
            ),
            [
                {
                    "id": self.silver.id,
                    "value_month": 100,
                    "value_year": 300,
                    "value_year_1": 0,
                    "value_year_2": 0,
                    "lifetime_value": 300,
                    "average_purchase": 150,
                    "purchase_count": 2,
                    "purchase_days": 2,
                    "first_purchase_date": days_ago(40),
                    "previous_purchase_date": days_ago(40),
                    "last_purchase_date": days_ago(10),
                    "expected_gap_days": 70,  # (180 + 30) / 3
                    "expected_date": days_ago(-60),
                    "days_late": 0,
                    "is_gold": False,
                    "gold_gap": 700,
                    "gold_margin": 0,
                    "abc_class": "c",
                    "retention_status": "active",
                    "rank": 2,
                }
            ],
        )
        self.assertEqual(self.silver.retention_currency_id, self.usd)
        self.assertAlmostEqual(self.silver.cumulative_percent, 1300 / 1320 * 100)
        self.assertEqual(self.best.gold_margin, 700)

    def test_all_figures_are_there(self):
        """Every figure of a customer has a field of the same name and type on the contact."""
        names = set(self.Partner._get_figure_names())
        for name, field in self.Customer._fields.items():
            if name in {"id", "display_name", "partner_id", "company_id", "currency_id", "user_id"}:
                continue
            if name == "months":  # a chart for cards; the contact has its own
                continue
            if name == "status":
                name = "retention_status"
            self.assertIn(name, self.Partner._fields)
            own = self.Partner._fields[name]
            self.assertEqual(own.type, field.type, name)
            self.assertFalse(own.store, name)
            self.assertTrue(own.groups, name)
            if name in names:
                self.assertEqual(own.aggregator, field.aggregator, name)

    def test_no_column(self):
        """Nothing is stored on contacts."""
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'"
        )
        columns = {name for (name,) in self.env.cr.fetchall()}
        self.assertFalse(columns & set(self.Partner._get_figure_names()))

    def test_contacts_have_none(self):
        """Contacts of a company have no figures and no status, but a link to where they stand."""
        self.assertEqual(
            (self.contact.value_year, self.contact.is_gold, self.contact.retention_status),
            (0, False, False),
        )
        self.assertEqual(self.contact.figures_partner_id, self.best)
        self.assertFalse(self.best.figures_partner_id)
        self.assertFalse(self._search(("retention_status", "!=", False)) & self.contact)

    def test_prospect(self):
        """Who never bought is a prospect, with no figure."""
        self.assertEqual(
            (self.prospect.retention_status, self.prospect.value_year), ("prospect", 0)
        )
        self.assertFalse(self.prospect.last_purchase_date)
        self.assertEqual(self.prospect.status_reason, "No purchase yet")
        self.assertEqual(self._search(("retention_status", "=", "prospect")), self.prospect)

    def test_new_record(self):
        """A contact that is not saved yet has no figure, and opens without an error."""
        new = self.Partner.new({"name": "Draft"})
        self.assertFalse(new.value_year)
        self.assertFalse(new.is_gold)
        self.assertEqual(self.Partner.new(origin=self.best).value_year, 1000)

    def test_search_amounts(self):
        """Amounts are searched with all comparisons; no row counts as nothing."""
        self.assertEqual(self._search(("value_year", ">", 100)), self.silver | self.best)
        self.assertEqual(self._search(("value_year", ">=", 300)), self.silver | self.best)
        self.assertEqual(self._search(("value_year", "=", 20)), self.late)
        self.assertEqual(
            self._search(("value_year", "=", 0)), self.old | self.prospect | self.contact
        )
        self.assertEqual(self._search(("value_year", "in", [20, 1000])), self.late | self.best)
        self.assertEqual(self._search(("value_year", "!=", 0)), self.customers - self.old)
        self.assertEqual(
            self._search(("value_year", "<", 100)),
            self.late | self.old | self.prospect | self.contact,
        )

    def test_search_classes(self):
        """Classes, segments, status and gold are searched like stored fields."""
        self.assertEqual(self._search(("is_gold", "=", True)), self.best)
        self.assertEqual(self._search(("is_gold", "=", False)), self.everybody - self.best)
        self.assertEqual(self._search(("is_gold", "!=", True)), self.everybody - self.best)
        self.assertEqual(self._search(("abc_class", "=", "a")), self.best)
        self.assertEqual(
            self._search(("abc_class", "in", ["b", "c"])), self.silver | self.late | self.old
        )
        self.assertEqual(self._search(("abc_class", "=", False)), self.prospect | self.contact)
        self.assertEqual(self._search(("abc_class", "!=", "a")), self.everybody - self.best)
        # 200 days ago, usual gap 90: late to 270. 500 days ago: silent.
        self.assertEqual(self._search(("retention_status", "=", "late")), self.late)
        self.assertEqual(
            self._search(("retention_status", "in", ["late", "silent"])), self.late | self.old
        )
        self.assertEqual(
            self._search(("retention_status", "not in", ["late", "silent", "prospect"])),
            self.silver | self.best | self.contact,
        )

    def test_search_dates(self):
        """Dates are searched by day and by words such as "today -30d"."""
        self.assertEqual(
            self._search(("last_purchase_date", ">", "today -30d")), self.silver | self.best
        )
        self.assertEqual(
            self._search(("last_purchase_date", "<=", days_ago(200))), self.late | self.old
        )
        self.assertEqual(self._search(("last_purchase_date", "=", days_ago(5))), self.best)
        self.assertEqual(
            self._search(("last_purchase_date", "=", False)), self.prospect | self.contact
        )
        self.assertEqual(self._search(("expected_date", "<", "today")), self.late | self.old)

    def test_search_derived(self):
        """What is derived when read is searched too, and moves with the day."""
        # Due 90 days after the last purchase: 200 - 90 = 110 and 500 - 90 = 410 days ago.
        self.assertEqual(self._search(("days_late", ">", 110)), self.old)
        self.assertEqual(self._search(("days_late", ">=", 110)), self.late | self.old)
        with freeze_time(datetime(2026, 6, 16, 12)):
            self.assertEqual(self._search(("days_late", ">", 110)), self.late | self.old)
        self.assertEqual(self._search(("gold_gap", ">", 700)), self.late | self.old)
        self.assertEqual(self._search(("gold_margin", "=", 700)), self.best)

    def test_sort(self):
        """Contacts are sorted by a figure; who has none comes last, whatever the direction."""
        order = self._search(("retention_status", "!=", False), order="value_year desc")
        self.assertEqual(list(order[:4]), [self.best, self.silver, self.late, self.old])
        order = self._search(("id", "in", self.customers.ids), order="last_purchase_date")
        self.assertEqual(list(order), [self.old, self.late, self.silver, self.best])
        order = self._search(order="days_late desc, id", limit=2)
        self.assertEqual(list(order), [self.old, self.late])

    def test_group(self):
        """Groups by class and status have their number and total, each customer once."""
        groups = self.Partner._read_group(self.domain, ["abc_class"], ["value_year:sum", "__count"])
        self.assertCountEqual(groups, [("a", 1000, 1), ("c", 320, 3), (False, False, 2)])
        groups = self.Partner._read_group(
            self.domain, ["retention_status"], ["lifetime_value:sum", "__count"]
        )
        self.assertCountEqual(
            groups,
            [
                ("active", 300, 1),
                ("new", 1000, 1),
                ("late", 20, 1),
                ("silent", 70, 1),
                ("prospect", False, 1),
                (False, False, 1),
            ],
        )

    def test_group_by_month(self):
        """Groups by the month of a date."""
        groups = self.Partner._read_group(
            [("id", "in", self.customers.ids)], ["last_purchase_date:year"], ["__count"]
        )
        # 500 days before 15 June 2026 is 31 January 2025; 200 days before is 27 November 2025.
        self.assertEqual(groups, [(date(2025, 1, 1), 2), (date(2026, 1, 1), 2)])

    def test_having(self):
        """Groups can be chosen by their total."""
        groups = self.Partner._read_group(
            self.domain,
            ["abc_class"],
            ["value_year:sum"],
            having=[("value_year:sum", ">", 500)],
        )
        self.assertEqual(groups, [("a", 1000)])

    def test_totals_of_the_web_client(self):
        """The web client's own call gives the same groups, and totals in money."""
        groups = self.Partner.formatted_read_group(
            self.domain, ["is_gold"], ["value_year:sum", "purchase_count:sum", "__count"]
        )
        found = {
            group["is_gold"]: (group["value_year:sum"], group["purchase_count:sum"])
            for group in groups
        }
        self.assertEqual(found[True], (1000, 1))
        self.assertEqual(found[False], (320, 4))
        fields = self.Partner.fields_get(["value_year", "rank", "value_month"])
        self.assertTrue(fields["value_year"]["sortable"])
        self.assertTrue(fields["value_year"]["searchable"])
        self.assertEqual(fields["value_year"]["aggregator"], "sum")

    def test_export(self):
        """Figures are exported like other fields."""
        [row] = self.best.export_data(["name", "value_year", "retention_status"])["datas"]
        self.assertEqual(row, ["Best Customer", 1000, "New"])

    def test_name_search(self):
        """Names are searched among those whom a figure chooses."""
        found = self.Partner.name_search("Customer", [("is_gold", "=", True)])
        self.assertIn(self.best.id, [partner_id for partner_id, _name in found])
        self.assertNotIn(self.silver.id, [partner_id for partner_id, _name in found])

    def test_filtered_domain(self):
        """Records in memory are filtered as the database searches."""
        for domain in (
            [("value_year", ">", 100)],
            [("is_gold", "=", True)],
            [("retention_status", "in", ["late", "prospect"])],
            [("last_purchase_date", ">", days_ago(30))],
            [("abc_class", "!=", "a")],
        ):
            with self.subTest(domain=domain):
                self.assertEqual(
                    self.everybody.filtered_domain(domain).sorted("id"),
                    self._search(*domain).sorted("id"),
                )

    def test_combined_domain(self):
        """Several figures in one condition use one join."""
        domain = Domain("value_year", ">", 10) & (
            Domain("abc_class", "=", "a") | Domain("retention_status", "=", "late")
        )
        self.assertEqual(self._search(*domain), self.best | self.late)
        query = self.Partner._search(domain, order="value_year desc, lifetime_value")
        self.assertEqual(len(query._joins), 1)

    def test_through_other_models(self):
        """Documents are searched by the figures of their customer."""
        orders = self.env["sale.order"].create(
            [{"partner_id": self.best.id}, {"partner_id": self.late.id}]
        )
        found = self.env["sale.order"].search(
            [("id", "in", orders.ids), ("partner_id.is_gold", "=", True)]
        )
        self.assertEqual(found.partner_id, self.best)

    def test_badge(self):
        """Quotations and opportunities show class, status and reason of their customer."""
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        lead = self.env["crm.lead"].create({"name": "Chairs", "partner_id": self.best.id})
        for document in (order, lead):
            self.assertEqual(
                (document.is_gold, document.abc_class, document.retention_status),
                (True, "a", "new"),
            )
            self.assertEqual(document.status_reason, "New: first purchase on June 10, 5 days ago.")
        self.assertFalse(self.env["crm.lead"].create({"name": "Nobody"}).retention_status)

    def test_after_the_next_run(self):
        """What was read before a run is read anew after it."""
        self.assertEqual(self.late.value_year, 20)
        self._create_past(self.late, (1, 5))
        self._refresh()
        self.assertEqual(self.late.value_year, 25)

    def test_button(self):
        """The button refreshes the figures of this customer now."""
        self._create_past(self.late, (1, 5))
        self._create_past(self.silver, (1, 5))
        action = self.late.action_refresh()
        self.assertEqual(self.late.value_year, 25)
        # It says so, also where nothing changed, and the page reads anew.
        self.assertEqual(
            (action["tag"], action["params"]["next"]["type"]),
            ("display_notification", "ir.actions.act_window_close"),
        )
        self.assertIn("counted again", action["params"]["message"])
        self.assertEqual(self.silver.value_year, 300)

    def test_narrower_group(self):
        """Who lacks the group of one figure opens form and list and exports, without that figure."""
        salesperson = self._create_user(
            "narrow_seller", "sales_team.group_sale_salesman,base.group_allow_export"
        )
        of_partner, of_figures = self.Partner._fields, self.env["retention.customer"]._fields
        for field in (of_partner["value_month"], of_partner["gold_gap"], of_figures["gold_gap"]):
            self.patch(field, "groups", "base.group_system")
        Partner = self._as(self.Partner, salesperson)
        best = self._as(self.best, salesperson)
        for kind in ("form", "list"):
            arch = Partner.get_view(view_type=kind)["arch"]
            self.assertNotIn('name="value_month"', arch)
            self.assertIn('name="value_year"', arch)
        self.assertEqual(best.web_read({"value_year": {}}), [{"id": best.id, "value_year": 1000}])
        self.assertEqual(best.export_data(["value_year"])["datas"], [[1000]])
        figures = best.retention_customer_ids
        self.assertEqual(figures.web_read({"days_late": {}}), [{"id": figures.id, "days_late": 0}])
        for record, name in ((best, "value_month"), (figures, "gold_gap")):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                record.read([name])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                record.search([(name, ">", 0)])
