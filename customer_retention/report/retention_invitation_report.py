from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RetentionInvitationReport(models.Model):
    """Who was asked and who answered: one row per invitation to a survey.

    Answered means that there is a row of ``retention.satisfaction`` from it. Tests of a survey and
    answers of people nobody invited are left out. Salespeople see those of their customers
    without rights on the answers of surveys. Nothing is stored.
    """

    _name = "retention.invitation.report"
    _inherit = ["retention.open.partner.mixin", "retention.speaking.mixin"]
    _description = "Invitations to Surveys"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date("Invited On", readonly=True, help="In the zone of the company.")
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", "Person", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    survey = fields.Char(readonly=True, help="Title of the survey.")
    satisfaction_id = fields.Many2one("retention.satisfaction", "Answer", readonly=True)
    is_answered = fields.Boolean("Answered", readonly=True)
    is_open = fields.Boolean(
        "Can Still Be Answered", readonly=True, help="Not answered, and the link works yet."
    )
    answer_rate = fields.Float(
        "Response Rate",
        aggregator="avg",
        readonly=True,
        help="Share of the invitations that were answered (0 to 1).",
    )
    answer_days = fields.Integer(
        "Days Until Answered", aggregator="avg", readonly=True, help="From invitation to answer."
    )

    _depends = {
        "res.partner": ["commercial_partner_id"],
        "retention.satisfaction": ["date", "user_input_id"],
        "survey.survey": ["active", "title"],
        "survey.user_input": [
            "deadline",
            "partner_id",
            "retention_company_id",
            "retention_invite_date",
            "retention_user_id",
            "state",
            "survey_id",
            "test_entry",
        ],
    }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all rows, with this model's columns."""
        return SQL(
            """SELECT invitation.id, invitation.retention_invite_date AS date,
                      invitation.retention_company_id AS company_id,
                      person.commercial_partner_id AS partner_id,
                      invitation.partner_id AS contact_id,
                      invitation.retention_user_id AS user_id,
                      COALESCE(survey.title->>%(lang)s, survey.title->>'en_US') AS survey,
                      answer.id AS satisfaction_id,
                      answer.id IS NOT NULL AS is_answered,
                      COALESCE(answer.id IS NULL AND invitation.state != 'done' AND survey.active
                               AND invitation.deadline >= %(now)s, FALSE) AS is_open,
                      (answer.id IS NOT NULL)::int::float8 AS answer_rate,
                      answer.date - invitation.retention_invite_date AS answer_days
                 FROM survey_user_input AS invitation
                 LEFT JOIN res_partner AS person ON person.id = invitation.partner_id
                 LEFT JOIN survey_survey AS survey ON survey.id = invitation.survey_id
                 LEFT JOIN retention_satisfaction AS answer
                   ON answer.user_input_id = invitation.id
                WHERE invitation.retention_invite_date IS NOT NULL
                  AND invitation.partner_id IS NOT NULL
                  AND invitation.test_entry IS NOT TRUE""",
            lang=self.env.lang or "en_US",
            now=fields.Datetime.now(),
        )

    @api.model
    def _get_sentence(self, domain):
        """Say how many invitations were answered, and which can be answered still."""
        [(total, rate, days)] = self._read_group(
            domain, [], ["__count", "answer_rate:avg", "answer_days:avg"]
        )
        if not total:
            return None
        still_open = domain & Domain("is_open", "=", True)
        count = self.search_count(still_open)
        sentence = self.env._(
            "%(answered)s of %(total)s invitations were answered, after %(days)s days on average. "
            "Can still be answered: %(open)s.",
            answered=round(total * (rate or 0)),
            total=total,
            days=round(days or 0),
            open=count,
        )
        return sentence, still_open if count else domain
