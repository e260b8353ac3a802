from odoo import api, fields, models
from odoo.exceptions import ValidationError

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

    @api.constrains(*TELLS)
    def _check_retention_tells(self):
        for company in self:
            for name in TELLS:
                if not 0 <= company[name] <= 1000:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is %(value)s. It has to be between %(lowest)s and %(highest)s.",
                            field=company._get_retention_label(name),
                            value=company[name],
                            lowest=0,
                            highest=1000,
                        )
                    )
