from odoo import api, models
from odoo.tools import SQL, split_every

from ..common.isolated import isolated
from ..common.only_worker import only_worker

# Answers read in one transaction by the scheduled action.
BATCH = 1000


class RetentionSatisfaction(models.Model):
    """Reading answers of surveys into rows: a few statements, whatever their number.

    * An answer counts when it is finished, and when it was left unfinished and silent for an hour.
      It needs a known person and at least one answered question with a measure. Test entries,
      anonymous answers, and answers of employees or of the database's own companies are not read.
    * Where two questions of one measure were answered, the later question counts.
    * What was true when the customer was asked stays: customer, person, company, salesperson and
      document are written once. Measures, comment and day follow the answer.
    * An answer that says nothing any more loses its row.
    """

    _inherit = "retention.satisfaction"

    @api.model
    def _read_answers(self, user_inputs):
        """Bring the rows of ``user_inputs`` to what these answers say now.

        Their events are recorded with them. May run again at will. Rights are not asked: answers
        come from customers, by public pages.

        :param user_inputs: ``survey.user_input`` in any state
        :return: the rows of these answers, as superuser
        """
        rows = self.sudo()
        ids = user_inputs.ids
        if not ids:
            return rows.browse()
        self.env.flush_all()
        # One reader an answer: the customer who ends it or the scheduled action.
        self.env.execute_query(
            SQL("SELECT id FROM survey_user_input WHERE id = ANY(%s) ORDER BY id FOR UPDATE", ids)
        )
        before = rows._get_meanings(ids)
        counting = [
            row_id for (row_id,) in self.env.execute_query(self._get_reading_statement(ids))
        ]
        rows.invalidate_model()
        self.env["survey.user_input"].invalidate_model(["satisfaction_ids"])
        self.env["res.partner"]._forget_satisfaction()
        rows.browse(before.keys() - set(counting)).unlink()
        rows = rows.browse(counting)
        rows._filter_changed(before)._take_back_events()
        rows._record_events()
        rows._write_back(ids)
        return rows

    def _get_meanings(self, ids):
        """Return ``{row id: what events are made of}`` of the rows of answers ``ids``."""
        found = self.env.execute_query(
            SQL(
                """SELECT id, level, nps_group, wants_call, date FROM retention_satisfaction
                    WHERE user_input_id = ANY(%s)""",
                ids,
            )
        )
        return {row_id: meaning for row_id, *meaning in found}

    def _filter_changed(self, before):
        """Return those of these rows that stood ``before`` with another meaning."""
        known = self.filtered(lambda row: row.id in before)
        now = self._get_meanings(known.user_input_id.ids) if known else {}
        return known.filtered(lambda row: before[row.id] != now[row.id])

    # ------------------------------------------------------------------
    # What nobody has read yet
    # ------------------------------------------------------------------

    @api.model
    def _cron_read_answers(self):
        """Read answers that are not read, or were read before they, or their questions, changed.

        A transaction a batch; killed, the next run goes on where this one ended, and with nothing
        new nothing is written. An answer that cannot be read is logged and stops no other.
        """
        with only_worker(self.env, "read_answers") as alone:
            if not alone:
                return
            commit_progress = self.env["ir.cron"]._commit_progress
            ids = self._get_unread_answers()
            commit_progress(remaining=len(ids))
            for batch in split_every(BATCH, ids, self.env["survey.user_input"].browse):
                isolated(batch, self._read_answers, "Read answers")
                time_left = commit_progress(len(batch))
                self.env.invalidate_all()
                if not time_left:
                    break

    @api.model
    def _get_unread_answers(self):
        """Return the ids of answers whose rows are missing, behind, or of no use any more."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT input.id
                     FROM survey_user_input AS input
                     JOIN (SELECT line.user_input_id,
                                  MAX(GREATEST(line.write_date, question.write_date,
                                               suggested.write_date)) AS date,
                                  MAX(line.write_date) AS last_date
                             FROM survey_user_input_line AS line
                             JOIN survey_question AS question
                               ON question.id = line.question_id
                              AND question.retention_measure IS NOT NULL
                             LEFT JOIN survey_question_answer AS suggested
                               ON suggested.id = line.suggested_answer_id
                            WHERE line.skipped IS NOT TRUE
                            GROUP BY line.user_input_id) AS said ON said.user_input_id = input.id
                     LEFT JOIN retention_satisfaction AS noted ON noted.user_input_id = input.id
                    WHERE %(counting)s
                      AND (noted.id IS NULL
                           OR noted.write_date < GREATEST(said.date, input.end_datetime))
                    UNION
                   SELECT noted.user_input_id
                     FROM retention_satisfaction AS noted
                    WHERE noted.user_input_id IS NOT NULL
                      AND NOT EXISTS (
                          SELECT FROM survey_user_input_line AS line
                            JOIN survey_question AS question
                              ON question.id = line.question_id
                             AND question.retention_measure IS NOT NULL
                           WHERE line.user_input_id = noted.user_input_id
                             AND line.skipped IS NOT TRUE)
                    ORDER BY 1""",
                counting=self._get_counting_condition(),
            )
        )
        return [user_input_id for (user_input_id,) in found]
