from odoo import api, models
from odoo.fields import Domain

from .retention_satisfaction_analysis import PERIODS

# So many who were not called are named on the page.
NAMED = 5


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """Dissatisfied, and nobody has called: who that is, and whether anybody would be made to call."""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    @api.readonly
    def get_uncalled(self, days=90):
        """Return who was dissatisfied in the last ``days``, and was not called: the latest first.

        Answers given in a call back are left out, and customers with an open follow-up: somebody is
        to talk to them.

        :return: ``{"rows": [{"id", "name", "words"}], "silent", "program"}``; ``silent`` is set
            where no program has anybody call, ``program`` is then the one that can be switched on,
            for readers who may, else False
        :raise UserError: naming a period that is none
        :raise AccessError: the reader may not read answers
        """
        self._check_choice(self.env._("Period"), days, PERIODS)
        scope = self._get_scope(days)
        dissatisfied = (
            scope.domain
            & Domain("level", "=", "dissatisfied")
            & Domain("is_from_call", "=", False)
            & Domain("call_date", "=", False)
            & Domain("partner_id.retention_followup_ids", "not any", [("state", "=", "open")])
        )
        answers = self.env["retention.satisfaction.report"].search(
            dissatisfied, order="date desc, id desc", limit=NAMED
        )
        return {
            "rows": [
                {
                    "id": answer.id,
                    "name": answer.partner_id.display_name,
                    "words": answer.comment or "",
                }
                for answer in answers
            ],
            **self._get_silent(),
        }

    @api.model
    def _get_silent(self):
        program = self.env.ref(
            "customer_retention.retention_program_dissatisfied", raise_if_not_found=False
        )
        Program = self.env["retention.program"]
        is_silent = not Program._is_running_for("dissatisfied", self.env.company)
        can_start = program and Program.has_access("write")
        return {
            "silent": is_silent,
            "program": program.id if is_silent and can_start else False,
        }
