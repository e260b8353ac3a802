from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RetentionRecordMixin(models.AbstractModel):
    """What people note about a customer: whom it is about, which person, in which company.

    ``partner_id`` is the commercial partner. Whoever gives a person of a company as
    ``partner_id`` finds the company there and the person in ``contact_id``. Where a customer
    becomes part of another, the rows follow.
    """

    _name = "retention.record.mixin"
    _inherit = ["retention.follow.mixin", "retention.writable.mixin"]
    _description = "Note About a Customer"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The customer it is about: the company, not its contact.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="The person who said it, where known.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        index="btree_not_null",
        default=lambda self: self.env.user,
        help="Who of us it happened with or who noted it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_commercial_values(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._prepare_commercial_values(vals))

    @api.model
    def _prepare_commercial_values(self, vals):
        """Return ``vals`` with the commercial partner as customer and the person as contact."""
        given = vals.get("partner_id") or vals.get("contact_id")
        if not given:
            return vals
        commercial = self.env["res.partner"].sudo().browse(given).commercial_partner_id
        if not commercial or commercial.id == vals.get("partner_id"):
            return vals
        person = vals.get("contact_id") or given
        return {**vals, "partner_id": commercial.id, "contact_id": person}

    def _check_named(self, names):
        super()._check_named(names)
        if names.isdisjoint(("partner_id", "contact_id")):
            return
        for row in self.sudo():
            person, customer = row.contact_id, row.partner_id
            if person and person.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(field)s is %(person)s, who does not belong to %(customer)s.",
                        field=self._fields["contact_id"].get_description(self.env, ["string"])[
                            "string"
                        ],
                        person=person.display_name,
                        customer=customer.display_name,
                    )
                )
