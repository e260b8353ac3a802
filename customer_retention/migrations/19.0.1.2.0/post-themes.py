from odoo import SUPERUSER_ID, api

START = ("silent_gold", "dissatisfied", "referral")


def migrate(cr, version):
    """Put the three programs to start with under their heading; the others have that of their event."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in START:
        program = env.ref(f"customer_retention.retention_program_{name}", raise_if_not_found=False)
        if program:
            program.theme = "start"
