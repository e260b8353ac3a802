from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .retention_expectation_report import TOLERANCE

FELT = ("worse", "as_expected", "better")


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """What lies behind answers: what customers felt beside what happened."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_reality(self, scope):
        """Return what customers felt beside what happened on their order.

        A row each for worse, as and better than expected: how many ``answers``, of how many the
        order was ``kept``, ``not_kept`` or is ``unknown``; among those not kept how many were
        ``late``, ``dear`` or ``short``, and by how much on average. One can be several of these.
        """
        rows = self.env.execute_query_dict(
            SQL(
                # The details apart: they cost so much that the planner would not look at what comes
                # after. Answers without any are those that are left.
                """WITH fact AS MATERIALIZED (
                          SELECT expectation, BOOL_OR(is_not_kept) AS is_not_kept,
                                 MAX(late_days) AS late_days,
                                 MAX(price_over_rate) AS price_over_rate,
                                 MAX(short_rate) AS short_rate
                            FROM (%(lines)s) AS line
                           GROUP BY satisfaction_id, expectation)
                   SELECT answer.expectation, answer.answers,
                          COUNT(*) FILTER (WHERE fact.is_not_kept) AS not_kept,
                          COUNT(*) FILTER (WHERE NOT fact.is_not_kept) AS kept,
                          answer.answers - COUNT(fact.is_not_kept) AS unknown,
                          COUNT(*) FILTER (WHERE fact.late_days > 0) AS late,
                          AVG(fact.late_days) FILTER (WHERE fact.late_days > 0)::float8 AS late_days,
                          COUNT(*) FILTER (WHERE fact.price_over_rate >= %(tolerance)s) AS dear,
                          100 * AVG(fact.price_over_rate)
                              FILTER (WHERE fact.price_over_rate >= %(tolerance)s)::float8 AS dear_percent,
                          COUNT(*) FILTER (WHERE fact.short_rate >= %(tolerance)s) AS short,
                          100 * AVG(fact.short_rate)
                              FILTER (WHERE fact.short_rate >= %(tolerance)s)::float8 AS short_percent
                     FROM (SELECT expectation, COUNT(*) AS answers FROM %(answers)s AS answer
                            WHERE date > %(after)s AND expectation IS NOT NULL
                            GROUP BY expectation) AS answer
                     LEFT JOIN fact ON fact.expectation = answer.expectation
                    GROUP BY answer.expectation, answer.answers""",
                tolerance=TOLERANCE,
                answers=self._get_answers(scope),
                lines=self.env["retention.expectation.report"]._get_query(
                    SQL(
                        """(SELECT answer.* FROM %s AS answer
                             WHERE answer.date > %s AND answer.expectation IS NOT NULL)""",
                        scope.answers,
                        scope.after,
                    ),
                    once=True,
                ),
                after=scope.after,
            )
        )
        found = {row["expectation"]: row for row in rows}
        return {
            "rows": [
                {**found[felt], "domains": self._get_reality_domains(scope, felt)}
                for felt in FELT
                if felt in found
            ],
            "domain": list(scope.domain & Domain("expectation", "!=", False)),
        }

    @api.model
    def _get_reality_domains(self, scope, felt):
        conditions = {
            "answers": Domain.TRUE,
            "not_kept": Domain("reality", "=", "not_kept"),
            "kept": Domain("reality", "=", "kept"),
            "unknown": Domain("reality", "=", False),
            "late": Domain("late_days", ">", 0),
            "dear": Domain("price_over_rate", ">=", TOLERANCE),
            "short": Domain("short_rate", ">=", TOLERANCE),
        }
        base = scope.domain & Domain("expectation", "=", felt)
        return {name: list(base & condition) for name, condition in conditions.items()}
