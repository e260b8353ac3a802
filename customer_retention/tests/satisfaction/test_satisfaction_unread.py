from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ...models.common import isolated
from ...models.satisfaction import retention_satisfaction_reading as reading
from ..common import NOW
from ..survey.common_survey import SurveyCase


@tagged("post_install", "-at_install")
class TestSatisfactionUnread(SurveyCase):
    """The scheduled action reads what nobody has read: unfinished, edited, failed, or new measures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Gemini")
        cls.survey = cls._create_survey("csat", "nps")

    def _read_unread(self):
        """Run the scheduled action as the scheduler does; return the answers it was to read."""
        ids = self.Satisfaction._get_unread_answers()
        with self.enter_registry_test_mode():
            self.env.ref("customer_retention.ir_cron_read_answers").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["survey.user_input"].browse(ids)

    def _answer_unread(self, count=1, **given):
        with patch.object(type(self.env["survey.user_input"]), "_read_satisfaction"):
            answers = [
                self._answer(self.survey, self.customer, {"csat": 4}, **given)
                for _i in range(count)
            ]
        return self.env["survey.user_input"].concat(*answers)

    def test_missing(self):
        """What could not be read when it was ended is read within the hour, once."""
        answer = self._answer_unread()
        self.assertEqual(self._read_unread(), answer)
        self.assertEqual(self._get_satisfaction(self.customer).csat, 4)
        self.assertFalse(self._read_unread())

    def test_unfinished(self):
        """Left for 61 minutes an answer is read, after 59 minutes it is still being written."""
        left = self._answer(
            self.survey, self.customer, {"csat": 2}, datetime(2026, 6, 15, 10, 59), done=False
        )
        self._answer(
            self.survey, self.customer, {"csat": 3}, datetime(2026, 6, 15, 11, 1), done=False
        )
        self._answer(self.survey, self.customer, {}, datetime(2026, 6, 1), done=False)
        self.assertEqual(self._read_unread(), left)
        self.assertEqual(self._get_satisfaction(self.customer).mapped("csat"), [2])

    def test_one_tap(self):
        """Dissatisfied with one tap and gone: whoever calls hears of it an hour later."""
        survey = self._create_survey("satisfaction", "improvement")
        told = {"satisfaction": "dissatisfied"}
        self._answer(survey, self.customer, told, datetime(2026, 6, 15, 10, 59), done=False)
        self._read_unread()
        events = self.Event.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(events.mapped("type"), ["dissatisfied"])

    def test_edited(self):
        """A line that was changed or deleted since is read again; nothing else."""
        answer = self._answer(
            self.survey, self.customer, {"csat": 2, "nps": 9}, datetime(2026, 6, 1)
        )
        self._answer(self.survey, self.customer, {"csat": 5}, datetime(2026, 6, 1))
        row = self.Satisfaction.search([("user_input_id", "=", answer.id)])
        self.env.cr.execute("UPDATE retention_satisfaction SET write_date = '2026-06-02'")
        self.env.cr.execute("UPDATE survey_user_input_line SET write_date = '2026-06-01'")
        self.env.cr.execute("UPDATE survey_question SET write_date = '2026-06-01'")
        self.assertFalse(self._read_unread())
        answer.user_input_line_ids[0].value_scale = 3
        self.assertEqual(self._read_unread(), answer)
        self.assertEqual(row.csat, 3)
        answer.user_input_line_ids.unlink()
        self.assertEqual(self._read_unread(), answer)
        self.assertFalse(row.exists())

    def test_new_measure(self):
        """A measure given to a question later is read from the answers that were there before."""
        question = self._get_question(self.survey, "csat")
        question.retention_measure = False
        answer = self.survey._create_answer(partner=self.customer)
        answer._save_lines(question, "4")
        answer._mark_done()
        self.assertFalse(self._get_satisfaction(self.customer))
        question.retention_measure = "ease"
        self.assertEqual(self._read_unread(), answer)
        self.assertEqual(self._get_satisfaction(self.customer).ease, 4)

    def test_events(self):
        """Whoever reads answers records their events: of new rows, and anew of edited ones."""
        with patch.object(type(self.env["survey.user_input"]), "_read_satisfaction"):
            answer = self._answer(self.survey, self.customer, {"nps": 9})
        for score, expected in ((9, "promoter"), (3, "detractor")):
            answer.user_input_line_ids.value_scale = score
            row = self.Satisfaction._read_answers(answer)
            events = self.Event.search([("res_model", "=", row._name), ("res_id", "=", row.id)])
            self.assertEqual(events.mapped("type"), [expected])

    def test_killed(self):
        """Stopped after the first of three batches, the next run reads the rest."""
        answers = self._answer_unread(5)
        reports = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            reports.append((processed, remaining))
            return len(reports) < 3

        self.patch(reading, "BATCH", 2)
        with patch.object(IrCron, "_commit_progress", commit):
            self.Satisfaction._cron_read_answers()
        self.assertEqual(reports[1:], [(0, 5), (2, None)])
        self.assertEqual(len(self._get_satisfaction(self.customer)), 2)
        self.assertEqual(self._read_unread(), answers[2:])
        self.assertEqual(len(self._get_satisfaction(self.customer)), 5)

    def test_failing(self):
        """One answer that cannot be read stops no other, and never the customer."""
        answers = self._answer_unread(3)
        write_back = type(self.Satisfaction)._write_back

        def fail(rows, ids):
            if answers[1].id in ids:
                raise ValueError("Broken")
            return write_back(rows, ids)

        with (
            patch.object(type(self.Satisfaction), "_write_back", fail),
            self.assertLogs(isolated.__name__, "ERROR") as logged,
        ):
            self._read_unread()
        self.assertEqual(
            self._get_satisfaction(self.customer).user_input_id, answers[0] | answers[2]
        )
        self.assertEqual(len(logged.output), 1)
        self.assertIn(f"Read answers: it fails for {answers[1]}", logged.output[0])
        with (
            patch.object(type(self.Satisfaction), "_write_back", fail),
            mute_logger("odoo.addons.customer_retention.models.survey.survey_user_input"),
        ):
            answers[1]._mark_done()
        self.assertEqual((answers[1].state, answers[1].end_datetime), ("done", NOW))
        self.assertEqual(self._read_unread(), answers[1])
