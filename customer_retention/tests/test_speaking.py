from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW, OWN, RetentionCase, days_ago

NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSpeaking(RetentionCase):
    """What reports say above their charts; by hand, as of Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm.lost_reason_1")
        cls.delay = cls.env.ref("customer_retention.lost_reason_delay")

    def _say(self, model, domain=(), user=None):
        self.env.flush_all()
        report = self._as(self.env[model], user) if user else self.env[model]
        said = report.with_company(self.company).get_sentence(list(domain))
        if said and said["action"]:
            rows = self.env[said["action"]["res_model"]].search(said["action"]["domain"])
            said["rows"] = len(rows)
        if said:
            said["count"] = self.env[model].search_count(said["domain"])
        return said

    def _create_mention(self, partner, amount=0, **values):
        return self.env["retention.mention"].create(
            {
                "partner_id": partner.id,
                "kind": "deal_breaker",
                "lost_reason_id": self.price.id,
                "amount": amount,
                **values,
            }
        )

    def test_nothing(self):
        for model in self.env.registry.descendants(["retention.speaking.mixin"], "_inherit"):
            if not self.env[model]._abstract:
                with self.subTest(model):
                    self.assertIs(self._say(model), False)

    def test_losses(self):
        """Price: deals of 900 and a customer of 100 a year; delay 7. Two can be won back."""
        one, two = self._create_customers([(20, 40)], [(30, 100)])
        self._create_mention(one, 900)
        self._create_mention(one, 7, lost_reason_id=self.delay.id)
        self.env["retention.loss"].create(
            {"partner_id": two.id, "reason_id": self.price.id, "date": days_ago(10)}
        )
        said = self._say("retention.loss.report")
        self.assertEqual(
            said["sentence"],
            f"{self.price.name} cost ${NBSP}1,000, 90 % of it lost deals. Can be won back: 2.",
        )
        self.assertEqual((said["button"], said["rows"]), ("Whom to Win Back", 2))
        self.assertEqual(said["count"], 2)
        said = self._say("retention.loss.report", [("lost_reason_id", "=", self.delay.id)])
        self.assertIn(f"{self.delay.name} cost ${NBSP}7, 100 %", said["sentence"])

    def test_let_go(self):
        """Who was let go is not proposed to be won back."""
        [two] = self._create_customers([(30, 100)])
        loss = self.env["retention.loss"].create(
            {"partner_id": two.id, "reason_id": self.price.id, "date": days_ago(10)}
        )
        self.assertTrue(self._say("retention.loss.report")["sentence"].endswith("back: 1."))
        loss.state = "let_go"
        self.assertTrue(self._say("retention.loss.report")["sentence"].endswith("back: 0."))

    def test_choices(self):
        one, two = self._create_customers([(20, 40)], [(30, 100)])
        self._refresh()
        speed = self.env.ref("customer_retention.retention_reason_speed")
        advice = self.env.ref("customer_retention.retention_reason_advice")
        for partner, reason in ((one, speed), (two, speed), (one, advice)):
            self._create_mention(partner, kind="choice", reason_id=reason.id, lost_reason_id=False)
        said = self._say("retention.choice.report")
        self.assertEqual(
            said["sentence"],
            f"{speed.name} is what keeps most: named by 2, who bought for ${NBSP}140 in 12 months.",
        )
        self.assertEqual(said["count"], 2)

    def test_sources(self):
        fair = self.env["utm.source"].create({"name": "Fair"})
        one, _two = self._create_customers([(20, 60)], [(30, 40)])
        one.acquisition_source_id = fair
        self._refresh()
        said = self._say("retention.source.report")
        self.assertEqual(
            said["sentence"],
            f"Fair brings most: 1 customers, who bought for ${NBSP}60 in 12 months, 60 % of all.",
        )

    def test_customers(self):
        """Two silent ones: 11 in the last year; one of them is to be called."""
        seller = self._create_user("speaking_seller", OWN)
        one, two = self._create_customers(
            [(200, 9), (230, 1), (260, 1)], [(500, 8), (530, 1), (560, 1)]
        )
        (one | two).user_id = seller
        self._refresh()
        self.env["res.partner"]._plan_calls({seller: one}, days_ago(0), self.company)
        said = self._say("retention.customer", user=seller)
        self.assertEqual(
            said["sentence"],
            f"2 late or silent customers bought for ${NBSP}11 in 12 months, and for ${NBSP}10 in "
            "the 12 months before. Nobody follows up: 1.",
        )
        self.assertEqual((said["button"], said["rows"], said["count"]), ("Plan Calls", 1, 2))

    def test_answers(self):
        """Three answers, two good; the bad one was not called."""
        for level in ("satisfied", "very_satisfied", "dissatisfied"):
            self.env["retention.satisfaction"].create(
                {
                    "partner_id": self._create_customer().id,
                    "company_id": self.company.id,
                    "date": days_ago(2),
                    "origin": "survey",
                    "level": level,
                }
            )
        said = self._say("retention.satisfaction.report")
        self.assertEqual(
            said["sentence"],
            "2 of 3 answers are satisfied or better. Dissatisfied and not called: 1.",
        )
        self.assertEqual(said["count"], 1)
        # The number of answers stands beside each mean: of NPS there are none.
        [(count, nps)] = self.env["retention.satisfaction.report"]._read_group(
            [("company_id", "=", self.company.id)], [], ["level_count:sum", "nps_count:sum"]
        )
        self.assertEqual((count, nps), (3, 0))

    def test_cohorts(self):
        """Came in April, and one of two bought again in May; who came in May had no time yet."""
        self._create_customers([(60, 1), (20, 1)], [(60, 1)], [(20, 1)])
        said = self._say("retention.cohort.report")
        self.assertEqual(
            said["sentence"],
            "1 of 2 customers bought again in the month after their first purchase (50 %).",
        )
        self.assertEqual(said["count"], 1)

    def test_rights(self):
        """Each reader is told of what the reader sees; nobody else anything."""
        seller = self._create_user("speaking_own", OWN)
        other = self._create_user("speaking_other", OWN)
        [one] = self._create_customers([(20, 40)])
        one.user_id = other
        self._create_mention(one, 900, user_id=other.id)
        self.assertFalse(self._say("retention.customer", user=seller))
        clerk = self._create_user("speaking_clerk")
        for model in ("retention.loss.report", "retention.customer", "retention.cohort.report"):
            with self.assertRaises(AccessError):
                self._say(model, user=clerk)

    def test_statements(self):
        [one] = self._create_customers([(20, 40)])
        self._create_mention(one, 900)
        self._say("retention.loss.report")
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["retention.loss.report"].with_company(self.company).get_sentence([])
        self.assertLessEqual(self.cr.sql_log_count - before, 16)
