import re
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_amount, format_date

# What is a slip of the pen: earlier days, and larger amounts in either direction.
FIRST_DAY = date(1900, 1, 1)
LARGEST = 10**12


class RetentionPastPurchase(models.Model):
    """One purchase from before Odoo, made to be imported from a spreadsheet.

    It counts on both bases. The amount may be zero, negative (a return) or in the future; it is
    converted to company currency when saved, at the company's rate of that date (the earliest
    rate for dates before it, as everywhere in Odoo), and refused where its currency has no rate.

    Of an import, one with a reference is refused where the same stands already: a spreadsheet
    imported twice would double every figure. Without a reference nobody can tell.
    """

    _name = "retention.past.purchase"
    _inherit = ["retention.document.mixin", "retention.writable.mixin"]
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
    reference = fields.Char(
        copy=False,
        help="Number of the document in the system it comes from. With it, the same purchase is "
        "not imported twice.",
    )
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
            if re.match(r"\d{1,3}-", str(vals.get("date"))):
                # Odoo's import writes the year 1 without its zeros, and could not read it again.
                vals["date"] = vals["date"].zfill(10)
        purchases = super().create(vals_list)
        if self.env.context.get("import_file"):
            purchases._check_not_there()
        return purchases

    def _check_not_there(self):
        """Raise a ValidationError where one of these stood already before them; one query for all.

        Lines of one document may be alike within a file: they are made together, and all count.
        """
        self.flush_recordset()
        found = self.env.execute_query(
            SQL(
                """SELECT purchase.id
                     FROM retention_past_purchase AS purchase
                     JOIN retention_past_purchase AS other
                       ON other.partner_id = purchase.partner_id
                      AND other.date = purchase.date
                      AND other.reference = purchase.reference
                      AND other.amount = purchase.amount
                      AND other.currency_id = purchase.currency_id
                      AND other.company_id = purchase.company_id
                      AND other.id <> ALL(%(ids)s)
                    WHERE purchase.id = ANY(%(ids)s) AND purchase.reference <> ''
                    ORDER BY purchase.id LIMIT 1""",
                ids=self.ids,
            )
        )
        for purchase in self.browse(purchase_id for (purchase_id,) in found):
            raise ValidationError(
                self.env._(
                    "Reference is %(reference)s, and that purchase is there already: %(customer)s, "
                    "%(date)s, %(amount)s. Leave the row out; if it is another purchase, give it "
                    "a reference of its own.",
                    reference=purchase.reference,
                    customer=purchase.partner_id.display_name,
                    date=format_date(self.env, purchase.date),
                    amount=format_amount(self.env, purchase.amount, purchase.currency_id),
                )
            )

    @api.constrains("date", "amount")
    def _check_limits(self):
        for purchase in self:
            if purchase.date and purchase.date < FIRST_DAY:
                raise ValidationError(
                    self.env._(
                        "Date is %(date)s. It has to be %(first)s or later.",
                        date=format_date(self.env, purchase.date),
                        first=format_date(self.env, FIRST_DAY),
                    )
                )
            if not -LARGEST <= purchase.amount <= LARGEST:
                currency = purchase.currency_id
                raise ValidationError(
                    self.env._(
                        "Amount is %(amount)s. It has to be between %(lowest)s and %(highest)s.",
                        amount=format_amount(self.env, purchase.amount, currency),
                        lowest=format_amount(self.env, -LARGEST, currency),
                        highest=format_amount(self.env, LARGEST, currency),
                    )
                )

    def action_count_now(self):
        """Count all customers of the current company now, see ``retention.run``."""
        return self.env["retention.run"].action_count_now()

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
