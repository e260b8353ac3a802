from odoo import fields, models

from ..acquisition.retention_thanks import KINDS


class MailActivityType(models.Model):
    """What kind of act an activity of a program is."""

    _inherit = "mail.activity.type"

    retention_reach = fields.Selection(
        [("phone", "Phone"), ("post", "Post"), ("email", "Email")],
        "Reaches the Customer By",
        help="Follow-ups of this type are skipped for customers who do not want this channel.",
    )
    retention_thanks_kind = fields.Selection(
        KINDS,
        "Is a Thank-you",
        help="A follow-up of this type that is done is noted among the thanks of the customer.",
    )
