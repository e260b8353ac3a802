import re
from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..common import NOW, OWN, days_ago
from ..survey.common_survey import SurveyCase
from .test_satisfaction_event import AnswerCase

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSatisfactionLoop(AnswerCase, SurveyCase):
    """From an order to a better answer, with the mail caught; Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"retention_basis": "ordered", "email": "info@retention.example.com"})
        cls.leader = cls._create_user("loop_leader", OWN, name="Lea Leader")
        cls.seller = cls._create_user("loop_seller", OWN, name="Sally Seller")
        cls.env["crm.team"].create(
            {
                "name": "Loop",
                "user_id": cls.leader.id,
                "company_id": cls.company.id,
                "member_ids": [Command.set(cls.seller.ids)],
            }
        )
        # Whose customer it is and who sold are two people: the one who sold calls.
        cls.customer = cls._create_customer("Azure", email="azure@example.com", user_id=cls.user.id)
        cls.survey_program = cls._start("after_sale_survey")
        cls.programs = [
            cls.survey_program,
            *(cls._start(name) for name in ("dissatisfied", "satisfied", "very_satisfied")),
        ]

    def _work(self):
        """Do what the scheduled actions do in a day."""
        self._refresh()
        types = self.Event._get_recorded_types()
        today = self.company._get_retention_today()
        self.Event._record(self.company, types, today - timedelta(days=30), today)
        for program in self.programs:
            self._enter(program)
        for followup in self.Followup._get_overdue(self.company):
            self.Followup._escalate_isolated(followup)
        self._act()

    def _buy(self, days):
        """Confirm an order of the customer, sold by the seller, so many days from now."""
        with self._at(days=days):
            order = self._create_order(self.customer, NOW + timedelta(days=days), 500)
            order.user_id = self.seller
            self._work()
        return order

    def _get_asked(self, order):
        """Return the invitation that the mail about ``order`` leads to."""
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)])
        self.assertLessEqual(set(mails.mapped("state")), {"outgoing"})
        tokens = UUID.findall(" ".join(mails.mapped("body_html")))
        asked = self.env["survey.user_input"].search([("access_token", "in", tokens)])
        return asked.filtered(lambda each: each.retention_res_id == order.id)

    def _reply(self, asked, days, answers):
        """Answer by the link of the mail, so many days from now, as the page of Odoo saves it."""
        with self._at(days=days):
            for measure, value in answers.items():
                self._answer_question(asked, measure, value)
            asked._mark_done()
            self.env.flush_all()
        return asked.satisfaction_ids

    def _get_calls(self, name):
        return self.env.ref(
            f"customer_retention.retention_program_{name}"
        ).enrollment_ids.followup_ids

    def test_loop(self):
        """Asked a week after the sale, called by the next working day, handed on, better next time."""
        order = self._buy(0)
        with self._at(days=6):
            self._work()
        self.assertFalse(self._get_asked(order))
        # Monday 22 June: a week after the sale.
        with self._at(days=7):
            self._work()
        asked = self._get_asked(order)
        self.assertEqual((asked.partner_id, asked.retention_user_id), (self.customer, self.seller))
        self.assertEqual(asked.state, "new")

        # Tuesday 23 June: answered, and an event at once, without any scheduled action.
        said = {"satisfaction": "dissatisfied", "improvement": "Two chairs are missing"}
        answer = self._reply(asked, 8, said)
        self.assertEqual(
            (answer.level, answer.partner_id, answer.user_id, answer.res_id, answer.date),
            ("dissatisfied", self.customer, self.seller, order.id, days_ago(-8)),
        )
        self.assertEqual(set(self._get_events(answer)), {"dissatisfied"})
        with self._at(days=8):
            self._work()
        call = self._get_calls("dissatisfied")
        self.assertEqual((call.state, call.user_id), ("open", self.seller))
        self.assertEqual(call.activity_id.date_deadline, days_ago(-9))
        own = self._as(call, self.seller)
        self.assertEqual(own.why, f"Dissatisfied ({order.name}): “Two chairs are missing”")

        # Wednesday passes; on Thursday 25 June the leader has it, and calls.
        with self._at(days=9):
            self._work()
        self.assertEqual(call.user_id, self.seller)
        with self._at(days=10):
            self._work()
            self.assertEqual(call.user_id, self.leader)
            action = self._as(call, self.leader).action_note_done()
            dialog = (
                self.env[action["res_model"]]
                .with_user(self.leader)
                .with_context(**action["context"])
                .create({"comment": "The chairs have come"})
            )
            dialog.level = "satisfied"
            dialog.action_save()
            self._work()
        self.assertEqual((call.state, call.feedback), ("done", "The chairs have come"))
        by_phone = self.Satisfaction.search([("followup_id", "=", call.id)])
        self.assertEqual(
            (by_phone.level, by_phone.res_id, by_phone.user_id, by_phone.origin),
            ("satisfied", order.id, self.seller, "phone"),
        )
        # Satisfied at last: a note of thanks, two working days after Thursday.
        self.assertEqual(self._get_calls("satisfied").date_due, days_ago(-14))

        # Another order half a year later, another question, and a better answer.
        later = self._buy(190)
        with self._at(days=197):
            self._work()
        asked = self._get_asked(later)
        answer = self._reply(asked, 198, {"satisfaction": "very_satisfied"})
        with self._at(days=198):
            self._work()
        self.assertEqual(
            self._get_satisfaction(self.customer).mapped("level"),
            ["dissatisfied", "satisfied", "very_satisfied"],
        )
        self.assertEqual(self._get_calls("very_satisfied").state, "planned")
        self.assertEqual(len(self._get_calls("dissatisfied")), 1)

    def test_edited_later(self):
        """An answer that is changed before anybody acts counts as it stands in the end: no call is made."""
        order = self._buy(0)
        with self._at(days=7):
            self._work()
        asked = self._get_asked(order)
        answer = self._reply(asked, 7, {"satisfaction": "dissatisfied"})
        self._reply(asked, 7, {"satisfaction": "very_satisfied"})
        self.assertEqual(answer.level, "very_satisfied")
        self.assertIn("very_satisfied", self._get_events(answer))
        with self._at(days=8):
            self._work()
        call = self._get_calls("dissatisfied")
        self.assertEqual((call.state, call.enrollment_id.reason), ("canceled", "over"))
        # An answer that says nothing any more loses its row, and is no event.
        asked.user_input_line_ids.unlink()
        self.assertFalse(self.Satisfaction._read_answers(asked))
        events = self.Event.search([("res_model", "=", "retention.satisfaction")])
        self.assertTrue(all(event.enrollment_ids for event in events))  # taken up, and over now
        self.assertEqual(events._filter_over(), events)

    def test_asked_about_in_turn(self):
        """A survey that follows an answer is about the order which that answer was about."""
        order = self._create_order(self.customer, NOW, 500)
        program = self._create_program(
            {
                "channel": "survey",
                "activity_type_id": False,
                "purpose": "survey",
                "survey_id": self.env.ref("customer_retention.survey_survey_after_sale").id,
            },
            event_type="satisfied",
            status_to=False,
        )
        self._create_answer(
            self.customer, level="satisfied", res_model="sale.order", res_id=order.id
        )
        self._enter(program)
        self._act()
        asked = self.env["survey.user_input"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (asked.retention_res_model, asked.retention_res_id), ("sale.order", order.id)
        )

    def test_many_at_once(self):
        """A thousand answers are read into a thousand events with as many queries as ten."""
        survey = self._create_survey("satisfaction")
        question = self._get_question(survey, "satisfaction")
        suggested = self._get_suggested(question, "satisfied")

        def count(number):
            partners = self.env["res.partner"].create([{"name": "Many"}] * number)
            answers = self.env["survey.user_input"].create(
                [
                    {
                        "survey_id": survey.id,
                        "partner_id": partner.id,
                        "state": "done",
                        "end_datetime": NOW,
                        "retention_company_id": self.company.id,
                        "user_input_line_ids": [
                            Command.create(
                                {
                                    "question_id": question.id,
                                    "answer_type": "suggestion",
                                    "suggested_answer_id": suggested.id,
                                }
                            )
                        ],
                    }
                    for partner in partners
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.Satisfaction._read_answers(answers)
            queries = self.env.cr.sql_log_count - before
            events = self.Event.search_count(
                [("type", "=", "satisfied"), ("res_id", "in", rows.ids)]
            )
            self.assertEqual(events, number)
            return queries

        count(1)  # rules and the like are kept after the first time
        self.assertEqual(count(10), count(1000))
