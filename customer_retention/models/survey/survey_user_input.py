import logging

from psycopg2 import OperationalError

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """An invitation sent by us: for which company, about what, and who asked.

    ``partner_id`` is core's: the person who was invited. Answers of surveys sent otherwise have
    none of these; they are read all the same where the person is known.
    """

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "retention.customer.text.mixin"]

    _customer_texts = ("nickname", "email")

    retention_company_id = fields.Many2one(
        "res.company", "Asked By Company", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    retention_user_id = fields.Many2one(
        "res.users",
        "Salesperson Then",
        readonly=True,
        ondelete="set null",
        help="Who was responsible when the customer was asked.",
    )
    retention_invite_date = fields.Date(
        "Invited On", readonly=True, help="Day of the invitation, in the zone of the company."
    )
    retention_res_model = fields.Char("Asked About (Model)", readonly=True)
    retention_res_id = fields.Many2oneReference(
        "Asked About", model_field="retention_res_model", readonly=True
    )
    retention_followup_id = fields.Many2one(
        "retention.followup", readonly=True, index="btree_not_null", ondelete="set null"
    )
    satisfaction_ids = fields.One2many("retention.satisfaction", "user_input_id", readonly=True)

    def _get_line_answer_values(self, question, answer, answer_type):
        if answer_type == "scale" and type(answer) is int:
            answer = str(answer)  # core takes the number 0 for no answer
        return super()._get_line_answer_values(question, answer, answer_type)

    def _mark_done(self):
        result = super()._mark_done()
        self._read_satisfaction()
        return result

    def _read_satisfaction(self):
        """Read these answers into the customers' records, without ever stopping the customer.

        What fails here is logged and tried again by the scheduled action. Surveys without a measure
        say nothing about a customer, and are left alone.
        """
        telling = self.filtered(lambda each: each._get_measured_questions())
        if not telling:
            return
        try:
            with self.env.cr.savepoint():
                self.env["retention.satisfaction"]._read_answers(telling)
        except OperationalError:
            raise  # another request holds the same rows: Odoo does this one again
        except Exception:
            _logger.exception("Answers %s of surveys could not be read", self.ids)

    def _get_measured_questions(self):
        """Return the questions of this survey whose answers say something about a customer."""
        self.ensure_one()
        return self.sudo().survey_id.question_ids.filtered("retention_measure")

    @api.ondelete(at_uninstall=False)
    def _unlink_satisfaction(self):
        """Delete what was read from these answers, with the events of it that nobody has taken up."""
        rows = self.env["retention.satisfaction"].sudo()
        rows.search([("user_input_id", "in", self.ids)]).unlink()
