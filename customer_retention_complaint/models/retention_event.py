from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_retention.models.event.retention_event_traits import Traits

TYPES = ("complaint_opened", "complaint_overdue", "complaint_solved", "complaint_reopened")


class RetentionEvent(models.Model):
    """Events of complaints: opened, overdue, solved, reopened; each starts programs.

    Nobody who complained is left without an answer for the sake of a comparison, and another
    purchase settles nothing.
    """

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("complaint_opened", "Complaint"),
            ("complaint_overdue", "Complaint overdue"),
            ("complaint_solved", "Complaint solved"),
            ("complaint_reopened", "Complaint reopened"),
        ],
        ondelete=dict.fromkeys(TYPES, "cascade"),
    )

    @api.model
    def _get_type_traits(self):
        traits = Traits(
            is_never_held_out=True,
            ends_on_purchase=False,
            over="_get_complaint_over",
            theme="wrong",
        )
        return {**super()._get_type_traits(), **dict.fromkeys(TYPES, traits)}

    def _get_complaint_over(self, company, event_type):
        """Return SQL of the ids of those of these whose complaint is not as it was.

        Deleted or of another customer; solved or refused, where it was opened, overdue or reopened;
        taken up again, where it was solved.
        """
        is_over = SQL("stage.kind NOT IN ('solved', 'confirmed')")
        if event_type != "complaint_solved":
            is_over = SQL("stage.kind IN ('solved', 'confirmed', 'refused')")
        return SQL(
            """SELECT event.id
                 FROM retention_event AS event
                 LEFT JOIN (retention_complaint AS complaint
                            JOIN retention_complaint_stage AS stage ON stage.id = complaint.stage_id
                            JOIN res_partner AS customer ON customer.id = complaint.partner_id)
                   ON complaint.id = event.res_id
                  AND customer.commercial_partner_id = event.partner_id
                WHERE event.id = ANY(%(ids)s) AND event.res_id IS NOT NULL
                  AND (complaint.id IS NULL OR %(is_over)s)""",
            ids=self.ids,
            is_over=is_over,
        )

    @api.model
    def _get_recorded_types(self):
        return [*super()._get_recorded_types(), *TYPES]

    @api.model
    def _get_document_models(self):
        return [*super()._get_document_models(), "retention.complaint"]

    @api.model
    def _get_complaint_opened_events(self, company, since, until):
        """Collect the complaints of ``company``, on the day they were received."""
        day = self.env["retention.purchase"]._get_company_day(
            SQL("complaint.received_at"), SQL("complaint.company_id")
        )
        return SQL(
            """SELECT complaint.id::text AS key, %(day)s AS date,
                      customer.commercial_partner_id AS partner_id,
                      NULL::int AS related_partner_id, complaint.contact_id,
                      'retention.complaint' AS res_model, complaint.id AS res_id
                 FROM retention_complaint AS complaint
                 JOIN res_partner AS customer ON customer.id = complaint.partner_id
                WHERE complaint.company_id = %(company)s
                  AND complaint.received_at >= %(since)s::date - 1
                  AND complaint.received_at < %(until)s::date + 2
                  AND %(day)s BETWEEN %(since)s AND %(until)s""",
            day=day,
            company=company.id,
            since=since,
            until=until,
        )

    @api.model
    def _get_complaint_overdue_events(self, company, since, until):
        """Collect the deadlines of ``company`` that passed, each with its moment."""
        key = SQL("complaint.id || '-' || EXTRACT(EPOCH FROM turn.at)::bigint")
        return self._get_turn_query("overdue", key, company, since, until)

    @api.model
    def _get_complaint_solved_events(self, company, since, until):
        """Collect the solutions of ``company``, one for each time it was solved."""
        key = SQL("complaint.id || '-' || turn.number")
        return self._get_turn_query("solved", key, company, since, until)

    @api.model
    def _get_complaint_reopened_events(self, company, since, until):
        """Collect the complaints of ``company`` that were taken up again, each time."""
        key = SQL("complaint.id || '-' || turn.number")
        return self._get_turn_query("reopened", key, company, since, until)

    @api.model
    def _get_turn_query(self, kind, key, company, since, until):
        day = self.env["retention.purchase"]._get_company_day(
            SQL("turn.at"), SQL("turn.company_id")
        )
        return SQL(
            """SELECT DISTINCT ON (1) %(key)s AS key, %(day)s AS date,
                      customer.commercial_partner_id AS partner_id,
                      NULL::int AS related_partner_id, complaint.contact_id,
                      'retention.complaint' AS res_model, complaint.id AS res_id
                 FROM retention_complaint_turn AS turn
                 JOIN retention_complaint AS complaint ON complaint.id = turn.complaint_id
                 JOIN res_partner AS customer ON customer.id = complaint.partner_id
                WHERE turn.company_id = %(company)s AND turn.kind = %(kind)s
                  AND turn.at >= %(since)s::date - 1 AND turn.at < %(until)s::date + 2
                  AND %(day)s BETWEEN %(since)s AND %(until)s
                ORDER BY 1, turn.id""",
            key=key,
            day=day,
            company=company.id,
            kind=kind,
            since=since,
            until=until,
        )

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    def _get_description(self):
        if self.type not in TYPES:
            return super()._get_description()
        what = dict(self._fields["type"]._description_selection(self.env))[self.type]
        name = self._get_of_document("name")
        return self.env._("%(what)s: “%(complaint)s”", what=what, complaint=name) if name else what

    def _get_subject(self):
        """Return the order or invoice that was complained about: what customers know by its name."""
        if self.type not in TYPES:
            return super()._get_subject()
        document = self._get_of_document("order_id") or self._get_of_document("invoice_id")
        return document.exists() if document else None
