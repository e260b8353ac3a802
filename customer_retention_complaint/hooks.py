from odoo.addons.customer_retention.hooks import let_go


def uninstall_hook(env):
    """Switch off the programs that complaints start, whose events go, and see ``let_go``."""
    types = ("complaint_opened", "complaint_overdue", "complaint_solved", "complaint_reopened")
    env["retention.program"].search([("event_type", "in", types)]).action_stop()
    let_go(env, "customer_retention_complaint")
