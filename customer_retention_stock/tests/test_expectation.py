from datetime import datetime

from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import NOW

from .test_delivery import DeliveryCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExpectation(DeliveryCase):
    """Felt lateness beside the real one: promised and actual day of the goods."""

    def _ask(self, order):
        answer = self.env["retention.satisfaction"].create(
            {
                "partner_id": order.partner_id.id,
                "company_id": self.company.id,
                "expectation": "worse",
                "res_model": "sale.order",
                "res_id": order.id,
            }
        )
        return self.env["retention.expectation.report"].search(
            [("satisfaction_id", "=", answer.id)]
        )

    def test_late_delivery(self):
        """The last delivery counts, on its day in the company's zone."""
        self.company.partner_id.tz = "Asia/Tokyo"
        order = self._create_sale(self.customer)
        order.commitment_date = datetime(2026, 6, 1, 12)
        first = order.picking_ids
        self._transfer(first, datetime(2026, 6, 1, 12), quantity=1)
        line = self._ask(order)
        # Half of it is still missing, what came was in time.
        self.assertEqual((line.late_days, line.short_rate), (0, 0.5))
        # 16:00 UTC is the next day in Tokyo: 4 June, 3 days late.
        second = order.picking_ids - first
        self._transfer(second, datetime(2026, 6, 3, 16), quantity=1)
        self.env.flush_all()
        line.invalidate_recordset()
        self.assertEqual(str(line.date_delivered), "2026-06-04")
        self.assertEqual((line.late_days, line.short_rate), (3, 0))
        self.assertTrue(line.is_not_kept)
        report = self.env["retention.satisfaction.report"].browse(line.satisfaction_id.id)
        self.assertEqual((report.late_days, report.reality), (3, "not_kept"))

    def test_not_delivered(self):
        """What has not left the warehouse is missing, not late."""
        order = self._create_sale(self.customer)
        order.commitment_date = datetime(2026, 6, 1, 12)
        line = self._ask(order)
        self.assertFalse(line.date_delivered)
        self.assertEqual((line.late_days, line.short_rate), (0, 1))

    def test_returned(self):
        """What came and went back was not short: 2 came, 1 of them went back for money."""
        order = self._create_sale(self.customer)
        out = self._transfer(order.picking_ids, datetime(2026, 6, 1, 12))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=out.id, active_ids=out.ids, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 1, "to_refund": True})
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._transfer(back, datetime(2026, 6, 5, 12), quantity=1)
        self.assertEqual(order.order_line.qty_delivered, 1)
        line = self._ask(order)
        self.assertEqual((line.quantity_delivered, line.short_rate), (2, 0))
        self.assertFalse(line.is_not_kept)
