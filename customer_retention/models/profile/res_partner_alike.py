from odoo import api, fields, models
from odoo.tools import SQL

from ..common.window_action import open_dialog
from .res_partner_contact import USER


class ResPartner(models.Model):
    """Customers who may be the same as this one: they share an email address or a phone number."""

    _inherit = "res.partner"

    look_alike_ids = fields.Many2many(
        "res.partner",
        string="Looks Like",
        compute="_compute_look_alike_ids",
        groups=USER,
        help="Other customers with the same email address or phone number.",
    )

    @api.depends("email_normalized", "phone_sanitized", "commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_look_alike_ids(self):
        found = {}
        if known := self._origin.filtered(lambda each: each._get_addresses()):
            for partner_id, other_id in self.env.execute_query(known._get_look_alike_query()):
                found.setdefault(partner_id, []).append(other_id)
        others = self.browse({each for ids in found.values() for each in ids})
        # Only whom the reader may see, and of no other company.
        others = others and self.search([("id", "in", others.ids)])
        for partner in self:
            ids = found.get(partner._origin.id, ())
            partner.look_alike_ids = others.filtered(lambda each, ids=ids: each.id in ids)

    def _get_look_alike_query(self):
        """Return SQL of ``id`` and ``other_id``: customers, apart, whose addresses are the same."""
        return SQL(
            """SELECT same.id, other.id
                 FROM (%s) AS same
                 JOIN res_partner AS partner ON partner.id = same.id
                 JOIN res_partner AS other
                   ON other.id = same.other_id AND other.active
                  AND other.commercial_partner_id != partner.commercial_partner_id""",
            self._get_same_person_query(),
        )

    def action_merge_look_alikes(self):
        """Open Odoo's own merge of this contact and those that look like it."""
        self.ensure_one()
        self.check_access("write")
        action = open_dialog("base.partner.merge.automatic.wizard", self.env._("Merge"))
        contacts = self | self.look_alike_ids
        return {**action, "context": {"active_model": "res.partner", "active_ids": contacts.ids}}
