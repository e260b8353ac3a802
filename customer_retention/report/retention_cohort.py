from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MEASURES = ("customers", "money")
ATTRIBUTES = ("source_id", "user_id", "channel", "country_id")
# So many calendar months stand in the table; older cohorts share one row.
MONTHS = 60
OLDER = "older"


class RetentionCohort(models.AbstractModel):
    """How many of those who came in a month still buy later: of the current company, for the reader.

    Cells are of customers the reader may see; each comes with the domain that opens its rows.
    """

    _name = "retention.cohort"
    _description = "Cohorts"

    @api.model
    @api.readonly
    def get_cohorts(self, measure="customers", later=False, by=False):
        """Return the table of cohorts, the newest first; one statement.

        A cell is month n after that of the first purchase, n from 0. ``closed`` weighs only months
        that are over: of month n, the sum of the closed cells over the sum of month 0 of the same
        cohorts, as a fraction, None where no cell is closed.

        :param measure: ``customers`` who bought, or ``money``: net amounts, company currency
        :param later: count who bought, or what was bought, in month n or later
        :param by: one of ``ATTRIBUTES``: a row for each cohort and value of it
        :return: ``{"rows": [{"cohort", "size", "cells": [{"value", "is_open", "domain"}]}],
            "closed": []}``; rows by an attribute have ``by`` and ``label`` as well; cohorts older than
            60 months share one row ``older``
        :raise UserError: naming a measure or attribute that is none of these
        :raise AccessError: the reader may not read cohorts
        """
        self._check_choice(self.env._("Measure"), measure, MEASURES)
        self._check_choice(self.env._("Split by"), by, (False, *ATTRIBUTES))
        today = self.env.company._get_retention_today()
        present = today.replace(day=1)
        oldest = present - relativedelta(months=MONTHS - 1)
        found = self._get_found(measure, later, by, oldest)
        labels = self._get_labels(by, {value for _cohort, value in found})
        rows = []
        for cohort, value in sorted(
            found, key=lambda key: (key[0] or date.min, str(key[1])), reverse=True
        ):
            last = MONTHS - 1 if not cohort else self._get_months(cohort, present)
            cells = [
                {
                    "value": found[cohort, value].get(number, 0),
                    "is_open": bool(cohort) and number == last,
                    "domain": list(
                        self._get_domain(cohort, value, by, number, measure, later, oldest)
                    ),
                }
                for number in range(last + 1)
            ]
            row = {"cohort": cohort.strftime("%Y-%m") if cohort else OLDER, "cells": cells}
            row["size"] = found[cohort, value][0]
            rows.append({**row, "by": value, "label": labels.get(value, "")} if by else row)
        return {"rows": rows, "closed": self._get_closed(rows)}

    @api.model
    def _check_choice(self, name, value, allowed):
        if value not in allowed:
            raise UserError(
                self.env._(
                    "%(field)s is %(value)s. It has to be one of: %(allowed)s.",
                    field=name,
                    value=value,
                    allowed=", ".join(str(each) for each in allowed if each),
                )
            )

    @api.model
    def _get_found(self, measure, later, by, oldest):
        """Return ``{(cohort or None for older ones, attribute): {month: value}}``."""
        report = self.env["retention.cohort.report"]
        query = report._search([("company_id", "=", self.env.company.id)])
        attribute = SQL("report.%s", SQL.identifier(by)) if by else SQL("NULL")
        rows = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN report.cohort >= %(oldest)s THEN report.cohort END, %(by)s,
                          report.months_since, report.last_months_since,
                          COUNT(*) FILTER (WHERE report.is_bought), SUM(report.amount)
                     FROM %(report)s AS report
                    GROUP BY 1, 2, 3, 4""",
                oldest=oldest,
                by=attribute,
                report=query.subselect(SQL("%s.*", SQL.identifier(query.table))),
            )
        )
        found = {}
        for cohort, value, number, last, count, amount in rows:
            cells = found.setdefault((cohort, value), {0: 0})
            if measure == "money":
                months = range(number + 1) if later else (number,)
                added = float(amount)
            elif later:
                # Once for each customer: by the row of the first month.
                months, added = (range(last + 1), count) if not number else ((), 0)
            else:
                months, added = (number,), count
            for month in months:
                cells[month] = cells.get(month, 0) + added
        return found

    @api.model
    def _get_months(self, first, last):
        return 12 * (last.year - first.year) + last.month - first.month

    @api.model
    def _get_domain(self, cohort, value, by, number, measure, later, oldest):
        """Return the domain of the rows of a cell."""
        domain = Domain("company_id", "=", self.env.company.id)
        domain &= Domain("cohort", "=", cohort) if cohort else Domain("cohort", "<", oldest)
        if by:
            domain &= Domain(by, "=", value or False)
        if measure == "money":
            return domain & Domain("months_since", ">=" if later else "=", number)
        if later:
            return (
                domain & Domain("months_since", "=", 0) & Domain("last_months_since", ">=", number)
            )
        return domain & Domain("months_since", "=", number) & Domain("is_bought", "=", True)

    @api.model
    def _get_closed(self, rows):
        """Return the weighted share of each month, over its cohorts whose month is over."""
        closed = []
        for number in range(max((len(row["cells"]) for row in rows), default=0)):
            over = [
                row
                for row in rows
                if number < len(row["cells"]) and not row["cells"][number]["is_open"]
            ]
            base = sum(row["cells"][0]["value"] for row in over)
            total = sum(row["cells"][number]["value"] for row in over)
            closed.append(total / base if over and base else None)
        while closed and closed[-1] is None:
            closed.pop()
        return closed

    @api.model
    def _get_labels(self, by, values):
        """Return what to call the values of an attribute, in the reader's language."""
        if not by:
            return {}
        nothing = {None: self.env._("Not known")}
        if by == "channel":
            return {**nothing, **self.env["retention.purchase"]._get_channel_labels()}
        model = self.env["retention.cohort.report"]._fields[by].comodel_name
        records = self.env[model].sudo().browse(value for value in values if value)
        return {**nothing, **{each.id: each.display_name for each in records}}
