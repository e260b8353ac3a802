from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import ALL, MANAGER, OWN, days_ago
from ..survey.common_survey import SurveyCase

PARTNER_FIELDS = (
    "satisfaction_ids",
    "satisfaction_details",
    "satisfaction_count",
    "satisfaction_level",
    "satisfaction_summary",
    "nps_group",
    "nps_summary",
    "satisfaction_comments",
)
ORDER_FIELDS = (
    "satisfaction_id",
    "satisfaction_level",
    "satisfaction_expectation",
    "satisfaction_date",
    "satisfaction_comment",
)


@tagged("post_install", "-at_install")
class TestSatisfactionAccess(SurveyCase):
    """Who reads what customers say: by the sales groups, without any right on core's answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._create_user("ann", f"{OWN},base.group_allow_export")
        cls.bob = cls._create_user("bob", ALL)
        cls.chief = cls._create_user("chief", MANAGER)
        cls.clerk = cls._create_user("clerk")
        cls.portal = cls._create_user("portal", "base.group_portal")
        cls.survey = cls._create_survey("satisfaction", "nps", "improvement")
        cls.of_ann = cls._create_customer("Of Ann", user_id=cls.ann.id)
        cls.of_bob = cls._create_customer("Of Bob", user_id=cls.bob.id)
        cls.of_nobody = cls._create_customer("Of Nobody")
        cls.customers = cls.of_ann | cls.of_bob | cls.of_nobody
        cls.order = cls._create_order(cls.of_bob, datetime(2026, 6, 1), 100)
        for score, customer in enumerate(cls.customers, start=7):
            cls._answer(
                cls.survey,
                customer,
                {"satisfaction": "satisfied", "nps": score, "improvement": "Quicker."},
                document=cls.order if customer == cls.of_bob else None,
            )

    def _see(self, user):
        return self._as(self.Satisfaction, user).search([("survey_id", "=", self.survey.id)])

    def test_rows(self):
        """Own and unassigned customers; all of them with all documents, and for managers."""
        for user, customers in (
            (self.ann, self.of_ann | self.of_nobody),
            (self.bob, self.customers),
            (self.chief, self.customers),
        ):
            with self.subTest(user=user.login):
                rows = self._see(user)
                self.assertEqual(rows.partner_id.ids, self._as(customers, user)[::-1].ids)
                self.assertIn("Quicker.", rows.mapped("comment"))
                with self.assertRaises(AccessError):
                    self._as(self.env["survey.user_input"], user).search([])

    def test_nobody_else(self):
        """Employees without a sales group, portal users and visitors read no row."""
        public = self.env.ref("base.public_user")
        for user in (self.clerk, self.portal, public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Satisfaction.with_user(user).search([])

    def test_writing(self):
        """Answers are the customers': nobody writes them; managers may delete one."""
        for user in (self.ann, self.bob, self.chief):
            row = self._see(user)[0]
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    row.write({"comment": "All fine."})
                with self.assertRaises(AccessError):
                    row.copy({"user_input_id": False})
        with self.assertRaises(AccessError):
            self._see(self.bob)[0].unlink()
        self._see(self.chief)[0].unlink()

    def test_partner(self):
        """On the customer: a colleague's customer reads empty, and finds nothing."""
        own, foreign = self._as(self.of_ann, self.ann), self._as(self.of_bob, self.ann)
        self.assertEqual((own.satisfaction_level, own.nps_group), ("satisfied", "passive"))
        self.assertEqual(own.satisfaction_count, 1)
        self.assertEqual((foreign.satisfaction_level, foreign.satisfaction_count), (False, 0))
        self.assertFalse(foreign.nps_summary or foreign.satisfaction_comments)
        for user, customers in (
            (self.ann, self.of_ann | self.of_nobody),
            (self.bob, self.customers),
        ):
            found = self._as(self.env["res.partner"], user).search(
                [("satisfaction_level", "=", "satisfied"), ("id", "in", self.customers.ids)]
            )
            self.assertEqual(set(found.ids), set(customers.ids))
        groups = self._as(self.env["res.partner"], self.ann)._read_group(
            [("id", "in", self.customers.ids)], ["satisfaction_level"], ["__count"]
        )
        self.assertCountEqual(groups, [("satisfied", 2), (False, 1)])
        exported = self._as(self.customers, self.ann).export_data(["name", "satisfaction_level"])
        self.assertIn(["Of Bob", ""], [[name, level or ""] for name, level in exported["datas"]])

    def test_partner_fields_of_others(self):
        """The fields exist for nobody without a sales group, portal users included."""
        portal = self._as(self.env["res.partner"], self.portal).browse(self.portal.partner_id.id)
        for partner in (self._as(self.of_ann, self.clerk), portal):
            for name in PARTNER_FIELDS:
                with self.subTest(field=name, user=partner.env.user.login):
                    self.assertNotIn(name, partner.fields_get())
                    with self.assertRaises(AccessError):
                        partner.read([name])
                    with self.assertRaises(AccessError):
                        partner.search([(name, "!=", False)])

    def test_order(self):
        """On the order: for those who may read the customer's answers."""
        order = self._as(self.order, self.bob)
        self.assertEqual(
            [order[name] for name in ORDER_FIELDS[1:]],
            ["satisfied", False, days_ago(0), "Quicker."],
        )
        self.order.user_id = self.ann
        self.assertFalse(self._as(self.order, self.ann).satisfaction_level)
        self.order.user_id = self.clerk
        for user in (self.clerk, self.portal):
            for name in ORDER_FIELDS:
                with self.subTest(field=name), self.assertRaises(AccessError):
                    self._as(self.order, user).read([name])

    def test_companies(self):
        """What customers say to one company is nothing to the other."""
        other = self._create_company("Other")
        colleague = self._create_user("colleague", MANAGER, companies=other)
        both = self._create_user("both", MANAGER, companies=other | self.company)
        self._answer(
            self.survey,
            self.of_nobody,
            {"satisfaction": "dissatisfied", "nps": 0},
            retention_company_id=other.id,
        )
        self.assertEqual(self._see(colleague).company_id, other)
        self.assertEqual(self._as(self.of_nobody, colleague).satisfaction_level, "dissatisfied")
        self.assertEqual(self._as(self.of_nobody, colleague).satisfaction_count, 1)
        self.assertEqual(self._as(self.of_nobody, self.chief).satisfaction_level, "satisfied")
        # With both companies open, the first one is shown.
        seen = self.of_nobody.with_user(both).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        self.assertEqual((seen.satisfaction_level, seen.satisfaction_count), ("satisfied", 1))
        self.assertFalse(self._as(self.of_bob, colleague).satisfaction_count)

    # ------------------------------------------------------------------
    # People who move, merge and go
    # ------------------------------------------------------------------

    def test_moves(self):
        """A customer who becomes part of a company takes the answers along."""
        parent = self._create_customer("Parent", is_company=True)
        self.of_ann.parent_id = parent
        row = self._get_satisfaction(parent)
        self.assertEqual((row.contact_id, row.nps), (self.of_ann, 7))

    def test_merge(self):
        """Merged customers have the answers of both."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.of_bob | self.of_ann).ids, self.of_ann)
        self.assertEqual(self._get_satisfaction(self.of_ann).mapped("nps"), [7, 8])
        # Read again, the answers are still theirs.
        answers = self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)])
        self.Satisfaction._read_answers(answers)
        self.assertEqual(self._get_satisfaction(self.of_ann).mapped("nps"), [7, 8])

    def test_privacy(self):
        """A privacy lookup finds what a person of a company said; a deleted customer's answers go."""
        person = self.env["res.partner"].create(
            {"name": "Edwin Hansen", "email": "edwin@example.com", "parent_id": self.of_bob.id}
        )
        self._answer(self.survey, person, {"nps": 3})
        row = self.Satisfaction.search([("contact_id", "=", person.id)])
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Edwin Hansen", "email": "edwin@example.com"}
        )
        wizard.action_lookup()
        self.assertIn(
            ("retention.satisfaction", row.id),
            wizard.line_ids.mapped(lambda line: (line.res_model, line.res_id)),
        )
        gone = self._get_satisfaction(self.of_nobody)
        self.of_nobody.unlink()
        self.assertFalse(gone.exists())
