"""Fields without a column that the database can still search: see ``_field_to_sql`` of the models."""

from odoo.fields import Domain


def search_in_sql(name):
    """Return the ``search=`` of field ``name``, whose model's ``_field_to_sql`` gives an expression.

    Conditions then mean what they mean on a stored column: all operators, and an empty value
    equals false or zero.
    """

    def search(self, operator, value):
        field = self._fields[name]
        if field.type == "monetary" and operator in ("in", "not in"):
            # Core finds no value to be nothing where it is 0.0, but not where it is 0.
            value = [float(each) if type(each) is int else each for each in value]
        return Domain.custom(
            to_sql=lambda model, alias, query: field.condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    return search
