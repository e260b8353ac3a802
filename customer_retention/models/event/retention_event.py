from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import movement


class RetentionEvent(models.Model):
    """Something that happened to a customer, on a day of the company's zone.

    Recorded once: ``(company_id, type, key)`` is unique, so that whoever records may run again.
    Types are added with ``selection_add``. Where the event is a change, old and new value stand
    here as the technical values of the field that changed.
    """

    _name = "retention.event"
    _inherit = ["retention.open.partner.mixin"]
    _description = "Customer Event"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    date = fields.Date(required=True, readonly=True, help="Day it happened, in the company's zone.")
    type = fields.Selection(
        [
            ("status", "Status"),
            ("abc_class", "Class"),
            ("is_gold", "Gold"),
            ("rfm_segment", "Segment"),
            ("merged", "Contacts merged"),
        ],
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    related_partner_id = fields.Many2one(
        "res.partner",
        "Other Contact",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The other person or company it is about.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The person it happened with, where known.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    old_value = fields.Char("Before", readonly=True)
    new_value = fields.Char("After", readonly=True)
    description = fields.Char(
        "What Happened", compute="_compute_description", help="The event in words."
    )
    direction = fields.Selection(
        [("up", "Up"), ("down", "Down")],
        compute="_compute_direction",
        search="_search_direction",
        help="Whether a change of class, gold, segment or status was for the better.",
    )
    res_model = fields.Char("Cause Model", readonly=True)
    res_id = fields.Many2oneReference("Cause", model_field="res_model", readonly=True)
    key = fields.Char(required=True, readonly=True, help="Tells this event from all of its type.")

    # A constraint without a partner in it: the contact merge deletes rows that clash on one.
    _key_uniq = models.Constraint(
        "UNIQUE(company_id, type, key)", "This event has been recorded already."
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

    def _compute_description(self):
        for event in self:
            event.description = event._get_description()

    def _get_description(self):
        """Return what happened as a short sentence in the reader's language. Hook for added types."""
        self.ensure_one()
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
        if self.type == "merged":
            return self.env._("Contacts were merged into this one")
        return dict(self._fields["type"]._description_selection(self.env))[self.type]

    def _get_value_label(self, field, value):
        selection = self.env["retention.customer"]._fields[field]._description_selection(self.env)
        return dict(selection).get(value, value or "")
