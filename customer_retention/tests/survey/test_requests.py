import logging
import re
import threading
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, freeze_time, tagged

from ...models.common.ir_http import _clean, _is_ours
from ..common import NOW, RetentionCase
from .test_survey_answer import AnswerCase

# Where controllers of ours are defined, core's that they extend included, there are at least so many.
MOST_NEEDED = 8


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRoutes(HttpCase, RetentionCase):
    """Every route of ours, new ones by themselves, takes whatever arguments come."""

    def _get_routes(self):
        """Return ``[(type, methods, path)]`` of our routes, with something in each place of the path."""
        routes = []
        self.startPatcher(
            patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True)
        )
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if _is_ours(rule.endpoint):
                path = re.sub(r"<(int|model)[^>]*>", "1", rule.rule)
                path = re.sub(r"<[^>]*>", "x", path)
                routes.append(
                    (rule.endpoint.routing["type"], rule.methods or {"GET", "POST"}, path)
                )
        return routes

    def test_argument_self(self):
        """An argument named like the controller is left out: no trace and no error, for nobody."""
        routes = self._get_routes()
        self.assertGreater(len(routes), MOST_NEEDED)
        for login in (None, "admin"):
            self.authenticate(login, login)
            for kind, methods, path in routes:
                for method in methods & {"GET", "POST"}:
                    with self.subTest(path=path, method=method, login=login):
                        self._call(kind, method, path)

    def _call(self, kind, method, path):
        with self.assertNoLogs("odoo.http", logging.ERROR):
            if kind == "jsonrpc":
                answer = self.url_open(path, json={"params": {"self": 1, "x": 2}})
            elif method == "GET":
                answer = self.url_open(f"{path}?self=1", allow_redirects=False)
            else:
                data = {"self": "1", "csrf_token": http.Request.csrf_token(self)}
                answer = self.url_open(f"{path}?self=2", data=data, allow_redirects=False)
        self.assertLess(answer.status_code, 500)
        self.assertNotIn("Traceback", answer.text)

    def test_clean(self):
        """NUL and halves of characters go, at any depth; everything else stays as it was sent."""
        cases = (
            ("a\0b", "ab"),
            ("\ud83d a \ude00", " a "),
            ("😀 é\u200d\n\t\x07", "😀 é\u200d\n\t\x07"),
            (["\0", {"a\0": ["b\0", 1, None, True]}], ["", {"a": ["b", 1, None, True]}]),
            (0, 0),
        )
        for sent, expected in cases:
            with self.subTest(sent=sent):
                self.assertEqual(_clean(sent), expected)


@tagged("post_install", "-at_install")
class TestSurveyRequests(AnswerCase):
    """What core's routes of surveys are sent."""

    def test_characters(self):
        """A text with characters that cannot be stored is stored without them."""
        self._send(self._get_key())
        question = self._get_question(self.survey, "improvement")
        for number, (sent, stored) in enumerate(
            (("a\0b", "ab"), ("\ud800c\udfff", "c"), ("d\x07\x1b", "d\x07\x1b"))
        ):
            answer = self.survey._invite(self.partner, self.company)
            self._send(self._get_key(), answer)
            values = {"question_id": question.id, str(question.id): sent}
            with self.subTest(number=number):
                self._call("submit", answer, **values)
                line = answer.user_input_line_ids.filtered(
                    lambda each: each.question_id == question
                )
                self.assertEqual(line.value_char_box, stored)

    def test_comment(self):
        """So is what is written beside a choice, deeper in what is sent."""
        self.question.comments_allowed = True
        self._call("begin")
        key = self._get_key()
        sent = [key, {"comment": "so\0 so"}]
        self._call("submit", question_id=self.question.id, **{str(self.question.id): sent})
        comments = self.answer.user_input_line_ids.mapped("value_char_box")
        self.assertIn("so so", comments)

    def test_too_deep(self):
        """What is packed too deep is refused, without a trace."""
        deep = "[" * 700 + "]" * 700
        path = f"/survey/submit/{self.survey.access_token}/{self.answer.access_token}"
        answer = self.url_open(
            path,
            data=f'{{"params": {{"question_id": {self.question.id}, "x": {deep}}}}}',
            headers={"Content-Type": "application/json"},
        )
        self.assertLess(answer.status_code, 500)
        self.assertNotIn("Traceback", answer.text)
        self.assertUntouched()

    def test_before_the_beginning(self):
        """Answers sent, or a page asked for, before the survey was begun are refused, and change nothing."""
        for layout in ("page_per_question", "page_per_section", "one_page"):
            self.survey.questions_layout = layout
            values = {"question_id": self.question.id, str(self.question.id): self._get_key()}
            values["page_id"] = self.question.id
            for name in ("submit", "next_question"):
                with self.subTest(layout=layout, name=name):
                    _answers, page = self._call(name, **values)
                    self.assertEqual(page, {"error": "unauthorized"})
                    self.assertUntouched()
        self.survey.questions_layout = "page_per_question"
        self._call("begin")
        self._call(
            "submit", question_id=self.question.id, **{str(self.question.id): self._get_key()}
        )
        self.assertEqual(len(self.answer.user_input_line_ids), 1)
