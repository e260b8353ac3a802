from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RetentionPastPurchase(models.Model):
    """One purchase from before Odoo, made to be imported from a spreadsheet.

    It counts on both bases. The amount may be zero, negative (a return) or in the future; it is
    converted to company currency when saved, at the company's rate of that date (the earliest
    rate for dates before it, as everywhere in Odoo), and refused where its currency has no rate.
    """

    _name = "retention.past.purchase"
    _inherit = ["retention.document.mixin"]
    _description = "Past Purchase"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _rec_names_search = ("reference", "partner_id")
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Who bought. The purchase counts for the company this contact belongs to.",
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, index=True, help="Day of the purchase."
    )
    amount = fields.Monetary(
        required=True, help="Untaxed amount in the currency of the purchase; returns are negative."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the purchase. Left out in an import, it is the company's.",
    )
    reference = fields.Char(help="Number of the document in the system it comes from.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency", store=True
    )
    company_amount = fields.Monetary(
        "Amount in Company Currency",
        compute="_compute_company_amount",
        store=True,
        precompute=True,
        currency_field="company_currency_id",
        help="Amount at the company's rate of the date, fixed when the purchase is saved.",
    )

    @api.depends("amount", "currency_id", "date", "company_id.currency_id")
    def _compute_company_amount(self):
        for (currency, company), purchases in self.grouped(
            lambda purchase: (purchase.currency_id, purchase.company_id)
        ).items():
            if currency and company:
                self._check_rate(currency, company)
            for purchase in purchases:
                purchase.company_amount = currency._convert(
                    purchase.amount,
                    company.currency_id,
                    company,
                    purchase.date or fields.Date.context_today(self),
                )

    @api.depends("partner_id", "date", "reference")
    def _compute_display_name(self):
        for purchase in self:
            purchase.display_name = purchase.reference or self.env._(
                "%(customer)s on %(date)s",
                customer=purchase.partner_id.display_name,
                date=fields.Date.to_string(purchase.date),
            )

    @api.model_create_multi
    def create(self, vals_list):
        # A purchase of another company is in that company's currency, unless it says otherwise;
        # an empty cell of a spreadsheet means the same as no column.
        for vals in vals_list:
            if not vals.get("company_id"):
                vals["company_id"] = self.env.company.id
            if not vals.get("currency_id"):
                company = self.env["res.company"].browse(vals["company_id"])
                vals["currency_id"] = company.currency_id.id
        return super().create(vals_list)

    @api.model
    def get_import_templates(self):
        """Offer a spreadsheet to fill in on the import page."""
        return [
            {
                "label": self.env._("Import Template for Past Purchases"),
                "template": "/customer_retention/static/xlsx/retention_past_purchase.xlsx",
            }
        ]

    @api.model
    def _check_rate(self, currency, company):
        """Raise a ValidationError naming both where no rate leads from ``currency`` to ``company``'s.

        The company's own currency may be without rates: it is then the one all others refer to.
        """
        if currency == company.currency_id:
            return
        if not self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, company.root_id.id)),
            ],
            limit=1,
        ):
            raise ValidationError(
                self.env._(
                    "Currency is %(currency)s, which has no rate in company %(company)s. Enter a "
                    "rate for it, or give the amount in %(own)s.",
                    currency=currency.name,
                    company=company.name,
                    own=company.currency_id.name,
                )
            )
