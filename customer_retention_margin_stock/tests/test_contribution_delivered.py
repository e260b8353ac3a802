from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import NOW, days_ago
from odoo.addons.customer_retention_margin.tests.common import MarginCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContributionDelivered(MarginCase):
    """What goods cost is what they were worth when they left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_basis = "ordered"
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.desk = cls._create_product(60, is_storable=True)

    def _deliver(self, order, quantity):
        picking = order.picking_ids.filtered(lambda each: each.state not in ("done", "cancel"))
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking._action_done()
        return picking

    def test_delivered(self):
        """Of ten sold at a cost of 60, four left at 70: 4 × 70 + 6 × 60 = 640."""
        order = self._sell(self.customer, 5, (self.desk, 10, 100, 60))
        self.assertContribution(self.customer, goods_year=600)
        self.desk.with_company(self.company).standard_price = 70
        picking = self._deliver(order, 4)
        self.assertEqual(picking.move_ids.filtered("is_out").value, 280)
        self.assertContribution(
            self.customer, goods_year=640, cost_known_percent=100, contribution_year=360
        )
        # The rest leaves at 80: 280 + 480.
        self.desk.with_company(self.company).standard_price = 80
        self._deliver(order, 6)
        self.assertContribution(self.customer, goods_year=760)

    def test_not_valued(self):
        """A transfer without a value tells nothing: the cost of the line counts, or nothing is known."""
        nameless = self._create_product(0, is_storable=True)
        order = self._sell(self.customer, 5, (nameless, 1, 100, 55), (nameless, 1, 100, 0))
        self._deliver(order, 1)
        self.assertContribution(self.customer, goods_year=55, cost_known_percent=50)

    def test_returned(self):
        """What came back does not change what a unit cost."""
        order = self._sell(self.customer, 5, (self.desk, 2, 100, 50))
        picking = self._deliver(order, 2)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1, "picked": True})
        back._action_done()
        self.assertContribution(self.customer, goods_year=120)

    def test_invoice(self):
        """An invoice of the order costs what was delivered, too."""
        self.company.retention_basis = "invoiced"
        self.desk.invoice_policy = "delivery"
        order = self._sell(self.customer, 5, (self.desk, 2, 100, 50))
        self._deliver(order, 2)
        invoice = order._create_invoices()
        invoice.invoice_date = days_ago(4)
        invoice.action_post()
        self.assertContribution(self.customer, value_year=200, goods_year=120)

    def test_booked(self):
        """Where cost of goods sold was booked, it counts: of the pair only the expense.

        Booked 2 × 45 = 90 beside a cost of 60 on the product.
        """
        self.company.retention_basis = "invoiced"
        move = self._create_bill(self.customer, 5, (self.desk, 2, 100))
        self.env.flush_all()
        Account = self.env["account.account"].with_company(self.company)
        for kind, code, sign in (
            ("expense_direct_cost", "500000", 1),
            ("asset_current", "110100", -1),
        ):
            account = Account.create(
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(self.company.ids)],
                }
            )
            self.env.cr.execute(
                """INSERT INTO account_move_line (move_id, company_id, account_id, currency_id,
                              display_type, product_id, quantity, balance, debit, credit,
                              amount_currency, parent_state)
                   VALUES (%s, %s, %s, %s, 'cogs', %s, 2, %s, %s, %s, %s, 'posted')""",
                [
                    move.id, self.company.id, account.id, self.usd.id, self.desk.id,
                    90 * sign, max(0, 90 * sign), max(0, -90 * sign), 90 * sign,
                ],
            )  # fmt: skip
        self.assertContribution(self.customer, goods_year=90, contribution_year=110)
