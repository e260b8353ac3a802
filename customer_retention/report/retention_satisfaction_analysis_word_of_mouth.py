from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

NPS_GROUPS = ("promoter", "passive", "detractor")


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """What customers tell others, and whom they bring."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_word_of_mouth(self, scope):
        """Return promoters, passives and detractors: customers by their last NPS answer.

        Each with ``count``, ``value`` of the last 365 days, ``reach``: people they are likely to tell,
        and ``brought``: those they recommended us to who bought for the first time in the period.
        ``weighted_nps`` is the NPS with each customer weighing their value (None without any).
        """
        reach = {
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
                "reach": row["count"] * reach.get(group, 0),
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
            "reach": reach,
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
