from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.survey.controllers.main import Survey

from ..tools.measures import read_number
from .survey_answer import render_answer_page

STATES = {
    "answer_wrong_user": "other_user",
    "answer_deadline": "expired",
    "survey_closed": "closed",
}
REFUSED = ({}, {"error": "unauthorized"})


class RetentionSurvey(Survey):
    """Core's pages of surveys that ask customers, made safe against what is open to everybody.

    Whoever has a link can send anything to core's routes. What core's own pages never send is
    refused: pages and questions of other surveys, unknown languages, lists instead of texts.
    """

    def _fetch_from_access_token(self, survey_token, answer_token):
        if any("\0" in (token or "") for token in (survey_token, answer_token)):
            survey_token = answer_token = None  # the database cannot look for it
        return super()._fetch_from_access_token(survey_token, answer_token)

    def _redirect_with_error(self, access_data, error_key):
        answer = access_data["answer_sudo"]
        if answer.retention_company_id and error_key in STATES:
            return render_answer_page(STATES[error_key], answer)
        return super()._redirect_with_error(access_data, error_key)

    @http.route()
    def survey_display_page(self, survey_token, answer_token, **post):
        if not self._is_well_formed(survey_token, answer_token, post):
            return request.redirect(f"/survey/start/{survey_token}?answer_token={answer_token}")
        return super().survey_display_page(survey_token, answer_token, **post)

    @http.route()
    def survey_begin(self, survey_token, answer_token, **post):
        if not self._is_well_formed(survey_token, answer_token, post):
            return REFUSED
        return super().survey_begin(survey_token, answer_token, **post)

    @http.route()
    def survey_next_question(self, survey_token, answer_token, **post):
        if not self._is_well_formed(survey_token, answer_token, post):
            return REFUSED
        if not self._is_begun(survey_token, answer_token):
            return REFUSED
        return super().survey_next_question(survey_token, answer_token, **post)

    @http.route()
    def survey_submit(self, survey_token, answer_token, **post):
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if not survey or not survey._is_about_customers():
            return super().survey_submit(survey_token, answer_token, **post)
        if not self._is_well_formed(survey_token, answer_token, post, submitted=True):
            return REFUSED
        if not self._is_begun(survey_token, answer_token):
            return REFUSED
        try:
            return super().survey_submit(survey_token, answer_token, **post)
        except UserError as error:
            # Answered already, and the survey lets nobody go back.
            fields = dict.fromkeys(survey.question_ids.ids, str(error))
            return {}, {"error": "validation", "fields": fields}

    def _is_begun(self, survey_token, answer_token):
        """Return whether there is a page to go on from: before, core fails while it draws one."""
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if not survey or not survey._is_about_customers():
            return True
        return answer.state != "new" or answer.is_session_answer

    def _is_well_formed(self, survey_token, answer_token, post, submitted=False):
        """Return whether what is sent names this survey's questions and a known language.

        :param submitted: an answer is sent, which has to say to which page
        """
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if not survey or not survey._is_about_customers():
            return True
        known = {False, *survey.question_and_page_ids.ids}
        names = ("page_id", "question_id", "previous_page_id")
        sent = {name: post[name] for name in names if name in post}
        ids = {name: value and read_number(value) for name, value in sent.items()}
        if any((value or None) is not None and value not in known for value in ids.values()):
            return False
        if any(value and ids[name] is None for name, value in sent.items()):
            return False
        if submitted:
            needed = {"page_per_section": "page_id", "page_per_question": "question_id"}
            name = needed.get(survey.questions_layout)
            if name and not ids.get(name):
                return False
        lang = post.get("lang_code", "")
        return isinstance(lang, str) and (
            not lang or lang in dict(request.env["res.lang"].get_installed())
        )

    def _extract_comment_from_answers(self, question, answers):
        if not question._is_retention_question():
            return super()._extract_comment_from_answers(question, answers)
        try:
            return super()._extract_comment_from_answers(question, answers)
        except (AttributeError, TypeError):
            return [], answers  # no text: the validation of the question says so
