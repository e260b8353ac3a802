from odoo import api, models
from odoo.tools import format_date

from .retention_outlook import HORIZONS


class RetentionOutlook(models.Model):
    """What the page *Outlook* shows: how well it was said what came, for a manager to judge."""

    _inherit = "retention.outlook"

    @api.model
    @api.readonly
    def get_outlook(self):
        """Return the latest outlook of the current company for each horizon.

        :return: ``{"currency_id", "horizons": [{"horizon", "label", "state", "state_label",
            "reason", "learnt", "trial"}]}``; ``learnt`` is the day as people read it, False where
            nothing was learnt yet; ``trial`` (see :class:`tools.outlook.Trial`) is None where it
            was not tried out. Money is in company currency.
        :raise AccessError: the reader is no sales manager
        """
        self.check_access("read")
        company = self.env.company
        labels = dict(self._fields["horizon"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        rows = []
        for horizon in HORIZONS:
            # The rules allow it: it is that of the current company.
            latest = self.search(
                [("company_id", "=", company.id), ("horizon", "=", str(horizon))], limit=1
            )
            rows.append(
                {
                    "horizon": horizon,
                    "label": labels[str(horizon)],
                    "state": latest.state,
                    "state_label": states.get(latest.state, self.env._("Not learnt yet")),
                    "reason": latest.state_reason
                    if latest
                    else self.env._("No outlook yet: it is learnt each week from your purchases."),
                    "learnt": format_date(self.env, latest.date) if latest else False,
                    "trial": latest.trial or None,
                }
            )
        return {"currency_id": company.currency_id.id, "horizons": rows}
