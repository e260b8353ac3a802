from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestLossesTours(HttpCase):
    """Reasons and losses in a browser, as an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env.ref("base.user_admin").write({"company_id": cls.company.id})
        cls.today = cls.company._get_retention_today()
        cls.price = cls.env.ref("crm.lost_reason_1")
        cls.customer = cls.env["res.partner"].create({"name": "Tour Customer", "is_company": True})
        cls.rival = cls.env["retention.competitor"].create({"name": "Tour Rival"})
        # 600 within the last year; buys about every month.
        cls._buy(10, 40, 70)
        assert cls.env["retention.run"]._refresh(cls.company)
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.env["product.product"]
                            .create({"name": "Chair", "type": "service"})
                            .id,
                            "price_unit": 800,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        cls.order.state = "sent"

    @classmethod
    def _buy(cls, *days):
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "date": cls.today - timedelta(days=day),
                    "amount": 200,
                    "company_id": cls.company.id,
                }
                for day in days
            ]
        )

    def test_cancel_quotation(self):
        """Cancelling a quotation asks why, and the answer stays with the customer."""
        self.start_tour(
            f"/odoo/sale.order/{self.order.id}", "retention_cancel_quotation", login="admin"
        )
        self.assertEqual(self.order.state, "cancel")
        mention = self.env["retention.mention"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (mention.lost_reason_id, mention.competitor_id, mention.amount),
            (self.price, self.rival, 800),
        )

    def test_loss(self):
        """A loss is recorded on the contact, worked on, and won back by the next purchase."""
        self.order.lost_reason_id = self.price
        self.order._action_cancel()
        url = f"/odoo/contacts/{self.customer.id}"
        self.start_tour(url, "retention_record_loss", login="admin")
        loss = self.env["retention.loss"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (loss.state, loss.value_year, loss.avoidable, loss.date),
            ("winning_back", 600, "yes", self.today - timedelta(days=9)),
        )
        self.assertEqual(self.customer.choice_reason_ids.name, "Fast delivery")
        self._buy(1)
        self.start_tour(url, "retention_won_back", login="admin")
        self.assertEqual(loss.state, "won_back")
        self.assertEqual(loss.date_won_back, self.today - timedelta(days=1))

    def test_cause_gone(self):
        """When the cause is gone, those chosen from the list get an event."""
        self.order.lost_reason_id = self.price
        self.order._action_cancel()
        self.env.flush_all()
        self.start_tour(
            "/odoo/action-crm.crm_lost_reason_action", "retention_cause_gone", login="admin"
        )
        event = self.env["retention.event"].search([("type", "=", "cause_gone")], limit=1)
        self.assertEqual(event.partner_id, self.customer)
