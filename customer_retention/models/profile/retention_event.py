from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import SQL

from ..event.retention_event_traits import Traits


class RetentionEvent(models.Model):
    """Events of profiles: the priority changed, is to be asked again, a review is due."""

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("priority", "Priority"),
            ("priority_due", "Priority to be asked"),
            ("review_due", "Review due"),
        ],
        ondelete={"priority": "cascade", "priority_due": "cascade", "review_due": "cascade"},
    )

    @api.model
    def _prepare_priority_values(self, partner, before):
        """Return values of the event that ``partner`` has another priority than ``before``."""
        commercial = partner.commercial_partner_id
        return {
            "type": "priority",
            "date": self.env.company._get_retention_today(),
            "partner_id": commercial.id,
            "contact_id": partner.id if partner != commercial else False,
            "company_id": self.env.company.id,
            "old_value": str(before.id) if before else False,
            "new_value": str(partner.priority_id.id) if partner.priority_id else False,
            "res_model": "res.partner",
            "res_id": partner.id,
            # The same change can happen twice on one day, so nothing about it tells it apart.
            "key": uuid4().hex,
        }

    @api.model
    def _get_type_traits(self):
        due = Traits(
            is_dated=True,
            ends_on_purchase=False,
            key=SQL("CONCAT_WS(',', event.partner_id, event.date)"),
        )
        return {
            **super()._get_type_traits(),
            "priority": Traits(ends_on_purchase=False, over=None),
            "priority_due": due,
            "review_due": due,
        }

    @api.model
    def _get_recorded_types(self):
        return [*super()._get_recorded_types(), "priority_due", "review_due"]

    @api.model
    def _get_priority_due_events(self, company, since, until):
        """Return SQL of customers of ``company`` whose priority is to be asked, by the day it is due."""
        return self._get_due_query(company, since, until, "_get_priority_due_sql")

    @api.model
    def _get_review_due_events(self, company, since, until):
        """Return SQL of customers of ``company`` whose review is due, by the day it is due."""
        return self._get_due_query(company, since, until, "_get_next_review_sql")

    @api.model
    def _get_due_query(self, company, since, until, method):
        due = getattr(self.env["res.partner"], method)("partner", "figures", company)
        return SQL(
            """SELECT CONCAT_WS(',', due.partner_id, due.date) AS key,
                      due.date,
                      due.partner_id,
                      NULL::int AS related_partner_id,
                      NULL::int AS contact_id,
                      'res.partner' AS res_model,
                      due.partner_id AS res_id
                 FROM (SELECT partner.id AS partner_id, %(due)s AS date
                         FROM res_partner AS partner
                         JOIN retention_customer AS figures ON figures.partner_id = partner.id
                        WHERE figures.company_id = %(company)s AND partner.active) AS due
                WHERE due.date BETWEEN %(since)s AND %(until)s""",
            due=due,
            company=company.id,
            since=since,
            until=until,
        )

    def _get_description(self):
        if self.type != "priority":
            return super()._get_description()
        names = self.env["retention.priority"]._get_names()
        before, after = (
            names.get(int(value)) if value else None for value in (self.old_value, self.new_value)
        )
        if not after:
            return self.env._("Priority no longer %(before)s", before=before or "?")
        if not before:
            return self.env._("Cares most about %(after)s", after=after)
        return self.env._("Cares most about %(after)s (was %(before)s)", after=after, before=before)
