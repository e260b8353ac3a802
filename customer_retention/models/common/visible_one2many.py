"""A list on a record that is searched as it is read."""

from odoo import fields
from odoo.fields import Domain


class VisibleOne2many(fields.One2many):
    """A One2many of rows that not everybody may see, searched by the reader's own rules.

    Core looks for empty or not, and for ids, as superuser: a salesperson would learn which
    customers of colleagues, or of another company, have such rows.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if operator not in ("in", "not in"):
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        domain = Domain.FALSE
        for condition in self._get_conditions(value):
            domain |= Domain(self.name, *condition)
        if operator == "not in":
            domain = ~domain
        return domain.optimize_full(model)._to_sql(model, alias, query)

    def _get_conditions(self, value):
        ids = [each for each in value if each]
        if ids:
            yield "any", Domain("id", "in", ids)
        if False in value:
            yield "not any", Domain.TRUE
