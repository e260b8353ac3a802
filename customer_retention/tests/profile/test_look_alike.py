from odoo.tests import freeze_time, tagged

from ..common import NOW, OWN, RetentionCase
from ..program.test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestLookAlike(RetentionCase):
    """A hint on the contact: another customer has the same address or number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.other = cls.env["res.partner"].create(
            [
                {"name": "Ann", "email": "Ann <ann@example.com>"},
                {"name": "Ann Lee", "email": "ANN@example.com"},
                {"name": "Bob", "email": "bob@example.com", "phone": "+1 202 555 0142"},
            ]
        )

    def test_same_address(self):
        self.assertEqual(self.first.look_alike_ids, self.second)
        self.assertEqual(self.second.look_alike_ids, self.first)
        self.assertFalse(self.other.look_alike_ids)

    def test_same_number(self):
        """National and international form are one number, where Odoo can tell."""
        country = self.env.ref("base.us")
        alike = self.env["res.partner"].create(
            {"name": "Robert", "phone": "(202) 555-0142", "country_id": country.id}
        )
        expected = self.other if alike.phone_sanitized == "+12025550142" else alike.browse()
        self.assertEqual(alike.look_alike_ids, expected)

    def test_people_of_one_customer(self):
        """The people of one company share its number, and are not the same."""
        company = self.env["res.partner"].create({"name": "Gemini", "is_company": True})
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": company.id, "email": "x@gemini.example"} for name in "AB"]
        )
        self.assertFalse(people.look_alike_ids)

    def test_not_visible(self):
        """One of another company is not named to who does not see it."""
        self.second.company_id = self._create_company("Elsewhere")
        user = self._create_user("alike_user", OWN)
        self.assertFalse(self._as(self.first, user).look_alike_ids)

    def test_archived(self):
        self.second.active = False
        self.assertFalse(self.first.look_alike_ids)

    def test_merge(self):
        """*Merge…* opens Odoo's own dialog with both, and the hint is gone after it."""
        action = self.first.action_merge_look_alikes()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, self.first | self.second)
        wizard.dst_partner_id = self.first
        wizard.action_merge()
        self.assertFalse(self.first.look_alike_ids)

    def test_statements(self):
        """One statement more where nobody is alike."""
        alone = self.env["res.partner"].create({"name": "Alone", "email": "alone@alone.example"})
        alone._get_addresses()
        self.env.flush_all()
        alone.look_alike_ids  # noqa: B018 - what is kept after the first time
        alone.invalidate_recordset(["look_alike_ids"])
        before = self.cr.sql_log_count
        self.assertFalse(alone.look_alike_ids)
        self.assertLessEqual(self.cr.sql_log_count - before, 1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWelcomedOnce(ProgramCase):
    """One person noted as two new customers is welcomed once: on one night, and on the next."""

    def _create_welcome(self, **values):
        return self._create_program(
            {"purpose": "service"}, event_type="first_purchase", status_to=False, **values
        )

    def _buy(self, *names):
        partners = self.env["res.partner"].create(
            [{"name": name, "email": "ann@example.com", "user_id": self.user.id} for name in names]
        )
        for partner in partners:
            self._create_event(partner, type="first_purchase", old_value=False, new_value=False)
        return partners

    def test_one_night(self):
        for percent in (0, 100):
            program = self._create_welcome(holdout_percent=percent)
            self._buy("Ann", "Ann Lee")
            states = self._enter(program).mapped(lambda each: (each.state, each.reason))
            self.assertCountEqual(states, [("open", False), ("refused", "pause")])
            program.action_stop()

    def test_next_night(self):
        program = self._create_welcome()
        self._buy("Ann")
        self._enter(program)
        second = self._buy("Ann Lee")
        enrollment = self._enter(program).filtered(lambda each: each.partner_id == second)
        self.assertEqual((enrollment.state, enrollment.reason), ("refused", "already_in"))
