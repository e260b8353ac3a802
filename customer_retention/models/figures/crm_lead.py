from odoo import models


class CrmLead(models.Model):
    """An opportunity shows whose it is."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "retention.badge.mixin"]
