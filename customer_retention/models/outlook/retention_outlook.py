from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ...sql import outlook_snapshots
from ...tools import outlook
from ...tools.regression import NotConverged
from ..common.sql_field import sql_field

HORIZONS = (90, 365)
# Nobody is learnt from but so many customers of a day.
MOST_CUSTOMERS = 20_000
# So many days what was learnt is believed; it is learnt anew each week.
BELIEVED_DAYS = 28
STATES = [
    ("ok", "In use"),
    ("few", "Too few data"),
    ("worse", "No better than recency"),
    ("stale", "Out of date"),
]


class RetentionOutlook(models.Model):
    """What one company learnt of its past at one time, for one horizon, and how it was tried out.

    Written by the weekly action alone; the latest of a company and horizon counts. It has the
    coefficients of ``tools/outlook.py``, out of which the figures of each customer are worked out
    when read (``retention_customer.py``): nothing is stored per customer. Where something speaks
    against it, ``state`` says what, and there are no figures. Money is untaxed, in the company's
    currency; days are those of the company's zone.

    *Learning.* Customers as they were known one horizon ago, and what they bought since. *Trying
    out.* The same learnt two horizons ago, said of one horizon ago, held against what came
    (``trial``, see :class:`tools.outlook.Trial`). No better than the last purchase alone: not used.
    """

    _name = "retention.outlook"
    _description = "Outlook"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Learnt On", required=True, readonly=True)
    horizon = fields.Selection(
        [("90", "90 days"), ("365", "12 months")], required=True, readonly=True
    )
    result = fields.Selection(
        [state for state in STATES if state[0] != "stale"], required=True, readonly=True
    )
    refusal = fields.Json(
        readonly=True, help="Why it is not used: reason, number, and number needed."
    )
    weights = fields.Json(readonly=True, help="What was learnt, see tools/outlook.py.")
    trial = fields.Json(readonly=True, help="How it was tried out, see tools/outlook.py.")
    state = sql_field(
        fields.Selection,
        STATES,
        compute="_compute_state",
        help="Figures are shown only of one that is in use.",
    )

    _learnt_check = models.Constraint(
        "CHECK(result = 'few' OR (weights IS NOT NULL AND trial IS NOT NULL))",
        "What is not refused for too few data has been learnt and tried out.",
    )
    _latest_idx = models.Index("(company_id, horizon, id DESC)")

    # ------------------------------------------------------------------
    # State
    # ------------------------------------------------------------------

    @api.depends("result", "date", "company_id")
    def _compute_state(self):
        for learning in self:
            learning.state = self._get_state(
                learning.result, learning.date, learning.company_id._get_retention_today()
            )

    @api.model
    def _get_state(self, result, learnt, today):
        is_old = result == "ok" and (today - learnt).days > BELIEVED_DAYS
        return "stale" if is_old else result

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "state":
            return super()._field_to_sql(alias, field_expr, query)
        Customer = self.env["retention.customer"]
        result, date, company = (
            SQL.identifier(alias, name, to_flush=self._fields[name])
            for name in ("result", "date", "company_id")
        )
        return SQL(
            "CASE WHEN %(result)s = 'ok' AND %(today)s - %(date)s > %(days)s"
            " THEN 'stale' ELSE %(result)s END",
            result=result,
            date=date,
            today=Customer._get_today_sql(company),
            days=BELIEVED_DAYS,
        )

    # ------------------------------------------------------------------
    # The latest
    # ------------------------------------------------------------------

    @api.model
    def _get_latest(self, company, horizon):
        """Return the latest outlook of ``company`` for ``horizon`` days, as superuser."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("horizon", "=", str(horizon))], limit=1
        )

    @api.model
    def _get_learnt(self, company, horizon):
        """Return what is in use, see :meth:`_get_known`, or None where nothing is."""
        known = self._get_known(company, horizon)
        return known if known and known["state"] == "ok" else None

    @api.model
    def _get_known(self, company, horizon):
        """Return the latest outlook as a dict: its fields, and ``state`` of today; None without one.

        From the registry's cache: every contact and every list of customers asks for it.
        """
        found = self._get_cached(company.id, str(horizon))
        if not found:
            return None
        today = company._get_retention_today()
        return {**found, "state": self._get_state(found["result"], found["date"], today)}

    @api.model
    @tools.ormcache("company_id", "horizon")
    def _get_cached(self, company_id, horizon):
        latest = self._get_latest(self.env["res.company"].browse(company_id), horizon)
        names = ("date", "horizon", "result", "refusal", "weights", "trial")
        return {name: latest[name] for name in names} if latest else None

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        self.env.registry.clear_cache()
        return created

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------------
    # Learning
    # ------------------------------------------------------------------

    @api.model
    def _cron_learn_outlook(self):
        """Learn the past of every company anew, each in a transaction of its own.

        A company that fails is rolled back alone and logged; what it learnt before stays in use
        until it is out of date. Stopped half-way, the next start goes on with those left.
        """
        companies = self.env["res.company"].search([])
        due = companies.filtered(
            lambda company: (
                self._get_latest(company, HORIZONS[0]).date != company._get_retention_today()
            )
        )
        due = due or companies
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(due))
        cron = "customer_retention.ir_cron_learn_outlook"
        for company in due:
            self.env["retention.run"]._refresh_isolated(company, self._learn, cron)
            if not commit_progress(1):
                break

    @api.model
    def _learn(self, company):
        """Learn the past of ``company`` for all horizons, and write one row for each.

        :return: False where another transaction has the company's lock, and nothing was done
        :raise UserError: the company's time zone does not exist
        """
        company = company.sudo()
        company._get_retention_zone(strict=True)
        Run = self.env["retention.run"]
        self.env.flush_all()
        if not Run._lock(company):
            return False
        Run._set_work_memory()
        today = company._get_retention_today()
        since, quiet = self._get_span(company, today)
        waiting = {horizon: outlook.get_span_refusal(since, quiet, horizon) for horizon in HORIZONS}
        snapshots = self._get_snapshots(
            company, today, [horizon for horizon, refusal in waiting.items() if not refusal]
        )
        self.create(
            [
                {
                    "company_id": company.id,
                    "date": today,
                    "horizon": str(horizon),
                    **self._prepare_values(refusal, snapshots, today, horizon),
                }
                for horizon, refusal in waiting.items()
            ]
        )
        return True

    @api.model
    def _get_span(self, company, today):
        """Return the days since the first and since the last purchase day of all customers."""
        [[first, last]] = self.env.execute_query(
            SQL(
                """SELECT MIN(first_purchase_date), MAX(last_purchase_date)
                     FROM retention_customer WHERE company_id = %s""",
                company.id,
            )
        )
        return ((today - first).days, (today - last).days) if first else (0, 0)

    @api.model
    def _get_snapshots(self, company, today, horizons):
        """Return ``{day: [Known]}`` for the days one and two of ``horizons`` ago."""
        cuts = [
            (today - timedelta(days=back * horizon), today - timedelta(days=(back - 1) * horizon))
            for horizon in horizons
            for back in (1, 2)
        ]
        snapshots = defaultdict(list)
        if cuts:
            query = outlook_snapshots.select_snapshots(
                self.env["retention.purchase"]._get_query(),
                company.id,
                cuts,
                company._get_retention_settings(),
                MOST_CUSTOMERS,
            )
            for day, *values in self.env.execute_query(query):
                snapshots[day].append(outlook.Known(*values))
        return snapshots

    @api.model
    def _prepare_values(self, refusal, snapshots, today, horizon):
        """Return what was learnt as values of a row."""
        before, after = (snapshots[today - timedelta(days=each * horizon)] for each in (2, 1))
        if not refusal:
            buyers = sum(known.bought for known in before)
            refusal = outlook.get_size_refusal(len(before), buyers)
        if refusal:
            return {"result": "few", "refusal": refusal}
        try:
            learnt, earlier = outlook.learn(after), outlook.learn(before)
            trial = outlook.try_out(earlier, after)
        except NotConverged:
            return {"result": "few", "refusal": ("unsettled", 0, 0)}
        is_worse = trial.auc < trial.recency_auc
        return {
            "result": "worse" if is_worse else "ok",
            "weights": asdict(learnt),
            "trial": asdict(trial),
        }
