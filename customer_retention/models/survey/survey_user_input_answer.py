from odoo import fields, models

# Faces beside the words of a level, never instead of them.
FACES = {"dissatisfied": "😞", "satisfied": "😊", "very_satisfied": "😄"}
# Up to so many choices fit into a mail and on a phone.
MOST_CHOICES = 12


class SurveyUserInput(models.Model):
    """The first question, answered by a link in the mail and one tap on our own page."""

    _inherit = "survey.user_input"

    def _get_answer_url(self, choice=None):
        """Return the address of the page of the first question, with a choice chosen where given.

        Where the first question cannot be answered there, the survey's own start page.
        """
        self.ensure_one()
        if not self._get_first_question():
            return f"{self.get_base_url()}{self.get_start_url()}"
        chosen = f"/{choice}" if choice is not None else ""
        return f"{self.get_base_url()}/retention/survey/{self.access_token}{chosen}"

    def _get_first_question(self):
        """Return the question answered in the mail; empty if the survey begins with something else.

        It takes one choice out of a few, or a number.
        """
        self.ensure_one()
        survey = self.survey_id
        if survey.questions_layout == "page_per_question":
            first = survey._get_next_page_or_question(self, 0)
        else:
            first = (survey.question_ids & self.predefined_question_ids)[:1]
        if first.question_type == "scale":
            count = first.scale_max - first.scale_min + 1
        elif first.question_type == "simple_choice":
            count = len(first.suggested_answer_ids)
        else:
            return first.browse()
        return first if 0 < count <= MOST_CHOICES else first.browse()

    def _get_choices(self):
        """Return the choices of the first question in the language of the context.

        :return: dicts with ``key`` (what is saved), ``label``, ``face`` ("" without) and ``url``
        """
        question = self._get_first_question()
        if question.question_type == "scale":
            numbers = range(question.scale_min, question.scale_max + 1)
            found = [(str(number), str(number), "") for number in numbers]
        else:
            found = [
                (str(each.id), each.value_label, FACES.get(each.retention_value, ""))
                for each in question.suggested_answer_ids
            ]
        return [
            {"key": key, "label": label, "face": face, "url": self._get_answer_url(key)}
            for key, label, face in found
        ]

    def _get_answer_state(self):
        """Return ``open``, ``done``, ``expired`` (too late) or ``closed`` (the survey is archived)."""
        self.ensure_one()
        if self.state == "done":
            return "done"
        if not self.survey_id.active or self._get_invalid_survey():
            return "closed"
        if self.deadline and self.deadline < fields.Datetime.now():
            return "expired"
        return "open"

    def _get_invalid_survey(self):
        """Return whether the survey was changed so that it cannot be answered by a link any more."""
        survey = self.survey_id
        return survey.users_login_required or not survey.question_ids

    def _answer_first(self, choice):
        """Save ``choice`` as the answer to the first question, by the means of core.

        The survey goes on after it; one that has no other question is finished.

        :param choice: key of one of the choices
        :return: messages where it cannot be saved, ``{question id: message}``
        """
        self.ensure_one()
        question = self._get_first_question()
        if choice not in {each["key"] for each in self._get_choices()}:
            return {question.id: self.env._("Please choose one of these answers.")}
        if errors := question.validate_question(choice):
            return errors
        survey = self.survey_id
        if self.state == "new":
            self._mark_in_progress()
        self._save_lines(question, choice)
        self._clear_inactive_conditional_answers()
        if survey.questions_layout != "page_per_question":
            following = (survey.question_ids & self.predefined_question_ids) - question
        else:
            following = survey._get_next_page_or_question(self, question.id)
            self.last_displayed_page_id = question
        if not following:
            self._mark_done()
        return {}

    def _get_topic(self):
        """Return what the customer is asked about, in words the customer knows; "" where unsaid."""
        self.ensure_one()
        known = ("sale.order", "account.move")  # the name of an opportunity is not for customers
        if self.retention_res_model not in known:
            return ""
        document = self.env[self.retention_res_model].browse(self.retention_res_id).exists()
        name = document.name
        if not name or name == "/":
            return ""
        if document._name == "account.move":
            return self.env._("your invoice %s", name)
        if document.state in ("draft", "sent", "cancel"):
            return self.env._("our quotation %s", name)
        return self.env._("your order %s", name)
