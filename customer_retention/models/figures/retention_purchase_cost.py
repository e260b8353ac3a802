from odoo import api, models


class RetentionPurchase(models.Model):
    """What customers cost: nothing is known of it here, addons that have costs answer."""

    _inherit = "retention.purchase"

    @api.model
    def _get_cost_queries(self):
        """Return what customers cost, as ``{part: SQL}``. Hook: addons add parts.

        Each query yields rows of any number per customer and day, with the columns

        * ``partner_id`` (as on the document, not its commercial partner), ``company_id``,
        * ``date``: a date in the company's zone,
        * ``amount``: company currency, not rounded; a cost is positive, one taken back negative,
        * ``is_known``: false where something was sold whose cost nobody knows.

        Nothing reads them but ``customer_retention_margin``; without it they are never run.
        """
        return {}

    @api.model
    def _get_cost_changed_queries(self, since):
        """Return whose costs were written ``since`` (UTC), as ``{part: SQL}``. Hook.

        Each query yields ``partner_id`` and ``company_id``; more than these do no harm.
        """
        return {}
