from odoo.fields import Domain


def sql_field(field_class, *args, compute, **kwargs):
    """Return a field without a column that is searched, sorted, grouped and totaled in SQL.

    Its model gives the expression in ``_field_to_sql`` and the values of records in ``compute``.
    Arguments are those of the field, after its class. Conditions mean what they mean on a stored
    column: all operators, and an empty value equals false or zero.
    """

    def search(_records, operator, value):
        if field.type == "monetary" and operator in ("in", "not in"):
            # Core finds no value to be nothing where it is 0.0, but not where it is 0.
            value = [float(each) if type(each) is int else each for each in value]
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[field.name].condition_to_sql(
                field.name, operator, value, model, alias, query
            )
        )

    field = field_class(*args, compute=compute, search=search, **kwargs)
    return field
