from odoo import fields, models

# What a follow-up says where nobody may be contacted at all.
SKIP_REASONS = {"do_not_contact": "opt_out"}


class RetentionFollowup(models.Model):
    """A follow-up that sends a survey: done once it is sent."""

    _inherit = "retention.followup"

    user_input_ids = fields.One2many(
        "survey.user_input", "retention_followup_id", "Survey Answer", readonly=True
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
