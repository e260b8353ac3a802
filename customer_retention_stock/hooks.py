def uninstall_hook(env):
    """Switch off the programs that deliveries start: the event is no longer there."""
    env["retention.program"].search([("event_type", "=", "delivery")]).action_stop()
