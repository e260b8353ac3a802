from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.tools import SQL

from ..event.retention_event_traits import Traits

# Types that happen all the time: recorded from the activation of the first program that uses them.
FREQUENT = ("purchase", "first_purchase", "non_sale", "anniversary", "birthday")

# Fields of a program that narrow a change: of the value before it, and of the value after.
CONDITIONS = {
    "status": ("status_from", "status_to"),
    "abc_class": ("class_from", "class_to"),
    "rfm_segment": ("segment_from", "segment_to"),
    "is_gold": (None, "gold_to"),
}


class RetentionEvent(models.Model):
    """The events that programs start from, beside the changes of figures."""

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("purchase", "Purchase"),
            ("first_purchase", "First purchase"),
            ("non_sale", "Sale not closed"),
            ("anniversary", "Anniversary as a customer"),
            ("birthday", "Birthday"),
            ("manual", "Put into a program"),
        ],
        ondelete={
            "purchase": "cascade",
            "first_purchase": "cascade",
            "non_sale": "cascade",
            "anniversary": "cascade",
            "birthday": "cascade",
            "manual": "cascade",
        },
    )
    enrollment_ids = fields.One2many("retention.enrollment", "event_id", readonly=True)

    @api.model
    def _get_program_types(self):
        """Return the event types that can start a program, as a selection. Hook: types that cannot."""
        selection = self._fields["type"]._description_selection(self.env)
        return [(value, label) for value, label in selection if value != "merged"]

    @api.model
    def _get_type_traits(self):
        traits = super()._get_type_traits()
        return {
            **traits,
            "purchase": Traits(ends_on_purchase=False, theme="sale"),
            "first_purchase": Traits(
                ends_on_purchase=False, theme="sale", key=SQL("event.partner_id::text")
            ),
            "anniversary": Traits(
                ends_on_purchase=False,
                theme="thanks",
                is_dated=True,
                key=SQL("event.partner_id || '-' || SPLIT_PART(event.key, '-', 2)"),
            ),
            "birthday": Traits(
                ends_on_purchase=False,
                theme="thanks",
                is_dated=True,
                key=SQL("event.res_id || '-' || EXTRACT(YEAR FROM event.date)"),
            ),
            "non_sale": Traits(over="_get_non_sale_over", theme="wrong"),
            "manual": Traits(
                over=None,
                key=SQL(
                    """CONCAT_WS(',', event.res_id, COALESCE(event.contact_id, event.partner_id),
                                 event.date, SPLIT_PART(event.key, ',', 4))"""
                ),
            ),
            **{
                kind: traits[kind]._replace(conditions=conditions)
                for kind, conditions in CONDITIONS.items()
            },
        }

    def _get_non_sale_over(self, company, event_type):
        """Return SQL of the ids of those of these whose sale goes on, was closed after all, or is gone."""
        return SQL(
            """SELECT event.id
                 FROM retention_event AS event
                 LEFT JOIN crm_lead AS lead
                   ON event.res_model = 'crm.lead' AND lead.id = event.res_id
                 LEFT JOIN sale_order AS sale
                   ON event.res_model = 'sale.order' AND sale.id = event.res_id
                WHERE event.id = ANY(%(ids)s)
                  AND (lead.won_status != 'lost' OR sale.state IN ('draft', 'sale')
                       OR sale.state = 'sent'
                          AND COALESCE(sale.validity_date, %(today)s) >= %(today)s
                       OR event.res_model IN ('crm.lead', 'sale.order')
                          AND lead.id IS NULL AND sale.id IS NULL)""",
            ids=self.ids,
            today=SQL("%s::date", company._get_retention_today()),
        )

    @api.model
    def _get_recorded_types(self):
        programs = self.env["retention.program"].sudo().search([("state", "!=", "off")])
        used = set(programs.mapped("event_type"))
        frequent = [each for each in self._get_frequent_types() if each in used]
        return [*super()._get_recorded_types(), *frequent]

    @api.model
    def _get_frequent_types(self):
        """Return the types recorded only while a program uses them. Hook: types that have a collector."""
        return [*FREQUENT]

    @api.model
    def _get_purchase_events(self, company, since, until):
        """Collect purchases of ``company``, one event each."""
        return SQL(
            """SELECT res_model || ',' || res_id AS key, date, partner_id,
                      NULL::int AS related_partner_id, NULL::int AS contact_id, res_model, res_id
                 FROM (%s) AS purchase
                WHERE company_id = %s AND is_counted AND date BETWEEN %s AND %s""",
            self.env["retention.purchase"]._get_query(),
            company.id,
            since,
            until,
        )

    @api.model
    def _get_first_purchase_events(self, company, since, until):
        """Collect the first purchase days of customers of ``company``."""
        return SQL(
            """SELECT partner_id::text AS key, first_purchase_date AS date, partner_id,
                      NULL::int AS related_partner_id, NULL::int AS contact_id,
                      'res.partner' AS res_model, partner_id AS res_id
                 FROM retention_customer
                WHERE company_id = %s AND first_purchase_date BETWEEN %s AND %s""",
            company.id,
            since,
            until,
        )

    @api.model
    def _get_anniversary_events(self, company, since, until):
        """Collect the days a customer of ``company`` first bought so many full years before.

        PostgreSQL adds years to 29 February as 28 February where the year has none.
        """
        return SQL(
            """SELECT partner_id || '-' || years AS key,
                      (first_purchase_date + make_interval(years => years))::date AS date, partner_id,
                      NULL::int AS related_partner_id, NULL::int AS contact_id,
                      'res.partner' AS res_model, partner_id AS res_id
                 FROM retention_customer
                CROSS JOIN LATERAL GENERATE_SERIES(
                      1, 1 + EXTRACT(YEAR FROM AGE(%(until)s, first_purchase_date))::int) AS years
                WHERE company_id = %(company)s
                  AND (first_purchase_date + make_interval(years => years))::date
                      BETWEEN %(since)s AND %(until)s""",
            company=company.id,
            since=SQL("%s::date", since),
            until=SQL("%s::date", until),
        )

    @api.model
    def _get_non_sale_events(self, company, since, until):
        """Collect lost opportunities and cancelled or expired quotations of ``company``.

        One non-sale is the opportunity where there is one, else the quotation. What was lost or
        cancelled has left a mention; a sent quotation has expired the day after it was valid.
        """
        return SQL(
            """SELECT res_model || ',' || res_id AS key, date, partner_id,
                      NULL::int AS related_partner_id, contact_id, res_model, res_id
                 FROM retention_mention
                WHERE company_id = %(company)s AND kind = 'deal_breaker' AND res_id IS NOT NULL
                  AND date_end IS NULL AND date BETWEEN %(since)s AND %(until)s
                UNION ALL
               SELECT 'sale.order,' || sale.id, sale.validity_date + 1, partner.commercial_partner_id,
                      NULL, NULLIF(partner.id, partner.commercial_partner_id), 'sale.order', sale.id
                 FROM sale_order AS sale
                 JOIN res_partner AS partner ON partner.id = sale.partner_id
                WHERE sale.company_id = %(company)s AND sale.state = 'sent'
                  AND sale.opportunity_id IS NULL
                  AND sale.validity_date + 1 BETWEEN %(since)s AND %(until)s""",
            company=company.id,
            since=SQL("%s::date", since),
            until=SQL("%s::date", until),
        )

    @api.model
    def _get_birthday_events(self, company, since, until):
        """Collect birthdays of people who are, or belong to, customers of ``company``.

        PostgreSQL adds years to 29 February as 28 February where the year has none.
        """
        kept = SQL("TRUE") if company.sudo().retention_keep_birthday else SQL("FALSE")
        return SQL(
            """SELECT person.id || '-' || EXTRACT(YEAR FROM day.date)::int AS key, day.date,
                      person.commercial_partner_id AS partner_id, NULL::int AS related_partner_id,
                      NULLIF(person.id, person.commercial_partner_id) AS contact_id,
                      'res.partner' AS res_model, person.id AS res_id
                 FROM res_partner AS person
                 JOIN retention_customer AS figure
                   ON figure.partner_id = person.commercial_partner_id
                  AND figure.company_id = %(company)s
                CROSS JOIN LATERAL (
                      SELECT (person.birthday + make_interval(years => year
                              - EXTRACT(YEAR FROM person.birthday)::int))::date AS date
                        FROM GENERATE_SERIES(EXTRACT(YEAR FROM %(since)s)::int,
                                             EXTRACT(YEAR FROM %(until)s)::int) AS year) AS day
                WHERE %(kept)s AND person.active AND person.birthday IS NOT NULL
                  AND day.date BETWEEN %(since)s AND %(until)s""",
            company=company.id,
            since=SQL("%s::date", since),
            until=SQL("%s::date", until),
            kept=kept,
        )

    @api.model
    def _record_manual(self, program, partners, company, state=False):
        """Record that ``partners`` were put into ``program`` by hand; return the events.

        Once a day each, and anew where the program was switched on again since: it takes up
        nothing that was recorded before.

        :param state: the state in which they were taken when the program was switched on
        """
        today = company._get_retention_today()
        began = program.activation_event_id
        keys = {partner: f"{program.id},{partner.id},{today},{began}" for partner in partners}
        known = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("type", "=", "manual"),
                ("key", "in", list(keys.values())),
            ]
        )
        recorded = set(known.mapped("key"))
        return self.sudo().create(
            [
                {
                    "type": "manual",
                    "date": today,
                    "partner_id": partner.commercial_partner_id.id,
                    "contact_id": partner.id if partner.parent_id else False,
                    "company_id": company.id,
                    "new_value": state,
                    "res_model": "retention.program",
                    "res_id": program.id,
                    "key": key,
                }
                for partner, key in keys.items()
                if key not in recorded
            ]
        )

    @api.model
    def _create_by_hand(self, program, contacts, company):
        """Create an event of today for each customer of ``contacts``, however many there are already.

        :return: the events, as superuser, in the order of the customers
        """
        today = company._get_retention_today()
        return self.sudo().create(
            [
                {
                    "type": "manual",
                    "date": today,
                    "partner_id": customer.id,
                    "contact_id": some[0].id if some[0].parent_id else False,
                    "company_id": company.id,
                    "res_model": program._name,
                    "res_id": program.id,
                    # As that of others put in by hand, to be renamed in a merge like theirs.
                    "key": f"{program.id},{(some[0] if some[0].parent_id else customer).id},"
                    f"{today},{uuid4().hex}",
                }
                for customer, some in contacts.grouped("commercial_partner_id").items()
            ]
        )

    def _filter_people(self, ids, persons=True):
        """Return those whose customer, or person if wanted, is among the contacts ``ids``."""
        ids = set(ids)
        return self.filtered(
            lambda event: event.partner_id.id in ids or (persons and event.contact_id.id in ids)
        )

    def _get_description(self):
        if self.type == "manual":
            name = self._get_of_cause("name") or ""
            if self.new_value:
                return self.env._(
                    "%(state)s when the program began: %(program)s",
                    state=self._get_state_label(),
                    program=name,
                )
            if self._get_of_cause("is_by_hand"):
                return self.env._("Planned by hand")
            return self.env._("Put by hand into the program %s", name)
        if self.type == "purchase":
            return self.env._("Bought on %s", self._get_day())
        if self.type == "non_sale":
            return self.env._("Did not buy: %s", self._get_document_name())
        if self.type == "first_purchase":
            return self.env._("Bought for the first time on %s", self._get_day())
        return super()._get_description()

    def _get_state_label(self):
        """Return the state in which the customer was taken when the program began, in words."""
        kind = self._get_of_cause("event_type")
        if kind == "is_gold":
            return self.env._("Gold") if self.new_value == "true" else self.env._("Not gold")
        if kind == "abc_class":
            return self.env._("Class %s", self._get_value_label(kind, self.new_value))
        if kind in ("status", "rfm_segment"):
            return self._get_value_label(kind, self.new_value)
        return self.env._("In this state")

    def _get_document(self):
        """Return the sale, opportunity or answer of this event, None without."""
        self.ensure_one()
        return self._get_cause() if self.res_model in self._get_document_models() else None

    def _get_cause(self):
        """Return the record this event comes from, which may be deleted; read with its fellows'."""
        self.ensure_one()
        fellows = self.browse(self._prefetch_ids)
        ids = {each.res_id for each in fellows if each.res_model == self.res_model}
        return self.env[self.res_model].sudo().browse(self.res_id).with_prefetch(tuple(ids))

    @api.model
    def _get_document_models(self):
        """Return the models of documents that are the cause of events. Hook."""
        return ["sale.order", "crm.lead", "account.move"]

    def _get_document_name(self):
        return self._get_of_document("display_name") or ""

    def _get_of_document(self, path):
        """Return what is at ``path`` from the document, None where there is none, or none any more."""
        return self._get_of_cause(path) if self._get_document() is not None else None

    def _get_of_cause(self, path):
        value = self._get_cause()
        try:
            for name in path.split("."):
                value = value and value[name]
            return value
        except MissingError:
            return None

    def _get_document_user(self):
        """Return the salesperson of the document this event comes from; nobody where it has none."""
        self.ensure_one()
        return self._get_of_document("user_id") or self.env["res.users"]
