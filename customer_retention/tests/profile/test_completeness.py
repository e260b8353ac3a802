from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..common import MANAGER, OWN, RetentionCase


@tagged("post_install", "-at_install")
class TestCompleteness(RetentionCase):
    """How complete a profile is, by weights chosen by a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Line = cls.env["retention.profile.field"]
        cls.Line.search([]).unlink()
        cls.Partner = cls.env["res.partner"]

    @classmethod
    def _count(cls, name, weight, applies_to="all", **values):
        field = cls.env["ir.model.fields"]._get("res.partner", name)
        values = {"field_id": field.id, "weight": weight, "applies_to": applies_to, **values}
        return cls.Line.create(values)

    def assertComplete(self, partner, percent, *missing):
        self.env.invalidate_all()
        self.assertEqual(partner.profile_completeness, percent)
        self.assertEqual([each["name"] for each in partner.profile_missing or []], list(missing))

    def test_by_hand(self):
        """Filled weights over all weights, in whole percent, half up."""
        self._count("email", 3)
        self._count("phone", 2)
        self._count("function", 3)
        partner = self.Partner.create({"name": "A"})
        self.assertComplete(partner, 0, "email", "phone", "function")
        partner.email = "a@a.example"  # 3 of 8 is 37.5
        self.assertComplete(partner, 38, "phone", "function")
        partner.phone = "1"  # 5 of 8 is 62.5
        self.assertComplete(partner, 63, "function")
        partner.function = "Director"
        self.assertComplete(partner, 100)

    def test_at_once(self):
        """What was just written counts at once, without reading anew."""
        self._count("email", 1)
        partner = self.Partner.create({"name": "A"})
        self.assertEqual(partner.profile_completeness, 0)
        partner.email = "a@a.example"
        self.assertEqual(partner.profile_completeness, 100)
        self.assertFalse(partner.profile_missing)

    def test_weights_changed(self):
        """Another weight counts at once; a weight of 0 counts for nothing and is not missing."""
        email = self._count("email", 1)
        self._count("phone", 1)
        partner = self.Partner.create({"name": "A", "email": "a@a.example"})
        self.assertComplete(partner, 50, "phone")
        email.weight = 3
        self.assertComplete(partner, 75, "phone")
        email.weight = 0
        self.assertComplete(partner, 0, "phone")
        email.active = False
        self._count("function", 1)
        self.assertComplete(partner, 0, "phone", "function")

    def test_nothing_chosen(self):
        """Where nothing is asked for, nothing is missing."""
        self.assertComplete(self.Partner.create({"name": "A"}), 100)

    def test_blank(self):
        """Blanks, zero and no tags are nothing."""
        for name in ("preferences", "interest_ids", "color", "comment"):
            self._count(name, 1)
        partner = self.Partner.create(
            {"name": "A", "preferences": "  ", "interest_ids": [Command.clear()], "color": 0}
        )
        self.assertComplete(partner, 0, "preferences", "interest_ids", "color", "comment")
        interest = self.env["retention.interest"].create({"name": "Sailing"})
        partner.interest_ids = interest
        self.assertComplete(partner, 25, "preferences", "color", "comment")

    def test_applies_to(self):
        """People, companies and contacts are measured by what can be known of them."""
        self._count("email", 1)
        self._count("birthday", 1, "person")
        self._count("industry_id", 2, "company")
        self._count("priority_id", 2, "customer")
        company = self.Partner.create({"name": "C", "is_company": True, "email": "c@c.example"})
        contact = self.Partner.create(
            {"name": "P", "parent_id": company.id, "email": "p@c.example", "birthday": "1980-01-01"}
        )
        person = self.Partner.create({"name": "Q", "birthday": "1980-01-01"})
        self.assertComplete(company, 20, "industry_id", "priority_id")  # 1 of 1 + 2 + 2
        self.assertComplete(contact, 100)  # 2 of 1 + 1
        self.assertComplete(person, 25, "email", "priority_id")  # 1 of 1 + 1 + 2

    def test_list(self):
        """Customers and prospects are sorted, searched and grouped by it alike."""
        self._count("email", 1)
        self._count("phone", 3)
        none, quarter, most = self.Partner.create(
            [{"name": "A"}, {"name": "B", "email": "b@b.example"}, {"name": "C", "phone": "1"}]
        )
        self._create_past(most, (10, 100))
        self._refresh()
        domain = [("id", "in", (none | quarter | most).ids)]
        search = self.Partner.search
        self.assertEqual(search(domain, order="profile_completeness desc"), most | quarter | none)
        self.assertEqual(search(domain, order="profile_completeness"), none | quarter | most)
        self.assertEqual(search([*domain, ("profile_completeness", "<", 50)]), none | quarter)
        self.assertEqual(search([*domain, ("profile_completeness", "=", 0)]), none)
        self.assertEqual(
            self.Partner._read_group(
                domain, ["profile_completeness"], ["__count"], order="profile_completeness"
            ),
            [(0, 1), (25, 1), (75, 1)],
        )
        # (0 + 25 + 75) / 3
        [(average,)] = self.Partner._read_group(domain, [], ["profile_completeness:avg"])
        self.assertAlmostEqual(average, 100 / 3)

    def test_reader(self):
        """A field that the reader may not read counts for nothing and is not named."""
        self._count("email", 1)
        self._count("education", 1)
        partner = self.Partner.create({"name": "A", "education": "master"})
        seller = self._create_user("seller", OWN)
        sensitive = self._create_user("both", f"{OWN},customer_retention.group_sensitive_profile")
        self.assertComplete(self._as(partner, seller), 0, "email")
        self.assertComplete(self._as(partner, sensitive), 50, "email")
        found = self._as(self.Partner, seller).search([("profile_completeness", ">", 0)])
        self.assertNotIn(partner.id, found.ids)

    def test_not_kept(self):
        """A field that the company does not keep counts for nothing there, also for the superuser."""
        self._count("email", 1)
        self._count("birthday", 1)
        partner = self.Partner.create({"name": "A", "birthday": "1980-01-01"})
        self.assertComplete(partner, 50, "email")
        self.company.retention_keep_birthday = False
        self.assertComplete(partner, 0, "email")
        other = self._create_company("Other Company")
        self.assertComplete(partner.with_company(other), 50, "email")

    def test_rights(self):
        """Managers choose fields and weights, salespeople do not; employees see no percentage."""
        seller = self._create_user("seller", OWN)
        manager = self._create_user("manager", MANAGER)
        line = self._count("email", 1)
        with self.assertRaises(AccessError):
            self._as(line, seller).weight = 2
        self._as(line, manager).weight = 2
        self._as(line, manager).unlink()
        employee = self._create_user("employee")
        with self.assertRaises(AccessError):
            self._as(self.Partner.create({"name": "A"}), employee).read(["profile_completeness"])

    def test_refused(self):
        """Weights are 0 to 100; fields hold one value or tags, and are those of contacts."""
        line = self._count("email", 100)
        with self.assertRaisesRegex(ValidationError, "Weight of Email is 101"):
            line.weight = 101
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            line.weight = -1
        for name in ("child_ids", "image_1920", "profile_completeness", "barcode"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "cannot be counted"):
                self._count(name, 1)
        with self.assertRaisesRegex(ValidationError, "cannot be counted"):
            field = self.env["ir.model.fields"]._get("res.users", "login")
            self.Line.create({"field_id": field.id})

    def test_never_on_portal(self):
        """Internal notes and what we noted of family and finances are never shown to customers."""
        for name in ("comment", "family_notes", "financial_notes", "do_not_contact_reason"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "cannot be shown"):
                self._count(name, 1, portal_access="read")

    def test_form(self):
        """A manager chooses among the fields of contacts, and saves a line."""
        manager = self._create_user("manager", MANAGER)
        field = self.env["ir.model.fields"]._get("res.partner", "website")
        Fields = self._as(self.env["ir.model.fields"], manager)
        self.assertIn(field.id, [each[0] for each in Fields.name_search("Website")])
        self.assertEqual(set(Fields.search([]).mapped("model")), {"res.partner"})
        admin = self._create_user("admin_too", f"{MANAGER},base.group_system")
        every = self._as(Fields, admin)
        self.assertTrue(every.search_count([("model", "!=", "res.partner")]))
        form = Form(self.Line.with_user(manager))
        form.field_id = field
        form.weight = 7
        line = form.save()
        self.assertEqual(line.weight, 7)
        self.env.invalidate_all()
        self.assertTrue(line.display_name)
