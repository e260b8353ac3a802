from odoo import api, models
from odoo.fields import Domain

from ..models.retention_customer import CONTRIBUTION


class RetentionOverview(models.AbstractModel):
    """Gold customers who bring little or nothing, on the first page of those who may know it."""

    _inherit = "retention.overview"

    @api.model
    def _get_cards(self):
        cards = super()._get_cards()
        if not self.env.user.has_group(CONTRIBUTION):
            return cards
        card = {
            "key": "costly_gold",
            "group": "state",
            "label": self.env._("Gold by turnover, lead by contribution"),
            "kind": "count",
            "model": "retention.customer",
            "domain": self._get_company_domain() & Domain("is_costly_gold", "=", True),
            "sentence": self.env._("Gold customers who cost more than they bring, or nearly."),
        }
        return [*cards, card]
