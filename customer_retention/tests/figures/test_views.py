from lxml import etree

from odoo.tests import tagged

from ..common import ALL, OWN, RetentionCase, days_ago

# Four for the figures, two each for acquisition and profile.
FORM_QUERIES = 4 + 2 + 2
LIST_QUERIES = 2
ADDON = "customer_retention"
# The places of the contact's form that rooms and addons add to.
SLOTS = {
    "button_box",
    "retention_badges",
    "retention_next",
    "retention_value",
    "retention_rhythm",
    "retention_outlook",
    "retention_sections",
    "retention_actions",
}


@tagged("post_install", "-at_install")
class TestViews(RetentionCase):
    """What a salesperson sees of the figures, and what it costs to open it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls._create_user("views_salesperson", ALL)

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def _get_specification(self, model, node, ours):
        """Return what the web client reads for a view, with or without this addon's fields."""
        specification = {}
        for field in node.xpath(".//field[not(ancestor::field)]"):
            definition = model._fields[field.get("name")]
            if definition._modules == (ADDON,) and not ours:
                continue
            inner = specification.setdefault(field.get("name"), {})
            if definition.type == "many2one":
                # Of what is never shown the client reads the id alone.
                marks = (field.get("column_invisible"), field.get("invisible"))
                hidden = any(mark in ("True", "1") for mark in marks)
                inner["fields"] = {} if hidden else {"display_name": {}}
            elif definition.type in ("one2many", "many2many"):
                comodel = self.env[definition.comodel_name].with_user(model.env.user)
                views = field.xpath("./*[self::list or self::kanban]")
                inner["fields"] = (
                    self._get_specification(comodel, views[0], True) if views else {"id": {}}
                )
        return specification

    def _count_queries(self, read):
        for _time in range(3):  # the first fill what stays in memory between requests
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            read()
        return self.env.cr.sql_log_count - before

    def _get_extra_queries(self, view_type, view, read):
        partners = self._as(self.env["res.partner"], self.salesperson)
        arch = partners.get_view(self.env.ref(view).id, view_type)["arch"]
        node = etree.fromstring(arch)
        counts = []
        for ours in (False, True):
            specification = self._get_specification(partners, node, ours)
            self.assertEqual("value_year" in specification, ours)
            counts.append(self._count_queries(lambda spec=specification: read(partners, spec)))
        return counts[1] - counts[0]

    def test_form_costs_few_queries(self):
        """Opening a customer takes few queries more than without the addon."""
        partner = self._create_customer(purchases=[(10, 100), (50, 100), (400, 300)])
        self._refresh()
        self.Event.create(
            [
                {"date": days_ago(day), "type": "status", "partner_id": partner.id, "key": str(day)}
                for day in range(10)
            ]
        )
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        prospect = self.env["res.partner"].create({"name": "Prospect"})
        for each in (partner, contact, prospect):
            with self.subTest(each.name):
                extra = self._get_extra_queries(
                    "form",
                    "base.view_partner_form",
                    lambda partners, spec, each=each: partners.browse(each.id).web_read(spec),
                )
                self.assertLessEqual(extra, FORM_QUERIES)

    def test_list_costs_few_queries(self):
        """A list of 80 partners takes at most 2 queries more than without the addon."""
        partners = self._create_customers(*[[(day, 100), (day + 60, 50)] for day in range(80)])
        self._refresh()
        extra = self._get_extra_queries(
            "list",
            "base.view_partner_tree",
            lambda model, spec: model.web_search_read([("id", "in", partners.ids)], spec, limit=80),
        )
        self.assertLessEqual(extra, LIST_QUERIES)

    def test_zone_is_never_stale(self):
        """The company's day follows its contact and its calendar at once, though kept in memory."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "Pacific/Auckland"  # noon in UTC on 15 June is midnight there
        self.assertEqual(self.company._get_retention_today(), days_ago(-1))
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self.company._get_retention_today(), days_ago(0))
        self.company.partner_id.tz = False
        self.assertEqual(self.company._get_retention_today(), days_ago(-1))
        self.company.resource_calendar_id = calendar.copy({"tz": "UTC"})
        self.assertEqual(self.company._get_retention_today(), days_ago(0))

    # ------------------------------------------------------------------
    # What stands there
    # ------------------------------------------------------------------

    def test_rank(self):
        """Equal values share a rank; the share counts everybody with as much or more."""
        # 400, 300, 300, 200, 0 (400 days ago): of 1200, 400 is 33.3 %, 1000 83.3 %, 1200 100 %.
        partners = self._create_customers(
            [(10, 400)], [(10, 300)], [(20, 300)], [(10, 200)], [(400, 900)]
        )
        self._refresh()
        expected = [(1, 33.3), (2, 83.3), (2, 83.3), (4, 100), (0, 0)]
        seen = self._as(partners, self.salesperson)
        for partner, (rank, share) in zip(seen, expected, strict=True):
            figures = self._get_figures(partner)
            self.assertEqual((partner.rank, figures.rank), (rank, rank))
            self.assertAlmostEqual(partner.cumulative_percent, share, 1)
            self.assertAlmostEqual(figures.cumulative_percent, share, 1)

    def test_rank_counts_hidden_customers(self):
        """Own customers are ranked among all of the company; a colleague's have no rank."""
        own = self._create_customer("Own", [(10, 100)])
        other = self._create_customer("Other", [(10, 300)], user_id=self.salesperson.id)
        self._refresh()
        reader = self._create_user("views_own", OWN)
        self.assertEqual(self._as(own, reader).rank, 2)
        self.assertAlmostEqual(self._as(own, reader).cumulative_percent, 100)
        self.assertEqual(self._as(other, reader).rank, 0)

    def test_trend(self):
        """The trend compares the last 12 months with the 12 months before, in whole percent."""
        less, more, same, began = self._create_customers(
            [(10, 88), (400, 100)],  # 12 % less
            [(10, 150), (400, 100)],  # 50 % more
            [(10, 100), (400, 100)],
            [(10, 100)],  # nothing to compare with
        )
        self._refresh()
        expected = {
            less: (-12, "▼ 12 % vs the year before"),
            more: (50, "▲ 50 % vs the year before"),
            same: (0, "as much as the year before"),
            began: (0, False),
        }
        for partner, trend in expected.items():
            partner = self._as(partner, self.salesperson)
            self.assertEqual((partner.value_trend_percent, partner.value_trend), trend)

    def test_latest_events(self):
        """The page shows the latest 8 events of the customer, newest first."""
        partner, other = self._create_customers([(10, 100)], [(10, 100)])
        self.Event.create(
            [
                {"date": days_ago(day), "type": "status", "partner_id": each.id, "key": f"{day}"}
                for each, days in ((partner, range(1, 11)), (other, (0,)))
                for day in days
            ]
        )
        self._refresh()
        events = self._as(partner, self.salesperson).latest_event_ids
        self.assertEqual(events.mapped("date"), [days_ago(day) for day in range(1, 9)])

    def test_contact_leads_to_company(self):
        """A contact shows no figures but the company they stand on, where the reader sees them."""
        company = self._create_customer("Company", [(10, 100)], user_id=self.salesperson.id)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        self._refresh()
        seen = self._as(contact, self.salesperson)
        self.assertFalse(seen.retention_status)
        self.assertFalse(seen.status_reason)
        self.assertEqual(seen.figures_partner_id, company)
        self.assertFalse(self._as(company, self.salesperson).figures_partner_id)
        reader = self._create_user("views_own", OWN)
        self.assertFalse(self._as(contact, reader).figures_partner_id)

    def test_prospect(self):
        """Who has not bought reads so, and a colleague's customer reads nothing."""
        prospect = self.env["res.partner"].create({"name": "Prospect"})
        hidden = self._create_customer("Other", [(10, 100)], user_id=self.salesperson.id)
        self._refresh()
        reader = self._create_user("views_own", OWN)
        self.assertEqual(self._as(prospect, reader).status_reason, "No purchase yet")
        self.assertFalse(self._as(hidden, reader).status_reason)

    def test_badge_on_documents(self):
        """Quotations and opportunities show the customer in the document's company, as allowed."""
        company = self._create_customer("Company", [(10, 100)], user_id=self.salesperson.id)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        self._refresh()
        values = {"partner_id": contact.id, "company_id": self.company.id}
        reader = self._create_user("views_own", OWN)
        for document in (
            self.env["sale.order"].create({**values, "user_id": reader.id}),
            self.env["crm.lead"].create({**values, "name": "Chairs", "user_id": reader.id}),
        ):
            seen = self._as(document, self.salesperson)
            self.assertEqual(
                (seen.is_gold, seen.abc_class, seen.rfm_segment, seen.retention_status),
                (True, "a", company.rfm_segment, "new"),
            )
            self.assertEqual(seen.status_reason, "New: first purchase on June 5, 10 days ago.")
            hidden = self._as(document, reader)
            self.assertEqual(
                (hidden.is_gold, hidden.abc_class, hidden.retention_status, hidden.status_reason),
                (False, False, False, False),
            )

    def test_status_has_one_color(self):
        """The colors of the status and the badges stand in their widgets, and in no view."""
        views = self.env["ir.ui.view"].search(
            [("model_data_id.module", "=like", f"{ADDON}%"), ("type", "!=", "qweb")]
        )
        badges = 0
        for view in views:
            arch = etree.fromstring(view.arch)
            for field in arch.xpath("//field[@name='retention_status' or @name='status']"):
                with self.subTest(view.xml_id):
                    self.assertFalse([name for name in field.attrib if "decoration" in name])
                    self.assertNotEqual(field.get("widget"), "badge")
            for badge in arch.xpath("//widget[@name='retention_badges']"):
                badges += 1
                with self.subTest(view.xml_id):
                    # Their labels come with the fields.
                    beside = badge.xpath("../field/@name")
                    self.assertLessEqual({"is_gold", "abc_class", "rfm_segment"}, set(beside))
        self.assertGreater(badges, 3)

    def test_all_views_open(self):
        """Every view opens for a salesperson, and for a colleague without sales rights."""
        user = self._create_user("views_user", "base.group_user,base.group_partner_manager")
        models = ("customer", "event", "past.purchase", "purchase")
        for name in models:
            model = self._as(self.env[f"retention.{name}"], self.salesperson)
            action = self.env.ref(f"{ADDON}.retention_{name.replace('.', '_')}_action")
            model.get_views([(False, mode) for mode in action.view_mode.split(",")])
        for view in ("view_partner_form", "view_partner_tree", "res_partner_kanban_view"):
            arch = self._as(self.env["res.partner"], user).get_view(
                self.env.ref(f"base.{view}").id, self.env.ref(f"base.{view}").type
            )["arch"]
            self.assertNotIn("retention_status", arch)

    def test_rooms_add_to_slots(self):
        """Rooms and addons add to the named places of the contact's form, and change nothing there."""
        ours = self.env.ref(f"{ADDON}.view_partner_form")
        rooms = self.env["ir.ui.view"].search([("inherit_id", "=", ours.id)])
        self.assertGreater(len(rooms), 3)
        for room in rooms:
            for node in etree.fromstring(room.arch).xpath("/*[@position] | /data/*"):
                with self.subTest(room.xml_id, place=node.get("name")):
                    self.assertEqual(node.get("position"), "inside")
                    self.assertIn(node.get("name"), SLOTS)

    def test_page_retention(self):
        """The page tells first what purchases say, then what is known: whence, what they say, why."""
        partners = self._as(self.env["res.partner"], self.salesperson)
        arch = partners.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        [page] = etree.fromstring(arch).xpath("//page[@name='retention']")
        # Before the first purchase, too; of a contact its company tells.
        self.assertEqual(page.get("invisible"), "parent_id and not is_company")
        bought = "not retention_status or retention_status == 'prospect'"
        for name in ("retention_figures", "retention_purchase_months"):
            [part] = page.xpath(f"*[@name='{name}']")
            self.assertEqual(part.get("invisible"), bought)
        places = page.xpath("*[@name]")
        self.assertEqual(
            [place.get("name") for place in places if place.tag != "field"],
            [
                "retention_figures",
                "retention_purchase_months",
                "retention_sections",
                "retention_events",
                "retention_actions",
            ],
        )
        groups = page.xpath("div[@name='retention_sections']//group/@name")
        order = ["retention_source", "retention_referral", "retention_satisfaction"]
        order += ["retention_choice", "retention_deal_breakers"]
        self.assertEqual([name for name in groups if name in order], order)

    def test_import_template(self):
        """The import page offers a spreadsheet whose columns the import understands."""
        [template] = self.Past.get_import_templates()
        self.assertTrue(template["template"].endswith(".xlsx"))
