from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import OWN


class SatisfactionTours(HttpCase):
    """A salesperson with a dissatisfied customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.seller = new_test_user(
            cls.env,
            login="tour_seller",
            password="tour_seller",
            groups=OWN,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Tour Chairs", "user_id": cls.seller.id}
        )
        cls.env["retention.past.purchase"].create(
            {
                "partner_id": cls.partner.id,
                "date": cls.company._get_retention_today(),
                "amount": 100,
                "company_id": cls.company.id,
            }
        )
        assert cls.env["retention.run"]._refresh(cls.company)
        cls.program = cls.env.ref("customer_retention.retention_program_dissatisfied")
        cls.program.action_start()
        cls.env["retention.satisfaction"].create(
            {
                "partner_id": cls.partner.id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "date": cls.company._get_retention_today(),
                "origin": "survey",
                "level": "dissatisfied",
                "reference": "S-TOUR",
                "comment": "Two chairs are missing",
            }
        )

    def setUp(self):
        super().setUp()
        # Whatever the day the tests are run on.
        self.patch(type(self.company), "_is_working_day", lambda company, day: True)
        for events in self.program._get_new_event_batches():
            self.env["retention.enrollment"]._enter(self.program, events)
        self.env["retention.followup"]._get_due(self.company)._act()
        self.call = self.program.enrollment_ids.followup_ids

    def _check_call(self):
        self.start_tour(
            "/odoo/retention-my-day", "retention_satisfaction_call", login="tour_seller"
        )
        self.env.invalidate_all()
        self.assertEqual((self.call.state, self.call.reached), ("done", "yes"))
        answer = self.env["retention.satisfaction"].search([("followup_id", "=", self.call.id)])
        self.assertEqual(
            (answer.level, answer.origin, answer.comment, answer.user_id),
            ("satisfied", "phone", "The chairs have come, all is well", self.seller),
        )


@tagged("post_install", "-at_install")
class TestSatisfactionTours(SatisfactionTours):
    """In a browser, as a salesperson who sees own customers only."""

    def test_call(self):
        """What a customer said is read on the day and on the customer, and the call about it is noted."""
        self._check_call()


@tagged("post_install", "-at_install")
class TestSatisfactionToursPhone(SatisfactionTours):
    """The same on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_call(self):
        """The call can be noted on a telephone."""
        self._check_call()
