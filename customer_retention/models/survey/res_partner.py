from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..common.guards import get_first_reasons
from ..program.retention_followup import RARELY_DAYS


class ResPartner(models.Model):
    """Whom a survey may be sent to now, and why not.

    Asked is who got an invitation from this company, and whom somebody of it asked, or is to ask,
    in a step of a program that is a survey; a call without a survey of its own counts as one after
    a sale or contact, and one in which nobody was reached as none. Another company's surveys do
    not count: its customers are not this company's business.

    The people of one customer are asked each for themselves. People who share an e-mail address or
    a phone number count as one, and the customer itself (its record without a person) counts as
    each of its people: nobody knows who answered.
    """

    _inherit = "res.partner"

    def _get_survey_refusals(self, survey, company, today=None, ignored=None):
        """Return why contacts cannot be sent ``survey`` now, ``{partner: reason}``; a few queries for all.

        Of several in these who count as one, the first can be asked. Parameters and reasons as for
        :meth:`_get_survey_guards`.
        """
        contacts = self.sudo()
        reasons = get_first_reasons(contacts._get_survey_guards(survey, company, today, ignored))
        met = set()
        for contact in contacts:
            if contact in reasons:
                continue
            if contact._is_met(met):
                reasons[contact] = "surveyed"
            else:
                met |= contact._get_person_keys()
        return {contact: reasons[contact] for contact in self if contact in reasons}

    def _get_survey_guards(self, survey, company, today=None, ignored=None):
        """Return who cannot be sent ``survey`` now, and why, ordered ``{reason: contacts}``. Hook.

        :param survey: ``survey.survey``; empty for a call
        :param company: whose customers they are asked as
        :param today: day in the company's zone, today if left out
        :param ignored: follow-ups that do not count as asked
        :return: ``archived``, ``do_not_contact``, ``own`` (see :meth:`_get_own_ids`), ``no_email``,
            ``opt_out``, ``complaint`` (one is open) and ``surveyed`` (asked a short time ago)
        """
        own = self._get_own_ids()
        asked = self._get_surveyed_ids(survey, company, today, ignored)
        return {
            **self._get_contact_guards(),
            "own": self.filtered(lambda each: each.id in own),
            "no_email": self.filtered(lambda each: not each.email_normalized),
            "opt_out": self - self._filter_contact_allowed("email"),
            "complaint": self._filter_complaining(company),
            "surveyed": self.filtered(lambda each: each.id in asked),
        }

    def _filter_complaining(self, company):
        """Return those of whom, or of whose company, a complaint to ``company`` is open."""
        everybody = (self | self.commercial_partner_id).with_company(company)
        complaining = set(everybody._filter_open_complaints().ids)
        return self.filtered(
            lambda each: not complaining.isdisjoint((each.id, each.commercial_partner_id.id))
        )

    def _get_own_ids(self):
        """Return the ids of those of these who are the database's own companies, of them, or users.

        No customers: their answers would not be read. One query.
        """
        self.env.flush_all()
        query = SQL(
            """SELECT person.id FROM res_partner AS person
                WHERE person.id = ANY(%s)
                  AND (person.commercial_partner_id IN (SELECT partner_id FROM res_company)
                       OR EXISTS (SELECT FROM res_users AS employee
                                   WHERE employee.partner_id = person.id
                                     AND employee.share IS NOT TRUE))""",
            self.ids,
        )
        return {partner_id for (partner_id,) in self.env.execute_query(query)}

    def _get_person_keys(self):
        """Return by what this contact is recognized among others: see the class."""
        self.ensure_one()
        keys = {("person", self.id), *self._get_addresses()}
        if self.commercial_partner_id != self:
            keys.add(("people of", self.commercial_partner_id.id))
        return keys

    def _is_met(self, met):
        """Return whether this contact counts as one of those whose keys are in ``met``."""
        self.ensure_one()
        keys = {("person", self.id), ("person", self.commercial_partner_id.id)}
        return not met.isdisjoint(keys | self._get_addresses() | {("people of", self.id)})

    def _get_surveyed_ids(self, survey, company, today=None, ignored=None):
        """Return the ids of those who were asked too short a time ago to be asked with ``survey``.

        One query. Parameters as for :meth:`_get_survey_refusals`.
        """
        if not self:
            return set()
        self.env.flush_all()
        query = self._get_surveyed_query(
            company,
            survey.sudo().retention_kind if survey else "transactional",
            today or company._get_retention_today(),
            ignored.ids if ignored else [],
        )
        return {partner_id for (partner_id,) in self.env.execute_query(query)}

    def _get_surveyed_query(self, company, kind, today, ignored_ids):
        """Return SQL of the ids of these who were asked within the pauses of ``company``."""
        pause = company.retention_survey_pause_days
        kind_pause = company._get_survey_pauses().get(kind, 0)
        rarely = self._filter_rarely_contacted()
        rare_pause = RARELY_DAYS if rarely else 0
        return SQL(
            """WITH same AS (
                      %(same)s
                       UNION
                      SELECT id, commercial_partner_id FROM res_partner
                       WHERE id = ANY(%(contacts)s)
                       UNION
                      SELECT commercial_partner_id, id FROM res_partner
                       WHERE commercial_partner_id = ANY(%(contacts)s))
               SELECT DISTINCT same.id
                 FROM same
                 JOIN (%(asked)s) AS asked ON asked.partner_id = same.other_id
                WHERE asked.date > %(since)s
                   OR (same.id = ANY(%(rarely)s) AND asked.date > %(rare_since)s)
                   OR (asked.kind = %(kind)s AND asked.date > %(kind_since)s)""",
            same=self._get_same_person_query(),
            contacts=self.ids,
            asked=self._get_asked_query(
                company, today, today - timedelta(max(pause, kind_pause, rare_pause)), ignored_ids
            ),
            rarely=rarely.ids,
            rare_since=today - timedelta(rare_pause),
            since=today - timedelta(pause),
            kind=kind or None,
            kind_since=today - timedelta(kind_pause),
        )

    def _get_asked_query(self, company, today, since, ignored_ids):
        """Return SQL of who was asked by ``company`` after ``since``: partner_id, kind, date."""
        return SQL(
            """SELECT input.partner_id, survey.retention_kind AS kind,
                      input.retention_invite_date AS date
                 FROM survey_user_input AS input
                 JOIN survey_survey AS survey ON survey.id = input.survey_id
                WHERE input.retention_company_id = %(company)s
                  AND input.retention_invite_date > %(since)s
                  AND input.test_entry IS NOT TRUE
                UNION ALL
               SELECT COALESCE(followup.contact_id, followup.partner_id),
                      COALESCE(survey.retention_kind, 'transactional'),
                      COALESCE(followup.date_done, %(today)s)
                 FROM retention_followup AS followup
                 JOIN retention_program_step AS step
                   ON step.id = followup.step_id AND step.purpose = 'survey'
                 LEFT JOIN survey_survey AS survey ON survey.id = step.survey_id
                WHERE followup.company_id = %(company)s
                  AND (followup.state = 'open' OR followup.state = 'done'
                       AND followup.date_done > %(since)s
                       AND followup.reached IS DISTINCT FROM 'no')
                  AND followup.id <> ALL(%(ignored)s)""",
            company=company.id,
            since=since,
            today=today,
            ignored=ignored_ids,
        )
