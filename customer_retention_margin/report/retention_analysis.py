from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_retention.report.retention_analysis import CURVE_POINTS

from ..models.retention_customer import CONTRIBUTION


class RetentionAnalysis(models.AbstractModel):
    """The whale curve beside the Pareto curve: how contribution adds up over customers, best first."""

    _inherit = "retention.analysis"

    @api.model
    @api.readonly
    def get_analysis(self):
        """Add ``whale``, see :meth:`_get_whale`; False for readers who may not know contributions."""
        analysis = super().get_analysis()
        may_know = self.env.user.has_group(CONTRIBUTION)
        return {**analysis, "whale": self._get_whale() if may_know else False}

    def _get_whale(self):
        """Return the curve of the reader's customers whose contribution is known, the best first.

        :return: ``points`` [share of customers in percent, contribution of them all in company
            currency], about a hundred; ``top`` (highest point of the curve), ``top_percent`` (share of
            customers up to it), ``total``, ``count`` and ``unknown_count`` (cost is not known)
        """
        Customer = self.env["retention.customer"]
        known = self._get_domain() & Domain("contribution_year", "!=", False)
        rows = self.env.execute_query(
            SQL(
                """SELECT 100.0 * position / count, up_to, position = best
                     FROM (SELECT *, MIN(position) FILTER (WHERE up_to = top) OVER () AS best
                             FROM (SELECT *, MAX(up_to) OVER () AS top
                                     FROM (SELECT ROW_NUMBER() OVER best_first AS position,
                                                  SUM(contribution_year) OVER best_first AS up_to,
                                                  COUNT(*) OVER () AS count
                                             FROM retention_customer
                                            WHERE id IN %s
                                           WINDOW best_first AS (ORDER BY contribution_year DESC, id)
                                          ) AS curve) AS topped) AS whale
                    WHERE position %% GREATEST(1, count / %s) = 0
                       OR position IN (1, count, best)
                    ORDER BY position""",
                Customer._search(known).subselect(),
                CURVE_POINTS,
            )
        )
        top = next(((float(x), float(y)) for x, y, is_top in rows if is_top), (0, 0))
        count = Customer.search_count(known)
        return {
            "points": [[0, 0], *([float(x), float(y)] for x, y, _is_top in rows)] if rows else [],
            "top_percent": top[0],
            "top": top[1],
            "total": float(rows[-1][1]) if rows else 0,
            "count": count,
            "unknown_count": Customer.search_count(self._get_domain()) - count,
        }
