from odoo import api, fields, models

from ...tools import outlook
from ..common.say_value import say_money


class RetentionOutlook(models.Model):
    """The outlook in words: what it says of a customer, and why it says nothing."""

    _inherit = "retention.outlook"

    state_reason = fields.Char(
        "Why", compute="_compute_state_reason", help="The state in a sentence."
    )

    @api.depends("state", "refusal", "trial", "date")
    @api.depends_context("lang")
    def _compute_state_reason(self):
        for learning in self:
            company = learning.company_id
            names = ("date", "horizon", "state", "refusal", "trial")
            learning.state_reason = self._get_state_sentence(
                {name: learning[name] for name in names}, company
            )

    @api.model
    def _get_state_sentence(self, known, company):
        """Return the state of an outlook of ``company`` in a sentence, see :meth:`_get_known`."""
        trial = known["trial"]
        if known["state"] == "stale":
            return self.env._(
                "Learnt %(days)s days ago, which is too long. It is learnt anew each week: please "
                "look at the scheduled action.",
                days=(company._get_retention_today() - known["date"]).days,
            )
        if known["state"] == "worse":
            return self.env._(
                "Tried out on your own past, it was no better than looking at the last purchase "
                "(%(own)s against %(recency)s), so it is not used.",
                own=f"{trial['auc']:.2f}",
                recency=f"{trial['recency_auc']:.2f}",
            )
        if known["state"] == "few":
            return self._get_refusal_sentence(int(known["horizon"]), *known["refusal"])
        return self.env._(
            "In use: tried out on %(customers)s of your customers.", customers=trial["customers"]
        )

    @api.model
    def _get_refusal_sentence(self, horizon, reason, number, needed):
        if reason == "history":
            return self.env._(
                "It needs purchases of %(needed)s days, and there are those of %(number)s.",
                needed=needed,
                number=number,
            )
        if reason == "quiet":
            return self.env._(
                "Nobody has bought for %(number)s days, so the past says nothing of now.",
                number=number,
            )
        if reason == "customers":
            return self.env._(
                "It needs %(needed)s customers known %(days)s days ago, and there were %(number)s.",
                needed=needed,
                days=2 * horizon,
                number=number,
            )
        if reason == "buyers":
            return self.env._(
                "It needs %(needed)s customers who bought again within %(days)s days, and there "
                "were %(number)s.",
                needed=needed,
                days=horizon,
                number=number,
            )
        if reason == "others":
            return self.env._(
                "It needs %(needed)s customers who did not buy again within %(days)s days, and "
                "there were %(number)s.",
                needed=needed,
                days=horizon,
                number=number,
            )
        return self.env._("Your purchases follow no rule that could be learnt.")

    @api.model
    def _say_of_customer(self, company, chance, value):
        """Return what to expect of a customer within 90 days, or why nothing is said.

        :param chance: 0–1, False where it is not known
        :param value: in the currency of ``company``
        """
        learnt = self._get_learnt(company, 90)
        if not learnt or chance is False:
            return self._say_why_not(company, 90)
        tenth = outlook.get_tenth(chance, learnt["trial"]["tenths"])
        return self.env._(
            "Of 100 customers like this one, %(count)s bought within 90 days; expect about %(value)s.",
            count=round(100 * tenth["share"]),
            value=say_money(self.env, value or 0, company.currency_id),
        )

    @api.model
    def _say_why_not(self, company, horizon):
        """Return why ``company`` has no outlook for ``horizon`` days; "" where it has."""
        known = self._get_known(company, horizon)
        if not known:
            return self.env._("No outlook yet: it is learnt each week from your purchases.")
        if known["state"] == "ok":
            return ""
        return self.env._("No outlook. %s", self._get_state_sentence(known, company))
