from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import ALL, MANAGER, OWN, RetentionCase, days_ago

EXPORT = "base.group_allow_export"
FIGURES = ["value_year", "lifetime_value", "is_gold", "abc_class", "retention_status", "days_late"]
ALL_FIGURES = [*FIGURES, "last_purchase_date", "rank", "status_reason", "gold_gap", "rfm_segment"]


class AccessCase(RetentionCase):
    """Four customers: of the salesperson, of nobody, of a colleague, and a prospect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._create_user("own", f"{OWN},{EXPORT}")
        cls.all = cls._create_user("all", f"{ALL},{EXPORT}")
        cls.manager = cls._create_user("manager", MANAGER)
        cls.internal = cls._create_user("internal", f"base.group_user,{EXPORT}")
        cls.portal = cls._create_user("portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.mine, cls.nobodys, cls.hidden = cls._create_customers(
            [(10, 100)], [(10, 20)], [(10, 1000)]
        )
        cls.mine.user_id = cls.own
        cls.hidden.user_id = cls.all
        cls.prospect = cls._create_customer("Prospect")
        cls.theirs = cls._create_customer("Prospect of a colleague", user_id=cls.all.id)
        cls._refresh()
        cls.everybody = cls.mine | cls.nobodys | cls.hidden | cls.prospect | cls.theirs
        cls.domain = [("id", "in", cls.everybody.ids)]
        cls.partners = cls.env["res.partner"]


@tagged("post_install", "-at_install")
class TestSalespeople(AccessCase):
    """What salespeople see of whose customers."""

    def _search(self, user, *leaves, **kwargs):
        return self._as(self.partners, user).search([*self.domain, *leaves], **kwargs)

    def test_read(self):
        """With own documents only, own and unassigned customers have figures, a colleague's none."""
        self.assertEqual(self._as(self.mine, self.own).value_year, 100)
        self.assertEqual(self._as(self.nobodys, self.own).value_year, 20)
        hidden = self._as(self.hidden, self.own)
        self.assertFalse([name for name in ALL_FIGURES if hidden[name]])

    def test_hidden_is_no_prospect(self):
        """A colleague's customer reads an empty status, bought or not; an own prospect that it is one."""
        colleagues = self.hidden | self.theirs
        self.assertEqual(self._as(colleagues, self.own).mapped("retention_status"), [False, False])
        self.assertEqual(self._as(self.prospect, self.own).retention_status, "prospect")
        self.assertEqual(self._search(self.own, ("retention_status", "=", False)), colleagues)
        self.assertEqual(
            self._search(self.own, ("retention_status", "=", "prospect")), self.prospect
        )
        self.assertEqual(
            self._search(self.all, ("retention_status", "=", "prospect")),
            self.prospect | self.theirs,
        )

    def test_bought_or_not(self):
        """By no field, and in no way, can be told whether a colleague's customer ever bought."""
        Partner = self._as(self.partners, self.own)
        colleagues = self._as(self.hidden | self.theirs, self.own)
        domain = [("id", "in", colleagues.ids)]
        names = [
            name
            for name, field in Partner._fields.items()
            if "customer_retention" in (field._modules or ())
            and Partner._has_field_access(field, "read")
        ]
        self.assertGreater(len(names), 60)
        shown = Partner.fields_get(names)
        for name in names:
            with self.subTest(name=name):
                hidden, theirs = colleagues.read([name], load=None)
                self.assertEqual(hidden[name], theirs[name])
                [hidden], [theirs] = (each.export_data([name])["datas"] for each in colleagues)
                self.assertEqual(hidden, theirs)
                if shown[name]["searchable"]:
                    for operator in ("=", "!="):
                        found = Partner.search([*domain, (name, operator, False)])
                        self.assertIn(len(found), (0, 2))
                if shown[name]["sortable"]:
                    for direction in ("asc", "desc"):
                        found = Partner.search(domain, order=f"{name} {direction}, id")
                        self.assertEqual(found, colleagues)
                if shown[name]["groupable"]:
                    key = f"{name}:day" if shown[name]["type"] == "date" else name
                    groups = Partner._read_group(domain, [key], ["__count"])
                    self.assertEqual([count for *_key, count in groups], [2])

    def test_rule_of_a_business(self):
        """Where a business has other rules on figures, prospects are seen or not by the same rules."""
        rule = self.env.ref("customer_retention.retention_customer_rule_own")
        team = self.env["crm.team"].create({"name": "T", "member_ids": (self.own | self.all).ids})
        company, theirs = self.company.id, self.theirs.id
        own = f"[('partner_id.user_id', '=', user.id), ('company_id', '=', {company})]"
        for domain, seen in (
            ("[('partner_id.user_id.sale_team_id', '=', user.sale_team_id.id)]", True),
            ("[('partner_id', 'any', [('user_id', '!=', False)])]", True),
            (own, False),
            (f"[('company_id', '!=', {company})]", False),
            ("[('is_gold', '=', False)]", False),
            (f"[('partner_id', '=', {theirs})]", True),
        ):
            rule.domain_force = domain
            theirs = self._as(self.theirs, self.own)
            theirs.invalidate_recordset()
            with self.subTest(domain=domain, team=team.name):
                self.assertEqual(theirs.retention_status, "prospect" if seen else False)
                self.assertEqual(theirs.is_colleagues_customer, not seen)

    def test_status_follows_the_salesperson(self):
        """A prospect that is given to somebody else is empty at once, and back a prospect."""
        prospect = self._as(self.prospect, self.own)
        self.assertEqual(prospect.retention_status, "prospect")
        self.prospect.user_id = self.all
        self.assertFalse(prospect.retention_status)
        self.prospect.user_id = self.own
        self.assertEqual(prospect.retention_status, "prospect")

    def test_read_all(self):
        """With all documents, and as manager, everybody's figures are there."""
        for user in (self.all, self.manager):
            self.assertEqual(self._as(self.hidden, user).value_year, 1000)
            self.assertEqual(self._as(self.mine, user).value_year, 100)
            self.assertTrue(self._as(self.hidden, user).is_gold)

    def test_cache(self):
        """What one user has read, another does not get from memory."""
        self.assertEqual(self._as(self.hidden, self.all).value_year, 1000)
        self.assertEqual(self._as(self.hidden, self.own).value_year, 0)
        self.assertEqual(self._as(self.hidden, self.all).value_year, 1000)

    def test_search(self):
        """Hidden figures cannot be searched for."""
        self.assertFalse(self._search(self.own, ("value_year", "=", 1000)))
        self.assertFalse(self._search(self.own, ("is_gold", "=", True)))
        self.assertEqual(self._search(self.own, ("value_year", ">", 0)), self.mine | self.nobodys)
        self.assertEqual(
            self._search(self.own, ("last_purchase_date", "!=", False)), self.mine | self.nobodys
        )
        self.assertEqual(self._search(self.all, ("is_gold", "=", True)), self.hidden)

    def test_search_through_the_rows(self):
        """Nor can they be found through the rows of figures."""
        found = self._search(self.own, ("retention_customer_ids.value_year", ">", 0))
        self.assertEqual(found, self.mine | self.nobodys)
        self.assertFalse(self._as(self.hidden, self.own).retention_customer_ids)

    def test_sort(self):
        """The order tells nothing of hidden figures: they stand with those who have none."""
        order = self._search(self.own, order="value_year desc, id")
        self.assertEqual(list(order[:2]), [self.mine, self.nobodys])
        order = self._search(self.all, order="value_year desc, id")
        self.assertEqual(list(order[:3]), [self.hidden, self.mine, self.nobodys])

    def test_group(self):
        """Groups and totals leave hidden figures out."""
        Partner = self._as(self.partners, self.own)
        groups = Partner._read_group(self.domain, ["abc_class"], ["value_year:sum", "__count"])
        self.assertCountEqual(groups, [("c", 120, 2), (False, False, 3)])
        groups = Partner._read_group(self.domain, ["retention_status"], ["__count"])
        self.assertCountEqual(groups, [("new", 2), ("prospect", 1), (False, 2)])
        [[total]] = Partner._read_group(self.domain, [], ["value_year:sum"])
        self.assertEqual(total, 120)
        [[total]] = self._as(self.partners, self.all)._read_group(
            self.domain, [], ["value_year:sum"]
        )
        self.assertEqual(total, 1120)

    def test_export(self):
        """Exports leave hidden figures empty."""
        names = ["value_year", "retention_status", "last_purchase_date"]
        [row] = self._as(self.hidden, self.own).export_data(names)["datas"]
        self.assertFalse([value for value in row if value])
        [row] = self._as(self.hidden, self.all).export_data(names)["datas"]
        self.assertEqual(row, [1000, "New", days_ago(10)])

    def test_rows(self):
        """The rows of figures, events, purchases and past purchases follow the same rule."""
        self.Event.create(
            [
                {
                    "date": days_ago(0),
                    "type": "is_gold",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "key": f"test {partner.id}",
                }
                for partner in self.mine | self.nobodys | self.hidden
            ]
        )
        for model in (self.Customer, self.Event, self.Purchase, self.Past):
            with self.subTest(model=model._name):
                domain = [("company_id", "=", self.company.id)]
                found = self._as(model, self.own).search(domain)
                self.assertEqual(found.partner_id, self.mine | self.nobodys)
                for user in (self.all, self.manager):
                    found = self._as(model, user).search(domain)
                    self.assertEqual(found.partner_id, self.mine | self.nobodys | self.hidden)
                hidden = model.search([*domain, ("partner_id", "=", self.hidden.id)])
                with self.assertRaises(AccessError):
                    self._as(hidden, self.own).read(["partner_id"])

    def test_change_of_the_salesperson(self):
        """Who gets a customer sees the figures at once, without a run."""
        self.assertEqual(self._as(self.hidden, self.own).value_year, 0)
        self.hidden.user_id = self.own
        self.env.invalidate_all()
        self.assertEqual(self._as(self.hidden, self.own).value_year, 1000)
        self.assertEqual(self._as(self.hidden, self.own).retention_status, "new")

    def test_contact_of_a_hidden_customer(self):
        """A contact of a colleague's customer shows no link to figures that are hidden."""
        self.hidden.is_company = True
        contact = self._create_customer("Edwin", parent_id=self.hidden.id)
        contact.user_id = self.own
        self.assertFalse(self._as(contact, self.own).figures_partner_id)
        self.assertFalse(self._as(contact, self.own).value_year)
        self.assertEqual(self._as(contact, self.all).figures_partner_id, self.hidden)
        self.assertTrue(self._as(contact, self.own).is_colleagues_customer)

    def test_colleagues_customer(self):
        """That figures are shown to a colleague is said, bought or not; nobody is told it in vain."""
        for user, told in (
            (self.own, self.hidden | self.theirs),
            (self.all, self.partners),
            (self.manager, self.partners),
        ):
            seen = self._as(self.everybody, user).filtered("is_colleagues_customer")
            self.assertEqual(seen, told)
        arch = self._as(self.partners, self.own).get_view(self.env.ref("base.view_partner_form").id)
        self.assertIn("figures are shown to the salesperson", arch["arch"])

    def test_badge(self):
        """A document of a colleague's customer shows no badge."""
        order = self.env["sale.order"].create(
            {"partner_id": self.hidden.id, "user_id": self.own.id}
        )
        self.assertFalse(self._as(order, self.own).is_gold)
        self.assertFalse(self._as(order, self.own).retention_status)
        self.assertFalse(self._as(order, self.own).status_reason)
        self.assertTrue(self._as(order, self.all).is_gold)

    def test_nobody_writes(self):
        """Figures, events and runs are written by nobody but the runs."""
        row = self._get_figures(self.mine)
        run = self.Run.search([("company_id", "=", self.company.id)])
        for user in (self.own, self.all, self.manager):
            for record in (row, run):
                with self.assertRaises(AccessError):
                    self._as(record, user).write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    self._as(record, user).unlink()
            with self.assertRaises(AccessError):
                self._as(self.Customer, user).create({"partner_id": self.prospect.id})

    def test_runs(self):
        """Managers read the log of the runs, salespeople do not."""
        run = self.Run.search([("company_id", "=", self.company.id)])
        self.assertTrue(self._as(run, self.manager).is_complete)
        for user in (self.own, self.all, self.internal):
            with self.assertRaises(AccessError):
                self._as(run, user).read(["is_complete"])

    def test_button(self):
        """The button refreshes customers whom one may see, also from the row of figures."""
        self._create_past(self.mine, (1, 5))
        self._as(self.mine, self.own).action_refresh()
        self.assertEqual(self._as(self.mine, self.own).value_year, 105)
        self._create_past(self.mine, (1, 5))
        self._as(self._get_figures(self.mine), self.own).action_refresh()
        self.assertEqual(self._as(self.mine, self.own).value_year, 110)

    def test_merge_by_a_salesperson(self):
        """Moving a contact needs no rights on our own models."""
        editor = self._create_user("editor", f"{OWN},base.group_partner_manager")
        contact = self._create_customer("Edwin", [(3, 7)])
        self._as(contact, editor).parent_id = self.prospect
        self.assertTrue(contact.exists())


@tagged("post_install", "-at_install")
class TestOthers(AccessCase):
    """Users without sales rights: plain internal, portal and public."""

    def _get_users(self):
        return self.internal | self.portal | self.public

    def test_read(self):
        """Figures cannot be read, not even one's own."""
        self.portal.partner_id.user_id = False
        self._create_past(self.portal.partner_id, (10, 100))
        self._refresh()
        for user in self._get_users():
            for name in (*FIGURES, "retention_customer_ids", "status_reason", "rank"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self._as(user.partner_id, user).read([name])

    def test_search_sort_and_group(self):
        """Nor searched, sorted or grouped by."""
        for user in self._get_users():
            Partner = self._as(self.partners, user)
            for name in FIGURES:
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        Partner.search([(name, "!=", False)])
                    with self.assertRaises(AccessError):
                        Partner.search([], order=name)
                    with self.assertRaises(AccessError):
                        Partner._read_group([], [name], ["__count"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Partner._read_group([], [], ["value_year:sum"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Partner.search([("retention_customer_ids.value_year", ">", 0)])

    def test_through_other_models(self):
        """Nor through a field of another model, or of the user."""
        for user in self._get_users():
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._as(self.env["res.users"], user).search([("value_year", ">", 0)])
                with self.assertRaises(AccessError):
                    self._as(self.partners, user).search([("parent_id.value_year", ">", 0)])
                with self.assertRaises(AccessError):
                    self._as(user, user).read(["value_year"])

    def test_fields_get(self):
        """The fields are not there for them."""
        names = {*FIGURES, "retention_customer_ids", "rank", "status_reason"}
        for user in self._get_users():
            self.assertFalse(names & self._as(self.partners, user).fields_get().keys())
        self.assertLessEqual(names, self._as(self.partners, self.own).fields_get().keys())

    def test_every_field_has_groups(self):
        """Every field of ours on contacts is for salespeople at least."""
        fields = self.env["ir.model.fields"].search([("model", "=", "res.partner")])
        ours = fields.filtered(lambda field: "customer_retention" in field.modules.split(", "))
        self.assertGreater(len(ours), 20)
        for field in ours:
            if field.modules != "customer_retention":
                continue  # also of another addon
            groups = self.partners._fields[field.name].groups
            self.assertTrue(groups, field.name)

    def test_export(self):
        """Internal users cannot export figures."""
        with self.assertRaises(AccessError):
            self._as(self.mine, self.internal).export_data(["value_year"])

    def test_models(self):
        """Rows of figures, events, purchases, past purchases and runs are closed to them."""
        for model in (self.Customer, self.Event, self.Purchase, self.Past, self.Run):
            for user in self._get_users():
                with self.subTest(model=model._name, user=user.login):
                    with self.assertRaises(AccessError):
                        self._as(model, user).search([])

    def test_contacts_still_work(self):
        """Contacts and users can be read in full as before."""
        self._as(self.mine, self.internal).read(["name", "email", "user_id", "child_ids"])
        self._as(self.internal, self.internal).read(["name", "login"])
        self._as(self.portal.partner_id, self.portal).read(["name", "email"])

    def test_writing_contacts_still_works(self):
        """A user who may edit contacts but not sell can move them."""
        editor = self._create_user("plain_editor", "base.group_user,base.group_partner_manager")
        contact = self._create_customer("Edwin", [(3, 7)])
        self._as(contact, editor).parent_id = self.prospect
        contact.parent_id = False
        self.assertTrue(contact.exists())

    def test_button(self):
        """The button is closed to them."""
        for user in self._get_users():
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._as(self.mine, user).action_refresh()
