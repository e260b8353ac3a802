from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...tools import arms


class RetentionProgram(models.Model):
    """Which events a program takes up, of whom, and into which arm."""

    _inherit = "retention.program"

    @api.model
    def _is_running_for(self, event_type, company):
        """Return whether some program takes up events of this type in ``company`` at present."""
        return bool(
            self.sudo().search_count(
                [
                    ("state", "=", "running"),
                    ("event_type", "=", event_type),
                    ("company_id", "in", (False, company.id)),
                ],
                limit=1,
            )
        )

    def _is_welcome(self):
        """Return whether this program is for new customers, whom nobody greets twice."""
        self.ensure_one()
        return self.event_type == "first_purchase" or (
            self.event_type == "status" and self.status_to == "new"
        )

    def _get_event_domain(self):
        """Return the domain of the events that this program takes up, those of its activation apart."""
        self.ensure_one()
        domain = Domain("type", "=", self.event_type)
        old_field, new_field = self._get_event_traits().conditions
        if old_field and self[old_field]:
            domain &= Domain("old_value", "=", self[old_field])
        if new_field and self[new_field]:
            domain &= Domain("new_value", "=", self[new_field])
        # Those whom somebody puts in by hand, or takes over at the activation: into this program.
        by_hand = Domain("type", "=", "manual") & Domain("res_id", "=", self.id)
        domain = by_hand if self.event_type == "manual" else domain | by_hand
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        return domain

    def _get_new_event_domain(self, today):
        """Return the domain of events of this program that have not been looked at, as of ``today``."""
        self.ensure_one()
        oldest = max(self.activated_on, today - timedelta(days=self.max_age_days))
        return (
            self._get_event_domain()
            & Domain("id", ">", self.activation_event_id)
            & Domain("date", ">=", oldest)
            & Domain("date", "<=", today)
            & ~Domain("enrollment_ids", "any", [("program_id", "=", self.id)])
        )

    def _filter_partners(self, partners, company):
        """Return those of ``partners`` whom the program is for, as seen in ``company``."""
        self.ensure_one()
        found = partners.with_company(company).with_context(active_test=False)
        domain = self._get_partner_domain(company)
        if not domain.is_true():
            found = found.search(Domain("id", "in", partners.ids) & domain, order="id")
        if self.sample_percent == 100:
            return found
        return found.filtered(
            lambda partner: arms.is_sampled(self.seed, self.id, partner.id, self.sample_percent)
        )

    def _get_arm(self, partner):
        """Return the arm that is drawn for ``partner``: always the same one."""
        self.ensure_one()
        held_out = arms.is_held_out(self.seed, self.id, partner.id, self.holdout_percent)
        return "held_out" if held_out else "treated"

    def _get_new_event_domains(self):
        """Return, for each company, the domain of the events that this program has not looked at."""
        self.ensure_one()
        domains = []
        for company in self.company_id or self.env["res.company"].search([]):
            today = company._get_retention_today()
            if (self.date_from and today < self.date_from) or (
                self.date_to and today > self.date_to
            ):
                continue
            domains.append(
                self._get_new_event_domain(today) & Domain("company_id", "=", company.id)
            )
        return domains

    def _count_new_events(self):
        """Return how many events this program has not looked at."""
        Event = self.env["retention.event"]
        return sum(Event.search_count(domain) for domain in self._get_new_event_domains())

    def _get_new_event_batches(self, size=2000):
        """Yield the events that this program has not looked at, of all its companies, in batches.

        Those of customers whom the program is not for stay without enrollment and are passed over.
        """
        Event = self.env["retention.event"]
        names = ["type", "date", "partner_id", "contact_id", "company_id"]
        for new in self._get_new_event_domains():
            last_id = 0
            while events := Event.search_fetch(
                new & Domain("id", ">", last_id), names, order="id", limit=size
            ):
                last_id = events[-1].id
                yield events

    def _filter_amount(self, events, company):
        """Return those of ``events`` whose purchase is large enough; all where that does not matter."""
        self.ensure_one()
        if self.event_type != "purchase" or not self.min_amount:
            return events
        large = self.env["retention.purchase"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", events.partner_id.ids),
                ("amount", ">=", self.min_amount),
            ]
        )
        documents = {(each.res_model, each.res_id) for each in large}
        return events.filtered(
            lambda event: event.type == "manual" or (event.res_model, event.res_id) in documents
        )

    def _get_last_due_date(self, day, company):
        """Return the day the last step would be due for a customer whose event is of ``day``."""
        for step in self.step_ids.sorted(lambda step: (step.sequence, step.id)):
            day = step._get_due_date(day, company)
        return day
