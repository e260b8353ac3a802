from odoo import api, fields, models

TELLS = ("retention_detractor_tells", "retention_promoter_tells")


class ResCompany(models.Model):
    """How many people customers are taken to tell about us."""

    _inherit = "res.company"

    retention_detractor_tells = fields.Integer(
        "A Detractor Tells (People)",
        default=10,
        required=True,
        help="Rule of thumb: the studies of TARP for the White House Office of Consumer Affairs (1979, "
        "1986) found that a customer with a problem tells nine or ten others. Put in your own number "
        "where you know it.",
    )
    retention_promoter_tells = fields.Integer(
        "A Promoter Tells (People)",
        default=3,
        required=True,
        help="A cautious round number; no study gives it. Put in your own where you know it.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), **dict.fromkeys(TELLS, (0, 1000))}
