from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.customer_retention.tests.common import NOW, TODAY

from .common import ComplaintCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestComplaintCost(ComplaintCase):
    """What making good costs, for addons that ask what a customer costs."""

    def test_cost(self):
        """What was entered costs; with a credit note turnover is less already."""
        self._set_up_accounts()
        complaint = self.Complaint.create(
            {"name": "Late", "partner_id": self.customer.id, "company_id": self.company.id}
        )
        credit = self._create_invoice(self.customer, TODAY, 50, "out_refund")
        complaint.redress_ids = [
            Command.create({"kind": "gift", "entered_cost": 25, "date": TODAY}),
            Command.create({"kind": "credit", "entered_cost": 50, "move_id": credit.id}),
            Command.create({"kind": "apology"}),
        ]
        self.env.flush_all()
        Purchase = self.env["retention.purchase"]
        for query, expected in (
            (
                Purchase._get_cost_queries()["redress"],
                [(self.customer.id, self.company.id, TODAY, 25, True)],
            ),
            (
                Purchase._get_cost_changed_queries(NOW)["redress"],
                3 * [(self.customer.id, self.company.id)],
            ),
        ):
            rows = self.env.execute_query(
                SQL("SELECT * FROM (%s) AS cost WHERE company_id = %s", query, self.company.id)
            )
            self.assertEqual(rows, expected)
