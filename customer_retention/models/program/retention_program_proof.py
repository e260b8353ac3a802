from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ...tools import intervals, uplift

ARMS = ("treated", "held_out")


class RetentionProgram(models.Model):
    """What a program brings: treated against held-out customers of the present measurement period.

    Unit: commercial partner and company, with the first entry of the period. All who were drawn
    count, whether they were reached or not (intention to treat). Outcomes of the days after entry
    up to ``window_days``, or to the last run of the figures: whether there was a positive purchase,
    and the net value in company currency, cut at the 95th percentile of the buyers of both arms.
    Programs over several companies of different currencies show no value.
    """

    _inherit = "retention.program"

    treated_count = fields.Integer("Treated", compute="_compute_proof")
    held_out_count = fields.Integer("Held Out", compute="_compute_proof")
    left_out_count = fields.Integer(
        "Left Out", compute="_compute_proof", help="Merged from contacts of both arms."
    )
    treated_bought_rate = fields.Float("Bought, Treated", compute="_compute_proof")
    held_out_bought_rate = fields.Float("Bought, Held Out", compute="_compute_proof")
    bought_difference = fields.Float(compute="_compute_proof")
    bought_low = fields.Float(compute="_compute_proof")
    bought_high = fields.Float(compute="_compute_proof")
    proof_currency_id = fields.Many2one("res.currency", compute="_compute_proof")
    value_difference = fields.Monetary(
        "More Value per Customer", compute="_compute_proof", currency_field="proof_currency_id"
    )
    value_low = fields.Monetary(compute="_compute_proof", currency_field="proof_currency_id")
    value_high = fields.Monetary(compute="_compute_proof", currency_field="proof_currency_id")
    money_won = fields.Monetary(
        compute="_compute_proof",
        currency_field="proof_currency_id",
        help="More value per customer times treated customers; what the program costs stands apart.",
    )
    touched_treated_rate = fields.Float("Also in Other Programs, Treated", compute="_compute_proof")
    touched_held_out_rate = fields.Float(
        "Also in Other Programs, Held Out", compute="_compute_proof"
    )
    proof_state = fields.Selection(
        [
            ("none", "Nobody is held out"),
            ("few", "Too few to tell"),
            ("unclear", "Too few to tell: the difference may be chance"),
            ("clear", "The difference is not chance"),
        ],
        compute="_compute_proof",
    )

    def _compute_proof(self):
        for program in self:
            outcomes = program._get_outcomes()
            counts = {arm: len(outcomes[arm]) for arm in ARMS}
            program.update(
                {
                    **dict.fromkeys(program._PROOF_FIELDS, 0),
                    "treated_count": counts["treated"],
                    "held_out_count": counts["held_out"],
                    "left_out_count": len(outcomes["left_out"]),
                    "proof_currency_id": outcomes["currency"],
                    "proof_state": "few" if program.holdout_percent else "none",
                }
            )
            if all(counts.values()):
                program._set_proof(*(outcomes[arm] for arm in ARMS))

    _PROOF_FIELDS = (
        "treated_bought_rate",
        "held_out_bought_rate",
        "bought_difference",
        "bought_low",
        "bought_high",
        "value_difference",
        "value_low",
        "value_high",
        "money_won",
        "touched_treated_rate",
        "touched_held_out_rate",
    )

    def _set_proof(self, treated, held_out):
        """Fill the fields of the proof from the outcomes of both arms, at least one customer each."""
        bought = [sum(each["bought"] for each in arm) for arm in (treated, held_out)]
        rates = intervals.difference_of_rates(bought[0], len(treated), bought[1], len(held_out))
        self.update(
            {
                "treated_bought_rate": bought[0] / len(treated),
                "held_out_bought_rate": bought[1] / len(held_out),
                "bought_difference": rates.difference,
                "bought_low": rates.low,
                "bought_high": rates.high,
                "touched_treated_rate": sum(each["touched"] for each in treated) / len(treated),
                "touched_held_out_rate": sum(each["touched"] for each in held_out) / len(held_out),
            }
        )
        few = any(map(uplift.is_too_few, (len(treated), len(held_out)), bought))
        if few:
            return
        means = None
        if self.proof_currency_id:
            values = [[each["value"] for each in arm] for arm in (treated, held_out)]
            cap = uplift.cap_value(
                [each["value"] for each in (*treated, *held_out) if each["bought"]]
            )
            means = uplift.difference_of_means(
                *([min(each, cap) for each in arm] for arm in values)
            )
            self.update(
                {
                    "value_difference": means.difference,
                    "value_low": means.low,
                    "value_high": means.high,
                    "money_won": means.difference * len(treated),
                }
            )
        clear = (means or rates).is_clear
        self.proof_state = "clear" if clear else "unclear"

    def _get_outcomes(self):
        """Return ``{"treated", "held_out", "left_out", "currency"}``: lists of a dict per customer.

        A customer has ``bought`` (bool), ``value`` (float) and ``touched`` (bool: entered another
        program within the window).
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """WITH entry AS (
                          SELECT partner_id, company_id, MIN(date) AS date,
                                 ARRAY_AGG(DISTINCT arm) AS arms
                            FROM retention_enrollment
                           WHERE program_id = %(program)s AND period = %(period)s
                             AND arm IS NOT NULL AND company_id = ANY(%(companies)s)
                           GROUP BY partner_id, company_id),
                        measured AS (
                          SELECT entry.*, LEAST(entry.date + %(window)s, run.date) AS until
                            FROM entry
                            JOIN LATERAL (SELECT date FROM retention_run
                                           WHERE company_id = entry.company_id AND is_complete
                                           ORDER BY id DESC LIMIT 1) AS run ON TRUE)
                   SELECT measured.company_id, measured.arms,
                          COALESCE(BOOL_OR(purchase.is_counted), FALSE) AS bought,
                          COALESCE(SUM(purchase.amount), 0) AS value,
                          EXISTS (SELECT FROM retention_enrollment AS other
                                   WHERE other.partner_id = measured.partner_id
                                     AND other.program_id != %(program)s AND other.arm = 'treated'
                                     AND other.date BETWEEN measured.date AND measured.until
                                 ) AS touched
                     FROM measured
                     LEFT JOIN (%(purchases)s) AS purchase
                       ON purchase.partner_id = measured.partner_id
                      AND purchase.company_id = measured.company_id
                      AND purchase.date > measured.date AND purchase.date <= measured.until
                    GROUP BY measured.partner_id, measured.company_id, measured.arms,
                             measured.date, measured.until""",
                # A program that is not saved yet has nobody.
                program=self._origin.id or None,
                period=self.period,
                window=self.window_days,
                companies=self.env.companies.ids,
                purchases=self.env["retention.purchase"]._get_query(),
            )
        )
        outcomes = defaultdict(list)
        for row in rows:
            outcomes[row["arms"][0] if len(row["arms"]) == 1 else "left_out"].append(row)
        companies = self.env["res.company"].browse({row["company_id"] for row in rows})
        currencies = (companies or self.env.company).currency_id
        outcomes["currency"] = currencies if len(currencies) == 1 else self.env["res.currency"]
        return outcomes
