from odoo import fields, models


class RetentionComplaintCause(models.Model):
    """What lay behind a complaint, as found out: late delivery, broken part, wrong invoice, …"""

    _name = "retention.complaint.cause"
    _inherit = ["retention.named.mixin"]
    _description = "Cause of Complaints"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
