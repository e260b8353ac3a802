from odoo import api, fields, models
from odoo.fields import Domain


class RetentionOverview(models.AbstractModel):
    """Complaints on the first page: what is open, and what is past its time."""

    _inherit = "retention.overview"

    @api.model
    def _get_cards(self):
        still_open = self._get_company_domain() & Domain("is_open", "=", True)
        common = {"group": "now", "kind": "count", "model": "retention.complaint"}
        return [
            *super()._get_cards(),
            {
                **common,
                "key": "complaints_open",
                "label": self.env._("Open complaints"),
                "domain": still_open,
            },
            {
                **common,
                "key": "complaints_overdue",
                "label": self.env._("Complaints past their time"),
                "domain": still_open & Domain("next_due", "<", fields.Datetime.now()),
            },
        ]
