import logging
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from odoo import api, models
from odoo.tools import SQL

from ...sql import customer_figures, customer_totals

_logger = logging.getLogger(__name__)

# First half of the key of the lock that the daily run, the hourly run and the button share; the
# second half is the company.
LOCK = 7_286_104
# A document carries the time its transaction started, and becomes visible when that ended.
HOURLY_OVERLAP = timedelta(hours=1)
NIGHTLY_OVERLAP = timedelta(days=1)
FULL_COUNT_DAYS = 7


@dataclass
class Work:
    """What one refresh of a company works with."""

    company: models.BaseModel
    today: date
    settings: dict
    fingerprint: dict
    last: models.BaseModel
    with_events: bool
    started: float


class RetentionRun(models.Model):
    """How the figures of a company are refreshed: all, those of a night, or some customers.

    Every way takes the company's lock, counts purchases into a temporary table
    (``sql/customer_totals.py``), and lets the same statements (``sql/customer_figures.py``) write what differs, with its events, in the present
    transaction. Nothing else is written.
    """

    _inherit = "retention.run"

    # From this number of customers on, a night counts only those who changed. Below it a full
    # count takes about a second.
    _INCREMENTAL_FROM = 10_000
    # With fewer customers the limits of the last full run say little: whoever comes moves them all.
    _FEW = 20

    @api.model
    def _refresh(self, company, partners=None):
        """Write the figures of ``company`` and their events.

        :param partners: commercial partners; only their figures are written then, with the limits
            of the last run over all, and no run is logged. All customers by default, or where
            there is no such run yet.
        :return: False where another transaction is refreshing this company, and nothing was done
        :raise UserError: the company's time zone does not exist
        """
        work = self._begin(company)
        if not work:
            return False
        if partners is None or not work.last:
            self._refresh_all(work)
        else:
            self._refresh_some(work, partners.ids)
        return True

    @api.model
    def _refresh_changed(self, company):
        """Write the figures of customers whose purchases were written since the last run; as _refresh."""
        work = self._begin(company)
        if not work:
            return False
        if not work.last:
            self._refresh_all(work)
            return True
        partner_ids = self._get_changed_partner_ids(
            work, work.last.changed_until - HOURLY_OVERLAP, crossed=[]
        )
        if self._is_outgrown(work, partner_ids):
            self._refresh_all(work)
            return True
        if partner_ids:
            self._refresh_some(work, partner_ids)
        work.last.changed_until = self.env.cr.now()
        return True

    @api.model
    def _is_outgrown(self, work, partner_ids):
        """Return whether the limits of the last full run do not fit the customers of now any more.

        The settings are others, or it knew few customers, or less than half of those there are now:
        after an import into an empty database all would be of class C until the next night.
        """
        last = work.last
        if last.fingerprint.get("settings") != work.fingerprint["settings"]:
            return True
        if not partner_ids:
            return False
        [[known]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM (
                          SELECT partner_id FROM retention_customer WHERE company_id = %s
                           UNION
                          SELECT UNNEST(%s::int[])) AS customer""",
                work.company.id,
                partner_ids,
            )
        )
        return last.customer_count < self._FEW or 2 * last.customer_count < known

    @api.model
    def _refresh_night(self, company):
        """Write the figures of all customers, counting only what changed where that suffices; as _refresh.

        Limits, scores and status are those of all customers every night. Counting anew is needed
        for customers whose purchases were written, entered a window or left one since the last
        run. Each week everything is counted once more; a difference is repaired and logged.
        """
        work = self._begin(company)
        if not work:
            return False
        last = work.last
        if (
            last.customer_count < self._INCREMENTAL_FROM
            or last.fingerprint != work.fingerprint
            or last.date > work.today
        ):
            self._refresh_all(work)
            return True
        crossed = [
            (last.date - timedelta(days=days), work.today - timedelta(days=days))
            for days in (0, *customer_totals.WINDOW_DAYS)
        ]
        partner_ids = self._get_changed_partner_ids(
            work, last.create_date - NIGHTLY_OVERLAP, crossed
        )
        run = self._refresh_all(work, partner_ids)
        full = self.search(
            [("company_id", "=", company.id), ("is_complete", "=", True), ("is_full", "=", True)],
            limit=1,
        )
        if not full or (work.today - full.date).days >= FULL_COUNT_DAYS:
            self._check_against_full_count(work, run)
        return True

    @api.model
    def _begin(self, company):
        """Take the lock of ``company`` and return the Work, or None where another has the lock."""
        company = company.sudo()
        company._get_retention_zone(strict=True)
        started = monotonic()
        self.env.flush_all()
        if not self._lock(company):
            return None
        last = self._get_last(company)
        fingerprint = self._get_fingerprint(company)
        self._set_work_memory()
        return Work(
            company=company,
            today=company._get_retention_today(),
            settings=company._get_retention_settings(),
            fingerprint=fingerprint,
            last=last,
            with_events=bool(last) and last.fingerprint == fingerprint,
            started=started,
        )

    @api.model
    def _lock(self, company):
        """Take the lock of ``company`` to the end of the transaction; return False where another has it."""
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, company.id)
        )
        return locked

    @api.model
    def _set_work_memory(self):
        """Let the statements of this transaction go through all purchases quickly.

        Sorting millions of them on disk, or compiling a statement that runs once, costs more than
        it saves.
        """
        self.env.cr.execute(
            SQL("SELECT SET_CONFIG('work_mem', '256MB', TRUE), SET_CONFIG('jit', 'off', TRUE)")
        )

    @api.model
    def _refresh_all(self, work, changed_partner_ids=None):
        """Write the figures of all customers and return the run.

        :param changed_partner_ids: count the purchases of these only, and carry the totals of the
            others; all are counted by default
        """
        self._create_totals(work, changed_partner_ids)
        if changed_partner_ids is not None:
            self.env.cr.execute(customer_totals.carry_totals(work.company.id, changed_partner_ids))
        limits = self._get_limits(work.settings)
        changed = self._write_figures(work, limits)
        return self.create(
            {
                **{name: limits[name] for name in self._LIMIT_COLUMNS},
                "limits": limits,
                "company_id": work.company.id,
                "date": work.today,
                "is_complete": True,
                "is_full": changed_partner_ids is None,
                "duration": monotonic() - work.started,
                "with_events": work.with_events,
                "changed_count": changed,
                "changed_until": self.env.cr.now(),
                "fingerprint": work.fingerprint,
                "cron_progress_id": self.env.context.get("ir_cron_progress_id", 0),
            }
        )

    @api.model
    def _refresh_some(self, work, partner_ids):
        """Write the figures of these commercial partners with the limits of the last run over all."""
        self._create_totals(work, partner_ids)
        self._write_figures(work, work.last.limits, partner_ids)

    @api.model
    def _check_against_full_count(self, work, run):
        """Count all purchases after a night that did not, repair what differs, and log it as an error."""
        self._create_totals(work)
        limits = self._get_limits(work.settings)
        work.with_events = False
        differences = self._write_figures(work, limits)
        run.write(
            {
                **{name: limits[name] for name in self._LIMIT_COLUMNS},
                "limits": limits,
                "is_full": True,
                "difference_count": differences,
                "duration": monotonic() - work.started,
            }
        )
        if differences:
            _logger.error(
                "The weekly full count of company %s repaired the figures of %s customers",
                work.company.id,
                differences,
            )

    @api.model
    def _get_changed_partner_ids(self, work, since, crossed):
        queries = self.env["retention.purchase"]._get_changed_queries(since, crossed)
        changes = SQL(" UNION ALL ").join(
            SQL("SELECT partner_id, company_id FROM (%s) AS written", query)
            for query in queries.values()
        )
        rows = self.env.execute_query(
            customer_totals.select_changed(changes, work.company.id, since)
        )
        return [partner_id for (partner_id,) in rows]

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
    def _create_totals(self, work, partner_ids=None):
        purchases = self.env["retention.purchase"]._get_query()
        cr = self.env.cr
        # In one transaction several companies may follow each other (tests, a button).
        cr.execute(SQL("DROP TABLE IF EXISTS retention_total, retention_figure"))
        cr.execute(
            customer_totals.create_totals(purchases, work.company.id, work.today, partner_ids)
        )
        cr.execute(SQL("ANALYZE retention_total (partner_id)"))

    @api.model
    def _write_figures(self, work, limits, partner_ids=None):
        """Bring the table of figures to what ``retention_total`` says; return the rows changed.

        :param limits: see :meth:`_get_limits`
        :param partner_ids: the partners that ``retention_total`` is about; all by default
        """
        cr = self.env.cr
        company = work.company
        losses = self.env["retention.customer"]._get_loss_query()
        cr.execute(
            customer_figures.create_figures(
                losses, company, work.today, work.settings, limits, partner_ids
            )
        )
        cr.execute(SQL("ANALYZE retention_figure (customer_id)"))
        if work.with_events:
            cr.execute(customer_figures.insert_events(company.id, work.today))
        changed = 0
        for statement in (
            customer_figures.update_customers(),
            customer_figures.insert_customers(company.id),
            customer_figures.delete_customers(),
        ):
            cr.execute(statement)
            changed += cr.rowcount
        self._after_figures(company, partner_ids)
        return changed

    @api.model
    def _after_figures(self, company, partner_ids):
        """Bring up to date what follows from the figures of ``company``, in their transaction.

        Hook: called once by every run, full and light, and by the button.

        :param partner_ids: ids of the customers counted; None means all
        """
        self.env["retention.customer"].invalidate_model()
        Partner = self.env["res.partner"]
        Partner.invalidate_model(Partner._get_figure_names())
