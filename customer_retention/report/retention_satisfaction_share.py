from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import shares

ATTITUDES = ("courtesy", "empathy", "effort", "honesty", "knowledge", "ease")
NOTHING = SQL("NULL")
# The name of the user ``key``: a salesperson may read those of colleagues, archived ones too.
COLLEAGUE = SQL(
    """(SELECT person.name FROM res_users AS colleague
          JOIN res_partner AS person ON person.id = colleague.partner_id
         WHERE colleague.id = key)"""
)


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """The shares of the page *Satisfaction*: of the period and the one before, and over time."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_shares(self, scope, group):
        """Return sums of shares of customers, ``{part: {(key, is now): row}}``, in one statement.

        The parts are ``all`` (key None) and ``group`` over both periods, and ``month`` and ``quarter``
        (key is the first day as text, always now).
        """
        answers = self._get_answers(scope)
        by_group = self._get_answers_by_category(scope) if group == "categ_id" else answers
        queries = [
            self._get_shares_query("all", answers, NOTHING, scope.before, scope.after),
            self._get_shares_query(
                "group",
                by_group,
                SQL("answer.%s", SQL.identifier(group)),
                scope.before,
                scope.after,
                is_group=True,
                label=COLLEAGUE if group == "user_id" else NOTHING,
            ),
        ]
        for part, months in (("month", 1), ("quarter", 3)):
            before = self._get_first_days(scope, months)[0] - timedelta(days=1)
            key = SQL("DATE_TRUNC(%s, answer.date)::date", part)
            queries.append(self._get_shares_query(part, answers, key, before, before))
        found = {"all": {}, "month": {}, "quarter": {}, "group": {}}
        for row in self.env.execute_query_dict(SQL(" UNION ALL ").join(queries)):
            found[row["part"]][row["key"], row["is_now"]] = row
        return found

    @api.model
    def _get_shares_query(self, part, answers, key, after, now, is_group=False, label=NOTHING):
        """Return SQL of the sums of shares of customers by ``key``.

        :param key: SQL over the row ``answer``
        :param after: date, the answers of later days count
        :param now: date, those of later days are of the present period
        :param is_group: whether attitudes are asked for; null otherwise
        :param label: SQL over ``key``, what people read for it
        """
        attitudes = []
        for name in map(SQL.identifier, ATTITUDES):
            mean = (
                SQL("AVG(NULLIF(answer.%s, 0)::float8)", name) if is_group else SQL("NULL::float8")
            )
            attitudes.append(SQL("%s AS %s", mean, name))
        return SQL(
            """SELECT %(part)s AS part, key::text, %(label)s AS label, is_now,
                      SUM(answers)::int AS answers,
                      COUNT(satisfied) AS satisfied_count, SUM(satisfied) AS satisfied,
                      COUNT(csat) AS csat_count, SUM(csat) AS csat,
                      COUNT(promoter) AS nps_count,
                      SUM(promoter) AS promoter, SUM(detractor) AS detractor, %(means)s
                 FROM (SELECT %(key)s AS key, answer.date > %(now)s AS is_now,
                              COUNT(*) AS answers,
                              AVG(answer.satisfied_rate) AS satisfied,
                              AVG(answer.csat_rate) AS csat,
                              AVG((answer.nps_score > 0)::int::float8) AS promoter,
                              AVG((answer.nps_score < 0)::int::float8) AS detractor,
                              %(attitudes)s
                         FROM %(answers)s AS answer
                        WHERE answer.date > %(after)s
                        GROUP BY 1, 2, answer.partner_id) AS customer
                GROUP BY key, is_now""",
            part=part,
            key=key,
            now=now,
            after=after,
            answers=answers,
            label=label,
            attitudes=SQL(", ").join(attitudes),
            means=SQL(", ").join(
                SQL("AVG(%s) AS %s", name, name) for name in map(SQL.identifier, ATTITUDES)
            ),
        )

    @api.model
    def _get_first_days(self, scope, months):
        """Return the first days of the last 12 months, or 8 quarters (3 ``months``), the present one last."""
        first = scope.until.replace(day=1)
        first -= relativedelta(months=(first.month - 1) % months)
        count = 12 if months == 1 else 8
        return [first - relativedelta(months=back * months) for back in range(count - 1, -1, -1)]

    @api.model
    def _get_points(self, scope, found, months):
        """Return the measures of each month, or quarter (3 ``months``)."""
        return [
            {"date": day, **self._get_measures(found.get((str(day), True)))}
            for day in self._get_first_days(scope, months)
        ]

    @api.model
    def _get_measures(self, now, before=None):
        """Return ``satisfied``, ``csat`` and ``nps`` of rows of :meth:`_get_shares` (either may be None)."""
        return {
            **{
                name: shares.rate(
                    self._get_counts(now, name), before and self._get_counts(before, name)
                )
                for name in ("satisfied", "csat")
            },
            "nps": shares.nps(self._get_nps_counts(now), before and self._get_nps_counts(before)),
        }

    @api.model
    def _get_counts(self, row, name):
        return (row[name] or 0, row[f"{name}_count"]) if row else (0, 0)

    @api.model
    def _get_nps_counts(self, row):
        if not row:
            return (0, 0, 0)
        return (row["promoter"] or 0, row["detractor"] or 0, row["nps_count"])

    @api.model
    def _get_headline(self, scope, found):
        """Return ``answers`` (their number) and the three measures of the period."""
        now = found.get((None, True))
        measures = self._get_measures(now, found.get((None, False)))
        answered = {
            "satisfied": Domain("level", "!=", False),
            "csat": Domain("csat", ">", 0),
            "nps": Domain("nps_group", "!=", False),
        }
        for name, condition in answered.items():
            measures[name]["domain"] = list(scope.domain & condition)
        return {"answers": now["answers"] if now else 0, "measures": measures}
