from odoo.tests import HttpCase, freeze_time, tagged

from ..common import NOW, TODAY, days_ago
from .test_program import ProgramCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailFooter(ProgramCase):
    """Under each mail stands why, and how to get fewer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "We miss you",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "We miss you",
                "body_html": '<p>Dear <t t-out="object.name" /></p>',
                "use_default_to": True,
            }
        )

    def _send(self, **values):
        program = self._create_program({"channel": "email", "mail_template_id": self.template.id})
        partner = self._create_silent(email="edwin@example.com", **values)
        self._enter(program)
        return partner, self._act()

    def test_footer(self):
        """A visible link to the page, and the company that writes."""
        partner, followup = self._send()
        body = followup.mail_id.body_html
        self.assertIn("<p>Dear Silent 1</p>", body)
        self.assertIn(f"you are a customer of {self.company.name}", " ".join(body.split()))
        self.assertEqual(body.count(partner._get_unsubscribe_url()), 2)
        self.assertIn(partner._get_unsubscribe_token(), followup.mail_id.headers)

    def test_hostile_name(self):
        """A company's name is text there."""
        self.company.name = "<b>Retention</b>"
        self.assertIn("&lt;b&gt;Retention", self._send()[1].mail_id.body_html)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRarely(ProgramCase):
    """Less often: one survey or offer in 182 days; service goes on."""

    def _get_outcome(self, days, purpose="offer", **values):
        """Return what becomes of a call of today, ``days`` after one of the same kind."""
        first = self._create_program({"purpose": purpose}, pause_days=0)
        partner = self._create_silent(**{"contact_rarely": True, **values})
        self._enter(first)
        self._act()._close("yes")
        first.enrollment_ids.followup_ids.date_done = days_ago(days)
        first.action_stop()
        second = self._create_program({"purpose": purpose}, pause_days=0)
        self._create_event(partner)
        self._enter(second)
        self._act()
        followup = second.enrollment_ids.followup_ids
        return followup.state, followup.skip_reason

    def test_too_soon(self):
        self.assertEqual(self._get_outcome(181), ("skipped", "rarely"))

    def test_half_a_year(self):
        self.assertEqual(self._get_outcome(182), ("open", False))

    def test_service(self):
        self.assertEqual(self._get_outcome(1, "service"), ("open", False))

    def test_others(self):
        """Who said nothing gets what the pause allows."""
        self.assertEqual(self._get_outcome(1, contact_rarely=False), ("open", False))

    def test_survey(self):
        """Asked by a survey 100 days ago: not again, though the pauses have passed."""
        survey = self.env.ref("customer_retention.survey_survey_after_sale")
        partners = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "contact_rarely": name == "rare"}
                for name in ("rare", "often")
            ]
        )
        survey._invite(partners, self.company).retention_invite_date = days_ago(100)
        refusals = partners._get_survey_refusals(survey, self.company, TODAY)
        self.assertEqual(refusals, {partners[0]: "surveyed"})
        self.env["survey.user_input"].search([("partner_id", "in", partners.ids)]).write(
            {"retention_invite_date": days_ago(182)}
        )
        self.assertFalse(partners._get_survey_refusals(survey, self.company, TODAY))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestUnsubscribe(HttpCase):
    """One click ends the mails; opening the link does not. Less often, and taking it back, are there too."""

    def _create_person(self, **values):
        person = self.env["res.partner"].create(
            {"name": "Edwin", "email": "edwin@example.com", **values}
        )
        return person, f"/retention/unsubscribe/{person.id}/{person._get_unsubscribe_token()}"

    def _choose(self, person, url, wish):
        answer = self.url_open(url, data={"wish": wish})
        self.assertEqual(answer.status_code, 200)
        person.invalidate_recordset()
        return answer.text

    def test_wish(self):
        """Less often, never and back; each is noted once on the contact, and the page says how it is."""
        person, url = self._create_person()
        self.assertEqual(person._get_mail_wish(), "often")
        self.assertIn("We will write less often", self._choose(person, url, "rarely"))
        self.assertEqual((person._get_mail_wish(), person.contact_rarely), ("rarely", True))
        self.assertIn("You will get no more", self._choose(person, url, "never"))
        self.assertTrue(person.is_blacklisted)
        notes = len(person.message_ids)
        self._choose(person, url, "never")
        self.assertEqual(len(person.message_ids), notes)
        self.assertIn("we will write to you", self._choose(person, url, "often"))
        self.assertEqual((person.is_blacklisted, person.contact_rarely), (False, False))

    def test_hostile(self):
        """What the page does not offer means never, as a mail program that sends nothing of ours."""
        for wish in ("", "OFTEN", "x" * 5000, "<script>", "a\0"):
            person, url = self._create_person()
            self._choose(person, url, wish)
            self.assertTrue(person.is_blacklisted, wish)
            self._choose(person, url, "often")
            self.assertFalse(person.is_blacklisted, wish)

    def test_no_contact(self):
        """Who wants no contact at all gets none by a link in one mail."""
        person, url = self._create_person(do_not_contact=True)
        self._choose(person, url, "often")
        self.assertEqual((person._get_mail_wish(), person.do_not_contact), ("never", True))

    def test_one_click(self):
        """GET asks, POST stops, and a token fits one address of one contact."""
        partner = self.env["res.partner"].create({"name": "Edwin", "email": "edwin@example.com"})
        other = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        url = f"/retention/unsubscribe/{partner.id}/{partner._get_unsubscribe_token()}"
        self.assertIn("edwin@example.com", self.url_open(url).text)
        self.assertFalse(partner.is_blacklisted)
        foreign = f"/retention/unsubscribe/{other.id}/{partner._get_unsubscribe_token()}"
        for wrong in (foreign, url + "0", url + "é", "/retention/unsubscribe/999999999/x"):
            answer = self.url_open(wrong, data={"List-Unsubscribe": "One-Click"})
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("ann@example.com", answer.text)
        answer = self.url_open(url, data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        partner.invalidate_recordset()
        self.assertTrue(partner.is_blacklisted)
        self.assertFalse(other.is_blacklisted)
        partner.email = "new@example.com"
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_merged(self):
        """The link of a contact that was merged away, twice even, ends the mails to its address."""
        first, second, third, foreign = self.env["res.partner"].create(
            [
                {"name": f"Merged {number}", "email": email}
                for number, email in enumerate(["a@x.example"] * 3 + ["b@x.example"])
            ]
        )
        links = [
            f"/retention/unsubscribe/{partner.id}/{partner._get_unsubscribe_token()}"
            for partner in (first, second, foreign)
        ]
        wizard = self.env["base.partner.merge.automatic.wizard"]
        for source, survivor in ((first, second), (second, third), (foreign, third)):
            wizard._merge((source | survivor).ids, survivor, extra_checks=False)
        # The mails to the other address have ended with its contact.
        self.assertEqual(third.email, "a@x.example")
        for link, status in zip(links, (200, 200, 404), strict=True):
            self.assertEqual(self.url_open(link).status_code, status)
        self.assertFalse(third.is_blacklisted)
        answer = self.url_open(links[2], data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 404)
        for link in (f"{links[0]}0", links[0].replace(str(first.id), str(third.id))):
            self.assertEqual(self.url_open(link, data={"x": "1"}).status_code, 404)
        third.invalidate_recordset()
        self.assertFalse(third.is_blacklisted)
        answer = self.url_open(links[0], data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        third.invalidate_recordset()
        self.assertTrue(third.is_blacklisted)
        third.unlink()
        self.assertEqual(self.url_open(links[0]).status_code, 404)
