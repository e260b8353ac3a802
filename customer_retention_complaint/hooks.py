def uninstall_hook(env):
    """Switch off the programs that complaints start: the events are no longer there."""
    types = ("complaint_opened", "complaint_overdue", "complaint_solved", "complaint_reopened")
    env["retention.program"].search([("event_type", "in", types)]).action_stop()
