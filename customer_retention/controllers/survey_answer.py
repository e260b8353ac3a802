import re

from odoo import http
from odoo.http import request

TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STATUS = {"invalid": 404, "other_user": 403, "expired": 410, "closed": 410}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key to the answer
    "X-Robots-Tag": "noindex, nofollow",
}


def render_answer_page(state, answer, values=None):
    """Render our page of ``answer`` in the person's language; see the template for the states."""
    lang = answer and (answer.partner_id.lang or answer.lang_id.code)
    if lang and lang in dict(request.env["res.lang"].get_installed()):
        request.update_context(lang=lang)
        answer = answer.with_context(lang=lang)
    company = answer.retention_company_id or request.env.company.sudo()
    response = request.render(
        "customer_retention.survey_answer",
        {
            "state": state,
            "answer": answer,
            "survey": answer.survey_id,
            "asking_company": company,
            "name": answer.partner_id._get_address_name() if answer.partner_id else "",
            **(values or {}),
        },
        status=STATUS.get(state, 200),
    )
    response.headers.update(HEADERS)
    return response


class SurveyAnswer(http.Controller):
    """The first question of a survey, answered by the link in the mail and one tap.

    A GET changes nothing: mail scanners open links. The token is that of one invitation; it needs
    no login. Whoever is logged in as somebody else cannot answer for the customer.
    """

    URL = "/retention/survey/<string:answer_token>"

    @http.route(
        [URL, f"{URL}/<string:choice>"], type="http", auth="public", methods=["GET"], sitemap=False
    )
    def ask(self, answer_token, choice=None, **_kwargs):
        """Show the question, with ``choice`` chosen where it is one of them."""
        state, answer = self._get_answer(answer_token)
        if state != "open":
            return self._end(state, answer)
        if choice is None and answer._get_chosen() and answer._goes_on_here():
            return render_answer_page("more", answer)
        return self._render_question(answer, choice)

    @http.route(URL, type="http", auth="public", methods=["POST"], sitemap=False)
    def save(self, answer_token, choice=None, **_kwargs):
        """Save the answer to the first question, and go on to the second."""
        state, answer = self._get_answer(answer_token)
        if state != "open":
            return self._end(state, answer)
        if errors := answer._answer_first(choice):
            return self._render_question(answer, None, " ".join(errors.values()))
        if answer.state == "done" or answer._goes_on_here():
            return request.redirect(f"/retention/survey/{answer.access_token}")
        url = f"/survey/{answer.survey_id.access_token}/{answer.access_token}"
        lang = answer.lang_id.code or request.env.lang
        return request.redirect(request.env["ir.http"]._url_for(url, lang))

    @http.route(f"{URL}/more", type="http", auth="public", methods=["POST"], sitemap=False)
    def save_more(self, answer_token, **_kwargs):
        """Save what stands on the page after the first question; what was left out stays so."""
        state, answer = self._get_answer(answer_token)
        if state != "open":
            return self._end(state, answer)
        if not answer._get_chosen() or not answer._goes_on_here():
            return request.redirect(f"/retention/survey/{answer.access_token}")
        sent = request.httprequest.form.to_dict(flat=False)
        if errors := answer._answer_following(sent):
            return render_answer_page("more", answer, {"errors": errors, "sent": sent})
        return request.redirect(f"/retention/survey/{answer.access_token}")

    def _get_answer(self, answer_token):
        """Return the state of the invitation with this token, and the invitation as superuser."""
        answers = request.env["survey.user_input"].sudo()
        if not TOKEN.fullmatch(answer_token):
            return "invalid", answers
        answer = answers.search(
            [("access_token", "=", answer_token), ("retention_company_id", "!=", False)]
        )
        if not answer:
            return "invalid", answers
        user = request.env.user
        if not user._is_public() and user.partner_id != answer.partner_id:
            return "other_user", answer
        return answer._get_answer_state(), answer

    def _render_question(self, answer, choice, error=""):
        if not answer._get_first_question():
            # It was changed since: the survey begins with something else now.
            return request.redirect(answer.get_start_url())
        return render_answer_page("open", answer, {"chosen": choice, "error": error})

    def _end(self, state, answer):
        return render_answer_page(state, answer)
