from datetime import datetime

from odoo.tests import tagged

from ..common import ALL
from ..survey.common_survey import SurveyCase


@tagged("post_install", "-at_install")
class TestSatisfactionViews(SurveyCase):
    """What a salesperson reads of a customer's answers, in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("sally", ALL)
        cls.customer = cls._create_customer("Gemini", user_id=cls.user.id)
        cls.survey = cls._create_survey("satisfaction", "nps", "improvement")

    def _say(self, day, **answers):
        self._answer(self.survey, self.customer, answers, date=day)

    def _read(self):
        return self._as(self.customer, self.user)

    def test_nothing(self):
        partner = self._read()
        self.assertEqual(partner.satisfaction_count, 0)
        self.assertFalse(partner.satisfaction_level or partner.satisfaction_summary)
        self.assertFalse(partner.nps_group or partner.nps_summary)

    def test_once(self):
        """0 is an answer, in words too."""
        self._say(datetime(2026, 6, 12), satisfaction="satisfied", nps=0)
        partner = self._read()
        self.assertEqual(partner.satisfaction_summary, "Satisfied, on June 12")
        self.assertEqual(partner.nps_summary, "0 of 10 (detractor), on June 12")
        self.assertEqual(partner.nps_group, "detractor")
        self.assertFalse(partner.satisfaction_comments)

    def test_trend(self):
        """Each measure against the last time it was answered, whatever was asked in between."""
        self._say(datetime(2025, 3, 3), satisfaction="satisfied", nps=9)
        self._say(datetime(2026, 3, 3), nps=9)
        self._say(datetime(2026, 6, 12), satisfaction="very_satisfied", nps=9)
        partner = self._read()
        self.assertEqual(
            partner.satisfaction_summary,
            "Very satisfied, on June 12: better than last time (Satisfied, on March 3, 2025)",
        )
        self.assertEqual(
            partner.nps_summary, "9 of 10 (promoter), on June 12: as last time, on March 3"
        )
        self._say(datetime(2026, 6, 14), satisfaction="dissatisfied", nps=5)
        partner = self._read()
        self.assertEqual(
            partner.satisfaction_summary,
            "Dissatisfied, on June 14: worse than last time (Very satisfied, on June 12)",
        )
        self.assertEqual(
            partner.nps_summary,
            "5 of 10 (detractor), on June 14: worse than last time (9 of 10 (promoter), on June 12)",
        )
        self.assertEqual((partner.satisfaction_count, partner.nps_group), (4, "detractor"))

    def test_comments(self):
        """The latest three, the last first, in one line each and not endless."""
        order = self._create_order(self.customer, datetime(2026, 6, 1), 100)
        for day, text in enumerate(("First", "Second", "Third\n\nand more", "x" * 300), start=1):
            self._answer(
                self.survey,
                self.customer,
                {"improvement": text},
                date=datetime(2026, 6, day),
                document=order if day == 3 else None,
            )
        self.assertEqual(
            self._read().satisfaction_comments.splitlines(),
            [
                f"June 4: “{'x' * 199}…”",
                f"June 3, {order.name}: “Third and more”",
                "June 2: “Second”",
            ],
        )

    def test_follows(self):
        """What was noted on the phone a moment ago is there; an answer that is deleted is not."""
        self.assertFalse(self._read().satisfaction_level)
        row = self.Satisfaction._record([{"partner_id": self.customer.id, "level": "satisfied"}])
        self.assertEqual(self._read().satisfaction_level, "satisfied")
        row.unlink()
        self.assertFalse(self._read().satisfaction_level)

    def test_last_answer_counts(self):
        """Searching, sorting and grouping by the last level, not by any."""
        self._say(datetime(2026, 6, 1), satisfaction="dissatisfied")
        self._say(datetime(2026, 6, 2), satisfaction="very_satisfied")
        Partner = self._as(self.env["res.partner"], self.user)
        own = ("id", "=", self.customer.id)
        self.assertFalse(Partner.search([("satisfaction_level", "=", "dissatisfied"), own]))
        self.assertTrue(Partner.search([("satisfaction_level", "=", "very_satisfied"), own]))
        silent = self._create_customer("Nothing said")
        both = [("id", "in", (self.customer | silent).ids)]
        self.assertEqual(
            Partner.search([("satisfaction_level", "=", False), *both]).ids, silent.ids
        )
        self.assertEqual(
            Partner.search(both, order="satisfaction_level").ids, [self.customer.id, silent.id]
        )

    def test_document(self):
        """From the answer to its order, and from the order to its answer."""
        order = self._create_order(self.customer, datetime(2026, 6, 1), 100)
        self._answer(self.survey, self.customer, {"nps": 3}, document=order)
        action = self._as(order, self.user).action_open_satisfaction()
        row = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((row.res_id, row.display_name), (order.id, "Gemini (2026-06-15)"))
        action = row.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        domain = self._read().action_open_satisfaction()["domain"]
        self.assertEqual(self.Satisfaction.search(domain), row)
