from odoo import fields, models


class RetentionReason(models.Model):
    """A reason why customers choose us; one list for all companies."""

    _name = "retention.reason"
    _description = "Reason to Choose Us"
    _order = "sequence, name, id"

    name = fields.Char("Reason", required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer(default=0)
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE(name)", "This reason is on the list already.")
