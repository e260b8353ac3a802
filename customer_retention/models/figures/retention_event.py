from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import movement


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
