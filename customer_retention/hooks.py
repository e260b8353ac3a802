from odoo.tools import sql as schema

from .sql import invoice_purchase

# Shipped records of core's lists that something of core may use, by the field that does.
USED_BY = {
    "crm.lost.reason": ("crm.lead", "lost_reason_id"),
    "mail.activity.type": ("mail.activity", "activity_type_id"),
}


def uninstall_hook(env):
    """See :func:`let_go`."""
    let_go(env, "customer_retention")
    env.cr.execute(invoice_purchase.drop_function())


def let_go(env, module):
    """Let nothing hold back what is removed with ``module``, and keep what the business still uses.

    Rows of ours that point to a shipped record, as a sample to its survey, would keep it from
    being deleted, though they go with their table a moment later. A shipped reason of a lost
    opportunity, or the type of an activity, stays, as a record of the business's own.
    """
    _forget_names(env, module)
    env["ir.config_parameter"].search([("key", "=", f"{module}.shipped")]).unlink()
    for model in env.values():
        for field in model._fields.values():
            if field.type == "many2one" and field.store and set(field._modules) == {module}:
                _drop_restriction(env.cr, model._table, field.name)
    for name, (user, field) in USED_BY.items():
        shipped = env["ir.model.data"].search([("module", "=", module), ("model", "=", name)])
        users = env[user].with_context(active_test=False)
        used = users.search([(field, "in", shipped.mapped("res_id"))])[field]
        shipped.filtered(lambda each, used=used: each.res_id in used.ids).unlink()


def _forget_names(env, module):
    """Forget the names that modules which stay have given to parts of the models that go.

    A module that extends a mixin, as ``sms`` extends ``mail.thread``, names what every model gets by
    it, and Odoo removes the names of the module that goes only.
    """
    names = env["ir.model.data"]
    ours = [name for name, model in env.items() if model._original_module == module]
    models = env["ir.model"].search([("model", "in", ours)])
    for model, path in (
        ("ir.model.inherit", "model_id"),
        ("ir.model.fields", "model_id"),
        ("ir.model.fields.selection", "field_id.model_id"),
    ):
        parts = env[model].search([(path, "in", models.ids)])
        names.search(
            [("module", "!=", module), ("model", "=", model), ("res_id", "in", parts.ids)]
        ).unlink()


def _drop_restriction(cr, table, column):
    cr.execute(
        """SELECT constraint_.conname
             FROM pg_constraint AS constraint_
             JOIN pg_attribute AS attribute
               ON attribute.attrelid = constraint_.conrelid
              AND constraint_.conkey = ARRAY[attribute.attnum]
            WHERE constraint_.conrelid = TO_REGCLASS(%s) AND attribute.attname = %s
              AND constraint_.contype = 'f' AND constraint_.confdeltype IN ('a', 'r')""",
        (f'"{table}"', column),
    )
    for (name,) in cr.fetchall():
        schema.drop_constraint(cr, table, name)
