from bisect import bisect_right
from collections import Counter
from statistics import median

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .retention_expectation_report import TOLERANCE

LOOP_DETAILS = ("is_from_call", "call_date", "bought_until", "next_level")
# Called, or should have been by now.
DUE = ("in_time", "late", "not_called")
NPS_GROUPS = ("promoter", "passive", "detractor")
FELT = ("worse", "as_expected", "better")


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """What lies behind answers, what customers tell others, and what we made of it."""

    _inherit = "retention.satisfaction.analysis"

    # ------------------------------------------------------------------
    # Expectation against reality
    # ------------------------------------------------------------------

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

    # ------------------------------------------------------------------
    # Word of mouth
    # ------------------------------------------------------------------

    @api.model
    def _get_word_of_mouth(self, scope):
        """Return promoters, passives and detractors: customers by their last NPS answer.

        Each with ``count``, ``value`` of the last 365 days, ``told``: people they are likely to tell,
        and ``brought``: those they recommended us to who bought for the first time in the period.
        ``weighted_nps`` is the NPS with each customer weighing their value (None without any).
        """
        told = {
            "promoter": self.env.company.retention_promoter_tells,
            "detractor": self.env.company.retention_detractor_tells,
        }
        asked = scope.domain & Domain("is_last_nps", "=", True)
        found = {row["nps_group"]: row for row in self._get_last_nps(scope)}
        groups = {}
        for group in NPS_GROUPS:
            row = found.get(group, {"count": 0, "value": 0, "brought": "", "brought_value": 0})
            brought = [int(row_id) for row_id in (row["brought"] or "").split(",") if row_id]
            groups[group] = {
                "count": row["count"],
                "value": row["value"],
                "told": row["count"] * told.get(group, 0),
                "brought": len(brought),
                "brought_value": row["brought_value"],
                "domain": list(asked & Domain("nps_group", "=", group)),
                "brought_domain": [("id", "in", brought)],
            }
        total = sum(row["value"] for row in groups.values())
        balance = groups["promoter"]["value"] - groups["detractor"]["value"]
        return {
            "count": sum(row["count"] for row in groups.values()),
            "domain": list(asked),
            "groups": groups,
            "weighted_nps": 100 * balance / total if total > 0 else None,
            "tells": told,
        }

    @api.model
    def _get_last_nps(self, scope):
        """Return a row for each NPS group: customers, their value, and whom they brought.

        Those are the rows of ``retention.customer`` that the reader may see, of customers who bought
        for the first time in the period.
        """
        friends = self.env["retention.customer"]._search(
            [
                ("company_id", "=", scope.company_id),
                ("first_purchase_date", ">", scope.after),
                ("first_purchase_date", "<=", scope.until),
            ]
        )
        return self.env.execute_query_dict(
            SQL(
                """SELECT answer.nps_group, COUNT(*) AS count,
                          COALESCE(SUM(answer.value_year), 0)::float8 AS value,
                          STRING_AGG(brought.ids, ',') AS brought,
                          COALESCE(SUM(brought.value), 0)::float8 AS brought_value
                     FROM (SELECT DISTINCT ON (partner_id) partner_id, nps_group, value_year
                             FROM %s AS answer
                            WHERE date > %s AND nps_group IS NOT NULL
                            ORDER BY partner_id, date DESC, id DESC) AS answer
                     LEFT JOIN (SELECT friend.referred_by_id,
                                       STRING_AGG(figure.id::text, ',') AS ids,
                                       SUM(figure.value_year) AS value
                                  FROM retention_customer AS figure
                                  JOIN res_partner AS friend ON friend.id = figure.partner_id
                                 WHERE figure.id IN %s AND friend.referred_by_id IS NOT NULL
                                 GROUP BY friend.referred_by_id) AS brought
                       ON brought.referred_by_id = answer.partner_id
                    GROUP BY answer.nps_group""",
                self._get_answers(scope),
                scope.after,
                friends.subselect(),
            )
        )

    # ------------------------------------------------------------------
    # The loop
    # ------------------------------------------------------------------

    @api.model
    def _get_loop(self, scope):
        """Return what we did about dissatisfied customers of the period, and what became of them.

        Answers given in a call back are left out: somebody is talking to them. ``called`` has the
        number called ``in_time`` (until the end of the next working day), ``late``, ``not_called`` and
        those to be called still (``waiting``); ``rate`` is that of calls in time among those whose
        time is up or who were called. ``median_days``: working days until the call.
        """
        rows = self._get_dissatisfied(scope)
        base = (
            scope.domain & Domain("level", "=", "dissatisfied") & Domain("is_from_call", "=", False)
        )
        called, bought, following, waits = Counter(), Counter(), Counter(), []
        working_days = self._get_working_days(scope) if rows else []
        for (day, call_day, bought_again, next_level), count in rows.items():
            wait = self._count_working_days(working_days, day, call_day or scope.until)
            state = "not_called" if wait > 1 else "waiting"
            if call_day:
                state = "late" if wait > 1 else "in_time"
                waits += [wait] * count
            called[state] += count
            bought[bought_again] += count
            following[next_level or "none"] += count
        due = called.total() - called["waiting"]
        return {
            "count": called.total(),
            "domain": list(base),
            "due": due,
            "due_domain": list(base & Domain("call_state", "in", DUE)),
            "called_domain": list(base & Domain("call_date", "!=", False)),
            "rate": 100 * called["in_time"] / due if due else None,
            "median_days": median(waits) if waits else None,
            "called": self._open_counts(
                called, base, "call_state", ("in_time", "late", "not_called", "waiting")
            ),
            "bought": self._open_counts(bought, base, "bought_again", ("yes", "no", "waiting")),
            "next": self._open_counts(
                following,
                base,
                "next_level",
                ("very_satisfied", "satisfied", "dissatisfied", "none"),
            ),
        }

    @api.model
    def _get_dissatisfied(self, scope):
        """Return ``{(date, call date, bought again, next level): count}``, answers from calls left out.

        As the report says it answer by answer, but the purchases of all of them are read at once.
        """
        asked = self.env.execute_query(
            SQL(
                """SELECT id, partner_id, date, bought_until, call_date, next_level
                     FROM %s AS answer
                    WHERE date > %s AND level = 'dissatisfied' AND NOT is_from_call""",
                self._get_answers(scope, *LOOP_DETAILS),
                scope.after,
            )
        )
        bought = self._get_bought_ids(scope, asked) if asked else ()
        found = Counter()
        for row_id, _partner, day, until, call_day, next_level in asked:
            waiting = "waiting" if until >= scope.until else "no"
            found[day, call_day, "yes" if row_id in bought else waiting, next_level] += 1
        return found

    @api.model
    def _get_bought_ids(self, scope, asked):
        """Return the ids of those of ``asked`` whose customers bought in time after the answer.

        :param asked: rows beginning with id, customer, day of the answer and last day to buy
        """
        ids, partners, days, until = (
            list(map(str, each)) for each in [*zip(*asked, strict=True)][:4]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT asked.id
                     FROM UNNEST(%(ids)s::int[], %(partners)s::int[], %(days)s::date[],
                                 %(until)s::date[]) AS asked (id, partner_id, date, until)
                     JOIN (SELECT partner_id, date FROM (%(purchases)s) AS purchase
                            WHERE company_id = %(company)s AND is_counted
                              AND date > %(after)s AND date <= %(today)s
                              AND partner_id = ANY(%(customers)s::int[])) AS purchase
                       ON purchase.partner_id = asked.partner_id
                      AND purchase.date > asked.date AND purchase.date <= asked.until""",
                ids=self._to_array(ids),
                partners=self._to_array(partners),
                days=self._to_array(days),
                until=self._to_array(until),
                customers=self._to_array(set(partners)),
                purchases=self.env["retention.purchase"]._get_query(),
                company=scope.company_id,
                after=scope.after,
                today=scope.until,
            )
        )
        return {row_id for (row_id,) in rows}

    @api.model
    def _to_array(self, values):
        # As text: thousands of constants would take longer to write out than to use.
        return f"{{{','.join(values)}}}"

    @api.model
    def _get_working_days(self, scope):
        return self.env.company._get_working_days(scope.after, scope.until)

    @api.model
    def _count_working_days(self, working_days, after, until):
        """Return how many of ``working_days`` are in (``after``, ``until``]; 0 for the same day."""
        return bisect_right(working_days, until) - bisect_right(working_days, after)

    @api.model
    def _open_counts(self, counts, base, field, values):
        return {
            value: {
                "count": counts[value],
                "domain": list(base & Domain(field, "=", value if value != "none" else False)),
            }
            for value in values
        }
