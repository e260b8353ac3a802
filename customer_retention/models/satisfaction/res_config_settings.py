from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Word of mouth on the settings page."""

    _inherit = "res.config.settings"

    retention_detractor_tells = fields.Integer(
        related="company_id.retention_detractor_tells", readonly=False
    )
    retention_promoter_tells = fields.Integer(
        related="company_id.retention_promoter_tells", readonly=False
    )
