from datetime import datetime, time

from odoo import Command
from odoo.tests import freeze_time

from odoo.addons.customer_retention.tests.common import NOW, RetentionCase, days_ago

CONTRIBUTION = "customer_retention_margin.group_contribution"


@freeze_time(NOW)
class MarginCase(RetentionCase):
    """A company with accounts, an hour at 40, no interest, and builders of what costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_accounts()
        cls.rate = cls.env["retention.cost.rate"].create(
            {"company_id": cls.company.id, "hourly_rate": 40}
        )
        cls.seller = cls._create_user("margin_seller", "sales_team.group_sale_manager")
        cls.call = cls.env["mail.activity.type"].create(
            {"name": "Call of ten minutes", "retention_minutes": 10}
        )

    @classmethod
    def _create_product(cls, cost, company=None, **values):
        company = company or cls.company
        product = cls.env["product.product"].create(
            {"name": f"Product at {cost}", "type": "consu", "taxes_id": False, **values}
        )
        product.with_company(company).standard_price = cost
        return product

    @classmethod
    def _create_bill(
        cls, partner, days, *lines, move_type="out_invoice", company=None, currency=None, **values
    ):
        """Post a customer document of ``lines`` (product, quantity, price), so many days ago."""
        company = company or cls.company
        post = values.pop("post", True)
        tax = values.pop("tax", cls.env["account.tax"])
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": days_ago(days),
                    "date": days_ago(days),
                    "invoice_date_due": days_ago(days),
                    "company_id": company.id,
                    "currency_id": (currency or company.currency_id).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product and product.id,
                                "name": "Line",
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                        for product, quantity, price in lines
                    ],
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _sell(cls, partner, days, *lines, company=None, currency=None):
        """Confirm an order of ``lines`` (product, quantity, price, cost in the order's currency)."""
        company = company or cls.company
        pricelist = cls.env["product.pricelist"]
        if currency:
            pricelist = pricelist.create({"name": currency.name, "currency_id": currency.id})
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "pricelist_id": pricelist.id,
                    "date_order": datetime.combine(days_ago(days), time(12)),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": price,
                                "purchase_price": cost,
                                "tax_ids": False,
                            }
                        )
                        for product, quantity, price, cost in lines
                    ],
                }
            )
        )
        order.action_confirm()
        order.date_order = datetime.combine(days_ago(days), time(12))
        return order

    @classmethod
    def _pay(cls, invoice, days, amount):
        """Let a customer pay ``amount`` in company currency of ``invoice``, so many days ago."""
        company = invoice.company_id
        term = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        Journal = cls.env["account.journal"].with_company(company)
        journal = Journal.search(
            [("code", "=", "PAY"), ("company_id", "=", company.id)]
        ) or Journal.create(
            {"name": "Payments", "code": "PAY", "type": "general", "company_id": company.id}
        )
        income = invoice.invoice_line_ids.account_id[:1]
        entry = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "date": days_ago(days),
                    "journal_id": journal.id,
                    "line_ids": [
                        Command.create(
                            {
                                "name": "Paid",
                                "account_id": account.id,
                                "partner_id": term.partner_id.id,
                                "debit": debit,
                                "credit": credit,
                            }
                        )
                        for account, debit, credit in (
                            (income, amount, 0),
                            (term.account_id, 0, amount),
                        )
                    ],
                }
            )
        )
        entry.action_post()
        (term + entry.line_ids.filtered("credit")).reconcile()

    @classmethod
    def _meet(cls, partners, days, minutes, user=None, **values):
        """Put a meeting with ``partners`` into the calendar."""
        start = datetime.combine(days_ago(days), time(10))
        return cls.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start.replace(hour=11),
                "duration": minutes / 60,
                "user_id": (user or cls.seller).id,
                "partner_ids": [Command.set(partners.ids)],
                **values,
            }
        )

    @classmethod
    def _call(cls, record, days, activity_type=None, user=None):
        """Let an activity on ``record`` be done so many days ago."""
        activity = cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": (activity_type or cls.call).id,
                "user_id": (user or cls.seller).id,
            }
        )
        activity.write({"active": False, "date_done": days_ago(days)})
        return activity

    @classmethod
    def _thank(cls, partner, days, cost):
        return cls.env["retention.thanks"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "kind": "gift",
                "date": days_ago(days),
                "cost": cost,
            }
        )

    def assertContribution(self, partner, company=None, **expected):
        """Count all and assert what stands for ``partner``."""
        self._refresh(company)
        self.assertFigures(partner, company, **expected)
