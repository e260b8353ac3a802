from odoo.addons.customer_retention.hooks import let_go


def uninstall_hook(env):
    """Switch off the programs that deliveries start: the event is no longer there."""
    env["retention.program"].search([("event_type", "=", "delivery")]).action_stop()
    let_go(env, "customer_retention_stock")
