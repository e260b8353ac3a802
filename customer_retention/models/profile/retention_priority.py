from odoo import fields, models


class RetentionPriority(models.Model):
    """What can matter most to a customer: reliability, speed, price. One per customer, asked again."""

    _name = "retention.priority"
    _description = "Customer Priority"
    _inherit = "retention.named.mixin"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    description = fields.Char(
        translate=True, help="What it means in words of a customer; shown on the customer's page."
    )

    _name_uniq = models.Constraint("UNIQUE(name)", "There is a priority of this name already.")
