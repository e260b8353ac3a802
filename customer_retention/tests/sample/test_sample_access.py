from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import ALL, MANAGER, OWN
from .common_sample import SampleCase


@tagged("post_install", "-at_install")
class TestSampleAccess(SampleCase):
    """Managers draw samples of their companies; nobody else sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls._create_user("sample_chief", MANAGER)

    def test_manager(self):
        """A manager without rights on surveys makes, draws, asks and closes a sample."""
        values = self._create_sample().copy_data()[0]
        sample = self._as(self.Sample, self.chief).create({**values, "seed": "june"})
        self.assertIn("ask 33", sample.plan)
        sample.action_draw()
        sample.action_ask()
        self.assertEqual(sample.member_count, 33)
        self.assertEqual(len(sample.member_ids.partner_id), 33)
        self.assertEqual(sample.read(["survey_id"])[0]["survey_id"][1], self.survey.title)
        sample.action_open_answers()
        sample.action_close()
        self.assertEqual(sample.state, "closed")

    def test_chooses_survey(self):
        """A manager chooses among the surveys for customers, and sees no others."""
        other = self.env["survey.survey"].create({"title": "Staff party"})
        found = self._as(self.env["survey.survey"], self.chief).search([])
        self.assertIn(self.survey, found)
        self.assertNotIn(other, found)
        with self.assertRaises(AccessError):
            self._as(self.survey, self.chief).write({"title": "Mine"})

    def test_filter(self):
        """A sample is drawn by nothing that not every salesperson may see, nor by other companies."""
        other = self._create_company("Other Company")
        self._create_past(self.customers[0], (3, 4711), company_id=other.id)
        self._refresh(other)
        self.customers[:3].income_range = "high"
        self.customers[:3].family_notes = "two sons"
        values = {**self._create_sample().copy_data()[0], "seed": "june"}
        Sample = self._as(self.Sample, self.chief)
        for domain in (
            [("income_range", "=", "high")],
            [("child_ids.family_notes", "!=", False)],
            [("message_ids", "!=", False)],
        ):
            with self.subTest(domain=domain):
                with self.assertRaisesRegex(ValidationError, "not for every salesperson"):
                    Sample.create({**values, "domain": repr(domain)})
        for domain, count in (
            ([("retention_customer_ids.value_year", ">", 4710)], 0),
            ([("retention_customer_ids.company_id", "=", other.id)], 0),
            ([("retention_customer_ids.value_year", "=", 100)], 40),
        ):
            with self.subTest(domain=domain):
                sample = Sample.create({**values, "domain": repr(domain)})
                self.assertEqual(len(sample._get_order()), count)

    def test_filter_not_allowed_any_more(self):
        """A sample whose filter asks for more by now is not drawn, and says why."""
        sample = self._create_sample()
        self.env.cr.execute(
            "UPDATE retention_sample SET domain = %s WHERE id = %s",
            [repr([("income_range", "=", "high")]), sample.id],
        )
        sample.invalidate_recordset()
        sample = self._as(sample, self.chief)
        self.assertIn("income_range is not for every salesperson", sample.plan)
        with self.assertRaisesRegex(UserError, "income_range"):
            sample.action_draw()
        self.assertFalse(sample.sudo().member_ids)

    def test_members_are_the_samples(self):
        """Nobody writes who was drawn: a manager neither."""
        sample = self._draw()
        members = self._as(sample.member_ids, self.chief)
        for change in (
            lambda: members[0].write({"reason": "opt_out"}),
            lambda: members[0].unlink(),
            lambda: members.create({"sample_id": sample.id, "position": 99}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_others(self):
        """Salespeople, other employees and portal users see and do nothing with samples."""
        sample = self._draw()
        for login, groups in (
            ("sample_own", OWN),
            ("sample_all", ALL),
            ("sample_clerk", "base.group_user"),
            ("sample_portal", "base.group_portal"),
        ):
            user = self._create_user(login, groups)
            for model in (sample, sample.member_ids):
                with self.subTest(groups=groups, model=model._name):
                    with self.assertRaises(AccessError):
                        self._as(model, user).search([])
                    with self.assertRaises(AccessError):
                        self._as(model[0], user).read(["state"])
            for action in ("action_draw", "action_ask", "action_close", "action_open_answers"):
                with self.subTest(groups=groups, action=action), self.assertRaises(AccessError):
                    getattr(self._as(sample, user), action)()

    def test_companies(self):
        """A manager of another company sees no sample of this one, and draws none for it."""
        other = self._create_company("Other Company")
        stranger = self._create_user("sample_stranger", MANAGER, companies=other)
        sample = self._draw()
        self.assertFalse(self._as(self.Sample, stranger).search([]))
        self.assertFalse(self._as(self.Member, stranger).search([]))
        with self.assertRaises(AccessError):
            self._as(sample, stranger).read(["name"])
        with self.assertRaises(AccessError):
            self._as(self.Sample, stranger).create(
                {"name": "Theirs", "company_id": self.company.id, "survey_id": self.survey.id}
            )
