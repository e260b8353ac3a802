from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import shares

PERIODS = (30, 90, 365, 730)
GROUPS = ("user_id", "categ_id", "source_id", "abc_class", "status", "survey")
SHOWN_COMMENTS = 8


@dataclass(frozen=True)
class Scope:
    """What a page is about: the answers the reader may see, in two periods of equal length.

    ``answers`` is SQL of rows of ``retention_satisfaction``; days are (``after``, ``until``] and, for
    the comparison, (``before``, ``after``].
    """

    company_id: int
    answers: SQL
    before: date
    after: date
    until: date

    @property
    def domain(self):
        """The domain of the answers of the period."""
        return self.get_domain("company_id")

    def get_domain(self, company="company_id"):
        """Return the domain of records of the period, by their field ``date``."""
        return (
            Domain(company, "=", self.company_id)
            & Domain("date", ">", self.after)
            & Domain("date", "<=", self.until)
        )


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """What the page *Satisfaction* shows: of the current company, of the customers the reader may see.

    Shares count each customer once: of k answers of a customer to a question in a period, each
    weighs 1/k, and the number of customers is what intervals are reckoned with. Days are those of
    the company's zone, money is untaxed, in company currency. Each figure comes with the domain
    that opens its records.
    """

    _name = "retention.satisfaction.analysis"
    _description = "Satisfaction"

    @api.model
    @api.readonly
    def get_satisfaction(self, days=90, group="user_id"):
        """Return all figures of the page over the last ``days``, split by ``group``.

        :param days: one of ``PERIODS``; compared with as many days before
        :param group: one of ``GROUPS``
        :raise UserError: naming a period or group that is none of these
        :raise AccessError: the reader may not read answers
        """
        self._check_choice(self.env._("Period"), days, PERIODS)
        self._check_choice(self.env._("Split by"), group, GROUPS)
        self.env.flush_all()
        # PostgreSQL would compile these statements for longer than they run.
        self.env.cr.execute("SET LOCAL jit = off")
        scope = self._get_scope(days)
        found = self._get_shares(scope, group)
        return {
            "currency_id": self.env.company.currency_id.id,
            "days": days,
            "group": group,
            "domain": list(scope.domain),
            **self._get_headline(scope, found["all"]),
            "response": self._get_response(scope),
            "months": self._get_points(scope, found["month"], 1),
            "quarters": self._get_points(scope, found["quarter"], 3),
            "groups": self._get_groups(scope, group, found["group"]),
            "comments": self._get_comments(scope),
            "reality": self._get_reality(scope),
            "word_of_mouth": self._get_word_of_mouth(scope),
            "loop": self._get_closed_loop(scope),
        }

    @api.model
    def _check_choice(self, name, value, allowed):
        if value not in allowed:
            raise UserError(
                self.env._(
                    "%(field)s is %(value)s. It has to be one of: %(allowed)s.",
                    field=name,
                    value=value,
                    allowed=", ".join(map(str, allowed)),
                )
            )

    @api.model
    def _get_scope(self, days):
        company = self.env.company
        until = company._get_retention_today()
        query = self.env["retention.satisfaction"]._search(
            [("company_id", "=", company.id), ("date", "<=", until)]
        )
        return Scope(
            company_id=company.id,
            answers=query.subselect(SQL("%s.*", SQL.identifier(query.table))),
            before=until - timedelta(days=2 * days),
            after=until - timedelta(days=days),
            until=until,
        )

    @api.model
    def _get_answers(self, scope, *details):
        """Return SQL of ``retention.satisfaction.report`` of the scope, with ``details`` only."""
        return SQL(
            "(%s)", self.env["retention.satisfaction.report"]._get_query(scope.answers, details)
        )

    # ------------------------------------------------------------------
    # Invitations and comments
    # ------------------------------------------------------------------

    @api.model
    def _get_response(self, scope):
        """Return the share of the invitations of the period that were answered; each counts once.

        It comes with the number that can still be answered.
        """
        query = self.env["retention.invitation.report"]._search(
            [
                ("company_id", "=", scope.company_id),
                ("date", ">", scope.before),
                ("date", "<=", scope.until),
            ]
        )
        found = {
            is_now: counts
            for is_now, *counts in self.env.execute_query(
                SQL(
                    """SELECT date > %s, COUNT(satisfaction_id), COUNT(*) FILTER (WHERE is_open),
                              COUNT(*)
                         FROM %s AS invitation GROUP BY 1""",
                    scope.after,
                    query.subselect(SQL("%s.*", SQL.identifier(query.table))),
                )
            )
        }
        now = found.get(True, (0, 0, 0))
        return {
            **shares.response(now, found.get(False)),
            "answered": now[0],
            "domain": list(scope.domain),
            "answered_domain": list(scope.domain & Domain("is_answered", "=", True)),
            "open_domain": list(scope.domain & Domain("is_open", "=", True)),
        }

    @api.model
    def _get_comments(self, scope):
        """Return the latest comments of the period, with who said it and how satisfied they are."""
        Report = self.env["retention.satisfaction.report"]
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT answer.id, answer.partner_id, customer.complete_name AS name,
                          answer.value_year::float8 AS value, answer.date,
                          LEFT(answer.comment, 400) AS comment,
                          answer.level, answer.nps, answer.nps_group, answer.reference
                     FROM %s AS answer
                     JOIN res_partner AS customer ON customer.id = answer.partner_id
                    WHERE answer.date > %s AND answer.comment != ''
                    ORDER BY answer.date DESC, answer.id DESC LIMIT %s""",
                self._get_answers(scope),
                scope.after,
                SHOWN_COMMENTS,
            )
        )
        levels = dict(Report._fields["level"]._description_selection(self.env))
        groups = dict(Report._fields["nps_group"]._description_selection(self.env))
        for row in rows:
            row["level"] = levels.get(row["level"], "")
            row["nps_group"] = groups.get(row["nps_group"], "")
        return {"rows": rows, "domain": list(scope.domain & Domain("comment", "!=", False))}
