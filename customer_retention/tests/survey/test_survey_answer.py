import logging
from uuid import uuid4

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from ...tools.measures import TEXT_LIMIT
from ..common import NOW
from .test_survey_invite import InviteCase

HOSTILE = (
    "0 OR 1=1",
    "1; DROP TABLE survey_survey;--",
    "<script>alert(1)</script>",
    "../../web",
    "-1",
    "99999999999999999999",
    "x" * 2000,
    "ö 😀",
    "%00",
)


@freeze_time(NOW)
class AnswerCase(HttpCase, InviteCase):
    """A customer with a phone and an invitation; nothing they do may leave an error in the log."""

    def setUp(self):
        super().setUp()
        self.answer = self.survey._invite(self.partner, self.company)
        self.question = self._get_question(self.survey, "satisfaction")
        self.authenticate(None, None)

    def _get_path(self, answer=None, choice=None):
        answer = answer or self.answer
        path = f"/retention/survey/{answer.access_token}"
        return path if choice is None else f"{path}/{choice}"

    def _get_key(self, word="satisfied"):
        return str(self._get_suggested(self.question, word).id)

    def _open(self, path, status=200, **kwargs):
        """Open ``path`` and return the page; its status is ``status`` and the log has no error."""
        with self.assertNoErrors():
            response = self.url_open(path, **kwargs)
        self.assertEqual(response.status_code, status, path)
        self.env.invalidate_all()
        return response.text

    def _send(self, choice, answer=None, status=200):
        """Tap ``choice`` on the page of the first question."""
        page = html.fromstring(self.url_open(self._get_path(answer)).text)
        token = page.xpath("//input[@name='csrf_token']/@value")
        data = {"choice": choice, "csrf_token": token[0] if token else ""}
        return self._open(self._get_path(answer), status, data=data)

    def _call(self, name, answer=None, survey=None, **params):
        """Call one of core's routes as its pages do, and return the result."""
        answer = answer or self.answer
        survey = survey or answer.survey_id
        with self.assertNoErrors():
            result = self.make_jsonrpc_request(
                f"/survey/{name}/{survey.access_token}/{answer.access_token}", params
            )
        self.env.invalidate_all()
        return result

    def assertNoErrors(self):
        return self.assertNoLogs("odoo", logging.ERROR)

    def assertUntouched(self, answer=None):
        answer = answer or self.answer
        self.env.invalidate_all()
        self.assertEqual(answer.state, "new")
        self.assertFalse(answer.user_input_line_ids)
        self.assertFalse(answer.last_displayed_page_id)


@tagged("post_install", "-at_install")
class TestSurveyAnswer(AnswerCase):
    """The first question: chosen by the link, confirmed with one tap."""

    def test_look_only(self):
        """A mail scanner that opens every link, twice and with HEAD, answers nothing."""
        for choice in (None, self._get_key(), self._get_key("dissatisfied")):
            path = self._get_path(choice=choice)
            for method in ("HEAD", "GET", "GET", "OPTIONS"):
                self.url_open(path, method=method)
        self.assertUntouched()

    def test_page(self):
        """The choice of the link is chosen; the button says what it sends."""
        page = html.fromstring(self._open(self._get_path(choice=self._get_key())))
        pressed = page.xpath("//button[@aria-pressed='true']/@value")
        self.assertEqual(pressed, [self._get_key()])
        (button,) = page.xpath("//button[contains(@class, 'o_retention_confirm')]")
        self.assertEqual(" ".join(button.text_content().split()), "Send my answer: satisfied")

    def test_tap(self):
        """One tap saves the answer by core's means and goes on to the second question."""
        text = self._send(self._get_key())
        self.assertIn("Question about improvement", text)
        self.assertEqual(self.answer.state, "in_progress")
        self.assertEqual(self.answer.start_datetime, NOW)
        self.assertEqual(self.answer.last_displayed_page_id, self.question)
        line = self.answer.user_input_line_ids
        self.assertEqual(line.suggested_answer_id.retention_value, "satisfied")

    def test_change(self):
        """Who opens the mail again before the end can change the first answer; there is one."""
        self._send(self._get_key())
        self._send(self._get_key("dissatisfied"))
        line = self.answer.user_input_line_ids
        self.assertEqual(line.suggested_answer_id.retention_value, "dissatisfied")

    def test_merged(self):
        """The link of a person who was merged away is answered for whom they are now."""
        survivor = self._create_customer("Survivor")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner | survivor).ids, survivor, extra_checks=False
        )
        self._open(self._get_path())
        self.assertUntouched()
        self._send(self._get_key())
        self.assertEqual(self.answer.partner_id, survivor)
        self.assertEqual(self.answer.state, "in_progress")

    def test_end(self):
        """A survey of one question ends with thanks by name; it is read into the customer's record."""
        answer = self.relationship._invite(self.partner, self.company)
        text = self._send("0", answer)
        self.assertIn("Thank you", text)
        self.assertIn("Edwin", text)
        self.assertEqual(answer.state, "done")
        satisfaction = self._get_satisfaction(self.partner)
        self.assertEqual((satisfaction.nps, satisfaction.nps_group), (0, "detractor"))

    def test_whole_survey(self):
        """From the mail to the thanks: the rest goes through core's pages, without a login."""
        self._send(self._get_key("very_satisfied"))
        second = self._get_question(self.survey, "improvement")
        _nothing, page = self._call(
            "submit", question_id=second.id, **{str(second.id): "<script>alert(1)</script>"}
        )
        self.assertIn("Thank you, Edwin", " ".join(page["survey_content"].split()))
        satisfaction = self._get_satisfaction(self.partner)
        self.assertEqual(satisfaction.level, "very_satisfied")
        self.assertEqual(satisfaction.comment, "<script>alert(1)</script>")
        printed = self._open(
            f"/survey/print/{self.survey.access_token}?answer_token={self.answer.access_token}"
        )
        self.assertNotIn("<script>alert(1)", printed)

    def test_repeated(self):
        """Who answered already reads that we have the answer, whatever is tapped."""
        answer = self.relationship._invite(self.partner, self.company)
        self._send("9", answer)
        for path in (self._get_path(answer), self._get_path(answer, "0")):
            self.assertIn("We have your answer", self._open(path))
        self._send("0", answer, status=400)  # no form any more, so no token of it either
        self.assertEqual(self._get_satisfaction(self.partner).nps, 9)

    def test_one_page(self):
        """A survey of one page goes on with that page, the first answer already given."""
        self.survey.questions_layout = "one_page"
        text = self._send(self._get_key())
        self.assertIn("Question about improvement", text)
        self.assertEqual(self.answer.state, "in_progress")
        self.assertEqual(len(self.answer.user_input_line_ids), 1)

    def test_other_beginning(self):
        """A survey that begins with a text is not answered in the mail: the link starts it."""
        survey = self._create_survey("improvement", "nps", retention_kind="relationship")
        answer = survey._invite(self.partner, self.company)
        self.assertEqual(answer._get_choices(), [])
        self.assertIn("/survey/start/", answer._get_answer_url())
        self._open(self._get_path(answer))
        self.assertUntouched(answer)

    def test_mail(self):
        """Each choice is a link of its own in the mail, with words, in plain text as well."""
        mail = self._get_mails(self.answer)
        body = html.fromstring(mail.body_html)
        links = [link for link in body.xpath("//a/@href") if "/retention/survey/" in link]
        keys = [self._get_key(word) for word in ("dissatisfied", "satisfied", "very_satisfied")]
        self.assertEqual([link.rsplit("/", 1)[1] for link in links], keys)
        for word in ("very_satisfied", "Question about satisfaction", "July 15, 2026"):
            self.assertIn(word, body.text_content())
        self.assertNotIn("<form", mail.body_html)

    def test_numbers(self):
        """NPS has eleven links; 0 is one of them."""
        answer = self.relationship._invite(self.partner, self.company)
        self.assertEqual([each["key"] for each in answer._get_choices()], [*map(str, range(11))])
        self._send("11", answer)
        self.assertUntouched(answer)
        self._send("0", answer)
        self.assertEqual(answer.user_input_line_ids.value_scale, 0)

    def test_topic(self):
        """The mail and the page name the order, never the name of an opportunity."""
        order = self._create_order(self.partner, NOW, 100)
        answer = self.survey._invite(self.partner, self.company, document=order)
        self.assertIn(f"your order {order.name}", self._get_mails(answer).body_html)
        self.assertIn(order.name, self._open(self._get_path(answer)))
        lead = self.env["crm.lead"].create({"name": "Wants a discount", "type": "opportunity"})
        answer = self.survey._invite(self.partner, self.company, document=lead)
        self.assertNotIn("discount", self._get_mails(answer).body_html)

    def test_language(self):
        """The page and the mail are in the person's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.question.with_context(lang="fr_FR").title = "Content ?"
        partner = self._create_person("Amelie", lang="fr_FR")
        answer = self.survey._invite(partner, self.company)
        self.assertIn("Content ?", self._get_mails(answer).body_html)
        self.assertIn("Content ?", self._open(self._get_path(answer)))
        self.assertNotIn("Content ?", self._open(self._get_path()))


@tagged("post_install", "-at_install")
class TestSurveyAnswerRefused(AnswerCase):
    """What is refused: kindly, without a trace, and without another customer's data."""

    def test_forged(self):
        """Tokens that are none, and those of surveys we did not send, are told so."""
        plain = self._create_survey("nps", access_mode="public").sudo()._create_answer()
        tokens = [*HOSTILE, str(uuid4()), plain.access_token, self.survey.access_token]
        for token in tokens:
            if "/" in token:
                continue
            with self.subTest(token[:30]):
                text = self._open(f"/retention/survey/{token}", status=404)
                self.assertNotIn("Edwin", text)
        self._open(f"/retention/survey/{uuid4()}", status=400, data={"choice": "1"})

    def test_no_csrf(self):
        """A form of another site cannot answer for the customer."""
        self._open(self._get_path(), status=400, data={"choice": self._get_key()})
        self.assertUntouched()

    def test_choices(self):
        """Choices that are none of this question's are not saved: the question is asked again."""
        other = self._create_survey("satisfaction", "csat")
        foreign = other.question_ids.suggested_answer_ids[0]
        for choice in (*HOSTILE, str(foreign.id), "", "0"):
            with self.subTest(choice[:30]):
                self.assertIn("Question about satisfaction", self._send(choice))
                self.assertUntouched()
                if "/" not in choice:
                    self._open(self._get_path(choice=choice or "0"))
        self.assertUntouched()

    def test_expired(self):
        """Later than the company allows the customer reads that it is over; nothing is saved."""
        path = self._get_path(choice=self._get_key())
        with self._at(days=29, hours=23):
            self.assertIn("Send my answer", self._open(path))
        with self._at(days=30, seconds=1):
            text = self._open(path, status=410)
            self.assertIn("This survey is over", text)
            self.assertIn("July 15, 2026", text)
            start = f"/survey/start/{self.survey.access_token}"
            text = self._open(f"{start}?answer_token={self.answer.access_token}", status=410)
            self.assertIn("This survey is over", text)
            result = self._call("begin")
            self.assertEqual(result[1], {"error": "answer_deadline"})
        self.assertUntouched()

    def test_archived(self):
        """An archived survey is over."""
        self.survey.action_archive()
        self.assertIn("This survey is over", self._open(self._get_path(), status=410))
        self.assertUntouched()

    def test_foreign(self):
        """The token of one survey opens no answer of another, nor another customer's."""
        other = self._create_person("Other")
        theirs = self.relationship._invite(other, self.company)
        for survey, answer in ((self.survey, theirs), (self.relationship, self.answer)):
            self.assertEqual(self._call("begin", answer, survey)[1], {"error": "token_wrong"})
            text = self._open(f"/survey/{survey.access_token}/{answer.access_token}")
            self.assertNotIn("Question about", text)
        self.assertUntouched()
        self.assertUntouched(theirs)

    def test_other_user(self):
        """An employee who opens the customer's link reads whose it is not, here and in core."""
        self._create_user("employee", "base.group_user", password="employee123", name="Emil")
        self.authenticate("employee", "employee123")
        for path in (
            self._get_path(choice=self._get_key()),
            f"/survey/{self.survey.access_token}/{self.answer.access_token}",
        ):
            text = self._open(path, status=403)
            self.assertIn("This survey was sent to somebody else", text)
            self.assertNotIn("Edwin", text)
        self.assertUntouched()

    def test_own_user(self):
        """A customer with a portal login can answer while logged in."""
        user = self._create_user(
            "portal_edwin", "base.group_portal", password="portal12345", partner_id=self.partner.id
        )
        self.assertEqual(user.partner_id, self.partner)
        self.authenticate("portal_edwin", "portal12345")
        self.assertIn("Question about improvement", self._send(self._get_key()))

    def test_core_submit(self):
        """Core's routes take nothing that its pages do not send."""
        second = self._get_question(self.survey, "improvement")
        foreign = self._create_survey("csat").question_ids
        mine = str(self.question.id)
        good = self._get_key()
        self._call("begin")
        bad_pages = (None, "", [1], {"a": 1}, 1.5, True, "1 OR 1=1", foreign.id, 2**40, "x")
        for page in bad_pages:
            with self.subTest(page=page):
                result = self._call("submit", question_id=page, **{mine: good})
                self.assertIn("error", result[1])
        for name in ("previous_page_id", "page_id"):
            for value in ([1], {"a": 1}, "x", foreign.id):
                with self.subTest(name=name, value=value):
                    result = self._call("submit", question_id=self.question.id, **{name: value})
                    self.assertIn("error", result[1])
        values = ([good, good], {"a": 1}, [1, [2]], 1.5, True, "x", -1, [{"comment": 5}], 2**70)
        for value in (*values, [{"comment": ["x"]}], str(foreign.suggested_answer_ids[:1].id or 1)):
            with self.subTest(value=value):
                result = self._call("submit", question_id=self.question.id, **{mine: value})
                self.assertIn("error", result[1])
        texts = (["a", "b"], {"a": 1}, 5, True, "x" * (TEXT_LIMIT + 1), "a" * 2**20)
        for value in texts:
            with self.subTest(text=str(value)[:20]):
                result = self._call("submit", question_id=second.id, **{str(second.id): value})
                self.assertIn("error", result[1])
        self.assertFalse(self.answer.user_input_line_ids)
        self._call("submit", question_id=self.question.id, **{mine: good})
        self.assertEqual(len(self.answer.user_input_line_ids), 1)
        again = self._call("submit", question_id=self.question.id, **{mine: good})
        self.assertIn("error", again[1])

    def test_core_calls(self):
        """Calls without readable parameters get a 400, and no trace."""
        for name in ("begin", "next_question", "submit"):
            path = f"/survey/{name}/{self.survey.access_token}/{self.answer.access_token}"
            for params in ("5", "[1]", '"x"', "true", "null", '{"self": 1}', "{", "[" * 99999):
                with self.subTest(name=name, params=params[:20]):
                    body = f'{{"jsonrpc": "2.0", "params": {params}}}'
                    headers = {"Content-Type": "application/json"}
                    text = self._open(path, status=400, data=body, headers=headers)
                    self.assertNotIn("Traceback", text)
        self.assertUntouched()

    def test_core_pages(self):
        """Wrong pages, languages and tokens in addresses of core end on a page."""
        survey, answer = self.survey.access_token, self.answer.access_token
        for query in ("previous_page_id=x", "previous_page_id=999999", "question_id[]=1"):
            self._open(f"/survey/{survey}/{answer}?{query}")
        for token in HOSTILE:
            if "/" not in token:
                self._open(f"/survey/start/{survey}?answer_token={token}")
                self._open(f"/survey/{survey}/{token}")
        for lang in (["fr_FR"], {"a": 1}, 5, "xx_XX", "en_US'--"):
            self.assertIn("error", self._call("begin", lang_code=lang)[1])
        self.assertUntouched()

    def test_rights(self):
        """A salesperson cannot read answers of core, nor tokens."""
        user = self.user
        with self.assertRaises(AccessError):
            self.answer.with_user(user).read(["access_token"])
        with self.assertRaises(AccessError):
            self.survey.with_user(user)._invite(self.partner, self.company).with_user(user).read()

    def test_retry(self):
        """No second answer can be made of one invitation."""
        answer = self.relationship._invite(self.partner, self.company)
        self._send("9", answer)
        self._open(f"/survey/retry/{self.relationship.access_token}/{answer.access_token}")
        self.assertEqual(len(self.relationship.user_input_ids), 1)

    def test_matrix(self):
        """Rows and columns of another question are refused in a table of questions, too."""
        table, other = (
            self.env["survey.question"].create(
                {
                    "survey_id": self.survey.id,
                    "title": title,
                    "sequence": 9,
                    "question_type": "matrix",
                    "matrix_subtype": "simple",
                    "suggested_answer_ids": [Command.create({"value": "Yes"})],
                    "matrix_row_ids": [Command.create({"value": "Fast"})],
                }
            )
            for title in ("Table", "Other table")
        )
        answer = self.survey._invite(self.partner, self.company)
        self._call("begin", answer)
        row, column = table.matrix_row_ids.id, table.suggested_answer_ids.id
        bad = (
            {other.matrix_row_ids.id: [column]},
            {row: [other.suggested_answer_ids.id]},
            {row: column},
            {row: [[column]]},
            {"x": [column]},
            {"comment": 5},
            [column],
            "x",
            7,
        )
        for value in bad:
            with self.subTest(value=value):
                result = self._call(
                    "submit", answer, question_id=table.id, **{str(table.id): value}
                )
                self.assertIn("error", result[1])
        self.assertFalse(answer.user_input_line_ids)
        self._call("submit", answer, question_id=table.id, **{str(table.id): {row: [column]}})
        self.assertEqual(answer.user_input_line_ids.matrix_row_id.id, row)

    def test_formulas(self):
        """What a customer wrote is no formula in a file, and stays as written in the database."""
        texts = ("=HYPERLINK(0)", "+1", "-1", "@SUM(1)", "\t=1", " =1", "Fine - thanks")
        rows = self.Satisfaction._record(
            [{"partner_id": self.partner.id, "comment": text, "nps": 9} for text in texts]
        )
        exported = [row[0] for row in rows.export_data(["comment"])["datas"]]
        self.assertEqual(exported, [*(f"'{text}" for text in texts[:-1]), texts[-1]])
        self.assertEqual(rows.mapped("comment"), [*texts])
        mention = self.env["retention.mention"].create(
            {
                "partner_id": self.partner.id,
                "kind": "choice",
                "reason_id": self.env["retention.reason"].create({"name": "Advice"}).id,
                "note": "=1",
            }
        )
        self.assertEqual(mention.export_data(["note"])["datas"], [["'=1"]])
        self._send(self._get_key())
        second = self._get_question(self.survey, "improvement")
        self._call("submit", question_id=second.id, **{str(second.id): "=cmd|' /C calc'!A0"})
        answers = self.answer.export_data(["user_input_line_ids/value_char_box", "id"])["datas"]
        self.assertIn("'=cmd|' /C calc'!A0", [row[0] for row in answers])
        nested = self.answer.export_data(["satisfaction_ids/comment"])["datas"]
        self.assertEqual(nested, [["'=cmd|' /C calc'!A0"]])

    def test_formulas_of_names(self):
        """Nor what they call themselves, on public pages or on the own profile."""
        self.answer.write({"nickname": "=1", "email": "@2"})
        self.partner.write({"name": "=3", "preferred_name": "+4", "preferences": "-5"})
        rows = self.Satisfaction._record([{"partner_id": self.partner.id, "nps": 9}])
        for records, paths, texts in (
            (self.answer, ["nickname", "email", "partner_id"], ["'=1", "'@2", "'=3"]),
            (self.partner, ["preferred_name", "preferences"], ["'+4", "'-5"]),
            (rows, ["partner_id", "display_name"], ["'=3", "'=3 (2026-06-15)"]),
        ):
            with self.subTest(model=records._name, paths=paths):
                self.assertEqual(records.export_data(paths)["datas"], [texts])
        self.partner.phone = "+32 475 12 34 56"
        self.assertEqual(self.partner.export_data(["phone"])["datas"], [["+32 475 12 34 56"]])
        self.assertEqual(self.partner.preferences, "-5")
        self.assertEqual(self.partner._description, "Contact")

    def test_formulas_of_documents(self):
        """Nor where the words stand beside other things: in reports, on the order, on a loss."""
        order = self._create_order(self.partner, "2026-05-01 10:00:00", 10)
        self.Satisfaction._record(
            [
                {
                    "partner_id": self.partner.id,
                    "company_id": self.company.id,
                    "comment": "=1",
                    "reference": "=2",
                    "res_model": "sale.order",
                    "res_id": order.id,
                }
            ]
        )
        loss = self.env["retention.loss"].create({"partner_id": self.partner.id, "note": "=1"})
        self.env.flush_all()
        own = [("partner_id", "=", self.partner.id)]
        for records, path, text in (
            (self.env["retention.satisfaction.report"].search(own), "comment", "'=1"),
            (self.env["retention.satisfaction.report"].search(own), "reference", "'=2"),
            (self.env["retention.expectation.report"].search(own), "comment", "'=1"),
            (order, "satisfaction_comment", "'=1"),
            (loss, "note", "'=1"),
        ):
            with self.subTest(model=records._name, path=path):
                self.assertEqual(records.export_data([path])["datas"], [[text]])
