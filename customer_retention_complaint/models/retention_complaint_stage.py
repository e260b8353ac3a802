from odoo import fields, models

OPEN = ("new", "acknowledged", "work", "waiting")
CLOSED = ("solved", "confirmed", "refused")


class RetentionComplaintStage(models.Model):
    """A column of the board; what it means for the clocks is its kind."""

    _name = "retention.complaint.stage"
    _inherit = ["retention.named.mixin"]
    _description = "Stage of Complaints"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("new", "New"),
            ("acknowledged", "Acknowledged"),
            ("work", "At work"),
            ("waiting", "Waiting for the customer"),
            ("solved", "Solved"),
            ("confirmed", "Confirmed by the customer"),
            ("refused", "Refused"),
        ],
        required=True,
        default="work",
        help="What it means for the promised time: waiting stops the clock until the customer "
        "answers; solved, confirmed and refused end it.",
    )
    fold = fields.Boolean("Folded on the Board")
