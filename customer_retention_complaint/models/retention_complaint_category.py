from odoo import api, fields, models


class RetentionComplaintCategory(models.Model):
    """What kind of complaint it is, and how fast we want to be.

    Both targets are working hours of the company from when the complaint was received: until
    somebody has told the customer that we are at it, and until it is solved.
    """

    _name = "retention.complaint.category"
    _inherit = ["retention.named.mixin", "retention.range.mixin"]
    _description = "Category of Complaints"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    acknowledge_hours = fields.Float(
        "Acknowledge Within",
        required=True,
        default=8,
        help="Working hours until the customer knows that somebody is at it.",
    )
    answer_hours = fields.Float(
        "Solve Within",
        required=True,
        default=40,
        help="Working hours until it is solved, where no day was promised.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        help="Gets complaints of this kind; empty: the salesperson of the customer.",
    )
    sensitive = fields.Boolean(
        help="Seen by the person responsible and by managers only, and in the portal only by the "
        "person who complained."
    )

    @api.model
    def _get_ranges(self):
        return {
            **super()._get_ranges(),
            "acknowledge_hours": (0.25, 2000),
            "answer_hours": (0.25, 2000),
        }
