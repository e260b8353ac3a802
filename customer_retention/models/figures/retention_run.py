import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..common.groups import MANAGER

_logger = logging.getLogger(__name__)


class RetentionRun(models.Model):
    """One run over all customers of a company: when, how many, and the limits that held.

    The limits stand here because they belong to all customers of the company together: a light
    run and what is derived when read use those of the last complete run. Money is in the
    company's currency, ``date`` is today in the company's zone, ``create_date`` the start of the
    run's transaction. The work itself stands in ``retention_refresh.py``.
    """

    _name = "retention.run"
    _description = "Run of Customer Figures"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    is_complete = fields.Boolean(readonly=True, help="Unset where the run ended in an error.")
    is_full = fields.Boolean(
        "Full Count",
        readonly=True,
        help="Set where the purchases of all customers were counted. Other nights count those of "
        "customers who changed, and a full count each week checks them.",
    )
    difference_count = fields.Integer(
        "Differences",
        readonly=True,
        help="Figures that the weekly full count found different from those of the nights before, "
        "and repaired.",
    )
    changed_until = fields.Datetime(
        readonly=True,
        help="Purchases written until then are in the figures (light runs move it on).",
    )
    duration = fields.Float("Seconds", readonly=True, aggregator="avg")
    error = fields.Text(readonly=True, help="Why the run failed; nothing was changed then.")
    with_events = fields.Boolean(
        readonly=True,
        help="Unset for the first run and the run after changed settings, an import of past "
        "purchases or merged contacts: what changes then did not happen that day.",
    )
    customer_count = fields.Integer("Customers", readonly=True)
    buyer_count = fields.Integer(
        "Bought This Year",
        readonly=True,
        help="Customers with a value of the last 365 days above 0.",
    )
    changed_count = fields.Integer(
        "Rows Changed", readonly=True, help="Figures written, added or removed by the run."
    )
    company_gap_days = fields.Integer(
        "Usual Purchase Interval (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the days between purchases of customers with three purchase days or more.",
    )
    gold_limit = fields.Monetary(
        "Gold From", readonly=True, aggregator=None, help="Yearly value of the last gold customer."
    )
    best_not_gold = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="Yearly value of the best customer who is not gold.",
    )
    a_limit = fields.Monetary(
        "Class A From", readonly=True, aggregator=None, help="Smallest yearly value of class A."
    )
    b_limit = fields.Monetary(
        "Class B From",
        readonly=True,
        aggregator=None,
        help="Smallest yearly value of class B, with the Pareto method.",
    )
    cron_progress_id = fields.Integer(
        readonly=True, aggregator=None, help="Start of the scheduled action that made this run."
    )
    limits = fields.Json(
        readonly=True, help="All limits as exact texts, with the four of each score."
    )
    fingerprint = fields.Json(
        readonly=True, help="Settings and past purchases at the time of the run, to see changes."
    )

    # The limits that have a column of their own, for people and for figures derived in SQL.
    _LIMIT_COLUMNS = (
        "customer_count",
        "buyer_count",
        "company_gap_days",
        "gold_limit",
        "best_not_gold",
        "a_limit",
        "b_limit",
    )

    _company_complete_idx = models.Index("(company_id, id DESC) WHERE is_complete")

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh_customers(self):
        """Refresh the figures of every company, each in a transaction of its own.

        A company that fails is rolled back alone, its error stands on its run, and the others go
        on. The job ends in error only where an error is new: failing every night for the same
        reason would make Odoo switch the job off, for all companies. Stopped half-way, the next
        start goes on with the companies left.
        """
        companies = self._get_companies_due()
        cron = "customer_retention.ir_cron_refresh_customers"
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(companies))
        new_errors = []
        for company in companies:
            error = self._refresh_isolated(company, self._refresh_night, cron)
            new_errors += self._record_error(company, error) if error else []
            if not commit_progress(1):
                break
        if new_errors:
            raise UserError("\n".join(new_errors))

    @api.model
    def _get_companies_due(self):
        """Return the companies that have no run of today since the job last came to its end."""
        Progress = self.env["ir.cron.progress"].sudo()
        current = self.env.context.get("ir_cron_progress_id", 0)
        finished = Progress.search(
            [
                ("cron_id", "=", self.env.context.get("cron_id")),
                ("id", "<", current),
                ("remaining", "=", 0),
            ],
            order="id desc",
            limit=1,
        )
        # Of this action only, and of starts that are there still: another one has progress rows, too.
        started = Progress.search(
            [
                ("cron_id", "=", self.env.context.get("cron_id")),
                ("id", ">", finished.id or 0),
                ("id", "<", current),
            ]
        )
        runs = self.search([("cron_progress_id", "in", started.ids)])
        done = {(run.company_id, run.date) for run in runs}
        return (
            self.env["res.company"]
            .search([])
            .filtered(lambda company: (company, company._get_retention_today()) not in done)
        )

    @api.model
    def _cron_refresh_changed(self):
        """Refresh customers whose purchases were written since the last run, company by company.

        Where the time does not suffice, the next start begins with the companies left. Errors are
        logged only: the daily run meets them too, and records them.
        """
        companies = self.env["res.company"].search([])
        companies = companies.sorted(
            lambda company: self._get_last(company).changed_until or fields.Datetime.now()
        )
        cron = "customer_retention.ir_cron_refresh_changed"
        commit_progress = self.env["ir.cron"]._commit_progress
        for company in companies:
            self._refresh_isolated(company, self._refresh_changed, cron)
            if not commit_progress(1, remaining=0):
                break

    @api.model
    def _refresh_isolated(self, company, refresh, cron):
        """Call ``refresh(company)``, rolled back alone where it fails.

        :param refresh: returns False where another transaction is refreshing the company; the
            scheduled action ``cron`` (its external id) is then started again some minutes later
        :return: the error as a text, empty where there is none
        """
        for last_try in (False, False, True):
            try:
                with self.env.cr.savepoint():
                    if not refresh(company):
                        _logger.info(
                            "Figures of company %s are being refreshed elsewhere", company.id
                        )
                        at = fields.Datetime.now() + timedelta(minutes=5)
                        self.env.ref(cron).sudo()._trigger(at)
                return ""
            except SerializationFailure as failure:
                # Somebody removed a customer meanwhile. Only a new transaction sees that.
                error = failure
                if not last_try:
                    self.env.cr.rollback()
                    continue
            except Exception as failure:  # one company must not stop the others
                error = failure
            _logger.warning("Figures of company %s failed", company.id, exc_info=error)
            return str(error).strip() or type(error).__name__

    @api.model
    def _record_error(self, company, message):
        """Note on a run of ``company`` why it failed; return it in a list if it is a new error."""
        before = self.search([("company_id", "=", company.id)], limit=1)
        self.create(
            {
                "company_id": company.id,
                "date": company._get_retention_today(),
                "error": message,
                "cron_progress_id": self.env.context.get("ir_cron_progress_id", 0),
            }
        )
        return [] if before.error == message else [f"{company.name}: {message}"]

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_count_now(self):
        """Count all customers of the current company now, and say how many there are.

        For sales managers, whenever they wish: the scheduled action does the same at night.

        :raise AccessError: the user is no sales manager
        :raise UserError: another run is at work on this company
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("All customers are counted by sales managers."))
        company = self.env.company
        if not self.sudo()._refresh(company):
            self._raise_busy(company)
        run = self.sudo()._get_last(company)
        if run.customer_count:
            message = self.env._(
                "%(customers)s customers counted in %(seconds)s seconds.",
                customers=run.customer_count,
                seconds=f"{run.duration:.1f}",
            )
        else:
            message = self.env._(
                "Nobody has bought yet. Import past purchases, or check under Settings what counts."
            )
        return self._notify(message, {"type": "ir.actions.client", "tag": "soft_reload"})

    @api.model
    def _refresh_now(self, company, partners):
        """Refresh the figures of ``partners`` in ``company`` for somebody who waits for them.

        :return: the action that tells them so, and shows the figures
        :raise UserError: another run is at work on this company
        """
        if not self.sudo()._refresh(company, partners.commercial_partner_id):
            self._raise_busy(company)
        message = self.env._("Purchases counted again: the figures are up to date.")
        # Without closing it, the form would go on showing the figures of before.
        return self._notify(message, {"type": "ir.actions.act_window_close"})

    @api.model
    def _raise_busy(self, company):
        raise UserError(
            self.env._(
                "The figures of %(company)s are being refreshed right now. Please look again in a "
                "minute.",
                company=company.name,
            )
        )

    @api.model
    def _notify(self, message, following):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": following,
            },
        }
