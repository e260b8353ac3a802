from odoo import fields, models


class RetentionInterest(models.Model):
    """Something customers care about beside what they buy: cooking, sailing, the climate."""

    _name = "retention.interest"
    _description = "Customer Interest"
    _inherit = "retention.named.mixin"
    _order = "name, id"

    color = fields.Integer(aggregator=None)

    _name_uniq = models.Constraint("UNIQUE(name)", "There is an interest of this name already.")
