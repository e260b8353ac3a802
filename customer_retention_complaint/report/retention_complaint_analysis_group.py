from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

SHOWN = 15
# By these, complaints are told for each hundred orders.
WITH_ORDERS = ("product_id", "salesperson_id")


class RetentionComplaintAnalysis(models.AbstractModel):
    """The table of the page *Complaints*: by category, cause, responsible, product, salesperson."""

    _inherit = "retention.complaint.analysis"

    @api.model
    def _get_groups(self, scope, group):
        """Return a row for each value of ``group`` among what was received in the period.

        The most complaints first, with ``opened``, ``missed`` (a deadline passed), ``solve_hours``
        (the median), ``repeated``, ``recovered_value``, ``redress_cost``, ``domain``; by product and
        salesperson also ``orders``, confirmed in the period, and ``per_100`` of them.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT %(group)s AS key, COUNT(*) AS opened,
                          COUNT(*) FILTER (WHERE is_missed) AS missed,
                          COUNT(*) FILTER (WHERE recovery_state = 'recovered') AS recovered,
                          COUNT(*) FILTER (WHERE recovery_state = 'repeated') AS repeated,
                          PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY solve_hours) AS solve_hours,
                          COALESCE(SUM(recovered_value), 0)::float8 AS recovered_value,
                          COALESCE(SUM(redress_cost), 0)::float8 AS redress_cost
                     FROM %(rows)s AS row
                    WHERE %(condition)s
                    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(shown)s""",
                group=SQL.identifier(group),
                rows=scope.rows,
                condition=self._get_condition(scope, "date"),
                shown=SHOWN,
            )
        )
        field = self.env["retention.complaint.report"]._fields[group]
        keys = [row["key"] for row in rows if row["key"]]
        names = {
            each.id: each.display_name for each in self.env[field.comodel_name].sudo().browse(keys)
        }
        orders = self._get_orders(scope, group, keys) if group in WITH_ORDERS else {}
        for row in rows:
            row["label"] = names.get(row["key"]) or self.env._("None")
            row["domain"] = list(scope.get_domain("date") & Domain(group, "=", row["key"] or False))
            count = orders.get(row["key"])
            row["orders"] = count
            row["per_100"] = 100 * row["opened"] / count if count else None
        return rows

    @api.model
    def _get_orders(self, scope, group, keys):
        """Return how many orders were confirmed in the period, ``{product or user id: number}``."""
        company = self.env["res.company"].browse(scope.company_id)
        since, _end = company._get_day_bounds(scope.after + timedelta(days=1))
        _start, until = company._get_day_bounds(scope.until)
        domain = Domain("company_id", "=", scope.company_id) & Domain("state", "=", "sale")
        if group == "salesperson_id":
            domain &= Domain("date_order", ">=", since) & Domain("date_order", "<", until)
            domain &= Domain("user_id", "in", keys)
            groups = self.env["sale.order"].sudo()._read_group(domain, ["user_id"], ["__count"])
        else:
            domain &= Domain("order_id.date_order", ">=", since)
            domain &= Domain("order_id.date_order", "<", until)
            domain &= Domain("product_id", "in", keys)
            groups = (
                self.env["sale.order.line"]
                .sudo()
                ._read_group(domain, ["product_id"], ["order_id:count_distinct"])
            )
        return {record.id: count for record, count in groups}
