from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ...tools import uplift
from ...tools.numbers import plain

# Fewer customers than that do not show how many buy again without the program.
MIN_KNOWN = 20
DAYS = 90


class RetentionProgram(models.Model):
    """What effect the chosen hold-out could find, told before the program is switched on."""

    _inherit = "retention.program"

    def _get_effect(self, company, customer_ids):
        """Return what gain the hold-out would find in 4 of 5 cases, as ``(case, numbers for words)``.

        The case is *not asked* where events of this type are never held out, *no hold-out*, *few
        customers*, *not known* (how many buy again by themselves), *nothing* or *found*.

        :param customer_ids: the customers who would have entered in the last 90 days
        """
        percent, count = self.holdout_percent, len(customer_ids)
        held_out = round(count * percent / 100)
        treated = count - held_out
        words = {"percent": plain(percent), "customers": count, "held_out": held_out}
        if self._get_event_traits().is_never_held_out:
            return "not asked", words
        if not percent:
            return "no hold-out", words
        if min(held_out, treated) < uplift.MIN_CUSTOMERS:
            return "few customers", {**words, "least": uplift.MIN_CUSTOMERS}
        bought, known = self._get_base(company)
        if known < MIN_KNOWN:
            return "not known", words
        words["base"] = round(100 * bought / known)
        found = uplift.smallest_share_found(treated, held_out, bought / known)
        if found is None:
            return "nothing", words
        return "found", {**words, "found": round(100 * found)}

    def _get_effect_sentence(self, case, words):
        """Return a case of :meth:`_get_effect` as a sentence; False where nothing was asked."""
        if case == "not asked":
            return False
        if case == "no hold-out":
            return self.env._("Nobody is held out: what it brings will not be known.")
        if case == "few customers":
            return self.env._(
                "Too few customers to prove an effect: %(customers)s in 90 days, of whom %(held_out)s "
                "held out; each group needs %(least)s.",
                **words,
            )
        if case == "not known":
            return self.env._(
                "It is not known yet how many of such customers buy again by themselves, so that "
                "nobody can tell which effect could be seen."
            )
        if case == "nothing":
            return self.env._(
                "With %(percent)s %% held out and %(customers)s customers in 90 days, of whom %(base)s "
                "%% buy again by themselves, no effect could be seen.",
                **words,
            )
        return self.env._(
            "With %(percent)s %% held out and %(customers)s customers in 90 days, a gain from "
            "%(base)s %% to %(found)s %% buying again could be seen. Smaller effects stay invisible.",
            **words,
        )

    def _get_base(self, company):
        """Return how many customers bought in the days of the result after they would have entered.

        Those who would have entered in the latest 90 days for which the result is known.

        :return: number of those who bought, and of all
        """
        until = company._get_retention_today() - timedelta(days=self.window_days)
        since = until - timedelta(days=DAYS - 1)
        entries, _refused = self._get_entries(company, self._get_past_events(company, since, until))
        first = {}
        for entry in entries:
            first.setdefault(entry.partner.id, entry.occasion.date)
        if not first:
            return 0, 0
        self.env.flush_all()
        [[bought]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(DISTINCT entry.partner_id)
                     FROM UNNEST(%(partners)s, %(dates)s) AS entry (partner_id, date)
                     JOIN (%(purchases)s) AS purchase
                       ON purchase.partner_id = entry.partner_id
                      AND purchase.company_id = %(company)s AND purchase.is_counted
                      AND purchase.date > entry.date AND purchase.date <= entry.date + %(window)s""",
                partners=list(first),
                dates=list(first.values()),
                company=company.id,
                window=self.window_days,
                purchases=self.env["retention.purchase"]._get_query(),
            )
        )
        return bought, len(first)
