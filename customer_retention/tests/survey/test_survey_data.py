from odoo.tests import tagged

from ...tools.measures import find_text_fault, names_somebody, nps_group, read_number
from .common_survey import SurveyCase

# What each shipped survey asks, in this order.
SHIPPED = {
    "after_sale": (
        "satisfaction", "improvement", "improvement", "expectation", "wants_call", "quote_allowed",
    ),
    "not_closed": ("deal_breaker", "competitor", "knowledge", "courtesy", "wants_call"),
    "relationship": (
        "nps", "improvement", "improvement", "product_wanted", "referral", "wants_call",
    ),
    "choice": ("choice_reason", "competitor", "quote_allowed", "referral"),
    "left": ("deal_breaker", "competitor", "improvement", "wants_call"),
    "priority": ("priority", "improvement"),
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestSurveyData(SurveyCase):
    """The surveys that come with the addon: short, by invitation, and every answer means something."""

    def _get_surveys(self):
        for name, measures in SHIPPED.items():
            yield name, self.env.ref(f"customer_retention.survey_survey_{name}"), measures

    def test_settings(self):
        for name, survey, measures in self._get_surveys():
            with self.subTest(survey=name):
                self.assertEqual(tuple(survey.question_ids.mapped("retention_measure")), measures)
                self.assertEqual(survey.access_mode, "token")
                self.assertEqual(survey.questions_layout, "page_per_question")
                self.assertTrue(survey.is_attempts_limited)
                self.assertEqual(survey.attempts_limit, 1)
                self.assertFalse(survey.users_login_required)
                self.assertFalse(survey.lang_ids)  # all languages
                self.assertTrue(survey.retention_kind)
                self.assertNotIn("Thank", survey.description_done)  # the page has, by name
                # The first question is the one that counts; the rest may be left out.
                mandatory = survey.question_ids.filtered("constr_mandatory")
                self.assertEqual(mandatory, survey.question_ids[0])
        kinds = {name: survey.retention_kind for name, survey, _measures in self._get_surveys()}
        self.assertEqual(
            [name for name, kind in kinds.items() if kind == "transactional"],
            ["after_sale", "not_closed"],
        )
        exits = [name for name, survey, _m in self._get_surveys() if survey.retention_is_exit]
        self.assertEqual(exits, ["left"])

    def test_every_answer(self):
        """Each choice of each survey is accepted, saved and read."""
        for name, survey, _measures in self._get_surveys():
            answers = max(len(each.suggested_answer_ids) for each in survey.question_ids)
            for place in range(max(answers, 1)):
                customer = self._create_customer(f"{name} {place}")
                answer = survey._create_answer(
                    partner=customer, retention_company_id=self.company.id
                )
                for question in survey.question_ids:
                    sent = self._prepare_sent(question, place)
                    with self.subTest(survey=name, question=question.title, sent=sent):
                        self.assertEqual(question.validate_question(sent), {})
                    answer._save_lines(question, sent)
                answer._mark_done()
                with self.subTest(survey=name, place=place):
                    self.assertEqual(len(self._get_satisfaction(customer)), 1)

    def _prepare_sent(self, question, place):
        choices = question.suggested_answer_ids
        if question.question_type == "multiple_choice":
            return [str(choices[place % len(choices)].id)]
        if choices:
            return str(choices[place % len(choices)].id)
        return "3" if question.question_type == "scale" else "Something"


@tagged("post_install", "-at_install")
class TestMeasureRules(SurveyCase):
    """The rules behind the measures, without records."""

    def test_nps_group(self):
        groups = [nps_group(score) for score in range(11)]
        self.assertEqual(groups, ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2)

    def test_read_number(self):
        for answer, expected in (
            ("0", 0), ("10", 10), (7, 7), ("-1", None), ("7.0", None), (7.0, None), (True, None),
            ("", None), (" 7", None), ("٧", None), ("²", None), ("7" * 12, None), (None, None),
        ):  # fmt: skip
            with self.subTest(answer=answer):
                self.assertEqual(read_number(answer), expected)

    def test_text(self):
        self.assertIsNone(find_text_fault("x" * 5000))
        self.assertEqual(find_text_fault("x" * 5001), "length")
        self.assertEqual(find_text_fault("\udfff"), "character")
        self.assertEqual(find_text_fault(b"x"), "type")

    def test_names_somebody(self):
        for text in ("Ann", "Lee & Sons, ask for Ann", "Ñandú"):
            self.assertTrue(names_somebody(text), text)
        for text in ("", "No", "no!", "N/A", "---", "Nobody.", "not yet", "No, thank you"):
            self.assertFalse(names_somebody(text), text)
