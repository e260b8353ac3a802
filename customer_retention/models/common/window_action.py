def open_form(model, record_id):
    """Return the action that opens one record."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "res_id": record_id,
        "views": [(False, "form")],
    }
