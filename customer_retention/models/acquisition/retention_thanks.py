from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.numbers import plain

KINDS = [
    ("note", "Thank-you note"),
    ("postcard", "Postcard"),
    ("call", "Phone call"),
    ("gift", "Gift"),
    ("visit", "Visit"),
    ("other", "Other"),
]


class RetentionThanks(models.Model):
    """One thank-you: whom, what for, how, by whom, when, and what it cost.

    Customer and kind suffice to record one. A contact of a company is thanked as a person of that
    company: the company is the customer, the contact stands beside it. Cost is in company currency.
    """

    _name = "retention.thanks"
    _inherit = ["retention.record.mixin"]
    _description = "Thanks"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        help="Who is thanked. A contact of a company is thanked as its person."
    )
    contact_id = fields.Many2one(
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
        help="The person who is thanked, and to whom the note is addressed.",
    )
    kind = fields.Selection(KINDS, required=True, help="How they are thanked.")
    reason = fields.Char(
        "What For",
        compute="_compute_reason",
        store=True,
        readonly=False,
        precompute=True,
        help="What they are thanked for.",
    )
    referral_id = fields.Many2one(
        "res.partner",
        "For Bringing Us",
        index="btree_not_null",
        ondelete="set null",
        domain="[('referred_by_id', '=', partner_id)]",
        help="The customer they brought, where the thanks are for that.",
    )
    message = fields.Text(
        "Personal Words", help="Printed on the note, in the words in which you write it here."
    )
    user_id = fields.Many2one(string="Thanked By", help="Who thanks them.")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_retention_today(),
        help="Day of the thanks.",
    )
    cost = fields.Monetary(help="What the thanks cost, in company currency.")

    @api.depends("referral_id")
    def _compute_reason(self):
        for thanks in self:
            if thanks.referral_id:
                thanks.reason = self.env._(
                    "Brought us %(customer)s", customer=thanks.referral_id.display_name
                )
            else:
                thanks.reason = thanks.reason or False

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for thanks in self:
            thanks.display_name = self.env._(
                "%(customer)s on %(date)s",
                customer=thanks.partner_id.display_name,
                date=fields.Date.to_string(thanks.date),
            )

    @api.constrains("cost")
    def _check_cost(self):
        for thanks in self:
            if thanks.cost < 0:
                raise ValidationError(
                    self.env._("Cost is %(cost)s. It has to be 0 or more.", cost=plain(thanks.cost))
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        customer = self.partner_id.commercial_partner_id
        if customer != self.partner_id:
            self.contact_id = self.partner_id
            self.partner_id = customer
        elif self.contact_id.commercial_partner_id != customer:
            self.contact_id = False
        if self.referral_id.referred_by_id != customer:
            self.referral_id = False

    @api.model
    def _prepare_commercial_values(self, vals):
        vals = super()._prepare_commercial_values(vals)
        if vals.get("referral_id") and not vals.get("contact_id"):
            # The one who recommended us is to be thanked, where that is known.
            referral = self.env["res.partner"].sudo().browse(vals["referral_id"])
            person = referral.referred_by_contact_id
            if person.commercial_partner_id.id == vals.get("partner_id", person.id):
                vals = {**vals, "contact_id": person.id}
        return vals

    # ------------------------------------------------------------------
    # Printing
    # ------------------------------------------------------------------

    def _get_addressee(self):
        """Return whom the note greets and the label names: the person, else the customer."""
        self.ensure_one()
        return self.contact_id or self.partner_id

    def action_print_note(self):
        """Print the thank-you notes, each in the language of its addressee."""
        return self.env.ref("customer_retention.retention_thanks_report_note").report_action(self)

    def action_print_label(self):
        """Print the address labels."""
        return self.env.ref("customer_retention.retention_thanks_report_label").report_action(self)
