from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class SurveySurvey(models.Model):
    """Sending a survey to customers."""

    _inherit = "survey.survey"

    def _invite(self, contacts, company, document=None, user=None, followup=None, sender=None):
        """Ask each of ``contacts`` with this survey, by a mail that waits in Odoo's queue.

        Each gets an invitation of their own, with fresh tokens, in their language, which can be
        answered for as long as the company allows. Whether they may be asked is for the caller to
        find out before, with ``res.partner._get_survey_refusals``; those without an e-mail address
        get an invitation and no mail. Rights are not asked.

        :param contacts: the people (``res.partner``)
        :param company: who asks
        :param document: what they are asked about: one record, or ``{contact: record}``
        :param user: who is responsible; without it that of the document, the person, the customer
        :param sender: who sends it by hand: responsible where nobody else is
        :param followup: step of a program that asks them: one, or ``{contact: follow-up}``
        :return: the invitations, ``survey.user_input`` as superuser, in the order of ``contacts``
        :raise UserError: if the survey cannot be answered by a link
        """
        self.ensure_one()
        survey = self.sudo().with_company(company)
        survey._check_invitation()
        invitations = (
            self.env["survey.user_input"]
            .sudo()
            .with_company(company)
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                [
                    survey._prepare_invitation_values(
                        contact,
                        company,
                        document.get(contact) if isinstance(document, dict) else document,
                        user,
                        sender,
                        followup.get(contact) if isinstance(followup, dict) else followup,
                    )
                    for contact in contacts.sudo()
                ]
            )
        )
        invitations._send_invitation_mails(company)
        return invitations

    def _check_invitation(self):
        """Raise a UserError unless customers can answer this survey by a link."""
        self.ensure_one()
        if not self.active:
            fault = self.env._("it is archived")
        elif not self.question_ids:
            fault = self.env._("it has no question")
        elif self.users_login_required or self.access_mode not in ("public", "token"):
            fault = self.env._("it requires a login")
        else:
            return
        raise UserError(
            self.env._(
                "Survey %(survey)s cannot be sent: %(fault)s.", survey=self.title, fault=fault
            )
        )

    def _prepare_invitation_values(self, contact, company, document, user, sender, followup):
        # Name and address are the contact's: no copies, which would stay when it is deleted.
        document = document.sudo().exists() if document else None
        user = user or self._get_document_user(document)
        user = user or contact.user_id or contact.commercial_partner_id.user_id or sender
        return {
            "survey_id": self.id,
            "partner_id": contact.id,
            "invite_token": self.env["survey.user_input"]._generate_invite_token(),
            "deadline": fields.Datetime.now() + timedelta(days=company.retention_survey_valid_days),
            "lang_id": self._get_invitation_lang(contact).id,
            "retention_company_id": company.id,
            "retention_user_id": user.id if user else False,
            "retention_invite_date": company._get_retention_today(),
            "retention_res_model": document._name if document else False,
            "retention_res_id": document.id if document else False,
            "retention_followup_id": followup.id if followup else False,
        }

    def _get_document_user(self, document):
        """Return who is responsible for ``document``, None where nobody is."""
        name = "invoice_user_id" if document and document._name == "account.move" else "user_id"
        return document[name] if document and name in document._fields else None

    def _get_invitation_lang(self, contact):
        """Return the language in which ``contact`` is asked: their own, where the survey has it."""
        codes = self._get_supported_lang_codes()
        wanted = (contact.lang, self.env.company.partner_id.lang, self.env.lang, *codes)
        code = next(each for each in wanted if each in codes)
        return self.env["res.lang"]._lang_get(code)
