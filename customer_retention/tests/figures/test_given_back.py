from odoo import Command
from odoo.tests import freeze_time, tagged

from ..common import NOW, TODAY, RetentionCase, days_ago


@freeze_time(NOW)
class InvoicedCase(RetentionCase):
    """A company that counts invoices, and a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_accounts()
        cls.company.retention_basis = "invoiced"
        cls.customer = cls._create_customer()
        cls.product = cls.env["product.product"].create(
            {"name": "Chair", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )

    def _invoice(self, days, amount, **values):
        return self._create_invoice(self.customer, days_ago(days), amount, **values)

    def _credit(self, days, amount, named=None):
        credit = self._invoice(days, amount, move_type="out_refund")
        if named:
            credit.reversed_entry_id = named
        return credit

    def _reconcile(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def _get_row(self):
        self.env.flush_all()
        self._refresh()
        return self.env["retention.customer"].search(
            [("partner_id", "=", self.customer.id), ("company_id", "=", self.company.id)]
        )

    def assertPurchases(self, count, *days, value=None, average=None):
        """Assert how many purchases count, on which days the first and the last are, and what they are worth."""
        row = self._get_row()
        self.assertEqual(row.purchase_count, count)
        if days:
            found = (row.first_purchase_date, row.last_purchase_date)
            self.assertEqual(found, (days_ago(days[0]), days_ago(days[-1])))
        if value is not None:
            self.assertEqual(row.lifetime_value, value)
        if average is not None:
            self.assertEqual(row.average_purchase, average)


@tagged("post_install", "-at_install")
class TestGivenBack(InvoicedCase):
    """An invoice that credit notes reach is no purchase; one paid with an older credit is one."""

    def test_named_in_full(self):
        self._invoice(100, 30)
        self._credit(10, 70, self._invoice(20, 70))
        self.assertPurchases(1, 100, value=30, average=30)

    def test_named_in_part(self):
        """69 of 70 given back: a purchase still, worth 1."""
        self._credit(10, 69, self._invoice(20, 70))
        self.assertPurchases(1, 20, value=1, average=70)

    def test_named_twice(self):
        """40 and 30 of 70."""
        invoice = self._invoice(20, 70)
        self._credit(10, 40, invoice)
        self.assertPurchases(1, 20, value=30)
        self._credit(5, 30, invoice)
        self.assertFalse(self._get_row())

    def test_draft_credit(self):
        """A credit note that is not posted gives nothing back."""
        credit = self._credit(10, 70, self._invoice(20, 70))
        self.assertFalse(self._get_row())
        credit.button_draft()
        self.assertPurchases(1, 20, value=70)

    def test_paid_back(self):
        """Paid, then given back for money: whatever the payment state."""
        invoice = self._invoice(20, 70)
        self._credit(10, 70, invoice)
        self.assertNotEqual(invoice.payment_state, "reversed")
        self.assertFalse(self._get_row())

    def test_exchanged(self):
        """The credit note of an earlier purchase pays the new one."""
        self._invoice(100, 70)
        credit = self._credit(20, 70)
        new = self._invoice(20, 70)
        self._reconcile(credit, new)
        self.assertEqual(new.payment_state, "reversed")
        self.assertPurchases(2, 100, 20, value=70)

    def test_younger_nameless(self):
        """Reconciled with a credit note that came after it and names nothing."""
        self._invoice(100, 30)
        invoice = self._invoice(20, 70)
        credit = self._credit(10, 70)
        self.assertPurchases(2, 100, 20)
        self._reconcile(invoice, credit)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertPurchases(1, 100, value=30)

    def test_order_lines(self):
        """What an order takes back credits its own bill."""
        order = self._create_sold(100)
        invoice = self._bill(order, 20)
        self.assertPurchases(1, 20, value=100)
        order.order_line.product_uom_qty = 0
        credit = self._bill(order, 5, final=True)
        self.assertEqual((credit.move_type, credit.reversed_entry_id.ids), ("out_refund", []))
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertFalse(self._get_row())

    def test_other_company(self):
        """A credit note of another customer that names nothing changes nothing."""
        self._invoice(20, 70)
        other = self._create_customer("Other")
        self._create_invoice(other, days_ago(10), 70, move_type="out_refund")
        self.assertPurchases(1, 20, value=70)

    def _create_sold(self, amount):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _bill(self, order, days, method="delivered", amount=0, final=False):
        before = order.invoice_ids
        if method == "delivered":
            bill = order._create_invoices(final=final or bool(before))
        else:
            wizard = self.env["sale.advance.payment.inv"].with_context(
                active_model="sale.order", active_ids=order.ids
            )
            wizard.create(
                {
                    "advance_payment_method": method,
                    "amount": amount,
                    "sale_order_ids": [Command.set(order.ids)],
                }
            ).create_invoices()
            bill = order.invoice_ids - before
        bill.write({"invoice_date": days_ago(days), "date": days_ago(days)})
        bill.action_post()
        return bill

    def test_down_payment(self):
        """30 % of 1,000 in advance, the rest later: one purchase, on the day of the advance."""
        order = self._create_sold(1000)
        self._bill(order, 40, "percentage", 30)
        self.assertPurchases(1, 40, value=300, average=300)
        self._bill(order, 5)
        self.assertPurchases(1, 40, value=1000, average=1000)
        row = self._get_row()
        self.assertEqual((row.purchase_days, row.value_month), (1, 700))

    def test_down_payment_given_back(self):
        """The advance was credited: the bill is the purchase."""
        order = self._create_sold(1000)
        advance = self._bill(order, 40, "percentage", 30)
        bill = self._bill(order, 5)
        self._credit(4, 300, advance)
        self.assertTrue(bill)
        self.assertPurchases(1, 5)

    def test_two_orders(self):
        """Another order is another purchase."""
        order = self._create_sold(1000)
        self._bill(order, 40, "percentage", 30)
        self._bill(order, 5)
        self._bill(self._create_sold(50), 2)
        self.assertPurchases(2, 40, 2, value=1050, average=525)

    def test_was_here(self):
        """Who settles a bill within the usual gap was here: nobody wins them back."""
        order = self._create_sold(1000)
        self._bill(order, 300, "percentage", 30)
        event = self.env["retention.event"].create(
            {
                "type": "status",
                "old_value": "late",
                "new_value": "silent",
                "date": TODAY,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "key": "was here",
            }
        )
        row = self._get_row()
        self.assertEqual((row.status, row.expected_gap_days), ("silent", 90))
        self.assertFalse(event._filter_over())
        bill = self._bill(order, 89)
        self.assertEqual(self._get_row().status, "silent")
        self.assertTrue(event._filter_over())
        bill.button_draft()
        bill.write({"invoice_date": days_ago(90), "date": days_ago(90)})
        bill.action_post()
        self.assertFalse(event._filter_over())
