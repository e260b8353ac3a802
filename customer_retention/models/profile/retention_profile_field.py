from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# What a customer may see of the own profile: never what we note about somebody.
PORTAL_FIELDS = (
    "preferred_name",
    "salutation",
    "function",
    "email",
    "phone",
    "birthday",
    "interest_ids",
    "preferences",
    "education",
    "income_range",
)
# Types whose value stands in a column of the contact, and how an empty one looks beside NULL.
EMPTY = {
    "char": SQL("''"),
    "text": SQL("''"),
    "html": SQL("''"),
    "selection": SQL("''"),
    "integer": SQL("0"),
    "float": SQL("0"),
    "monetary": SQL("0"),
    "boolean": SQL("FALSE"),
    "many2one": None,
    "date": None,
    "datetime": None,
}


class RetentionProfileField(models.Model):
    """A field that belongs to a complete profile: how much it weighs, for whom, and what the
    customer may do with it on the portal.

    The same for all companies. A field that a company does not keep, or that the reader may not
    read, counts for nothing there.
    """

    _name = "retention.profile.field"
    _description = "Profile Field"
    _order = "sequence, id"
    _rec_name = "field_id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain=[("model", "=", "res.partner"), ("store", "=", True)],
    )
    field_name = fields.Char(related="field_id.name", string="Technical Name")
    weight = fields.Integer(
        default=10,
        required=True,
        aggregator=None,
        help="How much the field counts in the completeness of a profile; 0: not at all.",
    )
    applies_to = fields.Selection(
        [
            ("all", "Everybody"),
            ("person", "People"),
            ("company", "Companies"),
            ("customer", "Customers, not their contacts"),
        ],
        "Counts For",
        default="all",
        required=True,
    )
    portal_access = fields.Selection(
        [("hidden", "Not shown"), ("read", "Shown"), ("write", "Can be corrected")],
        "On the Customer's Page",
        default="hidden",
        required=True,
        help="What customers can do with this field on their own profile page.",
    )

    _field_uniq = models.Constraint("UNIQUE(field_id)", "This field is in the list already.")

    @api.constrains("weight")
    def _check_weight(self):
        for line in self:
            if not 0 <= line.weight <= 100:
                raise ValidationError(
                    self.env._(
                        "Weight of %(field)s is %(value)s. It has to be between 0 and 100.",
                        field=line.field_id.field_description,
                        value=line.weight,
                    )
                )

    @api.constrains("field_id", "portal_access")
    def _check_field(self):
        Partner = self.env["res.partner"]
        for line in self:
            name = line.field_id.sudo().name
            field = Partner._fields.get(name)
            label = line.field_id.field_description
            if line.field_id.sudo().model != "res.partner" or not self._is_countable(field):
                raise ValidationError(
                    self.env._(
                        "%(field)s cannot be counted. Choose a field of contacts that holds one "
                        "value or tags.",
                        field=label,
                    )
                )
            if line.portal_access != "hidden" and name not in PORTAL_FIELDS:
                raise ValidationError(
                    self.env._("%(field)s cannot be shown to customers.", field=label)
                )

    @api.model
    def _is_countable(self, field):
        if not field or not field.store or field.company_dependent or field.translate:
            return False
        return field.type == "many2many" or field.type in EMPTY

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self._clear_profile_cache()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self._clear_profile_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_profile_cache()
        return result

    @api.model
    def _clear_profile_cache(self):
        self.env.registry.clear_cache()
        self.env["res.partner"].invalidate_model(["profile_completeness", "profile_missing"])

    @api.model
    @tools.ormcache()
    def _get_profile_fields(self):
        """Return all lines as ``((name, weight, applies to, portal access), …)`` in their order."""
        Partner = self.env["res.partner"]
        return tuple(
            (line.field_id.name, line.weight, line.applies_to, line.portal_access)
            for line in self.sudo().search([])
            if self._is_countable(Partner._fields.get(line.field_id.name))
        )

    @api.model
    def _get_counted_fields(self):
        """Return ``((name, weight, applies to), …)`` of what counts for this reader and company."""
        Partner = self.env["res.partner"]
        hidden = Partner._get_hidden_profile_fields()
        return tuple(
            (name, weight, applies_to)
            for name, weight, applies_to, _access in self._get_profile_fields()
            if weight
            and name not in hidden
            and Partner._has_field_access(Partner._fields[name], "read")
        )
