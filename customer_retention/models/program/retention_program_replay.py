from collections import namedtuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

NEXT_DAYS = 30
BATCH = 500

# An event that was, or is about to be: nothing of it is recorded for a preview.
Occasion = namedtuple(
    "Occasion", "date partner_id contact_id res_model res_id", defaults=(False, False, False)
)


class RetentionProgram(models.Model):
    """Which events a program would have taken up, and will; nothing is written."""

    _inherit = "retention.program"

    def _get_past_events(self, company, since, until):
        """Return the events of these days as a list of :data:`Occasion`, in order of days."""
        Event = self.env["retention.event"]
        if hasattr(Event, f"_get_{self.event_type}_events"):
            found = Event._replay(company, [self.event_type], since, until)
            occasions = [Occasion(*(each[name] for name in Occasion._fields)) for each in found]
            return self._filter_large(occasions, company, since, until)
        events = Event.search(
            self._get_event_domain()
            & Domain("type", "=", self.event_type)
            & Domain("company_id", "=", company.id)
            & Domain("date", ">=", since)
            & Domain("date", "<=", until),
            order="date, id",
        )
        return [
            Occasion(each.date, each.partner_id.id, each.contact_id.id, each.res_model, each.res_id)
            for each in events
        ]

    def _filter_large(self, occasions, company, since, until):
        """Return those whose purchase is large enough for this program; all where it does not ask."""
        if self.event_type != "purchase" or not self.min_amount:
            return occasions
        large = self.env["retention.purchase"].search(
            [
                ("company_id", "=", company.id),
                ("date", ">=", since),
                ("date", "<=", until),
                ("amount", ">=", self.min_amount),
            ]
        )
        documents = {(each.res_model, each.res_id) for each in large}
        return [each for each in occasions if (each.res_model, each.res_id) in documents]

    def _get_next_events(self, company, today):
        """Return the events of the next 30 days like the past ones, None where they are not known."""
        until = fields.Date.add(today, days=NEXT_DAYS)
        if self._get_event_traits().is_dated:
            return self._get_past_events(company, fields.Date.add(today, days=1), until)
        if self.event_type == "status" and self.status_to in ("late", "silent", "lost"):
            return self._get_crossings(company, today, until)
        return None

    def _get_crossings(self, company, today, until):
        """Return who becomes late, silent or lost by ``until`` if nobody buys.

        Late by a factor is the first day on which the days since the last purchase exceed that
        many times the expected gap; lost is a fixed number of days.
        """
        run = self.env["retention.run"]._get_last(company)
        settings = company._get_retention_settings()
        factor = {
            "late": settings["retention_active_factor"],
            "silent": settings["retention_silent_factor"],
        }.get(self.status_to)
        if factor is None:
            crossing = SQL("last_purchase_date + %s", settings["retention_lost_days"])
        else:
            crossing = SQL(
                """last_purchase_date + 1 + FLOOR(
                       %(factor)s * (%(weight)s * %(gap)s + last_purchase_date - first_purchase_date)
                       / (%(weight)s + purchase_days - 1))::int""",
                factor=factor,
                weight=settings["retention_gap_weight"],
                gap=run.company_gap_days,
            )
        before = {"late": ("new", "active", "won_back"), "silent": ("late",), "lost": ("silent",)}
        status_from = [self.status_from] if self.status_from else [*before[self.status_to]]
        rows = self.env.execute_query(
            SQL(
                """SELECT crossing, partner_id
                     FROM (SELECT partner_id, status, %(crossing)s AS crossing
                             FROM retention_customer WHERE company_id = %(company)s) AS customer
                    WHERE crossing > %(today)s AND crossing <= %(until)s
                      AND status = ANY(%(status)s)
                    ORDER BY crossing, partner_id""",
                crossing=crossing,
                company=company.id,
                today=today,
                until=until,
                status=status_from,
            )
        )
        return [Occasion(day, partner_id) for day, partner_id in rows]

    def _get_planned(self, company):
        """Return the follow-ups of this program that are planned already, as ``[(day, partner, user)]``.

        Those that the reader may see; the records are the superuser's.
        """
        until = fields.Date.add(company._get_retention_today(), days=NEXT_DAYS)
        planned = self.env["retention.followup"].search(
            [
                ("program_id", "=", self.id),
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("date_due", "<=", until),
            ]
        )
        nobody = self.env["res.users"].sudo()
        return [(each.date_due, each.partner_id, nobody) for each in planned.sudo()]

    def _get_document_users(self, occasions):
        """Return the salesperson of the document of each occasion that has one, ``{occasion: user}``."""
        Event = self.env["retention.event"]
        users = {}
        for batch in split_every(BATCH, (each for each in occasions if each.res_id), list):
            events = Event.concat(
                *(Event.new({"res_model": each.res_model, "res_id": each.res_id}) for each in batch)
            )
            users.update(
                (each, event._get_document_user())
                for each, event in zip(batch, events, strict=True)
            )
        return users
