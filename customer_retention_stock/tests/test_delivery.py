from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import MANAGER, NOW, TODAY, days_ago
from odoo.addons.customer_retention.tests.program.test_program import ProgramCase


class DeliveryCase(ProgramCase):
    """Orders of goods, and transfers of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Desk", "type": "consu", "taxes_id": False}
        )
        cls.seller = cls._create_user("delivery_seller", MANAGER)
        cls.customer = cls.env["res.partner"].create({"name": "Customer", "user_id": cls.user.id})

    def _create_sale(self, partner, quantity=2, company=None):
        """Confirm an order of goods, sold by the seller, and return it."""
        company = company or self.company
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "user_id": self.seller.id,
                    "order_line": [
                        Command.create({"product_id": self.goods.id, "product_uom_qty": quantity})
                    ],
                }
            )
        )
        order.action_confirm()
        return order

    def _transfer(self, picking, moment=NOW, quantity=2):
        """Do a transfer at ``moment``; less than all leaves a backorder."""
        picking.move_ids.write({"quantity": quantity, "picked": True})
        with freeze_time(moment):
            picking._action_done()
        return picking

    def _create_transfer(self, kind, source, destination, partner=None):
        """Create a transfer without a sales order; ``kind`` is that of its operation."""
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse[f"{kind}_type_id"].id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": (partner or self.customer).id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.goods.id,
                            "product_uom_qty": 2,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking

    def _replay(self, since=30, until=0, company=None):
        """Return the deliveries of these days as ``[(day, partner, contact, picking)]``."""
        found = self.Event._replay(
            company or self.company, ["delivery"], days_ago(since), days_ago(until)
        )
        for each in found:
            self.assertEqual(each["res_model"], "stock.picking")
        return [
            (each["date"], each["partner_id"], each["contact_id"], each["res_id"]) for each in found
        ]


@tagged("post_install", "-at_install")
class TestDelivery(DeliveryCase):
    """Deliveries as events: which transfers are one, of whom, on which day, and what they start."""

    def test_delivery_of_order(self):
        """A transfer that is done is one event: of the order's customer and person, on its day."""
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id})
        shop = self.env["res.partner"].create(
            {"name": "Shop", "type": "delivery", "parent_id": self.customer.id}
        )
        order = self._create_sale(person)
        order.partner_shipping_id = shop
        self.assertEqual(self._replay(), [])  # confirmed, not delivered
        picking = self._transfer(order.picking_ids, NOW - timedelta(days=3))
        self.assertEqual(self._replay(), [(days_ago(3), self.customer.id, person.id, picking.id)])
        self.assertEqual(self._replay(since=2), [])
        self.assertEqual(self._replay(until=4), [])

    def test_over(self):
        """A delivery that came back, as a whole, is over; one of which something stayed is not."""
        order = self._create_sale(self.customer)
        picking = self._transfer(order.picking_ids, NOW - timedelta(days=3))
        event = self.Event._record(self.company, ["delivery"], days_ago(30), days_ago(0))
        self.assertEqual(event.res_id, picking.id)
        self.assertFalse(event._filter_over())
        for quantity, is_over in ((1, False), (1, True)):
            back = picking.move_ids.copy(
                {
                    "origin_returned_move_id": picking.move_ids.id,
                    "picking_id": False,
                    "product_uom_qty": quantity,
                    "location_id": picking.location_dest_id.id,
                    "location_dest_id": picking.location_id.id,
                }
            )
            back._action_confirm()
            back.quantity = quantity
            back.picked = True
            back._action_done()
            self.assertEqual(bool(event._filter_over()), is_over)

    def test_backorder(self):
        """What is left for later is a delivery of its own."""
        order = self._create_sale(self.customer)
        first = self._transfer(order.picking_ids, NOW - timedelta(days=5), quantity=1)
        second = self._transfer(order.picking_ids - first, quantity=1)
        self.assertEqual(
            self._replay(),
            [
                (days_ago(5), self.customer.id, None, first.id),
                (TODAY, self.customer.id, None, second.id),
            ],
        )

    def test_no_delivery(self):
        """Returns, internal transfers, goods for a supplier or for an own company are none."""
        picking = self._transfer(self._create_sale(self.customer).picking_ids)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        self._transfer(wizard._create_return())
        stock = picking.location_id
        customers = picking.location_dest_id
        suppliers = self.env.ref("stock.stock_location_suppliers")
        self._transfer(self._create_transfer("int", stock, stock.copy({"name": "Shelf"})))
        self._transfer(self._create_transfer("out", stock, suppliers))
        own = self.company.partner_id
        self._transfer(self._create_transfer("out", stock, customers, own))
        self.assertEqual([each[3] for each in self._replay()], [picking.id])
        alone = self._transfer(self._create_transfer("out", stock, customers))
        self.assertEqual([each[3] for each in self._replay()], [picking.id, alone.id])

    def test_zone(self):
        """The day is the company's: 02:30 on 15 June in UTC is 14 June in New York."""
        picking = self._create_sale(self.customer).picking_ids
        self._transfer(picking, datetime(2026, 6, 15, 2, 30))
        self.assertEqual(self._replay()[0][0], TODAY)
        self.company.partner_id.tz = "America/New_York"  # four hours behind
        self.assertEqual(self._replay()[0][0], days_ago(1))
        self.assertEqual(self._replay(since=0), [])

    def test_other_company(self):
        """Each company has its own deliveries."""
        other = self._create_company("Other")
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": [self.company.id, other.id]}
        )
        self.seller.company_ids |= other
        mine = self._transfer(self._create_sale(self.customer).picking_ids)
        theirs = self._transfer(self._create_sale(self.customer, company=other).picking_ids)
        self.assertEqual([each[3] for each in self._replay()], [mine.id])
        self.assertEqual([each[3] for each in self._replay(company=other)], [theirs.id])

    def test_program(self):
        """Recorded while a program uses them; the order's salesperson calls, whatever is invoiced."""
        self.assertNotIn("delivery", self.Event._get_recorded_types())
        program = self._create_program(
            {"delay_days": 3}, event_type="delivery", status_to=False, responsible_rule="document"
        )
        self.assertIn("delivery", self.Event._get_recorded_types())
        self.assertFalse(program.exit_on_purchase)
        picking = self._transfer(self._create_sale(self.customer).picking_ids)
        for _again in range(2):
            self.Event._record(self.company, ["delivery"], days_ago(30), TODAY)
        self.assertEntered(program, (self.customer, "open", False))
        event = program.enrollment_ids.event_id
        self.assertEqual(event.description, "Received goods on June 15")
        self.assertEqual(event._get_document_name(), picking.name)
        # Three working days after Monday.
        with self._at(days=3):
            self._create_past(self.customer, (-1, 100))
            self._refresh()
            followup = self._act()
        self.assertEqual((followup.state, followup.user_id), ("open", self.seller))

    def test_preview(self):
        """The preview counts the deliveries of the last 90 days without recording any."""
        program = self._create_program(
            start=False, event_type="delivery", status_to=False, pause_days=0
        )
        for days in (100, 80, 1):
            picking = self._create_sale(self.customer).picking_ids
            self._transfer(picking, NOW - timedelta(days=days))
        preview = program.get_preview()
        self.assertEqual((preview["past"]["customers"], preview["past"]["followups"]), (2, 2))
        self.assertTrue(preview["mean"])
        self.assertFalse(self.Event.search([("type", "=", "delivery")]))
        # Nobody was responsible but the customer's salesperson: the preview does not ask documents.
        self.assertEqual(preview["past"]["people"], [self.user.name])

    def test_without_order(self):
        """Where nothing was sold there is no document's salesperson; a deleted transfer harms nothing."""
        stock = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])
        picking = self._create_transfer(
            "out", stock.lot_stock_id, self.env.ref("stock.stock_location_customers")
        )
        self._transfer(picking)
        event = self.Event._record(self.company, ["delivery"], days_ago(30), TODAY)
        self.assertFalse(event._get_document_user())
        event.res_id = 0
        self.assertFalse(event._get_document_user())

    def test_uninstall(self):
        """Without this addon no program waits for deliveries any more."""
        from ..hooks import uninstall_hook

        program = self._create_program(event_type="delivery", status_to=False)
        other = self._create_program()
        uninstall_hook(self.env)
        self.assertEqual((program.state, other.state), ("off", "running"))
