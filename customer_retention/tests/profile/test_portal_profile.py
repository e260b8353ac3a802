from datetime import date

from lxml import html

from odoo import Command, http
from odoo.tests import HttpCase, tagged

from ...tools.profile_input import (
    InputError,
    read_birthday,
    read_email,
    read_number,
    read_phone,
    read_text,
)
from ..common import RetentionCase

TODAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestProfileInput(RetentionCase):
    """What people type about themselves."""

    def assertRefused(self, code, read, *args, **kwargs):
        with self.subTest(args), self.assertRaises(InputError) as caught:
            read(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)

    def _read_birthday(self, day, month, year=""):
        return read_birthday(day, month, year, today=TODAY, unknown_year=1904)

    def test_birthday(self):
        """A day that is one, with or without its year."""
        self.assertEqual(self._read_birthday("29", "2", "1980"), date(1980, 2, 29))
        self.assertEqual(self._read_birthday(" 29", "2"), date(1904, 2, 29))
        self.assertEqual(self._read_birthday("15", "6", "2026"), TODAY)
        self.assertIsNone(self._read_birthday("", "", ""))

    def test_no_birthday(self):
        """Each thing that is wrong has a reason of its own."""
        self.assertRefused("incomplete", self._read_birthday, "1", "")
        self.assertRefused("incomplete", self._read_birthday, "", "", "1980")
        self.assertRefused("no_day", self._read_birthday, "31", "4", "1980")
        self.assertRefused("no_day", self._read_birthday, "29", "2", "1981")
        self.assertRefused("no_day", self._read_birthday, "one", "2", "1981")
        self.assertRefused("no_day", self._read_birthday, "1", "13", "1981")
        self.assertRefused("no_day", self._read_birthday, "1", "1", "99999999999999999999")
        self.assertRefused("future", self._read_birthday, "16", "6", "2026")
        self.assertRefused("too_old", self._read_birthday, "1", "1", "1899")

    def test_texts(self):
        """Texts lose blanks around them, phone numbers need digits, addresses an at sign."""
        self.assertEqual(read_text(" a\r\nb ", 10), "a\nb")
        self.assertRefused("too_long", read_text, "x" * 11, 10)
        self.assertEqual(read_phone("+32 (0)475/12.34-56"), "+32 (0)475/12.34-56")
        self.assertEqual(read_phone(None), "")
        self.assertRefused("no_phone", read_phone, "12345")
        self.assertRefused("no_phone", read_phone, "call 123456")
        self.assertEqual(read_email("a@b.example"), "a@b.example")
        self.assertRefused("no_email", read_email, "a@b")
        self.assertRefused("no_email", read_email, "a@b.example, c@d.example")
        self.assertEqual(
            [read_number(each) for each in ("7", " 8 ", "-1", "x", None, "²")], [7, 8, *[None] * 4]
        )


@tagged("post_install", "-at_install")
class TestPortalProfile(HttpCase):
    """The customer's own profile page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_partner = cls.env["res.partner"].create({"name": "Gemini", "is_company": True})
        cls.user, cls.colleague = cls.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": login,
                    "password": f"{login} {login}",
                    "email": f"{login}@gemini.example",
                    "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                }
                for name, login in (("Edwin Hansen", "edwin_portal"), ("Ann Lee", "ann_portal"))
            ]
        )
        cls.partner = cls.user.partner_id
        (cls.partner | cls.colleague.partner_id).parent_id = cls.company_partner
        cls.partner.write(
            {
                "preferred_name": "Edwin",
                "phone": "+1 202 555 0100",
                "country_id": cls.env.ref("base.us").id,
                "comment": "Secret internal note",
                "family_notes": "Secret family",
                "financial_notes": "Secret finances",
                "education": "master",
            }
        )
        cls.speed = cls.env.ref("customer_retention.retention_priority_speed")
        cls.price = cls.env.ref("customer_retention.retention_priority_price")
        cls.art = cls.env.ref("customer_retention.retention_interest_art")
        cls.music = cls.env.ref("customer_retention.retention_interest_music")

    def setUp(self):
        super().setUp()
        self.authenticate("edwin_portal", "edwin_portal edwin_portal")

    def _get(self):
        answer = self.url_open("/my/profile")
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text)

    def _get_form(self):
        """Return what the page would send if the customer changed nothing."""
        form = self._get().xpath("//form[@action='/my/profile']")[0]
        values = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        return values

    def _post(self, **changes):
        values = {**self._get_form(), **changes}
        values["csrf_token"] = http.Request.csrf_token(self)
        sent = {name: value for name, value in values.items() if value is not None}
        answer = self.url_open("/my/profile", data=sent)
        self.env.invalidate_all()
        return answer

    def _get_notes(self, partner=None):
        messages = (partner or self.partner).message_ids
        return messages.filtered(lambda each: "own page" in (each.body or ""))

    def test_seen(self):
        """The page shows what the business shows, and never what we note of somebody."""
        answer = self.url_open("/my/profile")
        self.assertIn('value="Edwin"', answer.text)
        self.assertIn("Reliability", answer.text)
        for secret in ("Secret", "education", "master"):
            self.assertNotIn(secret, answer.text)

    def test_how_far(self):
        """The page says how much is answered; a field that cannot be changed says why."""
        lines = self.env["retention.profile.field"]
        lines.search([("field_id.name", "=", "phone")]).portal_access = "read"
        page = self._get()
        [progress] = page.xpath("//*[@id='profile_progress']")
        bar = progress.xpath(".//*[@role='progressbar']")[0]
        self.assertEqual(bar.get("aria-valuenow"), "1", "the preferred name")
        asked = int(bar.get("aria-valuemax"))
        writable = page.xpath("//*[@data-name][not(.//*[@disabled])]")
        self.assertEqual(asked, len(writable) + 1, "and what matters most")
        self.assertIn(f"1 of {asked} answered", " ".join(progress.text_content().split()))
        [phone] = page.xpath("//*[@data-name='phone']")
        self.assertIn("so we change it for you", phone.text_content())
        self._post(priority_id=str(self.speed.id))
        bar = self._get().xpath("//*[@role='progressbar']")[0]
        self.assertEqual(bar.get("aria-valuenow"), "2")

    def test_nothing_changed(self):
        """Saving without a change changes nothing and notes nothing."""
        before = self.partner.read(["preferred_name", "phone", "birthday", "preferences"])
        answer = self._post()
        self.assertTrue(answer.url.endswith("/my/profile?saved=1"))
        self.assertIn("Saved. Thank you.", answer.text)
        self.assertEqual(
            self.partner.read(["preferred_name", "phone", "birthday", "preferences"]), before
        )
        self.assertFalse(self._get_notes())
        self.assertFalse(self.partner.do_not_contact or self.partner.is_blacklisted)

    def test_corrected(self):
        """What the customer corrects is saved, and every change noted for the salesperson."""
        self.partner.interest_ids = self.music
        self._post(
            preferred_name="Eddie <b>",
            salutation="informal",
            birthday_day="29",
            birthday_month="2",
            interest_ids=[str(self.art.id)],
            preferences="Tea",
        )
        self.assertEqual(self.partner.preferred_name, "Eddie <b>")
        self.assertEqual(self.partner.salutation, "informal")
        self.assertEqual(self.partner.birthday, date(1904, 2, 29))
        self.assertEqual(self.partner.interest_ids, self.art)
        self.assertEqual(self.partner.preferences, "Tea")
        note = self._get_notes()
        self.assertEqual(len(note), 1)
        self.assertEqual(note.author_id, self.partner)
        self.assertTrue(note.subtype_id.internal)
        text = html.fromstring(note.body).text_content()
        for change in (
            "Preferred Name: Edwin → Eddie <b>",
            "Salutation: – → Informal",
            "Birthday: – → 02-29",
            "Interests: Music → Art and design",
            "Preferences: – → Tea",
        ):
            self.assertIn(change, text)
        self.assertNotIn("Phone", text)

    def test_refused(self):
        """Bad input saves nothing, keeps what was typed and says what to change."""
        answer = self._post(
            preferred_name="Eddie",
            phone="call me",
            birthday_day="31",
            birthday_month="4",
            birthday_year="1980",
            preferences="x" * 2001,
            interest_ids=[str(self.art.id)],
            priority_id=str(self.speed.id),
        )
        self.assertEqual(answer.status_code, 200)
        page = html.fromstring(answer.text)
        self.assertIn("Nothing is saved yet", answer.text)
        self.assertIn("There is no such day", answer.text)
        self.assertIn("write the phone number with digits", answer.text)
        self.assertIn("too long", answer.text)
        form = page.xpath("//form[@action='/my/profile']")[0]
        typed = dict(form.form_values())
        self.assertEqual(typed["preferred_name"], "Eddie")
        self.assertEqual(typed["phone"], "call me")
        self.assertEqual(
            (typed["birthday_day"], typed["birthday_month"], typed["birthday_year"]),
            ("31", "4", "1980"),
        )
        self.assertEqual(typed["interest_ids"], str(self.art.id))
        self.assertEqual(typed["priority_id"], str(self.speed.id))
        self.assertEqual(self.partner.preferred_name, "Edwin")
        self.assertFalse(self.partner.interest_ids or self.company_partner.priority_id)
        self.assertFalse(self._get_notes())

    def test_tampered(self):
        """Values and fields that the page does not offer are refused or passed over."""
        answer = self._post(salutation="royal", priority_id="999999", interest_ids=["999999"])
        self.assertEqual(answer.text.count("Choose one of the answers."), 3)
        self._post(
            comment="Hacked",
            family_notes="Hacked",
            education="doctorate",
            email="other@x.example",
            name="Hacked",
            id=str(self.colleague.partner_id.id),
            partner_id=str(self.colleague.partner_id.id),
            preferred_name="Me",
        )
        self.assertIn("Secret", self.partner.comment)
        self.assertEqual(self.partner.family_notes, "Secret family")
        self.assertEqual(self.partner.education, "master")
        self.assertEqual(self.partner.email, "edwin_portal@gemini.example")
        self.assertEqual(self.partner.name, "Edwin Hansen")
        self.assertEqual(self.partner.preferred_name, "Me")
        self.assertFalse(self.colleague.partner_id.preferred_name)

    def test_characters(self):
        """Characters that cannot be stored are left out of every text; the others are kept."""
        self.env.ref("customer_retention.retention_profile_field_phone").portal_access = "write"
        for text in ("A\0nn", "\0Ann\0\0"):
            self._post(
                preferred_name=text,
                preferences=f"{text} likes\x07 chairs",
                phone="+1 202 \x00555 0199",
                birthday_day="1\0",
                birthday_month="2",
                priority_id=f"{self.speed.id}\0",
            )
            self.assertEqual(self.partner.preferred_name, "Ann")
            self.assertEqual(self.partner.preferences, "Ann likes\x07 chairs")
            self.assertEqual(self.partner.phone, "+1 202 555 0199")
            self.assertEqual(self.partner.birthday, date(1904, 2, 1))
            self.assertEqual(self.company_partner.priority_id, self.speed)
            self._get()
        self._post(do_not_contact="1", do_not_contact_reason="\0Too\0 many")
        self.assertEqual(self.partner.do_not_contact_reason, "Too many")

    def test_token(self):
        """Without the page's token nothing is saved."""
        answer = self.url_open("/my/profile", data={"preferred_name": "Forged"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.partner.preferred_name, "Edwin")

    def test_signed_out(self):
        """Who is not signed in is asked to sign in."""
        self.logout()
        self.assertIn("/web/login", self.url_open("/my/profile").url)

    def test_priority(self):
        """What matters most belongs to the company; the answer counts as of today each time."""
        self._post(priority_id=str(self.speed.id))
        self.assertEqual(self.company_partner.priority_id, self.speed)
        self.assertFalse(self.partner.priority_id)
        event = self.env["retention.event"].search([("type", "=", "priority")], limit=1)
        self.assertEqual(event.partner_id, self.company_partner)
        note = self._get_notes(self.company_partner)
        self.assertEqual(note.author_id, self.partner)
        self.assertIn("Number One Priority", note.body)
        self.company_partner.write({"priority_date": "2020-01-01"})
        self._post()
        self.assertEqual(self.company_partner.priority_date, date.today())
        self._post(priority_id=str(self.price.id))
        self.assertEqual(self.company_partner.priority_id, self.price)

    def test_channels(self):
        """A refused channel goes on core's blacklist, an allowed one comes off it."""
        self._post(channel_email=None, channel_phone=None, channel_post=None)
        self.assertTrue(self.partner.is_blacklisted)
        self.assertTrue(self.partner.phone_blacklisted)
        self.assertTrue(self.partner.no_post)
        self.assertFalse(self.partner._is_contact_allowed("email"))
        self.assertIn("Letters: yes → ", self._get_notes()[0].body)
        self._post(channel_email="1", channel_phone="1", channel_post="1")
        for channel in ("email", "phone", "post"):
            self.assertTrue(self.partner._is_contact_allowed(channel))

    def test_do_not_contact(self):
        """ "Not at all" is saved with its day and reason, and can be taken back."""
        self._post(do_not_contact="1", do_not_contact_reason="Too many calls")
        self.assertTrue(self.partner.do_not_contact)
        self.assertEqual(self.partner.do_not_contact_date, date.today())
        self.assertEqual(self.partner.do_not_contact_reason, "Too many calls")
        self.assertFalse(self.partner._is_contact_allowed())
        self.assertTrue(self.colleague.partner_id._is_contact_allowed())
        self.assertIn("Too many calls", self._get_notes()[0].body)
        self.partner.do_not_contact_date = "2020-01-01"
        self._post()
        self.assertEqual(self.partner.do_not_contact_date, date(2020, 1, 1))
        self._post(do_not_contact=None, channel_email="1")
        self.assertTrue(self.partner._is_contact_allowed("email"))

    def test_settings(self):
        """A field is shown, correctable or absent as the manager says; off for a company, absent."""
        line = self.env.ref("customer_retention.retention_profile_field_phone")
        line.portal_access = "read"
        self._post(phone="+1 202 555 0199")
        self.assertEqual(self.partner.phone, "+1 202 555 0100")
        self.assertIn("+1 202 555 0100", self.url_open("/my/profile").text)
        line.portal_access = "hidden"
        self.assertNotIn("+1 202 555 0100", self.url_open("/my/profile").text)
        self.user.company_id.retention_keep_birthday = False
        self.assertNotIn("birthday_day", self.url_open("/my/profile").text)
        self._post(birthday_day="1", birthday_month="1", birthday_year="1980")
        self.assertFalse(self.partner.birthday)

    def test_sensitive(self):
        """Where education is shown, its change is noted without the content."""
        line = self.env.ref("customer_retention.retention_profile_field_education")
        line.portal_access = "write"
        self.assertIn('value="master" selected', self.url_open("/my/profile").text)
        self._post(education="doctorate")
        self.assertEqual(self.partner.education, "doctorate")
        note = self._get_notes()
        self.assertIn("Education", note.body)
        for content in ("octorate", "aster"):
            self.assertNotIn(content, note.body)

    def test_language(self):
        """Months are named in the customer's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner.lang = "fr_FR"
        self.authenticate("edwin_portal", "edwin_portal edwin_portal")
        self.assertIn("février", self.url_open("/my/profile").text)
