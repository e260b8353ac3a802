from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.measures import CHOICES, EXPECTATIONS, LEVELS, MEASURES, YES_NO

# An unfinished answer counts once nothing was added to it for so long: who answers with one tap and
# is dissatisfied has to be called within one working day.
SILENCE = timedelta(hours=1)

# Columns of a row that hold a number, a word or yes and no.
NUMBERS = tuple(name for name, measure in MEASURES.items() if measure.is_number)
WORD_COLUMNS = {"satisfaction": "level", "expectation": "expectation"}
YES_NO_COLUMNS = ("quote_allowed", "wants_call")
# Words are told from the numbers of scales by codes of their own, so that both sort alike.
WORDS = [*LEVELS, *EXPECTATIONS, *YES_NO]
WORD_CODE = 100
# A line's place and code in one number of 63 bits: 24 for the question, 31 for the line, 8 for the code.
CODE_BITS, ID_BITS = 8, 31
READ = (*NUMBERS, "nps_group", *WORD_COLUMNS.values(), *YES_NO_COLUMNS, "comment", "date")


class RetentionSatisfaction(models.Model):
    """The SQL of reading answers: what was said, by whom, and about what."""

    _inherit = "retention.satisfaction"

    @api.model
    def _get_reading_statement(self, ids):
        """Return the statement that updates or inserts the rows of answers ``ids``; it yields them."""
        columns = SQL(", ").join(SQL.identifier(name) for name in READ)
        return SQL(
            """WITH answer AS MATERIALIZED (%(answers)s),
                    known AS MATERIALIZED (
                        SELECT id, user_input_id FROM retention_satisfaction
                         WHERE user_input_id = ANY(%(ids)s)),
                    updated AS (
                        UPDATE retention_satisfaction AS noted
                           SET (%(columns)s) = ROW(%(answer_columns)s), write_date = %(now)s
                          FROM answer
                         WHERE answer.user_input_id = noted.user_input_id
                           AND (noted.write_date < answer.changed
                                OR ROW(%(noted_columns)s) IS DISTINCT FROM ROW(%(answer_columns)s))
                    ),
                    inserted AS (
               INSERT INTO retention_satisfaction (
                    %(columns)s, origin, user_input_id, survey_id, partner_id, contact_id,
                    company_id, currency_id, user_id, followup_id, res_model, res_id, reference,
                    create_date, write_date)
               SELECT %(answer_columns)s, 'survey', answer.user_input_id, answer.survey_id,
                      answer.partner_id, answer.contact_id, answer.company_id,
                      company.currency_id, answer.user_id, answer.followup_id, answer.res_model,
                      answer.res_id, answer.reference, %(now)s, %(now)s
                 FROM answer
                 JOIN res_company AS company ON company.id = answer.company_id
                WHERE answer.user_input_id NOT IN (SELECT user_input_id FROM known)
               ON CONFLICT (user_input_id) DO NOTHING
                 RETURNING id)
               SELECT known.id FROM known JOIN answer USING (user_input_id)
                UNION ALL
               SELECT id FROM inserted""",
            answers=self._get_answers_query(ids),
            columns=columns,
            answer_columns=SQL(", ").join(SQL.identifier("answer", name) for name in READ),
            noted_columns=SQL(", ").join(SQL.identifier("noted", name) for name in READ),
            ids=ids,
            now=self.env.cr.now(),
        )

    @api.model
    def _get_answers_query(self, ids):
        """Return SQL of one row an answer that counts, with the columns of this table."""
        company = SQL(
            """COALESCE(input.retention_company_id, document.company_id, partner.company_id,
                        survey_user.company_id, %s)""",
            self.env.company.id,
        )
        return SQL(
            """SELECT input.id AS user_input_id, input.survey_id, %(measures)s,
                      %(day)s AS date, GREATEST(said.changed, input.end_datetime) AS changed,
                      %(company)s AS company_id,
                      partner.id AS partner_id, NULLIF(input.partner_id, partner.id) AS contact_id,
                      COALESCE(input.retention_user_id, document.user_id, partner.user_id,
                               person.user_id) AS user_id,
                      input.retention_followup_id AS followup_id,
                      CASE WHEN document.id IS NOT NULL
                           THEN input.retention_res_model END AS res_model,
                      document.id AS res_id, document.reference
                 FROM survey_user_input AS input
                 JOIN (%(said)s) AS said ON said.user_input_id = input.id
                 JOIN res_partner AS person ON person.id = input.partner_id
                 JOIN res_partner AS partner ON partner.id = person.commercial_partner_id
                 LEFT JOIN (%(documents)s) AS document
                   ON document.model = input.retention_res_model
                  AND document.id = input.retention_res_id
                 LEFT JOIN survey_survey AS survey ON survey.id = input.survey_id
                 LEFT JOIN res_users AS survey_user ON survey_user.id = survey.user_id
                WHERE %(counting)s
                  AND partner.id NOT IN (SELECT partner_id FROM res_company)
                  AND NOT EXISTS (SELECT FROM res_users AS employee
                                   WHERE employee.partner_id = person.id
                                     AND employee.share IS NOT TRUE)""",
            measures=SQL(", ").join(SQL.identifier("said", name) for name in READ[:-1]),
            day=self.env["retention.purchase"]._get_company_day(
                SQL("COALESCE(input.end_datetime, said.last_date)"), company
            ),
            company=company,
            counting=self._get_counting_condition(),
            said=self._get_said_query(ids),
            documents=SQL(" UNION ALL ").join(
                SQL("SELECT %s AS model, source.* FROM (%s) AS source", model, query)
                for model, query in self._get_document_queries().items()
            ),
        )

    @api.model
    def _get_counting_condition(self):
        """Return SQL whether an answer ``input``, last touched at ``said.last_date``, counts."""
        return SQL(
            """input.test_entry IS NOT TRUE AND input.partner_id IS NOT NULL
               AND (input.state = 'done' OR input.state = 'in_progress' AND said.last_date < %s)""",
            fields.Datetime.now() - SILENCE,
        )

    @api.model
    def _get_said_query(self, ids):
        """Return SQL of what answers ``ids`` say, finished or not: one row each, a column a measure."""

        def latest(measure):
            # The code of the last question of the measure stands in the lowest bits.
            return SQL(
                "(MAX(line.coded) FILTER (WHERE line.measure = %s) & %s)::int",
                measure,
                (1 << CODE_BITS) - 1,
            )

        def word(measure):
            return SQL("(%s)[%s - %s]", WORDS, latest(measure), WORD_CODE - 1)

        columns = {name: latest(name) for name in NUMBERS}
        for name, column in WORD_COLUMNS.items():
            columns[column] = word(name)
        for name in YES_NO_COLUMNS:
            columns[name] = SQL("%s = 'yes'", word(name))
        columns["comment"] = SQL(
            """STRING_AGG(line.comment, E'\n' ORDER BY line.place)
                   FILTER (WHERE line.comment IS NOT NULL)"""
        )
        return SQL(
            """SELECT said.*, CASE WHEN nps >= 9 THEN 'promoter' WHEN nps >= 7 THEN 'passive'
                                   WHEN nps >= 0 THEN 'detractor' END AS nps_group
                 FROM (SELECT line.user_input_id, MAX(line.date) AS last_date,
                              MAX(line.changed) AS changed, %(columns)s
                         FROM (%(lines)s) AS line
                        GROUP BY line.user_input_id) AS said""",
            columns=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name)) for name, value in columns.items()
            ),
            lines=self._get_lines_query(SQL("line.user_input_id = ANY(%s)", ids)),
        )

    @api.model
    def _get_lines_query(self, condition):
        """Return SQL of answered lines of questions with a measure, under ``condition`` (SQL).

        ``place`` sorts lines by the order of their questions, and ``coded`` is the same with the
        number or word given in its lowest bits, null where that is none of the measure: one number
        takes a third of the time of an array. ``text`` is what was written, and ``comment`` what
        stands in the row: whom they buy from makes sense with its question only.
        """
        # Only asked for where it is needed, and in the customer's language like the text itself.
        title = SQL(
            """COALESCE(question.title->>(SELECT lang.code FROM survey_user_input AS input
                                           JOIN res_lang AS lang ON lang.id = input.lang_id
                                          WHERE input.id = line.user_input_id),
                        question.title->>'en_US') || ' '"""
        )
        return SQL(
            """SELECT said.*,
                      CASE WHEN code BETWEEN low_code AND high_code THEN place + code END AS coded,
                      CASE WHEN measure = 'improvement' OR is_comment THEN text
                           WHEN measure = 'competitor' THEN title || text END AS comment
                 FROM (SELECT line.user_input_id, line.write_date AS date,
                              GREATEST(line.write_date, question.write_date,
                                       suggested.write_date) AS changed,
                              question.retention_measure AS measure,
                              CASE WHEN question.retention_measure = 'competitor'
                                   THEN %(title)s END AS title,
                              CASE WHEN line.answer_type = 'scale' THEN line.value_scale
                                   ELSE suggested.code END AS code,
                              suggested.retention_record AS record,
                              NULLIF(TRIM(COALESCE(line.value_text_box, line.value_char_box)),
                                     '') AS text,
                              line.answer_type = 'char_box'
                                  AND question.question_type = ANY(%(choices)s) AS is_comment,
                              question.place + (line.id::bigint << %(code_bits)s) AS place,
                              codes.low AS low_code, codes.high AS high_code
                         FROM survey_user_input_line AS line
                         JOIN (SELECT id, title, question_type, retention_measure, write_date,
                                      ROW_NUMBER() OVER (ORDER BY sequence, id)
                                          << %(place_bits)s AS place
                                 FROM survey_question
                                WHERE retention_measure IS NOT NULL) AS question
                           ON question.id = line.question_id
                         LEFT JOIN (VALUES %(codes)s) AS codes (measure, low, high)
                           ON codes.measure = question.retention_measure
                         -- There are few of them: what their value means is worked out before the join.
                         LEFT JOIN (SELECT id, retention_record, write_date,
                                           CASE WHEN retention_value ~ '^[0-9]{1,2}$'
                                                THEN retention_value::int
                                                ELSE ARRAY_POSITION(%(words)s, retention_value)
                                                     + %(word_code)s - 1 END AS code
                                      FROM survey_question_answer) AS suggested
                           ON suggested.id = line.suggested_answer_id
                        WHERE line.skipped IS NOT TRUE AND line.answer_type IS NOT NULL
                          AND %(condition)s) AS said""",
            title=title,
            choices=list(CHOICES),
            words=WORDS,
            word_code=WORD_CODE,
            code_bits=CODE_BITS,
            place_bits=CODE_BITS + ID_BITS,
            codes=SQL(", ").join(SQL("(%s, %s, %s)", *each) for each in self._get_codes()),
            condition=condition,
        )

    @api.model
    def _get_codes(self):
        """Return the codes that each measure takes: ``[(measure, lowest, highest)]``."""
        return [
            (name, rule.low, rule.high)
            if rule.is_number
            else (
                name,
                WORD_CODE + WORDS.index(rule.values[0]),
                WORD_CODE + WORDS.index(rule.values[-1]),
            )
            for name, rule in MEASURES.items()
            if rule.allowed_values
        ]

    @api.model
    def _get_document_queries(self):
        """Return what answers can be about, as ``{model: SQL}``. Hook: addons add models.

        Each query yields ``id``, ``company_id`` (may be null), ``user_id`` (who is responsible)
        and ``reference`` (its name).
        """
        return {
            "sale.order": SQL("SELECT id, company_id, user_id, name AS reference FROM sale_order"),
            "account.move": SQL(
                """SELECT id, company_id, invoice_user_id AS user_id, name AS reference
                     FROM account_move"""
            ),
            "crm.lead": SQL("SELECT id, company_id, user_id, name AS reference FROM crm_lead"),
        }
