from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.isolated import isolated

# How far back the scheduled action looks: what is known later than that is no news any more.
RECORDED_DAYS = 30


class RetentionEvent(models.Model):
    """How events are collected and recorded: one collector a type, a row once, as often as it runs."""

    _inherit = "retention.event"

    # What a collector _get_<type>_events(company, since, until) yields, as columns of an SQL
    # query: one row per event of the days since to until, both included, in the company's zone.
    # It only reads, and returns what has been recorded already, too.
    _COLLECTED = (
        "key",
        "date",
        "partner_id",
        "related_partner_id",
        "contact_id",
        "res_model",
        "res_id",
    )

    @api.model
    def _get_recorded_types(self):
        """Return the types that the scheduled action records. Hook: types that have a collector."""
        return []

    @api.model
    def _cron_record_events(self):
        """Record the events of the last days of every company, each in a transaction of its own."""
        companies = self.env["res.company"].search([])
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(companies))
        failed = self.env["res.company"]
        for company in companies:
            failed |= isolated(company, self._record_recent, "Record events").failed
            if not commit_progress(1):
                break
        if failed:
            raise UserError(
                self.env._(
                    "Events could not be recorded for: %(companies)s. The log says why.",
                    companies=", ".join(failed.mapped("name")),
                )
            )

    @api.model
    def _record_recent(self, company):
        """Record the events of the last days of ``company``."""
        until = company._get_retention_today()
        since = until - timedelta(days=RECORDED_DAYS)
        self._record(company, self._get_recorded_types(), since, until)

    @api.model
    def _record(self, company, types, since, until):
        """Record the events of ``types`` of the days ``since`` to ``until``, both included, once.

        :param types: event types that have a collector
        :return: the events that were new
        """
        self.env.flush_all()
        new = self.browse()
        for each in types:
            collector = self._get_collector(each)(company, since, until)
            new |= self._insert_new(
                company, SQL("SELECT %s AS type, event.* FROM (%s) AS event", each, collector)
            )
        return new

    @api.model
    def _insert_new(self, company, collected):
        """Record the rows of ``collected``, a type and the columns of a collector; return the new ones."""
        columns = SQL(", ").join(SQL.identifier(name) for name in ("type", *self._COLLECTED))
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO retention_event (company_id, %(columns)s)
                   SELECT %(company)s, %(columns)s
                     FROM (%(collected)s) AS event
                    ORDER BY date, key
                       ON CONFLICT (company_id, type, key) DO NOTHING
                RETURNING id""",
                columns=columns,
                company=company.id,
                collected=collected,
            )
        )
        return self.browse(row_id for (row_id,) in rows)

    @api.model
    def _replay(self, company, types, since, until):
        """Return what :meth:`_record` would look at, in order of days, without recording anything.

        :return: a list of dicts with ``type`` and the columns of a collector
        """
        self.env.flush_all()
        columns = SQL(", ").join(SQL.identifier(name) for name in self._COLLECTED)
        events = []
        for each in types:
            collector = self._get_collector(each)(company, since, until)
            rows = self.env.execute_query(SQL("SELECT %s FROM (%s) AS event", columns, collector))
            events += [
                {"type": each, **dict(zip(self._COLLECTED, row, strict=True))} for row in rows
            ]
        return sorted(events, key=lambda event: (event["date"], event["type"], event["key"]))

    @api.model
    def _get_collector(self, event_type):
        return getattr(self, f"_get_{event_type}_events")
