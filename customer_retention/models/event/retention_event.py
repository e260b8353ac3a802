from odoo import api, fields, models


class RetentionEvent(models.Model):
    """Something that happened to a customer, on a day of the company's zone.

    Recorded once: ``(company_id, type, key)`` is unique, so that whoever records may run again.
    Types are added with ``selection_add``. Where the event is a change, old and new value stand
    here as the technical values of the field that changed.
    """

    _name = "retention.event"
    _inherit = ["retention.open.partner.mixin", "retention.follow.mixin"]
    _description = "Customer Event"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    date = fields.Date(required=True, readonly=True, help="Day it happened, in the company's zone.")
    type = fields.Selection(
        [("merged", "Contacts merged")],
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
    last_purchase_date = fields.Date(
        "Last Purchase Then",
        readonly=True,
        help="The last purchase day that was known of the customer when this was recorded. A "
        "purchase of a later day was made since.",
    )
    res_model = fields.Char("Cause Model", readonly=True)
    res_id = fields.Many2oneReference("Cause", model_field="res_model", readonly=True)
    key = fields.Char(required=True, readonly=True, help="Tells this event from all of its type.")

    # A constraint without a partner in it: the contact merge deletes rows that clash on one.
    _key_uniq = models.Constraint(
        "UNIQUE(company_id, type, key)", "This event has been recorded already."
    )

    @api.depends_context("lang", "retention_brief")
    def _compute_description(self):
        for event in self:
            event.description = event._get_description()

    def _get_description(self):
        """Return what happened as a short sentence in the reader's language. Hook for added types."""
        self.ensure_one()
        if self.type == "merged":
            return self.env._("Contacts were merged into this one")
        return dict(self._fields["type"]._description_selection(self.env))[self.type]
