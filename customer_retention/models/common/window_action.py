"""Window actions that buttons return."""


def open_form(model, record_id):
    """Return the action that opens one record."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "res_id": record_id,
        "views": [(False, "form")],
    }


def open_dialog(model, name, **context):
    """Return the action that asks in a dialog called ``name``, with ``context``."""
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "views": [(False, "form")],
        "target": "new",
        "context": context,
    }


def open_action(env, xml_id, domain=None, context=None, **changes):
    """Return window action ``xml_id`` for the records in ``domain``, without its own filters.

    :param domain: which records; those of the action itself where it is ``None``
    :param context: instead of the action's own, with its filters and groups
    :param changes: what else differs from the action: ``name``, ``views`` …
    """
    action = env["ir.actions.act_window"]._for_xml_id(xml_id)
    if domain is not None:
        action["domain"] = list(domain)
    return {**action, "context": context or {}, **changes}
