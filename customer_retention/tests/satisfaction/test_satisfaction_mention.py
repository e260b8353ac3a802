from datetime import datetime

from odoo.tests import tagged

from ..common import days_ago
from ..survey.common_survey import SurveyCase


@tagged("post_install", "-at_install")
class TestSatisfactionMention(SurveyCase):
    """What answers say goes where people look for it: once, and away with the answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.company_ids |= cls.company
        cls.ann = cls._create_user("ann", "sales_team.group_sale_salesman")
        cls.customer = cls._create_customer("Gemini", is_company=True, user_id=cls.ann.id)
        cls.person = cls.env["res.partner"].create(
            {"name": "Edwin Hansen", "parent_id": cls.customer.id}
        )
        cls.speed = cls.env.ref("customer_retention.retention_reason_speed")
        cls.advice = cls.env.ref("customer_retention.retention_reason_advice")
        cls.delay = cls.env.ref("customer_retention.lost_reason_delay")
        cls.quality = cls.env.ref("customer_retention.lost_reason_quality")
        cls.rival = cls.env["retention.competitor"].create({"name": "Rival Ltd"})
        cls.choice = cls._create_survey(
            "choice_reason",
            "competitor",
            types={"choice_reason": "multiple_choice", "competitor": "char_box"},
            records={"choice_reason": cls.speed | cls.advice},
        )
        cls.breaker = cls._create_survey(
            "deal_breaker",
            "competitor",
            types={"competitor": "char_box"},
            records={"deal_breaker": cls.delay | cls.quality},
        )

    def _get_mentions(self):
        return self.env["retention.mention"].search(
            [("partner_id", "=", self.customer.id)], order="kind, id"
        )

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------

    def test_choice(self):
        """Reasons of an answer are mentions of its customer, with the comment and the competitor."""
        answer = self._answer(
            self.choice,
            self.person,
            {"choice_reason": [self.speed, self.advice], "competitor": "rival ltd "},
            date=datetime(2026, 6, 1),
            comments={"choice_reason": "Always there."},
        )
        mentions = self._get_mentions()
        self.assertEqual(mentions.reason_id, self.speed | self.advice)
        self.assertRecordValues(
            mentions,
            [
                {
                    "kind": "choice",
                    "partner_id": self.customer.id,
                    "contact_id": self.person.id,
                    "company_id": self.company.id,
                    "currency_id": self.usd.id,
                    "user_id": self.ann.id,
                    "date": days_ago(14),
                    "origin": "survey",
                    "note": "Always there.",
                    "competitor_id": self.rival.id,
                    "user_input_id": answer.id,
                }
            ]
            * 2,
        )
        self.assertEqual(self.customer.choice_reason_ids, self.speed | self.advice)
        row = self._get_satisfaction(self.customer)
        self.assertEqual(row.comment, "Always there.\nQuestion about competitor rival ltd")

    def test_again(self):
        """Read again nothing is noted twice; what was ended by a person stays ended."""
        answer = self._answer(self.choice, self.person, {"choice_reason": [self.speed]})
        mention = self._get_mentions()
        mention.action_end()
        answer._mark_done()
        self.assertEqual(self._get_mentions(), mention)
        self.assertTrue(mention.date_end)

    def test_edited(self):
        """An edited answer takes back what it no longer says."""
        answer = self._answer(self.choice, self.person, {"choice_reason": [self.speed]})
        self._answer_question(answer, "choice_reason", [self.advice])
        self.Satisfaction._read_answers(answer)
        self.assertEqual(self._get_mentions().reason_id, self.advice)

    def test_deleted(self):
        """A deleted answer takes row and mentions along; a deleted survey all of its answers."""
        answer = self._answer(self.choice, self.person, {"choice_reason": [self.speed]})
        self._answer(self.choice, self.customer, {"choice_reason": [self.advice]})
        answer.unlink()
        self.assertEqual(self._get_mentions().reason_id, self.advice)
        self.choice.unlink()
        self.assertFalse(self._get_mentions())
        self.assertFalse(self._get_satisfaction(self.customer))

    def test_deleted_events(self):
        """What nobody has followed up is no event any more once the answer is deleted."""
        survey = self._create_survey("satisfaction")
        answer = self._answer(survey, self.person, {"satisfaction": "dissatisfied"})
        self._answer(survey, self.person, {"satisfaction": "satisfied"})
        events = self.Event.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(set(events.mapped("type")), {"dissatisfied", "satisfied"})
        answer.unlink()
        self.assertEqual(events.exists().type, "satisfied")
        survey.unlink()
        self.assertFalse(events.exists())

    def test_words(self):
        """Products wanted and interests in words; an unknown or ambiguous competitor is no guess."""
        self.env["retention.competitor"].create({"name": "rival ltd"})
        sailing = self.env["retention.interest"].create({"name": "Sailing at night"})
        survey = self._create_survey(
            "interest", "product_wanted", "competitor", "choice_reason",
            types={"competitor": "char_box"},
            records={"interest": sailing, "choice_reason": self.speed},
        )  # fmt: skip
        self._answer(
            survey,
            self.person,
            {
                "interest": sailing,
                "product_wanted": "Sofas",
                "competitor": "Rival Ltd",
                "choice_reason": self.speed,
            },
        )
        self.assertEqual(
            self._get_mentions().mapped(
                lambda each: (each.kind, each.note, each.competitor_id.name)
            ),
            [
                ("choice", False, False),
                ("interest", "Sailing at night", False),
                ("product_wanted", "Sofas", False),
            ],
        )
        self.assertEqual(self.person.interest_ids, sailing)
        self.assertFalse(self.customer.interest_ids)

    # ------------------------------------------------------------------
    # Why they did not buy, or left
    # ------------------------------------------------------------------

    def _create_lost_lead(self, reason=None):
        lead = self.env["crm.lead"].create(
            {
                "name": "Twenty chairs",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "expected_revenue": 500,
            }
        )
        lead.action_set_lost(lost_reason_id=reason and reason.id)
        return lead

    def test_lost_without_reason(self):
        """Nobody wrote why a deal was lost: the customer's answer says so, with the 500 at stake."""
        lead = self._create_lost_lead()
        self._answer(
            self.breaker,
            self.person,
            {"deal_breaker": self.delay, "competitor": "Rival Ltd"},
            document=lead,
        )
        mention = self._get_mentions()
        self.assertEqual((len(mention), mention.lost_reason_id), (1, self.delay))
        self.assertEqual((mention.amount, mention.competitor_id), (500, self.rival))
        self.assertEqual(lead.lost_reason_id, self.delay)

    def test_lost_with_reason(self):
        """What the salesperson wrote stays. The same reason is noted once, another one beside it."""
        same = self._create_lost_lead(self.delay)
        self._answer(self.breaker, self.person, {"deal_breaker": self.delay}, document=same)
        self.assertEqual(len(self._get_mentions()), 1)
        self._answer(self.breaker, self.person, {"deal_breaker": self.quality}, document=same)
        self.assertEqual(same.lost_reason_id, self.delay)
        own = self._get_mentions().filtered("user_input_id")
        self.assertEqual((own.lost_reason_id, own.amount), (self.quality, 0))
        self.assertEqual(own.reference, "Twenty chairs")

    def test_exit(self):
        """A silent customer who says why is lost from then on; asked again, there is one loss."""
        self.breaker.retention_is_exit = True
        # A single purchase 400 days ago, expected gap 90 days: silent.
        self._create_past(self.customer, (400, 1000))
        self._refresh()
        self.assertFigures(self.customer, status="silent")
        answers = {"deal_breaker": self.delay, "competitor": "Rival Ltd"}
        answer = self._answer(self.breaker, self.person, answers)
        loss = self.customer.retention_loss_ids
        self.assertRecordValues(
            loss,
            [
                {
                    "date": days_ago(0),
                    "reason_id": self.delay.id,
                    "competitor_id": self.rival.id,
                    "contact_id": self.person.id,
                    "user_id": self.ann.id,
                    "value_year": 1000,
                    "state": "open",
                }
            ],
        )
        self.assertFalse(self._get_mentions())
        answer._mark_done()
        self._answer(self.breaker, self.person, {"deal_breaker": self.quality})
        self.assertEqual(self.customer.retention_loss_ids, loss)
        self.assertEqual(self._get_mentions().lost_reason_id, self.quality)

    def test_exit_completes_loss(self):
        """A loss recorded without a reason gets the customer's own."""
        self.breaker.retention_is_exit = True
        self._create_past(self.customer, (400, 1000))
        loss = self.env["retention.loss"].create({"partner_id": self.customer.id})
        self._refresh()
        self._answer(self.breaker, self.person, {"deal_breaker": self.delay})
        self.assertEqual(self.customer.retention_loss_ids, loss)
        self.assertEqual(loss.reason_id, self.delay)

    def test_exit_of_active(self):
        """A customer who still buys is not lost by an answer: it is a reason given."""
        self.breaker.retention_is_exit = True
        self._create_past(self.customer, (10, 1000))
        self._refresh()
        self._answer(self.breaker, self.person, {"deal_breaker": self.delay})
        self.assertFalse(self.customer.retention_loss_ids)
        self.assertEqual(self._get_mentions().lost_reason_id, self.delay)

    # ------------------------------------------------------------------
    # Priority and referral
    # ------------------------------------------------------------------

    def test_priority(self):
        """The priority goes to the company with the day it was told; an older answer changes nothing."""
        speed, price = (
            self.env.ref(f"customer_retention.retention_priority_{name}")
            for name in ("speed", "price")
        )
        survey = self._create_survey("priority", records={"priority": speed | price})
        self._answer(survey, self.person, {"priority": speed}, date=datetime(2026, 6, 1))
        self.assertEqual(
            (self.customer.priority_id, self.customer.priority_date), (speed, days_ago(14))
        )
        self._answer(survey, self.person, {"priority": price}, date=datetime(2026, 5, 1))
        self.assertEqual(self.customer.priority_id, speed)
        later = self._answer(survey, self.person, {"priority": price}, date=datetime(2026, 6, 3))
        self.assertEqual(
            (self.customer.priority_id, self.customer.priority_date), (price, days_ago(12))
        )
        events = self.Event.search(
            [("partner_id", "=", self.customer.id), ("type", "=", "priority")]
        )
        self.assertEqual(len(events), 2)
        # What a salesperson wrote since stays when the answer is read again.
        self.customer.priority_id = speed
        later._mark_done()
        self.assertEqual(self.customer.priority_id, speed)

    def test_priority_not_kept(self):
        """A company that keeps no priorities reads the answer, and writes none."""
        speed = self.env.ref("customer_retention.retention_priority_speed")
        survey = self._create_survey("priority", records={"priority": speed})
        self.patch(
            type(self.env["res.partner"]), "_get_hidden_profile_fields", lambda *a: {"priority_id"}
        )
        self._answer(survey, self.person, {"priority": speed})
        self.assertTrue(self._get_satisfaction(self.customer))
        self.assertFalse(self.customer.sudo().priority_id)

    def test_referral(self):
        """Somebody the customer knows becomes one lead in the customer's words, for a person to confirm."""
        survey = self._create_survey("referral", "nps")
        answer = self._answer(
            survey, self.person, {"referral": "Ann Lee <b>of</b> Lee & Sons", "nps": 10}
        )
        row = self._get_satisfaction(self.customer)
        lead = self.env["crm.lead"].search([("satisfaction_id", "=", row.id)])
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Recommended by Gemini",
                    "referred_by_id": self.customer.id,
                    "user_id": self.ann.id,
                    "company_id": self.company.id,
                    "partner_id": False,
                    "type": "opportunity",
                }
            ],
        )
        self.assertIn("Ann Lee &lt;b&gt;of&lt;/b&gt; Lee &amp; Sons", lead.description)
        self.assertFalse(self.customer.referral_ids)
        answer._mark_done()
        lead.action_archive()
        answer._mark_done()
        self.assertEqual(
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search_count([("satisfaction_id", "=", row.id)]),
            1,
        )

    def test_referral_of_nobody(self):
        survey = self._create_survey("referral")
        for text in ("No", "-", "None.", "nobody"):
            self._answer(survey, self.person, {"referral": text})
        rows = self._get_satisfaction(self.customer)
        self.assertEqual(len(rows), 4)
        self.assertFalse(self.env["crm.lead"].search([("satisfaction_id", "in", rows.ids)]))
