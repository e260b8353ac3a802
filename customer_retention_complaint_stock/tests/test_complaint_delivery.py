from odoo.tests import tagged

from odoo.addons.customer_retention_stock.tests.test_delivery import DeliveryCase


@tagged("post_install", "-at_install")
class TestComplaintDelivery(DeliveryCase):
    """A complaint noted on a transfer."""

    def test_note(self):
        """It is of the order's customer and company, about the order, too."""
        order = self._create_sale(self.customer)
        picking = order.picking_ids
        context = picking.action_complain()["context"]
        complaint = (
            self.env["retention.complaint"]
            .with_context(**context)
            .create({"name": "One is broken"})
        )
        self.assertEqual((complaint.picking_id, complaint.order_id), (picking, order))
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.company_id, self.company)

    def test_by_transfer_alone(self):
        """The transfer is enough, also without an order."""
        order = self._create_sale(self.customer)
        Complaint = self.env["retention.complaint"]
        complaint = Complaint.create({"name": "Late", "picking_id": order.picking_ids.id})
        self.assertEqual((complaint.order_id, complaint.partner_id), (order, self.customer))
        stock = order.picking_ids.location_id
        customers = order.picking_ids.location_dest_id
        alone = self._create_transfer("out", stock, customers)
        complaint = Complaint.create({"name": "Late", "picking_id": alone.id})
        self.assertEqual((complaint.order_id.id, complaint.partner_id), (False, self.customer))
