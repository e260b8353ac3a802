from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ...tools.address import first_name
from ..common import MANAGER, OWN, RetentionCase

KEPT = [
    "birthday",
    "interest_ids",
    "preferences",
    "family_notes",
    "education",
    "income_range",
    "financial_notes",
]


@tagged("post_install", "-at_install")
class TestAddress(RetentionCase):
    """How messages address a contact."""

    def _create(self, **values):
        return self.env["res.partner"].create({"name": "Edwin Hansen", "lang": "en_US", **values})

    def assertAddress(self, partner, name, salutation):
        self.assertEqual(
            (partner._get_address_name(), partner._get_salutation()), (name, salutation)
        )

    def test_unknown(self):
        """Where nobody wrote it down, people are addressed by their whole name."""
        self.assertAddress(self._create(), "Edwin Hansen", "Dear Edwin Hansen,")

    def test_informal(self):
        """Informal without a preferred name is the first name."""
        self.assertAddress(self._create(salutation="informal"), "Edwin", "Hello Edwin,")

    def test_preferred(self):
        """The preferred name is used as it was written."""
        formal = self._create(preferred_name=" Mr. Hansen ", salutation="formal")
        self.assertAddress(formal, "Mr. Hansen", "Dear Mr. Hansen,")
        informal = self._create(preferred_name="Eddie", salutation="informal")
        self.assertAddress(informal, "Eddie", "Hello Eddie,")

    def test_company(self):
        """A company is nobody to greet by name, unless somebody wrote how."""
        company = self._create(name="Gemini", is_company=True, salutation="informal")
        self.assertAddress(company, "Gemini", "Dear Gemini team,")
        company.preferred_name = "Gemini team"
        self.assertAddress(company, "Gemini team", "Hello Gemini team,")

    def test_nameless(self):
        """An e-mail address is no name; at an address of a company without a name sits its team."""
        self.assertAddress(self._create(name="e@hansen.example"), "", "Dear Sir or Madam,")
        parent = self._create(name="Gemini", is_company=True)
        nameless = self._create(name=False, type="invoice", parent_id=parent.id)
        self.assertAddress(nameless, "", "Dear Gemini team,")
        parent.name = "info@gemini.example"
        self.assertAddress(nameless, "", "Dear Sir or Madam,")

    def test_language(self):
        """The salutation is in the language of the contact, not of the user."""
        self.env["res.lang"]._activate_lang("fr_FR")
        partner = self._create(lang="fr_FR").with_context(lang="en_US")
        asked = []
        original = type(self.env)._

        def note_language(env, source, *args, **kwargs):
            asked.append(env.lang)
            return original(env, source, *args, **kwargs)

        self.patch(type(self.env), "_", note_language)
        partner._get_salutation()
        self.assertEqual(asked, ["fr_FR"])

    def test_preferred_email(self):
        """An e-mail address is refused as a preferred name."""
        with self.assertRaisesRegex(ValidationError, "Preferred Name is e@x.example"):
            self._create(preferred_name="e@x.example")

    def test_first_name(self):
        """The first name is found before and after the family name, never in a title."""
        self.assertEqual(first_name("Edwin Hansen"), "Edwin")
        self.assertEqual(first_name("Hansen, Edwin"), "Edwin")
        self.assertEqual(first_name("Dr. Hansen"), "Dr. Hansen")
        self.assertEqual(first_name("J Hansen"), "J Hansen")
        self.assertEqual(first_name("Madonna"), "Madonna")
        self.assertEqual(first_name("Mrs Lopez"), "Mrs Lopez")
        self.assertEqual(first_name("Frau Öztürk"), "Frau Öztürk")
        self.assertEqual(first_name("Mme. Duval"), "Mme. Duval")
        self.assertEqual(first_name("κα Παπαδοπούλου"), "κα Παπαδοπούλου")
        self.assertEqual(first_name("Κος Νίκου"), "Κος Νίκου")
        self.assertEqual(first_name("van der Berg"), "van der Berg")
        self.assertEqual(first_name("Della Valle, Prof. Anna"), "Prof. Anna Della Valle")
        self.assertEqual(first_name("Vries, de"), "de Vries")
        self.assertEqual(first_name("Otto Brandt, Jr."), "Otto")
        self.assertEqual(first_name("Anna-Lena von Arnim"), "Anna-Lena")
        self.assertEqual(first_name("Delta Trading GmbH"), "Delta Trading GmbH")
        self.assertEqual(first_name("Omega, S.A."), "Omega, S.A.")
        self.assertEqual(first_name("Nord A/S"), "Nord A/S")
        self.assertEqual(first_name("Ann & Peter Lee"), "Ann & Peter Lee")
        self.assertEqual(first_name("a@b.example"), "")
        self.assertEqual(first_name(None), "")


@tagged("post_install", "-at_install")
class TestContactWish(RetentionCase):
    """Who must not be contacted."""

    def test_wish(self):
        """The wish keeps its day and reason; taken back, both go."""
        partner = self.env["res.partner"].create({"name": "A"})
        partner.write({"do_not_contact": True, "do_not_contact_reason": "On the phone"})
        self.assertEqual(partner.do_not_contact_date, date(2026, 6, 15))
        self.assertFalse(partner._is_contact_allowed())
        partner.do_not_contact = False
        self.assertFalse(partner.do_not_contact_date or partner.do_not_contact_reason)
        self.assertTrue(partner._is_contact_allowed())

    def test_earlier_day(self):
        """A day that is given stays."""
        partner = self.env["res.partner"].create(
            {"name": "A", "do_not_contact": True, "do_not_contact_date": "2020-01-02"}
        )
        self.assertEqual(partner.do_not_contact_date, date(2020, 1, 2))

    def test_company(self):
        """The wish of a company holds for its contacts, that of a contact for no one else."""
        company = self.env["res.partner"].create({"name": "C", "is_company": True})
        contact = self.env["res.partner"].create({"name": "P", "parent_id": company.id})
        contact.do_not_contact = True
        self.assertTrue(company._is_contact_allowed())
        contact.do_not_contact = False
        company.do_not_contact = True
        self.assertFalse(contact._is_contact_allowed())

    def test_blacklists(self):
        """Core's mailings and texts leave them alone, too, also after the wish is taken back."""
        partner = self.env["res.partner"].create(
            {
                "name": "A",
                "email": "a@wish.example",
                "phone": "+32475123456",
                "country_id": self.env.ref("base.be").id,
            }
        )
        partner.do_not_contact = True
        self.assertTrue(partner.is_blacklisted)
        self.assertTrue(partner.phone_blacklisted)
        partner.do_not_contact = False
        self.assertTrue(partner._is_contact_allowed())
        self.assertFalse(partner._is_contact_allowed("email"))
        self.assertFalse(partner._is_contact_allowed("phone"))
        self.assertTrue(partner._is_contact_allowed("post"))

    def test_letters(self):
        """Who wants no letters can still be called."""
        partner = self.env["res.partner"].create({"name": "A", "no_post": True})
        self.assertFalse(partner._is_contact_allowed("post"))
        self.assertTrue(partner._is_contact_allowed("phone"))
        with self.assertRaisesRegex(ValueError, "fax"):
            partner._is_contact_allowed("fax")

    def test_salesperson(self):
        """A salesperson records the wish without rights on blacklists, and an employee reads it."""
        seller = self._create_user("seller", f"{OWN},base.group_partner_manager")
        partner = self.env["res.partner"].create({"name": "A", "email": "a@wish.example"})
        self._as(partner, seller).do_not_contact = True
        self.assertTrue(partner.is_blacklisted)
        employee = self._create_user("employee")
        self.assertFalse(self._as(partner, employee)._is_contact_allowed())


@tagged("post_install", "-at_install")
class TestBirthday(RetentionCase):
    """Birthdays; today is 15 June 2026."""

    def assertNext(self, birthday, expected):
        partner = self.env["res.partner"].create({"name": "A", "birthday": birthday})
        self.assertEqual(partner.next_birthday, expected)
        found = self.env["res.partner"].search(
            [("id", "=", partner.id), ("next_birthday", "=", expected)]
        )
        self.assertEqual(found, partner)

    def test_next(self):
        """Today is the next birthday of who has it today; of who had it yesterday it is next year."""
        self.assertNext("1980-06-15", date(2026, 6, 15))
        self.assertNext("1980-06-16", date(2026, 6, 16))
        self.assertNext("1980-06-14", date(2027, 6, 14))

    def test_leap_day(self):
        """29 February is kept on 28 February where the year has none."""
        self.assertNext("1980-02-29", date(2027, 2, 28))
        with freeze_time("2027-03-01 12:00"):
            self.assertNext("1980-02-29", date(2028, 2, 29))
        with freeze_time("2027-02-28 12:00"):
            self.assertNext("1980-02-29", date(2027, 2, 28))
        with freeze_time("2028-02-28 12:00"):
            self.assertNext("1980-02-29", date(2028, 2, 29))

    def test_unknown_year(self):
        """1904 stands for a year that is not known, and has a 29 February."""
        self.assertNext("1904-02-29", date(2027, 2, 28))

    def test_future(self):
        """Nobody is born tomorrow."""
        with self.assertRaisesRegex(ValidationError, "Birthday is 2026-06-16"):
            self.env["res.partner"].create({"name": "A", "birthday": "2026-06-16"})

    def test_search_and_sort(self):
        """Birthdays can be sorted and asked for by span; who has none comes last."""
        partners = self.env["res.partner"].create(
            [{"name": day, "birthday": day} for day in ("1990-07-01", "1970-06-20", "1990-06-01")]
            + [{"name": "none"}]
        )
        domain = [("id", "in", partners.ids)]
        self.assertEqual(
            self.env["res.partner"].search(domain, order="next_birthday").mapped("name"),
            ["1970-06-20", "1990-07-01", "1990-06-01", "none"],
        )
        soon = self.env["res.partner"].search([*domain, ("next_birthday", "<=", "2026-06-30")])
        self.assertEqual(soon.mapped("name"), ["1970-06-20"])


@tagged("post_install", "-at_install")
class TestPriority(RetentionCase):
    """What matters most to a customer, and its history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speed = cls.env.ref("customer_retention.retention_priority_speed")
        cls.price = cls.env.ref("customer_retention.retention_priority_price")
        cls.partner = cls.env["res.partner"].create({"name": "A"})

    def test_history(self):
        """Every change is an event with its day; the same answer again only moves the day."""
        self.partner.priority_id = self.speed
        self.assertEqual(self.partner.priority_date, date(2026, 6, 15))
        with freeze_time("2026-12-20 12:00"):
            self.partner.priority_id = self.speed
            self.assertEqual(self.partner.priority_date, date(2026, 12, 20))
            self.partner.priority_id = self.price
            self.partner.priority_id = self.speed
            self.partner.priority_id = self.price
        speed, price = str(self.speed.id), str(self.price.id)
        self.assertEvents(
            self.partner,
            ("priority", False, speed),
            ("priority", speed, price),
            ("priority", price, speed),
            ("priority", speed, price),
        )
        events = self.Event.search([("partner_id", "=", self.partner.id)])
        self.assertEqual(events[0].description, "Cares most about Price (was Speed)")
        self.assertEqual(events[-1].description, "Cares most about Speed")

    def test_removed(self):
        """A priority taken away is an event, too, and has no day."""
        self.partner.priority_id = self.speed
        self.partner.priority_id = False
        self.assertFalse(self.partner.priority_date)
        self.assertEvents(
            self.partner,
            ("priority", False, str(self.speed.id)),
            ("priority", str(self.speed.id), False),
        )

    def test_import(self):
        """A priority with a day of its own is known, not news."""
        partner = self.env["res.partner"].create(
            {"name": "B", "priority_id": self.speed.id, "priority_date": "2025-03-01"}
        )
        self.assertEqual(partner.priority_date, date(2025, 3, 1))
        self.assertEvents(partner)

    def test_created(self):
        """A new contact with a priority has told it today."""
        partner = self.env["res.partner"].create({"name": "B", "priority_id": self.speed.id})
        self.assertEqual(partner.priority_date, date(2026, 6, 15))
        self.assertEvents(partner, ("priority", False, str(self.speed.id)))

    def test_contact(self):
        """The event of a contact stands on its company, with the person."""
        company = self.env["res.partner"].create({"name": "C", "is_company": True})
        contact = self.env["res.partner"].create({"name": "P", "parent_id": company.id})
        contact.priority_id = self.speed
        event = self.Event.search([("type", "=", "priority"), ("partner_id", "=", company.id)])
        self.assertEqual(event.contact_id, contact)

    def test_confirm(self):
        """ "Still true" moves the day of who has a priority, without an event."""
        self.partner.write({"priority_id": self.speed.id, "priority_date": "2025-01-01"})
        other = self.env["res.partner"].create({"name": "B"})
        (self.partner | other).action_confirm_priority()
        self.assertEqual(self.partner.priority_date, date(2026, 6, 15))
        self.assertFalse(other.priority_date)
        self.assertEvents(self.partner)


@tagged("post_install", "-at_install")
class TestKept(RetentionCase):
    """Fields that a company may not keep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Other Company")
        groups = f"{MANAGER},base.group_partner_manager,base.group_allow_export"
        groups += ",customer_retention.group_sensitive_profile"
        cls.user = cls._create_user("manager", groups, cls.company | cls.other)
        cls.interest = cls.env["retention.interest"].create({"name": "Sailing"})
        cls.partner = cls.env["res.partner"].create({"name": "A", **cls._get_values()})
        for name in KEPT:
            setting = f"retention_keep_{name.replace('interest_ids', 'interests')}"
            cls.company[setting] = False

    @classmethod
    def _get_values(cls):
        return {
            "birthday": "1980-01-02",
            "interest_ids": [Command.link(cls.interest.id)],
            "preferences": "Coffee",
            "family_notes": "Two children",
            "education": "master",
            "income_range": "high",
            "financial_notes": "Pays late",
        }

    def test_refused(self):
        """A value is refused by the field's name, also for the superuser; emptying is not."""
        for name, value in self._get_values().items():
            label = self.partner._fields[name].string
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, f"{label} is not kept"),
            ):
                self.partner.write({name: value})
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, f"{label} is not kept"),
            ):
                self.env["res.partner"].create({"name": "B", name: value})
            self.partner.write({name: False})
            self.assertFalse(self.partner[name])
        self.partner.write({"interest_ids": [Command.clear(), Command.set([])]})

    def test_absent(self):
        """The field is absent from reading, searching, grouping, export and description."""
        partner = self._as(self.partner, self.user)
        Partner = partner.browse()
        for name in KEPT:
            with self.subTest(name):
                self.assertNotIn(name, Partner.fields_get())
                with self.assertRaises(AccessError):
                    partner.read([name])
                with self.assertRaises(AccessError):
                    Partner.search([(name, "!=", False)])
                if name != "interest_ids":  # nothing is ever sorted by tags
                    with self.assertRaises(AccessError):
                        Partner.search([], order=name)
                with self.assertRaises(AccessError):
                    Partner._read_group([], [name])
                with self.assertRaises(AccessError):
                    partner.export_data([name])
                with self.assertRaises(AccessError):
                    partner.env["res.users"].search([(name, "!=", False)])

    def test_views(self):
        """No view of the company shows it; the other company's do."""
        for company, is_shown in ((self.company, False), (self.other, True)):
            Partner = self._as(self.partner, self.user, company).browse()
            views = Partner.get_views([(False, "form"), (False, "list"), (False, "search")])
            arch = "".join(view["arch"] for view in views["views"].values())
            for name in KEPT:
                with self.subTest(name, company=company.name):
                    self.assertEqual(f'"{name}"' in arch, is_shown)

    def test_other_company(self):
        """A company that keeps the field reads it, and its next birthday."""
        partner = self._as(self.partner, self.user, self.other)
        self.assertEqual(partner.preferences, "Coffee")
        self.assertEqual(partner.next_birthday, date(2027, 1, 2))
        self.assertFalse(self._as(self.partner, self.user).next_birthday)

    def test_delete(self):
        """What no company keeps can be deleted at once; what one keeps stays."""
        companies = self.env["res.company"].search([])
        (companies - self.other).write({"retention_keep_education": False})
        self.env["res.company"]._delete_hidden_profiles()
        self.assertEqual(self.partner.education, "master")
        companies.write({"retention_keep_education": False, "retention_keep_interests": False})
        self.assertEqual(self.env["res.company"]._delete_hidden_profiles(), 2)
        self.assertFalse(self.partner.education)
        self.assertFalse(self.partner.interest_ids)
        self.assertEqual(self.partner.preferences, "Coffee")


@tagged("post_install", "-at_install")
class TestProfileMerge(RetentionCase):
    """Contacts that are merged keep what is known of them."""

    def _merge(self, survivor, *others, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        if user:
            wizard = self._as(wizard, user)
        partners = survivor.union(*others)
        wizard._merge(partners.ids, survivor.with_env(wizard.env))

    def test_merge(self):
        """The survivor's own values come first, the others' fill what is empty; no event is made."""
        speed = self.env.ref("customer_retention.retention_priority_speed")
        household = self.env["retention.household"].create({"name": "Hansen"})
        art, food = self.env["retention.interest"].create([{"name": "Arts"}, {"name": "Foods"}])
        survivor, other = self.env["res.partner"].create(
            [
                {
                    "name": "A",
                    "preferred_name": "Eddie",
                    "interest_ids": [Command.set(art.ids)],
                },
                {
                    "name": "B",
                    "preferred_name": "Edwin",
                    "birthday": "1980-01-02",
                    "interest_ids": [Command.set((art | food).ids)],
                    "priority_id": speed.id,
                    "priority_date": "2025-01-01",
                    "household_id": household.id,
                    "do_not_contact": True,
                    "do_not_contact_reason": "Asked",
                },
            ]
        )
        self._merge(survivor, other)
        self.assertEqual(survivor.preferred_name, "Eddie")
        self.assertEqual(survivor.birthday, date(1980, 1, 2))
        self.assertEqual(survivor.interest_ids, art | food)
        self.assertEqual(survivor.priority_id, speed)
        self.assertEqual(survivor.priority_date, date(2025, 1, 1))
        self.assertEqual(survivor.household_id, household)
        self.assertTrue(survivor.do_not_contact)
        self.assertEqual(survivor.do_not_contact_reason, "Asked")
        self.assertFalse(
            self.Event.search([("partner_id", "=", survivor.id), ("type", "=", "priority")])
        )

    def test_unseen(self):
        """Sensitive values survive a merge by somebody who may not see them."""
        survivor, other = self.env["res.partner"].create(
            [
                {"name": "A", "education": "school"},
                {"name": "B", "education": "master", "family_notes": "Two children"},
            ]
        )
        user = self._create_user("merger", f"{OWN},base.group_partner_manager")
        self._merge(survivor, other, user=user)
        self.assertEqual(survivor.education, "school")
        self.assertEqual(survivor.family_notes, "Two children")

    def test_not_kept(self):
        """What the current company does not keep survives where another company keeps it."""
        survivor, other = self.env["res.partner"].create(
            [{"name": "A"}, {"name": "B", "preferences": "Coffee", "birthday": "1980-01-02"}]
        )
        self.env["res.company"].search([]).retention_keep_birthday = False
        self.company.retention_keep_preferences = False
        user = self._create_user("merger", f"{OWN},base.group_partner_manager")
        self._merge(survivor, other, user=user)
        self.assertEqual(survivor.preferences, "Coffee")
        self.assertFalse(survivor.birthday)
