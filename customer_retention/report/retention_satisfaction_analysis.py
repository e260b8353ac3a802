from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import shares

PERIODS = (30, 90, 365, 730)
FIELDS = {"categ_id": "categ_ids"}
GROUPS = ("user_id", "categ_id", "source_id", "abc_class", "status", "survey")
ATTITUDES = ("courtesy", "empathy", "effort", "honesty", "knowledge", "ease")
NOTHING = SQL("NULL")
# The name of the user ``key``: a salesperson may read those of colleagues, archived ones too.
COLLEAGUE = SQL(
    """(SELECT person.name FROM res_users AS colleague
          JOIN res_partner AS person ON person.id = colleague.partner_id
         WHERE colleague.id = key)"""
)
SHOWN_GROUPS = 15
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
            "loop": self._get_loop(scope),
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
    def _get_answers(self, scope, *facts):
        """Return SQL of ``retention.satisfaction.report`` of the scope, with ``facts`` only."""
        return SQL(
            "(%s)", self.env["retention.satisfaction.report"]._get_query(scope.answers, facts)
        )

    # ------------------------------------------------------------------
    # Shares
    # ------------------------------------------------------------------

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

    @api.model
    def _get_groups(self, scope, group, found):
        """Return a row for each value of ``group``, those with the most answers first.

        Each has ``label``, ``answers``, the measures with their change, the mean of each attitude
        (1 to 5) and ``domain``. An order with products of two categories counts in both.
        """
        keys = sorted(
            (key for key, is_now in found if is_now),
            key=lambda key: (-found[key, True]["answers"], key or ""),
        )[:SHOWN_GROUPS]
        field = self.env["retention.satisfaction.report"]._fields[FIELDS.get(group, group)]
        values = {key: int(key) if key and field.relational else key or False for key in keys}
        labels = self._get_group_labels(field, [each for each in values.values() if each])
        return [
            {
                "key": key or "none",
                "label": found[key, True]["label"] or labels.get(values[key]) or self.env._("None"),
                "answers": found[key, True]["answers"],
                **self._get_measures(found[key, True], found.get((key, False))),
                "attitudes": {name: found[key, True][name] for name in ATTITUDES},
                "domain": list(scope.domain & Domain(field.name, "in", [values[key]])),
            }
            for key in keys
        ]

    @api.model
    def _get_answers_by_category(self, scope):
        """Return the answers of both periods once for each category of their orders, as SQL."""
        return SQL(
            """(SELECT answer.*, line.categ_id
                  FROM %(answers)s AS answer
                  JOIN (SELECT DISTINCT satisfaction_id, categ_id
                          FROM (%(lines)s) AS line
                         WHERE date > %(before)s AND categ_id IS NOT NULL) AS line
                    ON line.satisfaction_id = answer.id)""",
            answers=self._get_answers(scope),
            lines=self.env["retention.expectation.report"]._table_query,
            before=scope.before,
        )

    @api.model
    def _get_group_labels(self, field, values):
        """Return what people read for ``values`` of ``field``, empty values left out."""
        if field.name == "user_id":
            return {}  # the statement has them
        if field.relational:
            records = self.env[field.comodel_name].browse(values)
            return {record.id: record.display_name for record in records}
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        return {value: value for value in values}

    # ------------------------------------------------------------------
    # Invitations and comments
    # ------------------------------------------------------------------

    @api.model
    def _get_response(self, scope):
        """Return the share of the invitations of the period that were answered; each counts once."""
        query = self.env["retention.invitation.report"]._search(
            [
                ("company_id", "=", scope.company_id),
                ("date", ">", scope.before),
                ("date", "<=", scope.until),
            ]
        )
        found = {
            is_now: (answered, asked)
            for is_now, answered, asked in self.env.execute_query(
                SQL(
                    """SELECT date > %s, COUNT(satisfaction_id), COUNT(*)
                         FROM %s AS invitation GROUP BY 1""",
                    scope.after,
                    query.subselect(SQL("%s.*", SQL.identifier(query.table))),
                )
            )
        }
        answered, asked = found.get(True, (0, 0))
        return {
            **shares.rate((answered, asked), found.get(False)),
            "answered": answered,
            "domain": list(scope.domain),
            "answered_domain": list(scope.domain & Domain("is_answered", "=", True)),
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
