from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import shares
from ..tools.intervals import MIN_ANSWERS

ATTITUDES = ("courtesy", "empathy", "effort", "honesty", "knowledge", "ease")
# What is counted over the row ``answer``, and among which answers. Those of the report are the
# same, but read twice as slowly.
LEVEL = SQL("answer.level")
CSAT = SQL("NULLIF(answer.csat, 0)")
NPS = SQL("answer.nps_group")
SHARES = {
    "satisfied": (SQL("(answer.level != 'dissatisfied')::int"), LEVEL),
    "csat": (SQL("(answer.csat >= 4)::int"), CSAT),
    "promoter": (SQL("(answer.nps_group = 'promoter')::int"), NPS),
    "detractor": (SQL("(answer.nps_group = 'detractor')::int"), NPS),
}
NOTHING = SQL("NULL")
# The name of ``key``, by field: a salesperson may read those of colleagues, archived ones too.
NAMES = {
    "user_id": SQL(
        """(SELECT person.name FROM res_users AS colleague
              JOIN res_partner AS person ON person.id = colleague.partner_id
             WHERE colleague.id = key)"""
    ),
    "categ_id": SQL("(SELECT complete_name FROM product_category WHERE id = key)"),
    "source_id": SQL("(SELECT name FROM utm_source WHERE id = key)"),
}


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """The shares of the page *Satisfaction*: of the period and the one before, and over time."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_shares(self, scope, group):
        """Return sums of shares of customers, ``{part: {(key, is now): row}}``, in one statement.

        The parts are ``all`` (key None) and ``group`` over both periods, and ``month`` and ``quarter``
        (key is the first day as text, always now). Quarters are counted only where something that
        was answered has no month with enough customers.
        """
        answers = self._get_answers(scope)
        by_group = self._get_answers_by_category(scope) if group == "categ_id" else answers
        rows = self.env.execute_query_dict(
            SQL(
                """WITH whole AS MATERIALIZED (%(whole)s), by_month AS MATERIALIZED (%(by_month)s)
                   SELECT * FROM whole UNION ALL SELECT * FROM by_month
                    UNION ALL %(by_group)s UNION ALL %(by_quarter)s""",
                whole=self._get_shares_query("all", answers, NOTHING, scope.before, scope.after),
                by_month=self._get_points_query(scope, "month", 1),
                by_quarter=self._get_points_query(
                    scope, "quarter", 3, self._get_need_of_quarters()
                ),
                by_group=self._get_shares_query(
                    "group",
                    by_group,
                    SQL("answer.%s", SQL.identifier(group)),
                    scope.before,
                    scope.after,
                    is_group=True,
                    label=NAMES.get(group, NOTHING),
                ),
            )
        )
        found = {"all": {}, "month": {}, "quarter": {}, "group": {}}
        for row in rows:
            found[row["part"]][row["key"], row["is_now"]] = row
        return found

    @api.model
    def _get_points_query(self, scope, part, months, condition=None):
        """Return SQL of the shares by month or quarter (3 ``months``), none unless ``condition``."""
        before = self._get_first_days(scope, months)[0] - timedelta(days=1)
        key = SQL("DATE_TRUNC(%s, answer.date)::date", part)
        return self._get_shares_query(
            part, self._get_answers(scope), key, before, before, condition=condition
        )

    @api.model
    def _get_need_of_quarters(self):
        """Return SQL: whether something that was answered has no month with enough customers."""
        few = SQL(" OR ").join(
            SQL(
                "(now.%(count)s > 0 AND COALESCE(MAX(by_month.%(count)s), 0) < %(enough)s)",
                count=SQL.identifier(f"{name}_count"),
                enough=MIN_ANSWERS,
            )
            for name in ("satisfied", "csat", "nps")
        )
        return SQL(
            """(SELECT %s FROM whole AS now LEFT JOIN by_month ON TRUE WHERE now.is_now
                 GROUP BY now.satisfied_count, now.csat_count, now.nps_count)""",
            few,
        )

    @api.model
    def _get_shares_query(
        self, part, answers, key, after, now, is_group=False, label=NOTHING, condition=None
    ):
        """Return SQL of the sums of shares of customers by ``key``.

        :param key: SQL over the row ``answer``
        :param after: date, the answers of later days count
        :param now: date, those of later days are of the present period
        :param is_group: whether attitudes are asked for; null otherwise
        :param label: SQL over ``key``, what people read for it
        :param condition: SQL, without which there is no row
        """
        attitudes = []
        for name in map(SQL.identifier, ATTITUDES):
            grade = SQL("NULLIF(answer.%s, 0)", name)
            mean = self._get_mean_sql(grade, grade) if is_group else SQL("NULL::float8")
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
                              %(shares)s, %(attitudes)s
                         FROM %(answers)s AS answer
                        WHERE answer.date > %(after)s AND %(condition)s
                        GROUP BY 1, 2, answer.partner_id) AS customer
                GROUP BY key, is_now""",
            part=part,
            key=key,
            now=now,
            after=after,
            answers=answers,
            label=label,
            condition=condition or SQL("TRUE"),
            shares=SQL(", ").join(
                SQL("%s AS %s", self._get_mean_sql(*counted), SQL.identifier(name))
                for name, counted in SHARES.items()
            ),
            attitudes=SQL(", ").join(attitudes),
            means=SQL(", ").join(
                SQL("AVG(%s) AS %s", name, name) for name in map(SQL.identifier, ATTITUDES)
            ),
        )

    @api.model
    def _get_mean_sql(self, value, answered):
        """Return SQL for the mean of ``value`` over what was ``answered``."""
        return SQL("(SUM(%s)::float8 / NULLIF(COUNT(%s), 0))", value, answered)

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
