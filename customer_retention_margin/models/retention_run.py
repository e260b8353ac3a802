from odoo import api, models
from odoo.tools import SQL

from ..sql import contribution


class RetentionRun(models.Model):
    """What is left of customers, counted after their figures and in the same transaction.

    A run that ends half-way leaves figures and contribution of the run before.
    """

    _inherit = "retention.run"

    @api.model
    def _after_figures(self, company, partner_ids):
        self._update_contribution(company, partner_ids)
        return super()._after_figures(company, partner_ids)

    @api.model
    def _update_contribution(self, company, partner_ids):
        """Write cost and contribution of these customers of ``company`` where they differ.

        One statement a part, one for the rows, one for the flag, whatever the number of customers.

        :param partner_ids: ids of commercial partners; None means all
        """
        Purchase = self.env["retention.purchase"].sudo()
        today = company._get_retention_today()
        queries = Purchase._get_cost_queries()
        goods = Purchase._get_goods_parts()
        contact_ids = None
        if partner_ids is not None:
            rows = self.env.execute_query(contribution.select_contacts(partner_ids))
            contact_ids = [contact_id for (contact_id,) in rows]
        # In one transaction several companies may follow each other (tests, a button).
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS retention_cost"))
        statements = [contribution.create_costs()]
        statements += [
            contribution.insert_part(part, query, part in goods, company, today, contact_ids)
            for part, query in queries.items()
        ]
        statements += [
            contribution.update_customers(self._get_cost_columns(queries), company.id, partner_ids),
            contribution.update_flag(company.id),
        ]
        for statement in statements:
            self.env.cr.execute(statement)
        self.env["retention.customer"].invalidate_model()

    @api.model
    def _get_cost_columns(self, parts):
        """Return which parts make each column of cost of ``retention.customer``. Hook.

        What no column names is shown, and counted, with thanks and redress.
        """
        columns = {
            "goods_year": self.env["retention.purchase"]._get_goods_parts(),
            "visit_year": ["visits", "calls"],
            "late_year": ["late"],
        }
        named = {part for each in columns.values() for part in each}
        return {**columns, "goodwill_year": [part for part in parts if part not in named]}
