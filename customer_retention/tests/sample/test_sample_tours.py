from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron

from ...tools.sampling import draw_order
from ..common import MANAGER


@tagged("post_install", "-at_install")
class TestSampleTours(HttpCase):
    """A manager of a company with ten customers, who has no rights on surveys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Tour Company"})
        cls.chief = new_test_user(
            cls.env,
            login="sample_chief",
            groups=MANAGER,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Tour Customer {number}", "email": f"tour{number}@example.com"}
                for number in range(10)
            ]
        )
        # The seed below draws this one first, so that a replacement is seen.
        cls.customers.browse(draw_order("tour", cls.customers.ids)[0]).email = False
        today = cls.company._get_retention_today()
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": customer.id,
                    "date": today - timedelta(days=10),
                    "amount": 100,
                    "company_id": cls.company.id,
                }
                for customer in cls.customers
            ]
        )
        assert cls.env["retention.run"]._refresh(cls.company)
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "Tour Survey",
                "retention_kind": "relationship",
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create({"title": "How was it?", "question_type": "text_box"})
                ],
            }
        )

    def test_sample(self):
        """Made, drawn, invited; then answered by one of eight."""
        field = self.env["retention.sample"]._fields["seed"]
        self.patch(field, "default", lambda model: "tour")
        self.start_tour("/odoo/retention-samples", "retention_sample", login="sample_chief")
        with patch.object(IrCron, "_commit_progress", return_value=True):
            self.env["retention.sample"]._ask_all()
        sample = self.env["retention.sample"].search([("company_id", "=", self.company.id)])
        self.assertEqual((sample.name, sample.asked_count), ("Autumn", 8))
        invitation = sample.member_ids.user_input_id[0]
        invitation.state = "done"
        self.env["retention.satisfaction"].create(
            {
                "partner_id": invitation.partner_id.id,
                "company_id": self.company.id,
                "user_input_id": invitation.id,
                "origin": "survey",
                "level": "very_satisfied",
            }
        )
        self.start_tour(
            "/odoo/retention-samples", "retention_sample_progress", login="sample_chief"
        )
