from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import movement
from ..event.retention_event_traits import Traits


class RetentionEvent(models.Model):
    """Changes of figures: written with the figure itself, in the same transaction.

    Old and new value are the technical values of the field of ``retention.customer`` that has the
    name of the type.
    """

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("status", "Status"),
            ("abc_class", "Class"),
            ("is_gold", "Gold"),
            ("rfm_segment", "Segment"),
            ("merged",),
        ],
        ondelete={
            "status": "cascade",
            "abc_class": "cascade",
            "is_gold": "cascade",
            "rfm_segment": "cascade",
        },
    )
    direction = fields.Selection(
        [("up", "Up"), ("down", "Down")],
        compute="_compute_direction",
        search="_search_direction",
        help="Whether a change of class, gold, segment or status was for the better.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._note_last_purchases()
        return events

    @api.model
    def _insert_new(self, company, collected):
        events = super()._insert_new(company, collected)
        events._note_last_purchases()
        return events

    def _note_last_purchases(self):
        """Note on these new events the last purchase day of their customers, the purchases of today included.

        Whichever way they are recorded; figures write those of their own changes with them.
        """
        if not self:
            return
        self.env.flush_all()
        for company, events in self.sudo().grouped("company_id").items():
            self.env.cr.execute(
                SQL(
                    """UPDATE retention_event AS event
                          SET last_purchase_date = last.date
                         FROM (SELECT partner_id, MAX(date) AS date
                                 FROM (%(purchases)s) AS purchase
                                WHERE company_id = %(company)s AND is_counted
                                  AND partner_id = ANY(%(partners)s) AND date <= %(today)s
                                GROUP BY partner_id) AS last
                        WHERE event.id = ANY(%(ids)s) AND event.partner_id = last.partner_id""",
                    purchases=self.env["retention.purchase"]._get_query(),
                    company=company.id,
                    partners=events.partner_id.ids,
                    today=company._get_retention_today(),
                    ids=events.ids,
                )
            )
        self.invalidate_recordset(["last_purchase_date"])

    @api.model
    def _get_type_traits(self):
        return {
            **super()._get_type_traits(),
            **{kind: Traits(over="_get_figure_over", theme="wrong") for kind in movement.ORDER},
            "merged": Traits(over=None),
        }

    def _get_figure_over(self, company, event_type):
        """Return SQL of the ids of those of these changes of figures that have turned back since.

        Further the same way (late, then silent) is no end, nor is an equal (new, then active). Who has
        no figures any more is a prospect again: no new customer, and no less silent than before. Whoever settled a
        bill within the usual gap was here, though that makes no purchase day: no win-back.
        """
        level = SQL(", ").join(
            SQL("(%s, %s)", value, place) for value, place in movement.levels(event_type).items()
        )
        return SQL(
            """WITH level (value, place) AS (VALUES %(level)s)
               SELECT event.id
                 FROM retention_event AS event
                 LEFT JOIN retention_customer AS figure
                   ON figure.partner_id = event.partner_id AND figure.company_id = event.company_id
                 JOIN level AS before ON before.value = event.old_value
                 JOIN level AS after ON after.value = event.new_value
                 JOIN level AS present
                   ON present.value = COALESCE(figure.%(figure)s::text, %(without)s)
                 LEFT JOIN (SELECT partner_id, MAX(date) AS date
                              FROM (%(purchases)s) AS purchase
                             WHERE is_part AND company_id = %(company)s
                               AND partner_id = ANY(%(partners)s) AND date <= %(today)s
                             GROUP BY partner_id) AS settled
                   ON settled.partner_id = event.partner_id
                WHERE event.id = ANY(%(ids)s)
                  AND (SIGN(after.place - before.place) * SIGN(present.place - after.place) < 0
                       AND (figure.id IS NOT NULL OR after.place > before.place)
                       OR event.type = 'status' AND after.place < before.place
                          AND %(today)s::date - settled.date < figure.expected_gap_days)""",
            purchases=self.env["retention.purchase"]._get_query(),
            company=company.id,
            partners=self.partner_id.ids,
            today=company._get_retention_today(),
            level=level,
            figure=SQL.identifier(event_type),
            ids=self.ids,
            without="prospect" if event_type == "status" else None,
        )

    @api.depends("type", "old_value", "new_value")
    def _compute_direction(self):
        for event in self:
            known = event.type in movement.ORDER
            event.direction = known and movement.direction(
                event.type, event.old_value, event.new_value
            )

    def _search_direction(self, operator, value):
        if operator != "in" or not set(value) <= {"up", "down"}:
            return NotImplemented
        return Domain.OR(
            Domain("type", "=", kind)
            & Domain("old_value", "=", old)
            & Domain("new_value", "=", new)
            for kind in movement.ORDER
            for way in value
            for old, new in movement.pairs(kind, way)
        )

    def _get_day(self):
        """Return the day of this event as people say it."""
        today = self.company_id._get_retention_today()
        return self.env["retention.customer"]._format_day(self.date, today)

    def _get_description(self):
        label = self._get_value_label
        if self.type == "is_gold":
            return (
                self.env._("Became gold")
                if self.new_value == "true"
                else self.env._("No longer gold")
            )
        if self.type == "status":
            return self.env._(
                "Became %(after)s (was %(before)s)",
                after=label("status", self.new_value).lower(),
                before=label("status", self.old_value).lower(),
            )
        if self.type == "abc_class":
            return self.env._(
                "Class %(before)s → %(after)s",
                before=label("abc_class", self.old_value),
                after=label("abc_class", self.new_value),
            )
        if self.type == "rfm_segment":
            return self.env._(
                "Segment %(before)s → %(after)s",
                before=label("rfm_segment", self.old_value),
                after=label("rfm_segment", self.new_value),
            )
        return super()._get_description()

    def _get_value_label(self, field, value):
        selection = self.env["retention.customer"]._fields[field]._description_selection(self.env)
        return dict(selection).get(value, value or "")
