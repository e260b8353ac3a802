from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import NOW, days_ago
from ..survey.common_survey import SurveyCase


@tagged("post_install", "-at_install")
class TestSatisfaction(SurveyCase):
    """Answers of surveys become one row each of the customer they came from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._create_user("ann", "sales_team.group_sale_salesman")
        cls.customer = cls._create_customer("Gemini", is_company=True, user_id=cls.ann.id)
        cls.person = cls.env["res.partner"].create(
            {"name": "Edwin Hansen", "parent_id": cls.customer.id, "email": "edwin@example.com"}
        )

    def test_measures(self):
        """Every measure with a value has its column; texts make the comment."""
        survey = self._create_survey(
            "satisfaction", "improvement", "csat", "nps", "expectation", "courtesy", "empathy",
            "effort", "honesty", "knowledge", "ease", "quote_allowed", "wants_call",
        )  # fmt: skip
        answer = self._answer(
            survey,
            self.person,
            {
                "satisfaction": "very_satisfied",
                "improvement": "Call me before you come.",
                "csat": 5,
                "nps": 9,
                "expectation": "better",
                "courtesy": 1,
                "empathy": 2,
                "effort": 3,
                "honesty": 4,
                "knowledge": 5,
                "ease": 4,
                "quote_allowed": "yes",
                "wants_call": "no",
            },
            comments={"satisfaction": "Edwin was quick."},
        )
        row = self._get_satisfaction(self.customer)
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.person.id,
                    "company_id": self.company.id,
                    "currency_id": self.usd.id,
                    "user_id": self.ann.id,
                    "date": days_ago(0),
                    "origin": "survey",
                    "survey_id": survey.id,
                    "user_input_id": answer.id,
                    "level": "very_satisfied",
                    "csat": 5,
                    "nps": 9,
                    "nps_group": "promoter",
                    "expectation": "better",
                    "courtesy": 1,
                    "empathy": 2,
                    "effort": 3,
                    "honesty": 4,
                    "knowledge": 5,
                    "ease": 4,
                    "quote_allowed": True,
                    "wants_call": False,
                    "comment": "Edwin was quick.\nCall me before you come.",
                }
            ],
        )

    def test_nothing_is_told_from_zero(self):
        """0 is an NPS answer; a question left out is null and no part of an average."""
        survey = self._create_survey("nps", "csat")
        self._answer(survey, self.person, {"nps": 0})
        self._answer(survey, self.person, {"csat": 4})
        zero, nothing = self._get_satisfaction(self.customer)
        self.assertEqual((zero.nps_group, nothing.nps_group), ("detractor", False))
        self.env.cr.execute(
            "SELECT nps, csat FROM retention_satisfaction WHERE id IN %s ORDER BY id",
            [(zero.id, nothing.id)],
        )
        self.assertEqual(self.env.cr.fetchall(), [(0, None), (None, 4)])
        # Mean of one answer of 0, not of 0 and nothing.
        [(mean, csat)] = self.Satisfaction._read_group(
            [("partner_id", "=", self.customer.id)], [], ["nps:avg", "csat:avg"]
        )
        self.assertEqual((mean, csat), (0, 4))

    def test_read_again(self):
        """Read again, an answer has one row; a number taken back becomes null."""
        survey = self._create_survey("nps", "csat")
        answer = self._answer(survey, self.person, {"nps": 3, "csat": 4})
        answer._mark_done()
        row = self._get_satisfaction(self.customer)
        self.assertEqual((len(row), row.nps), (1, 3))
        answer.user_input_line_ids.filtered(lambda line: line.value_scale == 3).unlink()
        self.Satisfaction._read_answers(answer)
        self.assertEqual((row.nps, row.nps_group, row.csat), (0, False, 4))
        answer.user_input_line_ids.unlink()
        self.assertFalse(self.Satisfaction._read_answers(answer))
        self.assertFalse(row.exists())

    def test_about_an_order(self):
        """What the answer is about and who was responsible then: the order's own company and salesperson."""
        bob = self._create_user("bob", "sales_team.group_sale_salesman")
        order = self._create_order(self.customer, datetime(2026, 6, 1), 100)
        order.user_id = bob
        row = self._read(self._create_survey("csat"), {"csat": 4}, document=order)
        self.assertEqual((row.res_model, row.res_id), ("sale.order", order.id))
        self.assertEqual((row.reference, row.user_id), (order.name, bob))

    def test_day_of_company(self):
        """23:30 in UTC is the next day in Tokyo."""
        tokyo = self._create_company("Tokyo", tz="Asia/Tokyo")
        row = self._read(
            self._create_survey("csat"),
            {"csat": 4},
            date=datetime(2026, 6, 10, 23, 30),
            retention_company_id=tokyo.id,
        )
        self.assertEqual((row.company_id, str(row.date)), (tokyo, "2026-06-11"))

    def test_not_read(self):
        """No measures, a test, nobody known, an employee: no row."""
        survey = self._create_survey("csat")
        self._answer(survey, self.person, {})
        self._answer(survey, self.person, {"csat": 4}, test_entry=True)
        self._answer(survey, self.ann.partner_id, {"csat": 4})
        self._answer(survey, self.env["res.partner"], {"csat": 4}, email="edwin@example.com")
        self.assertFalse(self.Satisfaction.search([("survey_id", "=", survey.id)]))

    def test_survey_without_measures(self):
        """The end of an answer to a survey that measures nothing asks nothing of our tables."""
        other, ours = self._create_survey("csat"), self._create_survey("csat")
        other.question_ids.retention_measure = False
        with patch.object(type(self.Satisfaction), "_read_answers") as read:
            self._answer(other, self.person, {})
            read.assert_not_called()
            answer = self._answer(ours, self.person, {"csat": 4})
            read.assert_called_once_with(answer)

    def test_unfinished(self):
        """An answer left unfinished counts after a day of silence, and follows when it is ended."""
        survey = self._create_survey("csat", "nps")
        fresh = self._answer(survey, self.person, {"csat": 4}, done=False)
        self.assertFalse(self.Satisfaction._read_answers(fresh))
        # 25 hours ago: the day before yesterday's noon is not needed, 24 hours and more are.
        left = self._answer(
            survey, self.person, {"csat": 2}, date=datetime(2026, 6, 14, 11), done=False
        )
        row = self.Satisfaction._read_answers(left)
        self.assertEqual((row.csat, row.date), (2, days_ago(1)))
        self._answer_question(left, "nps", 7)
        left._mark_done()
        self.assertEqual((row.csat, row.nps, row.date), (2, 7, NOW.date()))

    def _read(self, survey, answers, **given):
        answer = self._answer(survey, self.person, answers, **given)
        return self.Satisfaction.search([("user_input_id", "=", answer.id)])

    def test_company(self):
        """Without an invitation: of the document, else of the contact, else of who made the survey."""
        berlin, rome = self._create_company("Berlin"), self._create_company("Rome")
        both = rome | self.company
        author = self._create_user("author", "survey.group_survey_user", companies=both)
        survey = self._create_survey("csat", user_id=author.id)
        asked = {"retention_company_id": False}
        self.assertEqual(self._read(survey, {"csat": 1}, **asked).company_id, rome)
        order = self._create_order(self.customer, datetime(2026, 6, 1), 100)
        row = self._read(survey, {"csat": 1}, document=order, **asked)
        self.assertEqual(row.company_id, self.company)
        self.person.company_id = berlin
        self.customer.company_id = berlin
        self.assertEqual(self._read(survey, {"csat": 1}, **asked).company_id, berlin)

    def test_language(self):
        """A French customer answers in French; the measure is the same, the comment theirs."""
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env["res.lang"]._lang_get("fr_FR")
        survey = self._create_survey("satisfaction", "competitor", types={"competitor": "char_box"})
        level, rival = survey.question_ids
        level.suggested_answer_ids.with_context(lang="fr_FR")[2].value = "Très satisfait"
        rival.with_context(lang="fr_FR").title = "Chez qui achetez-vous ?"
        row = self._read(
            survey,
            {"satisfaction": "very_satisfied", "competitor": "Concurrent"},
            lang_id=french.id,
        )
        self.assertEqual(row.level, "very_satisfied")
        self.assertEqual(row.comment, "Chez qui achetez-vous ? Concurrent")

    def test_later_question_counts(self):
        """Two questions of one measure: the later one, by its place in the survey."""
        survey = self._create_survey("csat", "nps")
        first, _nps = survey.question_ids
        second = first.copy({"survey_id": survey.id, "sequence": 9})
        answer = survey._create_answer(partner=self.person, retention_company_id=self.company.id)
        answer._save_lines(second, "2")
        answer._save_lines(first, "5")
        answer._mark_done()
        self.assertEqual(self.Satisfaction.search([("user_input_id", "=", answer.id)]).csat, 2)

    # ------------------------------------------------------------------
    # Not from a survey
    # ------------------------------------------------------------------

    def test_record(self):
        """What was said on the phone: 0 is an answer, None is not."""
        row = self.Satisfaction._record(
            [
                {
                    "partner_id": self.person.id,
                    "level": "satisfied",
                    "nps": 0,
                    "csat": None,
                    "comment": "Late.",
                    "improvement": "Be on time.",
                }
            ]
        )
        self.assertEqual((row.partner_id, row.contact_id), (self.customer, self.person))
        self.assertEqual((row.origin, row.user_id, row.date), ("phone", self.ann, days_ago(0)))
        self.assertEqual((row.nps_group, row.comment), ("detractor", "Late.\nBe on time."))
        self.env.flush_all()
        self.env.cr.execute("SELECT nps, csat FROM retention_satisfaction WHERE id = %s", row.ids)
        self.assertEqual(self.env.cr.fetchone(), (0, None))

    def test_record_outside_scale(self):
        with self.assertRaisesRegex(ValidationError, "CSAT.* is 6.*from 1 to 5"):
            self.Satisfaction._record([{"partner_id": self.customer.id, "csat": 6}])
