from bisect import bisect_right
from collections import Counter
from statistics import median

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

LOOP_DETAILS = ("is_from_call", "call_date", "bought_until", "next_level")
# Called, or should have been by now.
DUE = ("in_time", "late", "not_called")
CALL_STATES = (*DUE, "waiting")
NEXT_LEVELS = ("very_satisfied", "satisfied", "dissatisfied", "none")


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """What we made of dissatisfaction: whom we called, in time or not, and what became of them."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_closed_loop(self, scope):
        """Return what we did about dissatisfied customers of the period, and what became of them.

        Answers given in a call back are left out: somebody is talking to them. ``called`` has the
        number called ``in_time`` (until the end of the next working day), ``late``, ``not_called`` and
        those to be called still (``waiting``); ``rate`` is that of calls in time among those whose
        time is up or who were called. ``median_days``: working days until the call.
        """
        called, bought, following, waits = self._get_outcome_counts(scope)
        base = (
            scope.domain & Domain("level", "=", "dissatisfied") & Domain("is_from_call", "=", False)
        )
        due = called.total() - called["waiting"]
        return {
            "count": called.total(),
            "domain": list(base),
            "due": due,
            "due_domain": list(base & Domain("call_state", "in", DUE)),
            "called_domain": list(base & Domain("call_date", "!=", False)),
            "rate": 100 * called["in_time"] / due if due else None,
            "median_days": median(waits) if waits else None,
            "called": self._get_opened_counts(called, base, "call_state", CALL_STATES),
            "bought": self._get_opened_counts(
                bought, base, "bought_again", ("yes", "no", "waiting")
            ),
            "next": self._get_opened_counts(following, base, "next_level", NEXT_LEVELS),
        }

    @api.model
    def _get_outcome_counts(self, scope):
        """Return how often each call state, purchase and next level came up, and the waits.

        The waits are the working days until the call, one for each answer that was called about.
        """
        called, bought, following, waits = Counter(), Counter(), Counter(), []
        rows = self._get_dissatisfied(scope)
        working_days = self._get_working_days(scope) if rows else []
        for (day, call_day, bought_again, next_level), count in rows.items():
            wait = self._get_working_day_count(working_days, day, call_day or scope.until)
            if call_day:
                waits += [wait] * count
            called[self._get_call_state(call_day, wait)] += count
            bought[bought_again] += count
            following[next_level or "none"] += count
        return called, bought, following, waits

    @api.model
    def _get_call_state(self, call_day, wait):
        """Return whether a call came in time, after ``wait`` working days or none yet."""
        if call_day:
            return "late" if wait > 1 else "in_time"
        return "not_called" if wait > 1 else "waiting"

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
                ids=self._get_array_text(ids),
                partners=self._get_array_text(partners),
                days=self._get_array_text(days),
                until=self._get_array_text(until),
                customers=self._get_array_text(set(partners)),
                purchases=self.env["retention.purchase"]._get_query(),
                company=scope.company_id,
                after=scope.after,
                today=scope.until,
            )
        )
        return {row_id for (row_id,) in rows}

    @api.model
    def _get_array_text(self, values):
        # As text: thousands of constants would take longer to write out than to use.
        return f"{{{','.join(values)}}}"

    @api.model
    def _get_working_days(self, scope):
        return self.env.company._get_working_days(scope.after, scope.until)

    @api.model
    def _get_working_day_count(self, working_days, after, until):
        """Return how many of ``working_days`` are in (``after``, ``until``]; 0 for the same day."""
        return bisect_right(working_days, until) - bisect_right(working_days, after)

    @api.model
    def _get_opened_counts(self, counts, base, field, values):
        return {
            value: {
                "count": counts[value],
                "domain": list(base & Domain(field, "=", value if value != "none" else False)),
            }
            for value in values
        }
