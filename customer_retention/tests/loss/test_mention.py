from odoo.exceptions import ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import freeze_time, tagged

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestMention(RetentionCase):
    """Reasons why customers choose us and why they do not buy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Mention = cls.env["retention.mention"]
        cls.speed = cls.env.ref("customer_retention.retention_reason_speed")
        cls.advice = cls.env.ref("customer_retention.retention_reason_advice")
        cls.price = cls.env.ref("crm.lost_reason_1")
        cls.delay = cls.env.ref("customer_retention.lost_reason_delay")
        cls.rival = cls.env["retention.competitor"].create({"name": "Rival"})
        cls.customer = cls._create_customer("Customer")

    def _get_mentions(self, partner=None):
        return self.Mention.search([("partner_id", "=", (partner or self.customer).id)], order="id")

    # ------------------------------------------------------------------
    # Why they choose us
    # ------------------------------------------------------------------

    def test_add_tag(self):
        """Adding a reason on the customer notes it: today, by this user, for this company."""
        self.customer.choice_reason_ids = self.speed
        mention = self._get_mentions()
        self.assertEqual(
            (mention.kind, mention.reason_id, mention.date, mention.date_end, mention.origin),
            ("choice", self.speed, days_ago(0), False, "person"),
        )
        self.assertEqual((mention.user_id, mention.company_id), (self.env.user, self.company))

    def test_remove_tag(self):
        """Removing a reason ends what was noted; naming it again is a new one."""
        self.customer.choice_reason_ids = self.speed | self.advice
        with freeze_time("2026-06-20 12:00:00"):
            self.customer.choice_reason_ids = self.advice
        ended, standing = self._get_mentions()
        self.assertEqual((ended.reason_id, str(ended.date_end)), (self.speed, "2026-06-20"))
        self.assertFalse(standing.date_end)
        self.assertEqual(self.customer.choice_reason_ids, self.advice)
        self.customer.choice_reason_ids |= self.speed
        self.assertEqual(len(self._get_mentions()), 3)
        self.assertEqual(self.customer.choice_reason_ids, self.advice | self.speed)

    def test_same_tags_note_nothing(self):
        self.customer.choice_reason_ids = self.speed
        self.customer.choice_reason_ids = self.speed
        self.assertEqual(len(self._get_mentions()), 1)

    def test_create_partner_with_tags(self):
        """An import may name reasons for new customers."""
        one, two = self.env["res.partner"].create(
            [
                {"name": "One", "choice_reason_ids": [(6, 0, (self.speed | self.advice).ids)]},
                {"name": "Two", "choice_reason_ids": [(4, self.speed.id)]},
            ]
        )
        self.assertEqual(one.choice_reason_ids, self.speed | self.advice)
        self.assertEqual(two.choice_reason_ids, self.speed)

    def test_tag_of_person(self):
        """What is added on a person is noted for the company, as said by that person."""
        azure = self._create_customer("Azure", is_company=True)
        ann = self._create_customer("Ann", parent_id=azure.id)
        ann.choice_reason_ids = self.speed
        mention = self._get_mentions(azure)
        self.assertEqual((mention.reason_id, mention.contact_id), (self.speed, ann))
        self.assertEqual(azure.choice_reason_ids, self.speed)
        self.env.invalidate_all()
        self.assertFalse(ann.choice_reason_ids)

    def test_search_by_reason(self):
        Partner = self.env["res.partner"]
        fast, wise = self._create_customers([], [])
        all_three = self.customer | fast | wise
        fast.choice_reason_ids = self.speed
        wise.choice_reason_ids = self.speed | self.advice

        def find(*condition):
            return Partner.search([("id", "in", all_three.ids), condition])

        self.assertEqual(find("choice_reason_ids", "in", self.speed.ids), fast | wise)
        self.assertEqual(find("choice_reason_ids", "=", self.advice.id), wise)
        self.assertEqual(find("choice_reason_ids", "not in", self.advice.ids), self.customer | fast)
        self.assertEqual(find("choice_reason_ids", "=", False), self.customer)
        self.assertEqual(find("choice_reason_ids", "!=", False), fast | wise)
        self.assertEqual(
            find("choice_reason_ids", "in", [False, self.advice.id]), self.customer | wise
        )
        self.assertEqual(find("choice_reason_ids", "ilike", "advice"), wise)
        self.assertEqual(find("choice_reason_ids.name", "ilike", "advice"), wise)
        wise.choice_reason_ids = False
        self.assertEqual(find("choice_reason_ids", "in", self.speed.ids), fast)

    def test_reason_needed(self):
        with self.assertRaisesRegex(ValidationError, "chooses us"):
            self.Mention.create({"partner_id": self.customer.id, "kind": "choice"})
        with self.assertRaisesRegex(ValidationError, "did not buy"):
            self.Mention.create({"partner_id": self.customer.id, "kind": "deal_breaker"})
        self.Mention.create(
            {"partner_id": self.customer.id, "kind": "product_wanted", "note": "Blue chairs"}
        )

    def test_end_before_start(self):
        with self.assertRaisesRegex(ValidationError, "2026-06-10.*2026-06-15"):
            self.Mention.create(
                {
                    "partner_id": self.customer.id,
                    "reason_id": self.speed.id,
                    "date_end": days_ago(5),
                }
            )

    # ------------------------------------------------------------------
    # Opportunities
    # ------------------------------------------------------------------

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Desks",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "expected_revenue": 5000,
                **values,
            }
        )

    def test_lost_opportunity(self):
        lead = self._create_lead()
        lead.action_set_lost(lost_reason_id=self.price.id, competitor_id=self.rival.id)
        mention = self._get_mentions()
        self.assertEqual(
            (mention.kind, mention.lost_reason_id, mention.competitor_id, mention.origin),
            ("deal_breaker", self.price, self.rival, "lead"),
        )
        self.assertEqual((mention.amount, mention.date), (5000, days_ago(0)))
        self.assertEqual((mention.res_model, mention.res_id), ("crm.lead", lead.id))
        self.assertEqual(self.customer.deal_breaker_ids, self.price)
        self.assertEqual(
            self.customer.deal_breaker_summary, "Too expensive: opportunity Desks, June 15"
        )

    def test_lost_without_reason(self):
        """Nobody said why: the money is noted all the same, the reason when it becomes known."""
        lead = self._create_lead()
        lead.action_set_lost()
        mention = self._get_mentions()
        self.assertEqual((mention.lost_reason_id.id, mention.amount), (False, 5000))
        self.assertFalse(self.customer.deal_breaker_ids)
        lead.lost_reason_id = self.delay
        self.assertEqual(mention.lost_reason_id, self.delay)
        self.assertEqual(self._get_mentions(), mention)

    def test_lost_by_wizard(self):
        lead = self._create_lead()
        self.env["crm.lead.lost"].create(
            {
                "lead_ids": [(6, 0, lead.ids)],
                "lost_reason_id": self.price.id,
                "competitor_id": self.rival.id,
            }
        ).action_lost_reason_apply()
        mention = self._get_mentions()
        self.assertEqual((mention.lost_reason_id, mention.competitor_id), (self.price, self.rival))

    def test_reopened_opportunity(self):
        """Reopening ends the mention; losing again writes a new one."""
        lead = self._create_lead()
        lead.action_set_lost(lost_reason_id=self.price.id)
        lead.action_unarchive()
        mention = self._get_mentions()
        self.assertEqual((mention.date_end, mention.lost_reason_id), (days_ago(0), self.price))
        self.assertFalse(self.customer.deal_breaker_ids)
        lead.action_set_lost(lost_reason_id=self.delay.id)
        self.assertEqual(len(self._get_mentions()), 2)
        self.assertEqual(self.customer.deal_breaker_ids, self.delay)
        lead.action_set_won()
        self.assertFalse(self.customer.deal_breaker_ids)

    def test_only_opportunities_of_customers(self):
        self._create_lead(type="lead").action_set_lost(lost_reason_id=self.price.id)
        self.assertFalse(self._get_mentions())
        lead = self._create_lead(partner_id=False)
        lead.action_set_lost(lost_reason_id=self.price.id)
        lead.partner_id = self.customer
        self.assertEqual(self._get_mentions().lost_reason_id, self.price)

    def test_deleted_opportunity(self):
        lead = self._create_lead()
        lead.action_set_lost(lost_reason_id=self.price.id)
        lead.unlink()
        self.assertFalse(self._get_mentions())

    def test_lost_before_the_addon(self):
        """Opportunities lost earlier are noted with the day they were lost, once."""
        lead = self._create_lead()
        lead.action_set_lost(lost_reason_id=self.price.id)
        self._get_mentions().unlink()
        lead.date_closed = "2026-03-01 09:00:00"
        self.env["crm.lead"]._record_past_mentions()
        self.env["crm.lead"]._record_past_mentions()
        mention = self._get_mentions()
        self.assertEqual((str(mention.date), mention.amount), ("2026-03-01", 5000))

    def test_lost_before_the_addon_as_since(self):
        """What is noted of earlier losses is what is noted at the moment of losing."""
        company = self._create_customer("Gemini", is_company=True)
        person = self._create_customer("Ann", parent_id=company.id)
        for values in ({"partner_id": person.id}, {"company_id": False}, {"user_id": False}):
            self._create_lead(**values).action_set_lost(lost_reason_id=self.price.id)
        names = [
            name
            for name, field in self.Mention._fields.items()
            if field.store and name not in MAGIC_COLUMNS
        ]
        domain = [("res_model", "=", "crm.lead"), ("origin", "=", "lead")]
        order = "res_id"
        since = self.Mention.search(domain, order=order).read(names)
        self.Mention.search(domain).unlink()
        self.env["crm.lead"]._record_past_mentions()
        before = self.Mention.search(domain, order=order).read(names)
        for row in since + before:
            del row["id"]
        self.assertEqual(len(before), 3)
        self.assertEqual(before, since)

    def test_merged_opportunities(self):
        """Of duplicates that are lost, the competitor stays with the reason; of open ones neither."""
        for probability, rival in ((0, self.rival), (50, self.env["retention.competitor"])):
            with self.subTest(probability=probability):
                leads = self._create_lead(probability=probability)
                leads |= self._create_lead(probability=probability, competitor_id=self.rival.id)
                self.assertEqual(leads.merge_opportunity().competitor_id, rival)

    def test_lost_before_the_addon_without_company(self):
        """Without a company of their own they are noted as fast; only other money is converted."""
        paris = self._create_company("Paris", currency=self.eur)
        abroad = self._create_customer("Abroad")
        leads = self._create_lead()
        for partner in (self.customer, self.customer, abroad):
            leads |= self._create_lead(partner_id=partner.id, user_id=False, company_id=False)
        abroad.company_id = paris
        leads.action_set_lost(lost_reason_id=self.price.id)
        self.assertEqual(len(leads.filtered("company_id")), 1)
        domain = [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
        since = self.Mention.search(domain, order="res_id")
        expected = [(row.company_id, row.currency_id, row.amount, row.date) for row in since]
        self.assertEqual(expected[-1][0], paris)
        since.unlink()
        self.env.flush_all()
        self.env.cr.execute(self.env["crm.lead"]._insert_past_mentions())
        self.assertEqual(self.Mention.search_count(domain), 3)
        self.env["crm.lead"]._record_past_mentions()
        before = self.Mention.search(domain, order="res_id")
        self.assertEqual(
            [(row.company_id, row.currency_id, row.amount, row.date) for row in before], expected
        )

    # ------------------------------------------------------------------
    # Quotations
    # ------------------------------------------------------------------

    def _create_quotation(self, state="sent", **kwargs):
        order = self._create_order(
            self.customer, "2026-06-15 08:00:00", 800, confirm=False, **kwargs
        )
        order.state = state
        return order

    def test_cancelled_quotation(self):
        order = self._create_quotation()
        self.env["sale.mass.cancel.orders"].create(
            {
                "sale_order_ids": [(6, 0, order.ids)],
                "lost_reason_id": self.price.id,
                "competitor_id": self.rival.id,
            }
        ).action_mass_cancel()
        self.assertEqual((order.state, order.lost_reason_id), ("cancel", self.price))
        mention = self._get_mentions()
        self.assertEqual(
            (mention.lost_reason_id, mention.competitor_id, mention.origin, mention.amount),
            (self.price, self.rival, "quotation", 800),
        )
        self.assertEqual(
            self.customer.deal_breaker_summary,
            f"Too expensive: quotation {order.name}, June 15",
        )

    def test_cancelled_without_reason(self):
        """A sent quotation cancelled without a word is money lost; a draft was never offered."""
        self._create_quotation("draft")._action_cancel()
        self.assertFalse(self._get_mentions())
        order = self._create_quotation()
        order._action_cancel()
        mention = self._get_mentions()
        self.assertEqual((mention.lost_reason_id.id, mention.amount), (False, 800))
        order.lost_reason_id = self.delay
        self.assertEqual(self._get_mentions().lost_reason_id, self.delay)

    def test_mass_cancel(self):
        """Cancelling many at once notes each of them."""
        orders = (
            self._create_quotation() | self._create_quotation() | self._create_quotation("draft")
        )
        self.env["sale.mass.cancel.orders"].create(
            {"sale_order_ids": [(6, 0, orders.ids)]}
        ).action_mass_cancel()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertEqual(len(self._get_mentions()), 2)

    def test_draft_with_reason(self):
        """A reason given is noted, whatever the state was."""
        order = self._create_quotation("draft")
        order.lost_reason_id = self.price
        order._action_cancel()
        self.assertEqual(self._get_mentions().lost_reason_id, self.price)

    def test_quotation_in_other_currency(self):
        """The amount at stake is in company currency, at the order's own rate."""
        self._create_rate(self.eur, "2026-01-01", 0.5)
        order = self._create_quotation(currency=self.eur)
        order._action_cancel()
        self._create_rate(self.eur, "2026-06-15", 0.25)
        # 800 EUR at 0.5 EUR for one USD.
        self.assertEqual(self._get_mentions().amount, 1600)

    def test_reopened_quotation(self):
        order = self._create_quotation()
        order.lost_reason_id = self.price
        order._action_cancel()
        order.action_draft()
        self.assertEqual(self._get_mentions().date_end, days_ago(0))
        self.assertFalse(order.lost_reason_id)
        self.assertFalse(self.customer.deal_breaker_ids)

    def test_quotation_of_opportunity(self):
        """One non-sale is the opportunity where there is one: its quotations write nothing."""
        lead = self._create_lead()
        order = self._create_quotation()
        order.opportunity_id = lead
        order.lost_reason_id = self.price
        order._action_cancel()
        self.assertFalse(self._get_mentions())
        lead.action_set_lost(lost_reason_id=self.delay.id)
        self.assertEqual(self._get_mentions().lost_reason_id, self.delay)

    def test_opportunity_added_later(self):
        order = self._create_quotation()
        order._action_cancel()
        order.opportunity_id = self._create_lead()
        self.assertTrue(self._get_mentions().date_end)

    def test_deleted_quotation(self):
        order = self._create_quotation()
        order._action_cancel()
        order.unlink()
        self.assertFalse(self._get_mentions())

    # ------------------------------------------------------------------
    # Deal breakers of a customer
    # ------------------------------------------------------------------

    def test_deal_breakers_with_loss(self):
        """Deals and customers have one list; what was won back is none."""
        loss = self.env["retention.loss"].create(
            {"partner_id": self.customer.id, "date": days_ago(3), "reason_id": self.delay.id}
        )
        self._create_lead().action_set_lost(lost_reason_id=self.price.id)
        self.assertEqual(self.customer.deal_breaker_ids, self.price | self.delay)
        self.assertEqual(
            self.customer.deal_breaker_summary,
            "Too expensive: opportunity Desks, June 15\n"
            "Too late: recorded as lost on June 12. Back if: We can name a date and keep it.",
        )
        Partner = self.env["res.partner"]
        self.assertEqual(
            Partner.search([("deal_breaker_ids", "in", self.delay.ids)]), self.customer
        )
        loss.state = "won_back"
        self.assertEqual(self.customer.deal_breaker_ids, self.price)
        self.assertFalse(Partner.search([("deal_breaker_ids", "in", self.delay.ids)]))

    def test_summary_names_five(self):
        self.Mention.create(
            [
                {
                    "partner_id": self.customer.id,
                    "kind": "deal_breaker",
                    "lost_reason_id": self.price.id,
                    "date": days_ago(number),
                }
                for number in range(7)
            ]
        )
        lines = self.customer.deal_breaker_summary.splitlines()
        self.assertEqual(lines[0], "Too expensive: said on June 15")
        self.assertEqual(lines[5:], ["and 2 more"])

    def test_no_query_for_the_form(self):
        """Reasons, deal breakers and their names come with the figures, in their statement."""
        self.customer.choice_reason_ids = self.speed | self.advice
        self._create_lead().action_set_lost(lost_reason_id=self.price.id)
        spec = {
            "choice_reason_ids": {"fields": {"display_name": {}, "color": {}}},
            "deal_breaker_summary": {},
        }
        customer = self.customer.with_context(lang="en_US")
        customer.web_read(spec)
        self.env.invalidate_all()
        # What the form has read anyway: the contact and its figures.
        customer.web_read({"name": {}, "value_year": {}})
        with self.assertQueryCount(0):
            [values] = customer.web_read(spec)
        self.assertEqual(
            [each["display_name"] for each in values["choice_reason_ids"]],
            ["Good advice", "Fast delivery"],
        )

    def test_company(self):
        """Reasons are those of the company one works in."""
        other = self._create_company("Other")
        self.customer.choice_reason_ids = self.speed
        there = self.customer.with_company(other).with_context(
            allowed_company_ids=(other | self.company).ids
        )
        self.assertFalse(there.choice_reason_ids)
        there.choice_reason_ids = self.advice
        self.assertEqual(there.choice_reason_ids, self.advice)
        self.assertEqual(self.customer.choice_reason_ids, self.speed)
