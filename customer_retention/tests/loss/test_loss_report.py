from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestLossesReport(RetentionCase):
    """Money lost, whom to call when a cause is gone, and what customers choose us for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["retention.loss.report"]
        cls.Call = cls.env["retention.loss.call"]
        cls.Choice = cls.env["retention.choice.report"]
        cls.price = cls.env.ref("crm.lost_reason_1")
        cls.delay = cls.env.ref("customer_retention.lost_reason_delay")
        cls.speed = cls.env.ref("customer_retention.retention_reason_speed")
        cls.advice = cls.env.ref("customer_retention.retention_reason_advice")
        cls.rival = cls.env["retention.competitor"].create({"name": "Rival"})
        cls.one, cls.two = cls._create_customers([(50, 300), (20, 40)], [(30, 1000)])
        cls.seller = cls._create_user("seller", "sales_team.group_sale_salesman")

    def _create_mention(self, partner, amount, **values):
        return self.env["retention.mention"].create(
            {
                "partner_id": partner.id,
                "kind": "deal_breaker",
                "lost_reason_id": self.price.id,
                "amount": amount,
                **values,
            }
        )

    def _create_loss(self, partner, **values):
        return self.env["retention.loss"].create(
            {"partner_id": partner.id, "reason_id": self.price.id, **values}
        )

    def _get_rows(self, groupby, domain=()):
        """Return ``{group: money}`` of the company's report."""
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id), *domain]
        rows = self.Report._read_group(domain, groupby, ["amount:sum"])
        return {tuple(row[:-1]): row[-1] for row in rows}

    def test_money_by_everything(self):
        """Deals count with what was at stake, customers with what they bought for a year."""
        self._create_mention(self.one, 100, date=days_ago(40), competitor_id=self.rival.id)
        self._create_mention(self.one, 7, lost_reason_id=self.delay.id, user_id=self.seller.id)
        self._create_loss(self.two, date=days_ago(10), competitor_id=self.rival.id)
        # One customer lost: 1000 a year.
        self.assertEqual(
            self._get_rows(["lost_reason_id"]), {(self.price,): 1100, (self.delay,): 7}
        )
        self.assertEqual(
            self._get_rows(["competitor_id"]),
            {(self.rival,): 1100, (self.env["retention.competitor"],): 7},
        )
        self.assertEqual(self._get_rows(["user_id"]), {(self.env.user,): 1100, (self.seller,): 7})
        # 40 days before 15 June is in May.
        self.assertEqual(
            {key[0].month: money for key, money in self._get_rows(["date:month"]).items()},
            {5: 100, 6: 1007},
        )
        self.assertEqual(self._get_rows(["source"]), {("said",): 107, ("customer",): 1000})

    def test_won_back_no_longer_holds(self):
        """What was reopened or won back stays in the report, but is not lost any more."""
        self._create_mention(self.one, 100, date_end=days_ago(0))
        loss = self._create_loss(self.two, date=days_ago(35))
        self.assertEqual(self._get_rows(["holds"]), {(False,): 100, (True,): 0})
        # The loss is 5 days before the only purchase: nothing was bought until then.
        self._refresh()
        self.assertEqual(loss.state, "won_back")
        self.assertEqual(self._get_rows(["holds"]), {(False,): 100})

    def test_documents(self):
        """Each row opens what it was read from."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Desks",
                "type": "opportunity",
                "partner_id": self.one.id,
                "company_id": self.company.id,
                "expected_revenue": 5,
            }
        )
        lead.action_set_lost(lost_reason_id=self.price.id)
        mention = self._create_mention(self.two, 1)
        loss = self._create_loss(self.two)
        opened = {
            (action["res_model"], action["res_id"])
            for action in map(
                self.Report.__class__.action_open_document,
                self.Report.search([("company_id", "=", self.company.id)]),
            )
        }
        self.assertEqual(
            opened,
            {("crm.lead", lead.id), ("retention.mention", mention.id), ("retention.loss", loss.id)},
        )

    # ------------------------------------------------------------------
    # Cause is gone
    # ------------------------------------------------------------------

    def _get_calls(self, reason=None):
        self.env.flush_all()
        self.Call.invalidate_model()
        return self.Call.search(
            [
                ("company_id", "=", self.company.id),
                ("lost_reason_id", "=", (reason or self.price).id),
            ]
        )

    def test_one_line_a_customer(self):
        """All that was lost to a reason, one line for each customer, deals and customer apart."""
        self._create_mention(self.one, 100, date=days_ago(40))
        self._create_mention(self.one, 50, date=days_ago(5))
        self._create_mention(self.one, 999, date_end=days_ago(0))
        self._create_mention(self.one, 7, lost_reason_id=self.delay.id)
        # 340 a year; recorded twice, it is the same money.
        self._create_loss(self.one)
        self._create_loss(self.one, date=days_ago(3))
        self._create_mention(self.two, 20)
        first, second = self._get_calls()
        self.assertEqual(
            (first.partner_id, first.deal_amount, first.loss_value, first.mention_count),
            (self.one, 150, 340, 4),
        )
        self.assertEqual((first.date, first.date_told), (days_ago(0), False))
        self.assertEqual(
            (second.partner_id, second.deal_amount, second.loss_value), (self.two, 20, 0)
        )

    def test_archived_are_not_called(self):
        self._create_mention(self.one, 100)
        self.one.active = False
        self.assertFalse(self._get_calls())

    def test_cause_gone(self):
        """Those chosen get an event, once a day; the list says when."""
        self._create_mention(self.one, 100)
        self._create_mention(self.two, 20)
        action = self.price.action_cause_gone()
        self.assertEqual(action["res_model"], "retention.loss.call")
        first, _second = self._get_calls()
        first.action_cause_gone()
        first.action_cause_gone()
        event = self.Event.search([("type", "=", "cause_gone")])
        self.assertEqual(
            (event.partner_id, event.date, event.res_model, event.res_id, event.company_id),
            (self.one, days_ago(0), "crm.lost.reason", self.price.id, self.company),
        )
        self.assertEqual(event.description, "The cause is gone: Too expensive")
        self.assertEqual(self._get_calls().mapped("date_told"), [days_ago(0), False])
        with self.assertRaises(UserError):
            self.Call.action_cause_gone()

    def test_events_can_be_replayed(self):
        """The collectors find what was recorded, and recording again adds nothing."""
        self._create_loss(self.one, date=days_ago(3))
        self._create_mention(self.two, 20)
        self._get_calls().action_cause_gone()
        types = ["loss_recorded", "cause_gone"]
        span = (self.company, types, days_ago(5), days_ago(0))
        replayed = self.Event._replay(*span)
        self.assertEqual(
            [(event["type"], event["partner_id"], event["date"]) for event in replayed],
            [
                ("loss_recorded", self.one.id, days_ago(3)),
                ("cause_gone", self.one.id, days_ago(0)),
                ("cause_gone", self.two.id, days_ago(0)),
            ],
        )
        self.assertFalse(self.Event._record(*span))

    # ------------------------------------------------------------------
    # Why they choose us
    # ------------------------------------------------------------------

    def test_choice_by_number_and_value(self):
        """Reasons by customers who named them and by their yearly value; a customer counts once."""
        self.one.choice_reason_ids = self.speed | self.advice
        self.two.choice_reason_ids = self.speed
        person = self._create_customer("Ann", parent_id=self.two.id)
        self.two.is_company = True
        person.choice_reason_ids = self.advice
        self.env["retention.mention"].create(
            {"partner_id": self.two.id, "reason_id": self.speed.id, "contact_id": person.id}
        )
        self._refresh()
        rows = self.Choice._read_group(
            [("company_id", "=", self.company.id)],
            ["reason_id"],
            ["customer_count:sum", "value_year:sum"],
            order="reason_id",
        )
        # Speed and advice: both customers, 340 + 1000; speed said twice for the second.
        self.assertEqual(rows, [(self.speed, 2, 1340), (self.advice, 2, 1340)])
        self.one.choice_reason_ids = False
        self.env.flush_all()
        rows = self.Choice._read_group(
            [("company_id", "=", self.company.id)], ["reason_id"], ["value_year:sum"]
        )
        self.assertEqual(rows, [(self.speed, 1000), (self.advice, 1000)])
