import logging
from datetime import timedelta
from time import monotonic

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report import customer_figures
from ..tools.ranks import fifth_positions, top_count
from ..tools.rhythm import company_gap

_logger = logging.getLogger(__name__)

# First half of the key of the lock that the daily run, the hourly run and the button share; the
# second half is the company.
LOCK = 7_286_104


class RetentionRun(models.Model):
    """One full run of a company's figures: when, how many, and the limits that held.

    The limits stand here because they belong to all customers of the company together: a light
    run and what is derived when read use those of the last complete run. Money is in the
    company's currency, ``date`` is today in the company's zone.
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
    duration = fields.Float("Seconds", readonly=True, aggregator="avg")
    error = fields.Text(readonly=True, help="Why the run failed; nothing was changed then.")
    with_events = fields.Boolean(
        readonly=True,
        help="Unset for the first run and the run after changed settings, an import of past "
        "purchases or merged contacts: what changes then did not happen that day.",
    )
    customer_count = fields.Integer("Customers", readonly=True)
    buyer_count = fields.Integer(
        "Bought This Year", readonly=True, help="Customers with a value of the last 365 days above 0."
    )
    changed_count = fields.Integer(
        "Rows Changed", readonly=True, help="Figures written, added or removed by the run."
    )
    company_gap_days = fields.Integer(
        "Usual Gap (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the days between purchases of customers with three purchase days or more.",
    )
    gold_limit = fields.Monetary(
        "Gold From", readonly=True, aggregator=None, help="Yearly value of the last gold customer."
    )
    best_not_gold = fields.Monetary(
        "Best Not Gold",
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
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(companies))
        new_errors = []
        for company in companies:
            new_errors += self._refresh_isolated(company)
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
        runs = self.search([("cron_progress_id", ">", finished.id), ("cron_progress_id", "<", current)])
        done = {(run.company_id, run.date) for run in runs}
        return (
            self.env["res.company"]
            .search([])
            .filtered(lambda company: (company, company._get_retention_today()) not in done)
        )

    @api.model
    def _refresh_isolated(self, company):
        """Refresh one company; roll it back alone where it fails, and note the error on its run.

        :return: the error with the company's name in a list, empty where there is none or where
            it is that of the run before
        """
        for last_try in (False, False, True):
            try:
                with self.env.cr.savepoint():
                    if not self._refresh(company):
                        _logger.info("Figures of company %s are being refreshed elsewhere", company.id)
                        self._trigger_later()
                return []
            except SerializationFailure as failure:
                # Somebody removed a customer meanwhile. Only a new transaction sees that.
                if not last_try:
                    self.env.cr.rollback()
                    continue
                error = failure
            except Exception as failure:  # one company must not stop the others
                error = failure
            _logger.warning("Figures of company %s failed", company.id, exc_info=error)
            return self._record_error(company, str(error).strip() or type(error).__name__)
        return []

    @api.model
    def _trigger_later(self):
        cron = self.env.ref("customer_retention.ir_cron_refresh_customers", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(fields.Datetime.now() + timedelta(minutes=5))

    @api.model
    def _record_error(self, company, message):
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
    # Button
    # ------------------------------------------------------------------

    @api.model
    def _refresh_now(self, company, partners):
        """Refresh the figures of ``partners`` in ``company`` for somebody who waits for them.

        :raise UserError: another run is at work on this company
        """
        if not self.sudo()._refresh(company, partners.commercial_partner_id):
            raise UserError(
                self.env._(
                    "The figures of %(company)s are being refreshed right now. Please look again "
                    "in a minute.",
                    company=company.name,
                )
            )

    # ------------------------------------------------------------------
    # One run
    # ------------------------------------------------------------------

    @api.model
    def _refresh(self, company, partners=None):
        """Write the figures of ``company`` and their events, in the present transaction.

        :param partners: commercial partners; only their figures are written then, with the limits
            of the last full run, and no run is logged. All customers by default, or where there
            is no full run yet.
        :return: False where another transaction is refreshing this company, and nothing was done
        :raise UserError: the company's time zone does not exist
        """
        company = company.sudo()
        company._get_retention_zone(strict=True)
        started = monotonic()
        self.env.flush_all()
        if not self._try_lock(company):
            return False
        last = self._get_last(company)
        fingerprint = self._get_fingerprint(company)
        settings = company._get_retention_settings()
        with_events = bool(last) and last.fingerprint == fingerprint
        if not last:
            partners = None
        self._set_up_session()
        partner_ids = None if partners is None else partners.ids
        self._create_totals(company, partner_ids)
        limits = self._get_limits(settings) if partners is None else last.limits
        changed = self._write_figures(company, settings, limits, with_events, partner_ids)
        if partners is None:
            self.create(
                {
                    **{name: limits[name] for name in self._LIMIT_COLUMNS},
                    "limits": limits,
                    "company_id": company.id,
                    "date": company._get_retention_today(),
                    "is_complete": True,
                    "duration": monotonic() - started,
                    "with_events": with_events,
                    "changed_count": changed,
                    "fingerprint": fingerprint,
                    "cron_progress_id": self.env.context.get("ir_cron_progress_id", 0),
                }
            )
        self.env["retention.customer"].invalidate_model()
        self.env["res.partner"].invalidate_model(self.env["res.partner"]._get_figure_names())
        return True

    @api.model
    def _try_lock(self, company):
        """Take the lock of ``company`` until the transaction ends; return False where another has it."""
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, company.id)
        )
        return locked

    @api.model
    def _get_last(self, company):
        """Return the last complete run of ``company``."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("is_complete", "=", True)], limit=1
        )

    @api.model
    def _get_fingerprint(self, company):
        """Return what figures depend on beside sales: settings, past purchases, merged contacts.

        A change of these moves figures without anything having happened to the customer, so that
        the run that first sees it writes no events.
        """
        settings = {name: str(value) for name, value in company._get_retention_settings().items()}
        settings["currency"] = company.currency_id.name
        settings["zone"] = str(company._get_retention_zone())
        [[count, amount, written]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*), SUM(company_amount)::text, MAX(write_date)::text
                     FROM retention_past_purchase WHERE company_id = %s""",
                company.id,
            )
        )
        [[merged]] = self.env.execute_query(
            SQL(
                "SELECT MAX(id) FROM retention_event WHERE company_id = %s AND type = 'merged'",
                company.id,
            )
        )
        return {"settings": settings, "past": [count, amount, written], "merged": merged}

    @api.model
    def _set_up_session(self):
        # Sorting millions of purchases on disk, or compiling a statement that runs once, costs
        # more than it saves. Both settings end with the transaction.
        self.env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        # In one transaction several companies may follow each other (tests, a button).
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS retention_total, retention_figure"))

    @api.model
    def _create_totals(self, company, partner_ids):
        today = company._get_retention_today()
        purchases = self.env["retention.purchase"]._get_query()
        cr = self.env.cr
        cr.execute(customer_figures.create_totals(purchases, company.id, today, partner_ids))
        cr.execute(SQL("ANALYZE retention_total"))

    @api.model
    def _get_limits(self, settings):
        """Return what follows from all customers together, as a dict that JSON can hold.

        ``customer_count``, ``buyer_count``, ``company_gap_days`` (int); ``gold_limit``,
        ``best_not_gold``, ``a_limit``, ``b_limit`` (exact amounts as text, None where nobody
        bought); ``recency``, ``frequency``, ``monetary`` (the four limits of each score as text).
        """
        query = self.env.execute_query
        [[customers, buyers, repeaters]] = query(customer_figures.select_counts())
        positions = fifth_positions(customers)

        def get_scores(value):
            at = dict(query(customer_figures.select_values_at(value, sorted(set(positions)))))
            return [at[position] for position in positions] if customers else []

        def get_top(percent):
            position = top_count(settings[percent], buyers)
            return query(customer_figures.select_top_value(position))[0][0] if buyers else None

        gold_limit = get_top("retention_gold_percent")
        a_limit, b_limit = get_top("retention_abc_a_percent"), None
        if settings["retention_abc_method"] == "pareto":
            [[a_limit, b_limit]] = query(
                customer_figures.select_pareto_limits(
                    settings["retention_pareto_a_percent"], settings["retention_pareto_b_percent"]
                )
            )
        middle = query(customer_figures.select_middle_gaps(repeaters)) if repeaters else []
        [[best_not_gold]] = query(customer_figures.select_best_below(gold_limit))
        return {
            "customer_count": customers,
            "buyer_count": buyers,
            "company_gap_days": company_gap(
                middle,
                repeaters,
                settings["retention_gap_min_customers"],
                settings["retention_gap_default_days"],
            ),
            "gold_limit": gold_limit,
            "best_not_gold": best_not_gold,
            "a_limit": a_limit,
            "b_limit": b_limit,
            "recency": get_scores(SQL("last_purchase_date")),
            "frequency": get_scores(SQL("purchase_days")),
            "monetary": get_scores(SQL("value_year + value_year_1")),
        }

    @api.model
    def _write_figures(self, company, settings, limits, with_events, partner_ids):
        """Bring the table of figures to what ``retention_total`` says; return the rows changed."""
        cr = self.env.cr
        today = company._get_retention_today()
        losses = self.env["retention.customer"]._get_loss_query()
        cr.execute(customer_figures.create_figures(losses, company, today, settings, limits))
        cr.execute(SQL("ANALYZE retention_figure"))
        if with_events:
            cr.execute(customer_figures.insert_events(company.id, today, partner_ids))
        changed = 0
        for statement in (
            customer_figures.update_customers(company.id),
            customer_figures.insert_customers(company.id),
            customer_figures.delete_customers(company.id, partner_ids),
        ):
            cr.execute(statement)
            changed += cr.rowcount
        return changed
