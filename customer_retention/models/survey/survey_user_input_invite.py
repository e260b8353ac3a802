from datetime import timedelta

from odoo import fields, models


class SurveyUserInput(models.Model):
    """The mail by which customers are asked."""

    _inherit = "survey.user_input"

    def _send_invitation_mails(self, company):
        """Put the mail of each of these invitations of ``company`` into Odoo's queue."""
        reachable = self.filtered("partner_id.email_normalized")
        if not reachable:
            return
        template = self.env.ref("customer_retention.mail_template_survey").sudo()
        mails = template.with_company(company).send_mail_batch(reachable.ids)
        invitations = {each.id: each for each in reachable}
        for mail in mails:
            invitation = invitations[mail.res_id]
            person = invitation.partner_id
            topic = invitation.with_context(lang=person.lang or self.env.lang)._get_topic()
            person._finish_mail(mail, company, topic)

    def _forget_person(self):
        """Leave no name and address in these invitations, whose person is deleted.

        No mail about them is left either, sent or not; and nobody can answer in the person's name.
        """
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        )
        messages.unlink()  # with the mails that are made of them
        typed = self.user_input_line_ids.filtered(
            lambda line: line.question_id.save_as_email or line.question_id.save_as_nickname
        )
        typed.unlink()
        self.write({"email": False, "nickname": False})
        self.filtered(lambda each: each.state != "done").deadline = (
            fields.Datetime.now() - timedelta(seconds=1)
        )

    def _get_sender(self):
        """Return the address the mail comes from: of the company that asks, else of who is responsible."""
        self.ensure_one()
        company, user = self.retention_company_id, self.retention_user_id
        return company.email_formatted or user.email_formatted or self.env.user.email_formatted

    def _get_reply_to(self):
        """Return where an answer by mail goes: to who is responsible."""
        self.ensure_one()
        return self.retention_user_id.email_formatted or self._get_sender()
