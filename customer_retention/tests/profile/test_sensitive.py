from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..common import ALL, MANAGER, OWN, RetentionCase

GROUP = "customer_retention.group_sensitive_profile"
EXPORT = "base.group_allow_export,base.group_partner_manager"
SENSITIVE = {
    "family_notes": "Two children",
    "education": "master",
    "income_range": "high",
    "financial_notes": "Pays late",
}
EVERYBODY = {
    "salesperson": OWN,
    "all_documents": ALL,
    "manager": MANAGER,
    "employee": "base.group_user",
    "administrator": f"{MANAGER},base.group_system",
    "portal": "base.group_portal",
}


class SensitiveCase(RetentionCase):
    """One contact with everything sensitive filled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Edwin Hansen", **SENSITIVE})
        cls.allowed = cls._create_user("allowed", f"{OWN},{GROUP},{EXPORT}")

    def assertDenied(self, partner, name, error=AccessError):
        Partner, env = partner.browse(), partner.env
        for way, act in {
            "read": lambda: partner.read([name]),
            "attribute": lambda: partner[name],
            "search": lambda: Partner.search([(name, "!=", False)]),
            "order": lambda: Partner.search([], order=name),
            "group": lambda: Partner._read_group([], [name]),
            "aggregate": lambda: Partner._read_group([], [], [f"{name}:count"]),
            "web read": lambda: partner.web_read({name: {}}),
            "web search": lambda: Partner.web_search_read([], {name: {}}),
            "web group": lambda: Partner.formatted_read_group([], [name], ["__count"]),
            "write": lambda: partner.write({name: False}),
            "create": lambda: Partner.create({"name": "B", name: SENSITIVE[name]}),
            "users": lambda: env["res.users"].search([(name, "!=", False)]),
            "own user": lambda: env.user.with_user(env.user).read([name]),
            "orders": lambda: env["sale.order"].search([(f"partner_id.{name}", "!=", False)]),
        }.items():
            with self.subTest(way, field=name, user=env.user.login):
                with self.assertRaises(error):
                    act()


@tagged("post_install", "-at_install")
class TestSensitive(SensitiveCase):
    """Family, education, income and finances: for the group alone, absent for everybody else."""

    def test_denied(self):
        """Whatever else a user may, without the group there is no way to the fields."""
        for login, groups in EVERYBODY.items():
            user = self._create_user(login, groups)
            partner = self._as(self.partner, user)
            for name in SENSITIVE:
                self.assertDenied(partner, name)

    def test_public(self):
        """The public user of the website reads nothing of it."""
        partner = self.partner.with_user(self.env.ref("base.public_user"))
        for name in SENSITIVE:
            with self.subTest(name), self.assertRaises(AccessError):
                partner.read([name])

    def test_undescribed(self):
        """Without the group the fields are in no description and no view, so neither in export."""
        for login, groups in EVERYBODY.items():
            user = self._create_user(login, f"{groups},{EXPORT}" if login != "portal" else groups)
            partner = self._as(self.partner, user)
            with self.subTest(login):
                self.assertFalse(SENSITIVE.keys() & partner.fields_get().keys())
                if login == "portal":
                    continue
                views = partner.get_views([(False, "form"), (False, "list"), (False, "search")])
                arch = "".join(view["arch"] for view in views["views"].values())
                self.assertFalse([name for name in SENSITIVE if name in arch])
                self.assertNotIn("action_delete_sensitive_profile", arch)
                for name in SENSITIVE:
                    with self.assertRaises(AccessError):
                        partner.export_data([name])
                with self.assertRaises(AccessError):
                    partner.env["res.users"].browse(user.id).export_data(["family_notes"])

    def test_allowed(self):
        """With the group everything works."""
        partner = self._as(self.partner, self.allowed)
        self.assertEqual(partner.read(list(SENSITIVE))[0] | SENSITIVE, partner.read(SENSITIVE)[0])
        self.assertEqual(partner.family_notes, "Two children")
        self.assertIn(partner, partner.search([("education", "=", "master")]))
        self.assertIn(("high", 1), partner._read_group([], ["income_range"], ["__count"]))
        self.assertEqual(partner.export_data(["financial_notes"])["datas"], [["Pays late"]])
        partner.write({"family_notes": "Three children"})
        views = partner.get_views([(False, "form")])
        self.assertIn("action_delete_sensitive_profile", views["views"]["form"]["arch"])

    def test_not_copied(self):
        """A copy of a contact is another person."""
        copy = self.partner.copy()
        self.assertFalse([name for name in SENSITIVE if copy[name]])

    def test_delete(self):
        """Deleted in one step; the chatter names the fields and not the content."""
        self._as(self.partner, self.allowed).action_delete_sensitive_profile()
        self.assertFalse([name for name in SENSITIVE if self.partner[name]])
        message = self.partner.message_ids[0]
        self.assertIn("Family, Education, Income, Finances", message.body)
        self.assertEqual(message.author_id, self.allowed.partner_id)
        for content in ("Two children", "master", "Master", "high", "Pays late"):
            self.assertNotIn(content, message.body)
        count = len(self.partner.message_ids)
        self._as(self.partner, self.allowed).action_delete_sensitive_profile()
        self.assertEqual(len(self.partner.message_ids), count)

    def test_delete_denied(self):
        """Without the group nobody deletes it but an administrator, who cannot read it."""
        seller = self._create_user("seller", f"{OWN},{EXPORT}")
        with self.assertRaisesRegex(AccessError, "Only users with Sensitive Profile"):
            self._as(self.partner, seller).action_delete_sensitive_profile()
        administrator = self._create_user("admin2", f"base.group_system,{EXPORT}")
        self._as(self.partner, administrator).action_delete_sensitive_profile()
        self.assertFalse(self.partner.family_notes)

    def test_no_tracking(self):
        """A change leaves no trace in the chatter."""
        self.env.flush_all()
        before = self.partner.message_ids
        partner = self._as(self.partner, self.allowed).with_context(tracking_disable=False)
        partner.write({"income_range": "low", "family_notes": "Divorced"})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(self.partner.message_ids, before)


@tagged("post_install", "-at_install")
class TestPrivacyLookup(SensitiveCase):
    """A privacy request is answered with the sensitive profile, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "edwin@hansen.example"
        cls.administrator = cls._create_user("admin2", f"base.group_system,{EXPORT}")

    def _look_up(self):
        wizard = self._as(self.env["privacy.lookup.wizard"], self.administrator).create(
            {"name": "Edwin Hansen", "email": "edwin@hansen.example"}
        )
        wizard.action_lookup()
        return wizard, wizard.line_ids.filtered(lambda line: line.res_model == "res.partner")

    def test_shown(self):
        """The lookup names the fields held, not what is in them."""
        wizard, line = self._look_up()
        self.assertEqual(line.sensitive_profile, "Family, Education, Income, Finances")
        self.assertIn(f"#{self.partner.id}: Family, Education", wizard.records_description)
        self.assertNotIn("Two children", wizard.records_description)

    def test_nothing_held(self):
        """A contact without anything sensitive is listed as ever."""
        self.partner.write(dict.fromkeys(SENSITIVE, False))
        wizard, line = self._look_up()
        self.assertFalse(line.sensitive_profile)
        self.assertNotIn("Sensitive", wizard.records_description)

    def test_deleted(self):
        """One click deletes it and keeps the contact; the log of the lookup says so."""
        wizard, line = self._look_up()
        line.action_delete_sensitive_profile()
        self.assertFalse(self.partner.family_notes)
        self.assertTrue(self.partner.exists())
        self.assertFalse(line.sensitive_profile)
        self.assertIn("Family, Education, Income, Finances", line.execution_details)
        self.assertIn("Family", wizard.execution_details)
        self.assertIn("Family", wizard.log_id.execution_details)
        self.assertNotIn("Two children", wizard.log_id.execution_details)


@tagged("post_install", "-at_install")
class TestSensitiveRemote(HttpCase):
    """The remote call interface gives nothing away either."""

    def _call(self, login, groups, method, **arguments):
        user = self.env["res.users"].search([("login", "=", login)])
        if not user:
            refs = [self.env.ref(each).id for each in groups.split(",")]
            user = self.env["res.users"].create(
                {"name": login, "login": login, "group_ids": [(6, 0, refs)]}
            )
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", datetime.now() + timedelta(days=1))
        )
        return self.url_open(
            f"/json/2/res.partner/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {key}"},
        )

    def test_json2(self):
        """/json/2 refuses reading, searching and grouping without the group, and serves with it."""
        partner = self.env["res.partner"].create({"name": "Edwin Hansen", **SENSITIVE})
        for name, value in SENSITIVE.items():
            calls = {
                "read": {"ids": partner.ids, "fields": [name]},
                "search": {"domain": [(name, "=", value)]},
                "search_read": {"domain": [("id", "=", partner.id)], "fields": [name]},
                "formatted_read_group": {
                    "domain": [],
                    "groupby": [name],
                    "aggregates": ["__count"],
                },
            }
            for method, arguments in calls.items():
                with self.subTest(method, field=name):
                    answer = self._call("remote_seller", OWN, method, **arguments)
                    self.assertEqual(answer.status_code, 403)
                    self.assertNotIn(value, answer.text)
        answer = self._call(
            "remote_allowed", f"{OWN},{GROUP}", "read", ids=partner.ids, fields=list(SENSITIVE)
        )
        self.assertEqual(answer.json(), [{"id": partner.id, **SENSITIVE}])
        answer = self._call("remote_seller", OWN, "fields_get", attributes=["type"])
        self.assertIn("preferences", answer.json())
        self.assertFalse(SENSITIVE.keys() & answer.json().keys())
