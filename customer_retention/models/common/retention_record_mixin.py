from odoo import api, fields, models
from odoo.tools import SQL


class RetentionRecordMixin(models.AbstractModel):
    """What people note about a customer: whom it is about, which person, in which company.

    ``partner_id`` is the commercial partner. Whoever gives a person of a company as
    ``partner_id`` finds the company there and the person in ``contact_id``. Where a customer
    becomes part of another, the rows follow (:meth:`_follow_commercial_partners`).
    """

    _name = "retention.record.mixin"
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
        return super().create([self._name_commercial_partner(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._name_commercial_partner(vals))

    @api.model
    def _name_commercial_partner(self, vals):
        """Return ``vals`` with the commercial partner as customer and the person as contact."""
        given = vals.get("partner_id") or vals.get("contact_id")
        if not given:
            return vals
        commercial = self.env["res.partner"].sudo().browse(given).commercial_partner_id
        if not commercial or commercial.id == vals.get("partner_id"):
            return vals
        return {"contact_id": given, **vals, "partner_id": commercial.id}

    @api.model
    def _follow_commercial_partners(self, partners):
        """Move rows of ``partners`` that have become part of another to the commercial partner.

        In the database: nothing that was filled from the customer is filled anew.
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE %s AS noted
                      SET partner_id = partner.commercial_partner_id,
                          contact_id = COALESCE(noted.contact_id, partner.id)
                     FROM res_partner AS partner
                    WHERE partner.id = noted.partner_id AND noted.partner_id = ANY(%s)
                      AND partner.commercial_partner_id != partner.id""",
                SQL.identifier(self._table),
                partners.ids,
            )
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["partner_id", "contact_id"])
