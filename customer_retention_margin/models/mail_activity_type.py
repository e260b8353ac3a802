from odoo import api, fields, models


class MailActivityType(models.Model):
    """How long an activity of a type takes, since activities have no duration."""

    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "retention.range.mixin"]

    retention_minutes = fields.Float(
        "Minutes Each",
        digits=(6, 1),
        help="How long one such activity takes, for the cost to serve a customer. 0: not counted. "
        "A meeting counts with the hours in the calendar instead.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), "retention_minutes": (0, 1440)}
