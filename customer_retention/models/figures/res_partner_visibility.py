from odoo import api, fields, models
from odoo.fields import Domain

from ..common.groups import SALESMAN


class ResPartner(models.Model):
    """Whether the reader is one who sees this customer's figures, be there any or not.

    What the record rules say of a row of figures is asked of the customer itself: whether a
    colleague's customer ever bought cannot be told from there being a row or none.
    """

    _inherit = "res.partner"

    is_colleagues_customer = fields.Boolean(
        "Customer of a Colleague",
        compute="_compute_is_colleagues_customer",
        groups=SALESMAN,
        help="The figures, if there are any, are shown to this customer's salesperson, not to you.",
    )

    figures_hidden = fields.Char(
        "Figures",
        compute="_compute_figures_hidden",
        groups=SALESMAN,
        help="Says where figures are not visible to you.",
    )

    @api.depends("is_colleagues_customer")
    @api.depends_context("company", "uid", "lang")
    def _compute_figures_hidden(self):
        words = self.env._("Not visible: a colleague's customer")
        for partner in self:
            partner.figures_hidden = partner.is_colleagues_customer and words

    @api.depends("commercial_partner_id.user_id")
    @api.depends_context("company", "uid")
    def _compute_is_colleagues_customer(self):
        customers = self.sudo().commercial_partner_id
        seen = customers.filtered_domain(self._get_seen_domain())
        for partner in self:
            customer = partner.sudo().commercial_partner_id
            partner.is_colleagues_customer = bool(customer) and customer not in seen

    @api.model
    def _get_seen_domain(self):
        """Return the domain of customers whose figures in the current company the reader may see.

        The record rules of ``retention.customer``, said of contacts; what they say of the company
        is looked up, and what they ask of figures themselves hides customers who have none.
        """
        rules = self.env["ir.rule"]._compute_domain("retention.customer", "read")
        row = self.env["retention.customer"].sudo().new({"company_id": self.env.company.id})

        def say(condition):
            name, _dot, rest = condition.field_expr.partition(".")
            if name == "company_id":
                return Domain.TRUE if row.filtered_domain(Domain(condition)) else Domain.FALSE
            if name != "partner_id":
                return Domain.FALSE
            if condition.operator == "any" and not rest:
                return condition.value
            return Domain(rest or "id", condition.operator, condition.value)

        return rules.map_conditions(say)

    @api.model
    def _get_seen_sql(self, alias, query):
        """Return SQL whether the reader may see the figures of partner ``alias``, a customer, if any."""
        partners = self.sudo()
        return self._get_seen_domain().optimize_full(partners)._to_sql(partners, alias, query)

    @api.model
    def _get_seen_customers(self):
        """Return the subselect of the ids of customers whose figures the reader may see, None for all."""
        domain = self._get_seen_domain()
        if domain.is_true():
            return None
        return self.sudo().with_context(active_test=False)._search(domain).subselect()
