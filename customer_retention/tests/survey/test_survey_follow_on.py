from unittest.mock import patch

from lxml import html

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ...tools.measures import TEXT_LIMIT, get_standing, join_standings
from ..common import NOW, TODAY
from .common_survey import SurveyCase
from .test_survey_answer import AnswerCase


@tagged("post_install", "-at_install")
class TestStanding(SurveyCase):
    """What counts as a low and a high answer."""

    def test_numbers(self):
        nps = [get_standing("nps", number) for number in range(11)]
        self.assertEqual(nps, ["low"] * 7 + ["middle"] * 2 + ["high"] * 2)
        five = [get_standing("courtesy", str(number)) for number in range(1, 6)]
        self.assertEqual(five, ["low", "low", "middle", "middle", "high"])
        for value in (None, "", "11", "x", 0, 6):
            self.assertIsNone(get_standing("csat", value), value)

    def test_words(self):
        self.assertEqual(get_standing("satisfaction", "dissatisfied"), "low")
        self.assertEqual(get_standing("expectation", "as_expected"), "middle")
        self.assertEqual(get_standing("satisfaction", "very_satisfied"), "high")
        for name, value in (("wants_call", "no"), ("improvement", "bad"), ("unknown", "low")):
            self.assertIsNone(get_standing(name, value), name)

    def test_together(self):
        """One low answer makes all low; without a low one, one high answer makes all high."""
        self.assertEqual(join_standings(["high", "middle", "low"]), "low")
        self.assertEqual(join_standings(["middle", "high"]), "high")
        self.assertIsNone(join_standings([]))


@freeze_time(NOW)
class FollowOnCase(AnswerCase):
    """The shipped surveys, answered by a customer with a phone whose salesperson is Sam."""

    def setUp(self):
        super().setUp()
        self.partner.phone = "+1 202 555 0142"
        self.after_sale = self.env.ref("customer_retention.survey_survey_after_sale")
        self.survey = self.after_sale
        self.answer = self.survey._invite(self.partner, self.company)
        self.question = self._get_question(self.survey, "satisfaction")
        self.program = self.env.ref("customer_retention.retention_program_dissatisfied")
        self.program.company_id = self.company

    def _get_titles(self, page):
        """Return the questions on our own page, as they stand there."""
        return [each.text_content().strip() for each in html.fromstring(page).xpath("//legend")]

    def _send_more(self, sent=None, answer=None, status=200):
        """Send the page after the first question; ``sent`` is ``{measure: text}``."""
        answer = answer or self.answer
        page = html.fromstring(self.url_open(self._get_path(answer)).text)
        data = {"csrf_token": page.xpath("//input[@name='csrf_token']/@value")[0]}
        for question in answer._get_following_questions():
            if question.retention_measure in (sent or {}):
                data[f"question_{question.id}"] = sent[question.retention_measure]
        return self._open(f"{self._get_path(answer)}/more", status, data=data)

    def _get_choice(self, answer, measure, label):
        """Return the key of the suggested answer ``label`` of what follows."""
        question = answer._get_following_questions().filtered(
            lambda each: each.retention_measure == measure
        )
        return str(question.suggested_answer_ids.filtered(lambda each: each.value == label).id)


@tagged("post_install", "-at_install")
class TestFollowOn(FollowOnCase):
    """What follows the first tap stands on one page of ours, and fits what was said."""

    def test_low(self):
        """Who is dissatisfied is asked what went wrong and whether we may call, nothing else."""
        page = self._send(self._get_key("dissatisfied"))
        self.assertEqual(self._get_titles(page), ["What went wrong?", "May we call you about it?"])
        self.assertIn("We have your answer", page)

    def test_middle(self):
        page = self._send(self._get_key("satisfied"))
        self.assertEqual(
            self._get_titles(page),
            ["What lies behind your answer?", "Compared with what you expected, how was it?"],
        )

    def test_high(self):
        """Who is very satisfied may be quoted as well."""
        page = self._send(self._get_key("very_satisfied"))
        self.assertEqual(self._get_titles(page)[-1], "May we quote you?")

    def test_changed(self):
        """Who changes the first answer is asked what fits the new one."""
        self._send(self._get_key("dissatisfied"))
        page = self._send(self._get_key("very_satisfied"))
        self.assertNotIn("What went wrong?", page)
        self.assertIn("May we quote you?", page)

    def test_recommend(self):
        """2 of 10 is not asked whom else they know; 10 of 10 is."""
        survey = self.env.ref("customer_retention.survey_survey_relationship")
        for score, asked in (("2", False), ("8", False), ("10", True)):
            person = self._create_person(f"Scores {score}")
            answer = survey._invite(person, self.company)
            page = self._send(score, answer)
            with self.subTest(score=score):
                self.assertEqual("Do you know somebody" in page, asked)
                self.assertEqual("What went wrong?" in page, score == "2")

    def test_saved(self):
        """What is written there is read like any answer, and what is left out is left out."""
        self._send(self._get_key("dissatisfied"))
        page = self._send_more({"improvement": "<b>Late</b> again"})
        self.assertEqual(self.answer.state, "done")
        answer = self._get_satisfaction(self.partner)
        self.assertEqual((answer.level, answer.comment), ("dissatisfied", "<b>Late</b> again"))
        self.assertFalse(answer.wants_call)
        self.assertIn("We are sorry, Edwin", " ".join(page.split()))
        self.assertNotIn("calls you by", page)  # nobody does: the program is off

    def test_nothing_more(self):
        """The page may be sent empty."""
        self._send(self._get_key("satisfied"))
        page = self._send_more()
        self.assertIn("Thank you, Edwin", " ".join(page.split()))
        self.assertEqual(self._get_satisfaction(self.partner).level, "satisfied")

    def test_too_long(self):
        """A text that is too long is refused beside its question, and stands there still."""
        self._send(self._get_key("dissatisfied"))
        page = self._send_more({"improvement": "x" * (TEXT_LIMIT + 1)})
        self.assertIn("Up to 5000 fit here", page)
        self.assertIn("x" * 100, page)
        self.assertEqual(self.answer.state, "in_progress")
        self.assertFalse(self.answer._get_following_questions() - self.survey.question_ids)

    def test_hostile(self):
        """What the page never sends is refused or passed over, without an error in the log."""
        self._send(self._get_key("dissatisfied"))
        for sent in ({"improvement": "a\0b"}, {"wants_call": "999999999"}, {"wants_call": "x"}):
            self._send_more(sent)
            self.assertEqual(self.answer.state, "in_progress", sent)
        token = html.fromstring(self._open(self._get_path())).xpath("//input/@value")[0]
        other = self.relationship.question_ids
        for data in ({f"question_{other.id}": "5"}, {"question_": "1"}, {"question_x": ["1", "2"]}):
            self._open(f"{self._get_path()}/more", data={"csrf_token": token, **data})
        self.assertFalse(
            self.answer.user_input_line_ids.filtered(lambda line: line.question_id == other)
        )

    def test_not_begun(self):
        """The second page of an invitation that nobody answered leads to the first."""
        token = html.fromstring(self._open(self._get_path())).xpath("//input/@value")[0]
        page = self._open(f"{self._get_path()}/more", data={"csrf_token": token})
        self.assertIn("How satisfied are you", page)
        self.assertUntouched()

    def test_core_pages(self):
        """What our page cannot show goes on on core's pages."""
        self.survey.question_ids[-1].copy(
            {"survey_id": self.survey.id, "question_type": "date", "retention_measure": False,
             "retention_asked_after": False, "title": "When?"}
        )  # fmt: skip
        self._send(self._get_key("dissatisfied"))
        self.assertFalse(self.answer._goes_on_here())
        self.assertIn("What went wrong?", self._open(self.answer.get_start_url()))

    def test_one_question_a_page(self):
        """On a page with others a question cannot be left out: refused, naming both."""
        with self.assertRaisesRegex(
            ValidationError, "“What went wrong\\?”.*“How Was Your Purchase"
        ):
            self.survey.questions_layout = "one_page"


@tagged("post_install", "-at_install")
class TestCallPromise(FollowOnCase):
    """The end says who calls and until when, where that is settled, else nobody's name."""

    def _get_promise(self, sent=None):
        self._send(self._get_key("dissatisfied"))
        page = " ".join(html.fromstring(self._send_more(sent)).text_content().split())
        return page.partition("Thank you for telling us.")[2].strip()

    def _enter(self):
        """Take up what is new, as the scheduled action does."""
        for batch in self.program._get_new_event_batches():
            self.env["retention.enrollment"]._enter(self.program, batch)

    def test_promise(self):
        """Monday 15 June: Sam has the call at once, and until Tuesday evening."""
        self.program.action_start()
        promise = self._get_promise({"improvement": "Late"})
        self.assertIn("Sam calls you by Tuesday, June 16, 2026.", promise)
        followup = self.program.enrollment_ids.followup_ids
        self.assertEqual(
            (followup.state, followup.user_id, followup.date_opened), ("open", self.user, TODAY)
        )
        self.assertEqual(followup.activity_id.user_id, self.user)
        # The scheduled actions find nothing left to do.
        self._enter()
        self.assertEqual(self.program.enrollment_ids.followup_ids, followup)

    def test_when(self):
        """Who wants to be called in the afternoon is known by whoever calls to want that."""
        program = self.env.ref("customer_retention.retention_program_wants_call")
        program.company_id = self.company
        program.action_start()
        self._send(self._get_key("dissatisfied"))
        key = self._get_choice(self.answer, "wants_call", "Yes, in the afternoon")
        self.assertIn("Sam", self._send_more({"wants_call": key}))
        followup = program.enrollment_ids.followup_ids
        self.assertIn("Yes, in the afternoon", followup.with_user(self.user).why)

    def test_refused(self):
        """Who does not want to be called is not called, and reads no promise."""
        self.program.action_start()
        self._send(self._get_key("dissatisfied"))
        key = self._get_choice(self.answer, "wants_call", "No, thank you")
        self.assertNotIn("calls you", self._send_more({"wants_call": key}))
        followup = self.program.enrollment_ids.followup_ids
        self.assertEqual((followup.state, followup.skip_reason), ("skipped", "opt_out"))

    def test_no_phone(self):
        self.program.action_start()
        self.partner.phone = False
        self.assertNotIn("calls you", self._get_promise())

    def test_full_day(self):
        """Sam has as much as a day holds: the call waits, and no name is given."""
        self.user.retention_daily_cap = 1
        self.program.action_start()
        other = self._create_person("Anna", user_id=self.user.id, phone="+1 202 555 0143")
        answer = self.survey._invite(other, self.company)
        self._send(self._get_key("dissatisfied"), answer)
        self.assertIn("Sam", self._send_more(answer=answer))
        self.assertNotIn("calls you", self._get_promise())
        states = self.program.enrollment_ids.followup_ids.mapped("state")
        self.assertCountEqual(states, ["open", "planned"])

    def test_at_work(self):
        """While a scheduled action hands out work, nothing is handed out beside it."""
        self.program.action_start()
        module = "odoo.addons.customer_retention.models.program.retention_enrollment"
        with patch(f"{module}.claim", return_value=False):
            self.assertNotIn("calls you", self._get_promise())
        self.assertFalse(self.program.enrollment_ids)
        self._enter()
        self.assertTrue(self.program.enrollment_ids)

    def test_nobody_has_it(self):
        """Without a salesperson the call is on the list To assign: no name."""
        self.partner.user_id = False
        self.answer.retention_user_id = False
        self.program.responsible_rule = "customer"
        self.program.action_start()
        self.assertNotIn("calls you", self._get_promise())

    def test_other_company(self):
        """A program of another company takes nobody up."""
        self.program.company_id = self._create_company("Other Asker")
        self.program.action_start()
        self.assertNotIn("calls you", self._get_promise())
        self.assertFalse(self.program.enrollment_ids)
