from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_retention.tools import intervals

from ..tools.recovery import MIN_CUSTOMERS

PERIODS = (30, 90, 365, 730)
GROUPS = ("category_id", "cause_id", "user_id", "product_id", "salesperson_id")


@dataclass(frozen=True)
class Scope:
    """What the page is about: rows of the report that the reader may see, days (``after``, ``until``]."""

    company_id: int
    rows: SQL
    after: date
    until: date

    def get_domain(self, name):
        """Return the domain of records of the period by day field ``name``."""
        return (
            Domain("company_id", "=", self.company_id)
            & Domain(name, ">", self.after)
            & Domain(name, "<=", self.until)
        )


class RetentionComplaintAnalysis(models.AbstractModel):
    """What the page *Complaints* shows: of the current company, of what the reader may see.

    Days are those of the company's zone, hours its working hours, money is untaxed, in company
    currency. Each figure comes with the domain that opens its records.
    """

    _name = "retention.complaint.analysis"
    _description = "Complaints"

    @api.model
    @api.readonly
    def get_complaints(self, days=90, group="category_id"):
        """Return all figures of the page over the last ``days``, split by ``group``.

        :param days: one of ``PERIODS``
        :param group: one of ``GROUPS``
        :raise UserError: naming a period or group that is none of these
        :raise AccessError: the reader may not read complaints
        """
        self._check_choice(self.env._("Period"), days, PERIODS)
        self._check_choice(self.env._("Split by"), group, GROUPS)
        self.env.flush_all()
        scope = self._get_scope(days)
        return {
            "currency_id": self.env.company.currency_id.id,
            "days": days,
            "group": group,
            "min_customers": MIN_CUSTOMERS,
            **self._get_counts(scope),
            "weeks": self._get_weeks(scope),
            "promises": self._get_promises(scope),
            "recovery": self._get_recovery(scope),
            "groups": self._get_groups(scope, group),
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
        query = self.env["retention.complaint.report"]._search([("company_id", "=", company.id)])
        return Scope(
            company_id=company.id,
            rows=query.subselect(SQL("%s.*", SQL.identifier(query.table))),
            after=until - timedelta(days=days),
            until=until,
        )

    # ------------------------------------------------------------------
    # How many, how fast, for how much
    # ------------------------------------------------------------------

    @api.model
    def _get_counts(self, scope):
        """Return numbers with their domains: opened, solved, open and overdue now, hours, money."""
        now = fields.Datetime.now()
        [row] = self.env.execute_query_dict(
            SQL(
                """SELECT COUNT(*) FILTER (WHERE %(opened)s) AS opened,
                          COUNT(*) FILTER (WHERE %(solved)s) AS solved,
                          COUNT(*) FILTER (WHERE is_open) AS is_open,
                          COUNT(*) FILTER (WHERE is_open AND next_due < %(now)s) AS overdue,
                          PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ack_hours)
                              FILTER (WHERE %(acknowledged)s) AS ack_hours,
                          PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY solve_hours)
                              FILTER (WHERE %(solved)s) AS solve_hours,
                          COALESCE(SUM(recovered_value) FILTER (WHERE %(solved)s), 0)::float8
                              AS recovered_value,
                          COALESCE(SUM(redress_cost) FILTER (WHERE %(opened)s), 0)::float8
                              AS redress_cost
                     FROM %(rows)s AS row""",
                rows=scope.rows,
                now=now,
                opened=self._get_condition(scope, "date"),
                solved=self._get_condition(scope, "solved_date"),
                acknowledged=self._get_condition(scope, "acknowledged_date"),
            )
        )
        mine = Domain("company_id", "=", scope.company_id) & Domain("is_open", "=", True)
        solved = scope.get_domain("solved_date")
        domains = {
            "opened": scope.get_domain("date"),
            "solved": solved,
            "is_open": mine,
            "overdue": mine & Domain("next_due", "<", fields.Datetime.to_string(now)),
            "ack_hours": scope.get_domain("acknowledged_date"),
            "solve_hours": solved,
            "recovered_value": solved & Domain("recovered_value", "!=", 0),
            "redress_cost": scope.get_domain("date") & Domain("redress_cost", "!=", 0),
        }
        return {
            name: {"value": row[name], "domain": list(domain)} for name, domain in domains.items()
        }

    @api.model
    def _get_condition(self, scope, name):
        column = SQL.identifier(name)
        return SQL("%s > %s AND %s <= %s", column, scope.after, column, scope.until)

    @api.model
    def _get_weeks(self, scope):
        """Return opened and solved by week, from Monday, with the domains of both."""
        rows = self.env.execute_query(
            SQL(
                """SELECT week.monday::date,
                          COUNT(*) FILTER (WHERE row.date >= week.monday
                                             AND row.date < week.monday + 7),
                          COUNT(*) FILTER (WHERE row.solved_date >= week.monday
                                             AND row.solved_date < week.monday + 7)
                     FROM (SELECT DATE_TRUNC('week', %(after)s::date + 1)::date + 7 * number
                                  AS monday
                             FROM GENERATE_SERIES(0, (%(until)s::date
                                  - DATE_TRUNC('week', %(after)s::date + 1)::date) / 7) AS number)
                          AS week
                     LEFT JOIN %(rows)s AS row
                       ON row.date BETWEEN week.monday AND week.monday + 6
                       OR row.solved_date BETWEEN week.monday AND week.monday + 6
                    GROUP BY week.monday ORDER BY week.monday""",
                after=scope.after,
                until=scope.until,
                rows=scope.rows,
            )
        )
        found = []
        for monday, opened, solved in rows:
            bounds = (str(monday), str(monday + timedelta(days=6)))
            found.append(
                {
                    "date": bounds[0],
                    "opened": opened,
                    "solved": solved,
                    "opened_domain": self._get_week_domain(scope, "date", bounds),
                    "solved_domain": self._get_week_domain(scope, "solved_date", bounds),
                }
            )
        return found

    @api.model
    def _get_week_domain(self, scope, name, bounds):
        return [
            ("company_id", "=", scope.company_id),
            (name, ">=", bounds[0]),
            (name, "<=", bounds[1]),
        ]

    # ------------------------------------------------------------------
    # Promises, and who bought again
    # ------------------------------------------------------------------

    @api.model
    def _get_promises(self, scope):
        """Return the promises for days of the period that are settled: kept, of all; moved is not kept."""
        domain = scope.get_domain("date") & Domain("state", "!=", "open")
        groups = self.env["retention.complaint.promise"]._read_group(domain, ["state"], ["__count"])
        counts = dict(groups)
        count = sum(counts.values())
        return {
            **self._get_share(counts.get("kept", 0), count, least=1),
            "moved": counts.get("moved", 0),
            "broken": counts.get("broken", 0),
            "domain": list(domain),
        }

    @api.model
    def _get_recovery(self, scope):
        """Return how many of those whose complaint was solved in the period bought again.

        Of those whose time has passed, or who bought; who complained again is counted apart. Beside
        them ``peers``, customers of the same class and status without a complaint.
        """
        solved = scope.get_domain("solved_date")
        states = dict(
            self.env["retention.complaint.report"]._read_group(
                solved, ["recovery_state"], ["__count"]
            )
        )
        recovered = states.get("recovered", 0)
        count = recovered + states.get("not_recovered", 0)
        in_states = [("recovery_state", "in", ("recovered", "not_recovered"))]
        peers = self._get_peers(scope)
        found = {
            **self._get_share(recovered, count),
            "pending": states.get("pending", 0),
            "repeated": states.get("repeated", 0),
            "domain": list(solved & Domain(in_states)),
            "recovered_domain": list(solved & Domain("recovery_state", "=", "recovered")),
            "pending_domain": list(solved & Domain("recovery_state", "=", "pending")),
            "repeated_domain": list(solved & Domain("recovery_state", "=", "repeated")),
            "peers": peers,
        }
        if not found["is_few"] and not peers["is_few"]:
            moved = intervals.difference_of_rates(recovered, count, peers["part"], peers["count"])
            found["direction"] = moved.direction
        return found

    @api.model
    def _get_peers(self, scope):
        domain = scope.get_domain("date_from") & Domain("state", "!=", "pending")
        counts = dict(
            self.env["retention.complaint.peer"]._read_group(domain, ["state"], ["__count"])
        )
        bought = counts.get("bought", 0)
        return {
            **self._get_share(bought, sum(counts.values())),
            "domain": list(domain),
        }

    @api.model
    def _get_share(self, part, count, least=MIN_CUSTOMERS):
        """Return a share in percent with its 95 % interval after Wilson; none below ``least``."""
        found = {"part": part, "count": count, "is_few": count < least}
        if not found["is_few"]:
            low, high = intervals.wilson(part, count)
            found |= {"value": 100 * part / count, "low": 100 * low, "high": 100 * high}
        return found
