from odoo import fields
from odoo.fields import Domain


class _Optional:
    """A number that may be empty: read as False, exported as nothing, in SQL NULL and never 0."""

    falsy_value = None

    def convert_to_cache(self, value, record, validate=True):
        return None if _is_empty(value) else super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if _is_empty(value) else value


class OptionalFloat(_Optional, fields.Float):
    """A Float that may be empty, which is not 0."""


class OptionalMonetary(_Optional, fields.Monetary):
    """A Monetary that may be empty, which is not 0."""


def _is_empty(value):
    # 0 equals False.
    return value is None or value is False


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
