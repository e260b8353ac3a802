from odoo import fields, models

# What a follow-up says where nobody may be contacted at all.
SKIP_REASONS = {"do_not_contact": "opt_out"}


class RetentionFollowup(models.Model):
    """A follow-up that sends a survey: done once it is sent."""

    _inherit = "retention.followup"

    user_input_ids = fields.One2many(
        "survey.user_input", "retention_followup_id", "Survey Answer", readonly=True
    )

    def _filter_unwanted(self, step):
        unwanted = super()._filter_unwanted(step)
        if step._get_reach() != "phone":
            return unwanted
        return unwanted | (self - unwanted)._filter_call_refused()

    def _filter_call_refused(self):
        """Return those because of an answer in which the customer said that we may not call."""
        events = self.sudo().enrollment_id.event_id
        answers = events.filtered(lambda event: event.res_model == "retention.satisfaction")
        lines = (
            self.env["survey.user_input.line"]
            .sudo()
            .search(
                [
                    ("user_input_id.satisfaction_ids", "in", answers.mapped("res_id")),
                    ("question_id.retention_measure", "=", "wants_call"),
                    ("suggested_answer_id.retention_value", "=", "no"),
                ]
            )
        )
        refused = set(lines.user_input_id.satisfaction_ids.ids)
        return self.filtered(
            lambda each: (
                each.sudo().enrollment_id.event_id.res_model == "retention.satisfaction"
                and each.sudo().enrollment_id.event_id.res_id in refused
            )
        )

    def _act_survey(self, company, step):
        """Send the step's survey to each who can be asked, up to the company's limit of mails."""
        today = company._get_retention_today()
        addressees = self.env["res.partner"].union(*(each._get_addressee() for each in self))
        refusals = addressees._get_survey_refusals(step.survey_id, company, today, ignored=self)
        followups = {}
        for followup in self:
            addressee = followup._get_addressee()
            if addressee in followups:
                followup._skip("surveyed")
            elif reason := refusals.get(addressee):
                followup._skip(SKIP_REASONS.get(reason, reason))
            else:
                followups[addressee] = followup
        allowed = self.browse(each.id for each in followups.values())._take_mail_room(
            company, today
        )
        if not allowed:
            return
        asked = self.env["res.partner"].union(*(each._get_addressee() for each in allowed))
        documents = {each: followups[each].enrollment_id.event_id._get_subject() for each in asked}
        step.survey_id._invite(asked, company, document=documents, followup=followups)
        allowed.date_opened = today
        allowed._close()
