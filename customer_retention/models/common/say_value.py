"""Values of fields as people write them: plain text, in the language of the record's context."""

from odoo.tools import format_amount, format_date, format_datetime, get_lang

from ...tools.numbers import plain


def say_money(env, amount, currency):
    """Return ``amount`` in whole units with the sign of ``currency``, as people speak of sums."""
    lang = env["res.lang"].browse(get_lang(env).id)
    text = lang.format("%.0f", amount, grouping=True)
    sign = currency.symbol or currency.name
    return (
        f"{sign}\N{NO-BREAK SPACE}{text}"
        if currency.position == "before"
        else (f"{text}\N{NO-BREAK SPACE}{sign}")
    )


def say_value(record, path):
    """Return the value that ``path``, names of fields, leads to from ``record``; "" where none is."""
    *ways, name = path
    for way in ways:
        record = record[way]
    if not record:
        return ""
    env, field, value = record.env, record._fields[name], record[name]
    currency = record[field.get_currency_field(record)] if field.type == "monetary" else None
    if currency:
        return format_amount(env, value, currency)
    if field.type in ("integer", "float", "monetary"):
        return plain(value)
    if not value:
        return ""
    if field.type == "selection":
        return field.convert_to_export(value, record)
    if field.type == "date":
        return format_date(env, value)
    if field.type == "datetime":
        return format_datetime(env, value)
    return str(value)
