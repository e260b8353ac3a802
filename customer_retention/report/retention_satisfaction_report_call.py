from bisect import bisect_right
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RetentionSatisfactionReport(models.Model):
    """Whether somebody called a dissatisfied customer until the end of the next working day."""

    _inherit = "retention.satisfaction.report"

    call_state = fields.Selection(
        [
            ("in_time", "Within one working day"),
            ("late", "Later"),
            ("not_called", "Not called"),
            ("waiting", "To be called"),
        ],
        "Called",
        compute="_compute_call_state",
        search="_search_call_state",
        help="Of dissatisfied customers: whether somebody called them until the end of the working "
        "day after the answer. Working days are those of the company.",
    )

    @api.depends("call_date", "company_id", "date", "level")
    def _compute_call_state(self):
        self.call_state = False
        dissatisfied = self.filtered(lambda answer: answer.level == "dissatisfied")
        for company, answers in dissatisfied.grouped("company_id").items():
            today = company._get_retention_today()
            days = company._get_working_days(min(answers.mapped("date")), today)
            for answer in answers:
                end = answer.call_date or today
                wait = bisect_right(days, end) - bisect_right(days, answer.date)
                if answer.call_date:
                    answer.call_state = "late" if wait > 1 else "in_time"
                else:
                    answer.call_state = "not_called" if wait > 1 else "waiting"

    def _search_call_state(self, operator, value):
        if operator != "in" or not set(value) <= {"in_time", "late", "not_called", "waiting"}:
            return NotImplemented
        return Domain("level", "=", "dissatisfied") & Domain.OR(
            self._get_call_domain(company, states=set(value)) for company in self.env.companies
        )

    @api.model
    def _get_call_domain(self, company, states):
        """Return the domain of the answers to ``company`` that are in one of ``states``."""
        today = company._get_retention_today()
        first = self.env["retention.satisfaction"].search(
            [("company_id", "=", company.id), ("level", "=", "dissatisfied")],
            order="date, id",
            limit=1,
        )
        days = company._get_working_days(first.date or today, today + timedelta(days=1))

        def to_sql(model, alias, query):
            # The second working day after the answer, or null where that is still to come.
            too_late = SQL(
                """(SELECT day FROM UNNEST(%s::date[]) AS day WHERE day > %s
                     ORDER BY day OFFSET 1 LIMIT 1)""",
                days,
                model._field_to_sql(alias, "date", query),
            )
            called = model._field_to_sql(alias, "call_date", query)
            conditions = {
                "in_time": SQL("%s < COALESCE(%s, 'infinity')", called, too_late),
                "late": SQL("%s >= %s", called, too_late),
                "not_called": SQL("%s IS NULL AND %s <= %s", called, too_late, today),
                "waiting": SQL(
                    "%s IS NULL AND COALESCE(%s, 'infinity') > %s", called, too_late, today
                ),
            }
            return SQL("(%s)", SQL(" OR ").join(SQL("(%s)", conditions[each]) for each in states))

        return Domain("company_id", "=", company.id) & Domain.custom(to_sql=to_sql)
