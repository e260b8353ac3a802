from odoo import api, models
from odoo.tools import SQL

from ...sql import customer_limits
from ...tools.ranks import quintile_positions, top_count
from ...tools.rhythm import company_gap


class RetentionRun(models.Model):
    """What a run finds out about all customers of a company together, before it scores each."""

    _inherit = "retention.run"

    @api.model
    def _get_limits(self, settings):
        """Return what follows from all customers together, as a dict that JSON can hold.

        ``customer_count``, ``buyer_count``, ``company_gap_days`` (int); ``gold_limit``,
        ``best_not_gold``, ``a_limit``, ``b_limit`` (exact amounts as text, None where nobody
        bought); ``recency``, ``frequency``, ``monetary`` (the four limits of each score as text).
        """
        query = self.env.execute_query
        [[customers, buyers, repeaters]] = query(customer_limits.select_counts())

        def get_values(values, positions, count, only=None):
            """Return for each of ``values`` those at ``positions``, see select_values_at."""
            if not count:
                return [[] for _value in values]
            [row] = query(customer_limits.select_values_at(values, positions, count, only))
            return row

        percents = (settings["retention_gold_percent"], settings["retention_abc_a_percent"])
        tops = [buyers - top_count(percent, buyers) + 1 for percent in percents]
        [top] = get_values([SQL("value_year")], tops, buyers, SQL("value_year > 0"))
        gold_limit, a_limit = top or (None, None)
        [[best_not_gold]] = query(customer_limits.select_best_below(gold_limit))
        b_limit = None
        if settings["retention_abc_method"] == "pareto":
            [[a_limit, b_limit]] = query(
                customer_limits.select_pareto_limits(
                    settings["retention_pareto_a_percent"], settings["retention_pareto_b_percent"]
                )
            )
        middle = query(customer_limits.select_middle_gaps(repeaters)) if repeaters else []
        recency, frequency, monetary = get_values(
            [SQL("last_purchase_date"), SQL("purchase_days"), SQL("value_year + value_year_1")],
            quintile_positions(customers),
            customers,
        )
        return {
            "customer_count": customers,
            "buyer_count": buyers,
            "company_gap_days": company_gap(
                middle,
                repeaters,
                settings["retention_gap_min_customers"],
                settings["retention_gap_default_days"],
            ),
            "gold_limit": gold_limit,
            "best_not_gold": best_not_gold,
            "a_limit": a_limit,
            "b_limit": b_limit,
            "recency": recency,
            "frequency": frequency,
            "monetary": monetary,
        }
