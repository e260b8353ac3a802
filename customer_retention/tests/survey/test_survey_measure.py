from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ...tools.measures import MEASURES, TEXT_LIMIT
from .common_survey import SurveyCase

TYPES = (
    "simple_choice",
    "multiple_choice",
    "text_box",
    "char_box",
    "numerical_box",
    "scale",
    "date",
    "datetime",
    "matrix",
)


class MeasureCase(SurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Question = cls.env["survey.question"]
        cls.records = {
            "retention.priority": cls.env.ref("customer_retention.retention_priority_speed"),
            "retention.reason": cls.env.ref("customer_retention.retention_reason_speed"),
            "crm.lost.reason": cls.env.ref("customer_retention.lost_reason_delay"),
            "retention.competitor": cls.env["retention.competitor"].create({"name": "Rival"}),
            "retention.interest": cls.env["retention.interest"].create(
                {"name": "Sailing at night"}
            ),
        }

    def _prepare(self, measure, question_type):
        records = [self.records[model] for model in MEASURES[measure].records]
        return self._prepare_question_values(measure, 1, question_type, records)


@tagged("post_install", "-at_install")
class TestSurveyMeasure(MeasureCase):
    """Questions take a measure that fits their type, scale and suggested answers."""

    def test_every_measure_and_type(self):
        """20 measures and 9 types: those that fit are saved, all others refused."""
        self.assertEqual(len(MEASURES), 20)
        survey = self._create_survey()
        for measure, rule in MEASURES.items():
            for question_type in TYPES:
                values = {"title": "A Question", "survey_id": survey.id}
                with self.subTest(measure=measure, type=question_type):
                    if question_type in rule.types:
                        values |= self._prepare(measure, question_type)
                        question = self.Question.create(values)
                        self.assertEqual(question.retention_measure, measure)
                        continue
                    values |= {"question_type": question_type, "retention_measure": measure}
                    with self.assertRaisesRegex(ValidationError, "A Question.*does not fit"):
                        self.Question.create(values)

    def test_message(self):
        """The message names question, type and measure, and says which types fit."""
        with self.assertRaises(ValidationError) as raised:
            self.Question.create(
                {"title": "Born?", "question_type": "date", "retention_measure": "nps"}
            )
        self.assertEqual(
            str(raised.exception),
            "“Born?” is of type Date, which does not fit its measure “NPS: 0 to 10”. Types that "
            "fit: Scale, Multiple choice: only one answer.",
        )

    def test_section(self):
        with self.assertRaisesRegex(ValidationError, "of type Section"):
            self.Question.create({"title": "Page", "is_page": True, "retention_measure": "nps"})

    def test_scale(self):
        """An NPS of 1 to 10 is none, and a CSAT of 0 to 5 neither; also later."""
        for measure, scale in (("nps", (1, 10)), ("csat", (0, 5)), ("csat", (1, 4))):
            values = self._prepare(measure, "scale")
            with self.subTest(measure=measure, scale=scale):
                wrong = {"scale_min": scale[0], "scale_max": scale[1]}
                with self.assertRaisesRegex(ValidationError, "has to go from"):
                    self.Question.create({**values, **wrong})
                question = self.Question.create(values)
                with self.assertRaisesRegex(ValidationError, "has to go from"):
                    question.write(wrong)

    def test_answers(self):
        """A suggested answer needs a value of the measure, and nothing near it."""
        question = self.Question.create(self._prepare("satisfaction", "simple_choice"))
        for value in (False, "", "Satisfied", "5", " satisfied"):
            with (
                self.subTest(value=value),
                self.assertRaisesRegex(
                    ValidationError,
                    "“Maybe” of “Question about satisfaction” has the value .*one of: dissatisfied, "
                    "satisfied, very_satisfied",
                ),
            ):
                question.suggested_answer_ids = [
                    Command.create({"value": "Maybe", "retention_value": value})
                ]
        nps = self.Question.create(self._prepare("nps", "simple_choice"))
        for value in ("11", "-1", "01", "5.0", "five"):
            with self.subTest(value=value), self.assertRaises(ValidationError):
                nps.suggested_answer_ids[0].retention_value = value
        nps.suggested_answer_ids[0].retention_value = "10"

    def test_records(self):
        """Answers about the priority stand for a priority, not for a reason or for nothing."""
        question = self.Question.create(self._prepare("priority", "simple_choice"))
        answer = question.suggested_answer_ids
        for record in (self.records["retention.reason"], False):
            with (
                self.subTest(record=record),
                self.assertRaisesRegex(
                    ValidationError, "“Speed” of .* has to stand for one of the list Priority"
                ),
            ):
                answer.retention_record = record and f"{record._name},{record.id}"

    def test_change(self):
        """Another measure or type is checked against what stands; all at once is fine."""
        question = self.Question.create(self._prepare("satisfaction", "simple_choice"))
        for values in (
            {"retention_measure": "expectation"},
            {"retention_measure": "improvement"},
            {"question_type": "multiple_choice"},
            {"question_type": "scale"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                question.write(values)
        words = zip(question.suggested_answer_ids, ("worse", "as_expected", "better"), strict=True)
        question.write(
            {
                "retention_measure": "expectation",
                "suggested_answer_ids": [
                    Command.update(each.id, {"retention_value": word}) for each, word in words
                ],
            }
        )
        self.assertEqual(question.retention_measure, "expectation")
        question.retention_measure = False
        question.suggested_answer_ids.retention_value = "anything"

    def test_copy(self):
        """A copied survey measures the same."""
        survey = self._create_survey("satisfaction", "nps")
        copied = survey.copy().question_ids
        self.assertEqual(copied.mapped("retention_measure"), ["satisfaction", "nps"])
        self.assertEqual(
            copied[0].suggested_answer_ids.mapped("retention_value"),
            list(MEASURES["satisfaction"].values),
        )

    def test_form_fills_in(self):
        """Choosing a measure in the dialog fills in type, scale and answers."""
        survey = self._create_survey()
        Question = self.Question.with_context(default_survey_id=survey.id)
        with Form(Question, "survey.survey_question_form") as form:
            form.title = "How was it?"
            form.retention_measure = "satisfaction"
        self.assertEqual(
            form.record.suggested_answer_ids.mapped(
                lambda each: (each.value, each.retention_value)
            ),
            [
                ("Very satisfied", "very_satisfied"),
                ("Satisfied", "satisfied"),
                ("Dissatisfied", "dissatisfied"),
            ],
        )
        with Form(Question, "survey.survey_question_form") as form:
            form.title = "How likely?"
            form.retention_measure = "csat"
            form.retention_measure = "nps"
        question = form.record
        self.assertEqual(
            (question.question_type, question.scale_min, question.scale_max), ("scale", 0, 10)
        )
        with Form(Question, "survey.survey_question_form") as form:
            form.title = "How likely, in words?"
            form.retention_measure = "nps"
            form.question_type = "simple_choice"
        values = form.record.suggested_answer_ids.mapped("retention_value")
        self.assertEqual(values, [str(number) for number in range(11)])
        with Form(Question, "survey.survey_question_form") as form:
            form.title = "What matters?"
            form.retention_measure = "priority"
        self.assertIn(
            self.records["retention.priority"],
            [each.retention_record for each in form.record.suggested_answer_ids],
        )

    def test_author_outside_sales(self):
        """Who writes surveys need not be in sales to use its lists."""
        author = self._create_user("author", "survey.group_survey_user")
        survey = self._as(self.env["survey.survey"], author).create({"title": "Why?"})
        Question = survey.question_ids.with_context(default_survey_id=survey.id)
        with Form(Question, "survey.survey_question_form") as form:
            form.title = "Why not?"
            form.retention_measure = "deal_breaker"
        self.assertIn(
            self.records["crm.lost.reason"],
            [each.retention_record for each in form.record.sudo().suggested_answer_ids],
        )
        with self.assertRaises(ValidationError):
            form.record.suggested_answer_ids[0].retention_record = False


@tagged("post_install", "-at_install")
class TestSurveyAnswered(MeasureCase):
    """What customers may send: outside the scale and of another question is refused, kindly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._create_survey("nps", "satisfaction", "choice_reason", "improvement",
            records={"choice_reason": cls.records["retention.reason"]},
            types={"choice_reason": "multiple_choice"},
        )  # fmt: skip
        cls.nps, cls.level, cls.reasons, cls.text = cls.survey.question_ids

    def assertRefused(self, question, answer, message, comment=None):
        self.assertRegex(question.validate_question(answer, comment).get(question.id, ""), message)

    def test_scale(self):
        for answer in ("0", "10", 0, 7):
            with self.subTest(answer=answer):
                self.assertEqual(self.nps.validate_question(answer), {})
        for answer in (
            "11",
            "-1",
            "99",
            "abc",
            "5.5",
            5.5,
            "٣",
            "1_0",
            True,
            ["3"],
            {"a": 1},
            "9" * 99,
        ):
            with self.subTest(answer=answer):
                self.assertRefused(self.nps, answer, "^Please choose a number from 0 to 10.$")

    def test_zero_is_saved(self):
        """The number 0 is an answer as the text "0" is; nothing is none."""
        for sent, expected in ((0, (False, 0)), ("0", (False, 0)), ("", (True, 0))):
            with self.subTest(sent=sent):
                answer = self.survey._create_answer(partner=self.env["res.partner"], email="a@b.c")
                answer._save_lines(self.nps, sent)
                line = answer.user_input_line_ids
                self.assertEqual((line.skipped, line.value_scale), expected)

    def test_mandatory(self):
        """Core's own rules hold: mandatory is mandatory, and 0 fulfills it."""
        self.nps.constr_mandatory = True
        self.assertTrue(self.nps.validate_question(""))
        self.assertFalse(self.nps.validate_question(0))

    def test_choice(self):
        own = self.level.suggested_answer_ids
        foreign = self.reasons.suggested_answer_ids
        self.assertEqual(self.level.validate_question(str(own[0].id)), {})
        self.assertEqual(self.level.validate_question(own[0].id), {})
        for answer in (
            str(foreign.id), "abc", "0x1", True, {"x": 1}, [str(own[0].id), str(own[1].id)],
            [[own[0].id]], "9" * 30, -1,
        ):  # fmt: skip
            with self.subTest(answer=answer):
                self.assertRefused(self.level, answer, "^(Please choose|For this question)")
        self.assertEqual(self.reasons.validate_question([str(foreign.id)]), {})
        self.assertRefused(self.reasons, [foreign.id, str(foreign.id)], "^Please choose from")

    def test_text(self):
        """5,000 characters fit, one more does not; what a database cannot keep neither."""
        self.assertEqual(self.text.validate_question("x" * TEXT_LIMIT), {})
        self.assertRefused(self.text, "x" * 5001, "has 5001 characters. Up to 5000 fit")
        self.assertRefused(self.text, "a\0b", "cannot be saved")
        self.assertRefused(self.text, "a\ud800b", "cannot be saved")
        self.assertRefused(self.text, ["a", "b"], "answer with a text")
        self.assertEqual(self.text.validate_question("<script>alert(1)</script>=1+1"), {})

    def test_comment(self):
        answer = str(self.level.suggested_answer_ids[0].id)
        self.assertEqual(self.level.validate_question(answer, "Late."), {})
        self.assertRefused(self.level, answer, "Up to 5000", comment="x" * 1_000_000)
        self.assertRefused(self.level, answer, "with a text", comment={"a": 1})

    def test_other_questions(self):
        """Questions without a measure in such a survey break on nothing either."""
        values = {"survey_id": self.survey.id, "title": "?"}
        number, day, matrix, text = self.Question.create(
            [
                {**values, "question_type": each}
                for each in ("numerical_box", "date", "matrix", "char_box")
            ]
        )
        for question in (number, day, matrix):
            for answer in ([1, 2], {"a": "b"}, 5, "x", True):
                with self.subTest(type=question.question_type, answer=answer):
                    self.assertIsInstance(question.validate_question(answer), dict)
        self.assertRefused(number, [1, 2], "again")
        self.assertRefused(text, "x" * 5001, "Up to 5000")

    def test_other_surveys(self):
        """A survey that asks nothing about customers is core's own."""
        question = self.Question.create(
            {
                "title": "?",
                "question_type": "char_box",
                "survey_id": self.env["survey.survey"].create({"title": "Quiz"}).id,
            }
        )
        self.assertEqual(question.validate_question("x" * 9999), {})
