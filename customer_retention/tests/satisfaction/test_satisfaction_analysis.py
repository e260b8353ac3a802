from datetime import datetime, timedelta
from math import sqrt

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import ALL, NOW, OWN, TODAY, RetentionCase, days_ago

QUERIES = 15
NPS_GROUPS = {0: "detractor", 6: "detractor", 7: "passive", 8: "passive", 9: "promoter"}


class SatisfactionPageCase(RetentionCase):
    """Answers of customers as rows, and what the page says of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Analysis = cls.env["retention.satisfaction.analysis"]
        cls.Report = cls.env["retention.satisfaction.report"]
        cls.Satisfaction = cls.env["retention.satisfaction"]

    @classmethod
    def _say(cls, partner, days=1, **values):
        """Note an answer of ``partner`` some days ago."""
        if "nps" in values:
            values.setdefault("nps_group", NPS_GROUPS[values["nps"]])
        return cls.Satisfaction.create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date": days_ago(days),
                "origin": "survey",
                "user_id": False,
                **values,
            }
        )

    @classmethod
    def _say_each(cls, count, days=1, **values):
        """Let ``count`` new customers give the same answer; return them."""
        partners = cls.env["res.partner"].create([{"name": "Asked"} for _each in range(count)])
        for partner in partners:
            cls._say(partner, days, **values)
        return partners

    def _get_page(self, days=90, group="user_id"):
        return self.Analysis.get_satisfaction(days, group)

    def _count(self, domain, model="retention.satisfaction.report"):
        return self.env[model].search_count(domain)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSatisfactionAnalysis(SatisfactionPageCase):
    """The figures of the page Satisfaction, by hand."""

    def test_customer_counts_once(self):
        """Three answers of a customer weigh a third each; 30 customers are enough."""
        self._say_each(29, level="satisfied")
        partner = self._create_customer()
        for level in ("very_satisfied", "dissatisfied", "dissatisfied"):
            self._say(partner, level=level)
        share = self._get_page()["measures"]["satisfied"]
        # (29 + 1/3) of 30 customers: 97.78 %.
        self.assertEqual(share["count"], 30)
        self.assertAlmostEqual(share["value"], 100 * (29 + 1 / 3) / 30)
        self.assertFalse(share["is_few"])
        self.assertEqual(self._count(share["domain"]), 32)

    def test_csat(self):
        """CSAT is the share of answers 4 and 5, with Wilson's interval."""
        self._say_each(14, csat=5)
        self._say_each(10, csat=4)
        self._say_each(6, csat=3)
        share = self._get_page()["measures"]["csat"]
        # 24 of 30: 80 %; Wilson: (0.8 + 0.06403) / 1.12805 = 0.76595, ± 0.13893.
        self.assertAlmostEqual(share["value"], 80)
        self.assertAlmostEqual(share["low"], 62.69, 1)
        self.assertAlmostEqual(share["high"], 90.49, 1)
        self.assertEqual(self._count(share["domain"]), 30)

    def test_nps(self):
        """NPS is promoters less detractors; 0 is an answer."""
        self._say_each(20, nps=9)
        self._say_each(10, nps=7)
        self._say_each(10, nps=0)
        page = self._get_page()
        share = page["measures"]["nps"]
        # (20 − 10) of 40: 25; 196 · √((0.75 − 0.0625) / 40) = 25.70.
        self.assertAlmostEqual(share["value"], 25)
        self.assertAlmostEqual(share["high"] - 25, 195.9964 * sqrt(0.6875 / 40), 3)
        self.assertEqual(self._count(share["domain"]), 40)
        self.assertEqual(page["answers"], 40)
        self.assertEqual(page["measures"]["csat"], {**page["measures"]["csat"], "count": 0})

    def test_too_few(self):
        """29 customers make no figure, only their number."""
        self._say_each(29, nps=9)
        share = self._get_page()["measures"]["nps"]
        self.assertTrue(share["is_few"])
        self.assertEqual(share["count"], 29)
        self.assertNotIn("value", share)

    def test_change(self):
        """A movement within the interval of the difference is none."""
        self._say_each(40, days=100, nps=7)
        self._say_each(3, nps=9)
        self._say_each(37, nps=7)
        change = self._get_page()["measures"]["nps"]["change"]
        # 7.5 against 0: ± 196 · √(0.075 · 0.925 / 40) = 8.16, which holds 0.
        self.assertEqual(change["direction"], "same")
        self.assertAlmostEqual(change["difference"], 7.5)
        self._say_each(30, nps=9)
        # 33 of 70: 47.1, ± 11.7.
        change = self._get_page()["measures"]["nps"]["change"]
        self.assertEqual(change["direction"], "up")

    def test_no_comparison_with_few(self):
        """A period before with 29 customers is not compared with."""
        self._say_each(29, days=100, nps=0)
        self._say_each(30, nps=9)
        self.assertNotIn("change", self._get_page()["measures"]["nps"])

    def test_borders(self):
        """90 days are today and the 89 days before; the 90 before them are compared with."""
        partners = self._create_customers([], [], [], [], [])
        for partner, days in zip(partners, (0, 89, 90, 179, 180), strict=True):
            self._say(partner, days, nps=9)
        found = self.Analysis._get_shares(self.Analysis._get_scope(90), "user_id")["all"]
        self.assertEqual(found[None, True]["answers"], 2)
        self.assertEqual(found[None, False]["answers"], 2)

    def test_zone(self):
        """Today is that of the company: at 23:00 UTC the next day has begun in Tokyo."""
        self._say(self._create_customer(), days=-1, nps=9)
        with freeze_time(datetime(2026, 6, 15, 23)):
            self.assertEqual(self._get_page(30)["answers"], 0)
            self.company.partner_id.tz = "Asia/Tokyo"
            self.assertEqual(self._get_page(30)["answers"], 1)

    def test_months_and_quarters(self):
        """A month has its own shares, each customer once in it, back to twelve months."""
        partners = self._say_each(30, days=20, nps=9)  # 26 May
        for partner in partners:
            self._say(partner, days=30, nps=0)  # 16 May
        page = self._get_page()
        may, june = page["months"][-2:]
        self.assertEqual(may["date"], TODAY.replace(month=5, day=1))
        # Each of the 30 is half a promoter and half a detractor.
        self.assertEqual((may["nps"]["count"], may["nps"]["value"]), (30, 0))
        self.assertEqual(june["nps"], {"count": 0, "is_few": True})
        self.assertEqual((len(page["months"]), len(page["quarters"])), (12, 8))
        self.assertEqual(page["quarters"][-1]["date"], TODAY.replace(month=4, day=1))

    def test_quarters_instead_of_months(self):
        """Quarters are counted where something that was asked has no month with 30 customers."""
        self._say_each(30, days=20, nps=9)  # 26 May
        self.assertEqual(self._get_page()["quarters"][-1]["nps"]["count"], 0)
        for days in (2, 20):  # 13 June and 26 May
            self._say_each(15, days=days, csat=5)
        page = self._get_page()
        self.assertEqual(max(month["csat"]["count"] for month in page["months"]), 15)
        self.assertEqual(page["quarters"][-1]["csat"]["count"], 30)

    def test_by_salesperson(self):
        """Each salesperson has shares and attitudes of own answers; each number opens them."""
        ann = self._create_user("ann", ALL, name="Ann")
        bob = self._create_user("bob", ALL, name="Bob")
        self._say_each(30, level="satisfied", courtesy=4, user_id=ann.id)
        self._say(self._create_customer(), courtesy=1, user_id=ann.id)
        self._say(self._create_customer(), level="dissatisfied", honesty=2, user_id=bob.id)
        rows = self._get_page()["groups"]
        self.assertEqual([row["label"] for row in rows], ["Ann", "Bob"])
        self.assertEqual((rows[0]["satisfied"]["value"], rows[0]["satisfied"]["count"]), (100, 30))
        # 30 customers say 4, one says 1: 121 / 31.
        self.assertAlmostEqual(rows[0]["attitudes"]["courtesy"], 121 / 31)
        self.assertIsNone(rows[0]["attitudes"]["honesty"])
        self.assertTrue(rows[1]["satisfied"]["is_few"])
        self.assertEqual([self._count(row["domain"]) for row in rows], [31, 1])

    def test_by_category(self):
        """An order with products of two categories counts in both, two of one category once."""
        chairs, lamps = self.env["product.category"].create([{"name": "Chairs"}, {"name": "Lamps"}])
        products = self.env["product.product"].create(
            [
                {"name": "Stool", "categ_id": chairs.id, "taxes_id": False},
                {"name": "Chair", "categ_id": chairs.id, "taxes_id": False},
                {"name": "Lamp", "categ_id": lamps.id, "taxes_id": False},
            ]
        )
        partner = self._create_customer()
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": each.id}) for each in products],
            }
        )
        self._say(partner, level="satisfied", res_model="sale.order", res_id=order.id)
        self._say(self._create_customer(), level="satisfied")
        rows = self._get_page(group="categ_id")["groups"]
        self.assertEqual(
            [(row["label"], row["answers"]) for row in rows], [("Chairs", 1), ("Lamps", 1)]
        )
        self.assertEqual([self._count(row["domain"]) for row in rows], [1, 1])
        answer = self.Report.search(rows[0]["domain"])
        self.assertEqual(answer.categ_ids, chairs | lamps)
        # Any way to ask for a category finds it; the other answer is about nothing.
        other = self.Report.search([]) - answer
        parent = self.env["product.category"].create({"name": "Furniture"})
        chairs.parent_id = parent
        for condition, found in (
            (("categ_ids", "child_of", parent.id), answer),
            (("categ_ids", "ilike", "lam"), answer),
            (("categ_ids", "=", False), other),
            (("categ_ids", "!=", False), answer),
            (("categ_ids", "not in", chairs.ids), other),
            (("categ_ids", "in", [False, lamps.id]), answer | other),
        ):
            self.assertEqual(self.Report.search([condition]), found, condition)

    def test_by_what_is_known_of_the_customer(self):
        """Source, class, status and survey: each opens its records, also those without."""
        partner = self._create_customer(purchases=[(10, 100)])
        partner.acquisition_source_id = self.env["utm.source"].create({"name": "Fair"})
        survey = self.env["survey.survey"].create({"title": "After the Sale"})
        self._refresh()
        self._say(partner, level="satisfied", survey_id=survey.id)
        self._say(self._create_customer(), level="satisfied")
        for group, label in (
            ("source_id", "Fair"),
            ("abc_class", "A"),
            ("status", "New"),
            ("survey", "After the Sale"),
        ):
            with self.subTest(group=group):
                rows = {row["label"]: row for row in self._get_page(group=group)["groups"]}
                self.assertEqual(set(rows), {label, "None"})
                self.assertEqual(self.Report.search(rows[label]["domain"]).partner_id, partner)
                self.assertEqual(self._count(rows["None"]["domain"]), 1)

    def test_response_rate(self):
        """Invitations count, each once: answered of all invited in the period; tests do not."""
        survey = self.env["survey.survey"].create({"title": "After the Sale"})
        partner = self._create_customer()
        invited = self.env["survey.user_input"].create(
            [
                {
                    "survey_id": survey.id,
                    "partner_id": partner.id,
                    "retention_company_id": self.company.id,
                    "retention_invite_date": days_ago(number),
                }
                for number in range(40)
            ]
        )
        for invitation in invited[:10]:
            self._say(partner, nps=9, user_input_id=invitation.id)
        invited[39].test_entry = True
        invited[38].retention_invite_date = days_ago(90)
        response = self._get_page()["response"]
        # 40 less the test and the one of before: 10 of 38.
        self.assertEqual((response["answered"], response["count"]), (10, 38))
        self.assertAlmostEqual(response["value"], 100 * 10 / 38)
        model = "retention.invitation.report"
        self.assertEqual(self._count(response["domain"], model), 38)
        self.assertEqual(self._count(response["answered_domain"], model), 10)
        rates = self.env[model]._read_group(response["domain"], ["survey"], ["answer_rate:avg"])
        self.assertEqual(rates, [("After the Sale", 10 / 38)])

    def test_response_can_still_come(self):
        """While invitations can be answered, a fall is none; those that are too late make it one."""
        survey = self.env["survey.survey"].create({"title": "After the Sale"})
        partner = self._create_customer()
        values = {
            "survey_id": survey.id,
            "partner_id": partner.id,
            "retention_company_id": self.company.id,
        }
        before, now = (
            self.env["survey.user_input"].create(
                [
                    {
                        **values,
                        "retention_invite_date": days_ago(days),
                        "deadline": NOW + timedelta(days=30 - days),
                    }
                    for _each in range(40)
                ]
            )
            for days in (95, 2)
        )
        for invitation in before[:20]:
            self._say(partner, days=94, nps=9, user_input_id=invitation.id)
        model = "retention.invitation.report"
        response = self._get_page()["response"]
        self.assertEqual((response["value"], response["open"]), (0, 40))
        self.assertEqual(response["change"]["direction"], "open")
        self.assertEqual(self._count(response["open_domain"], model), 40)

        # 0 of 40, and the ten that are left cannot make 20 of it.
        now[:15].deadline = NOW - timedelta(minutes=1)
        now[15:30].state = "done"
        response = self._get_page()["response"]
        self.assertEqual(response["open"], 10)
        self.assertEqual(response["change"], {"direction": "down", "difference": -50})
        self.assertEqual(self._count(response["open_domain"], model), 10)

        for invitation in now[:20]:
            self._say(partner, days=1, nps=9, user_input_id=invitation.id)
        response = self._get_page()["response"]
        # 20 of 40 as before, and ten more would be a rise.
        self.assertEqual(response["open"], 10)
        self.assertEqual(response["change"]["direction"], "open")

        survey.active = False
        response = self._get_page()["response"]
        self.assertEqual(response["open"], 0)
        self.assertEqual(response["change"]["direction"], "same")

    def test_comments(self):
        """The latest comments come with customer, value and level, and no more than fit."""
        partner = self._create_customer("Gemini", purchases=[(10, 480)])
        self._refresh()
        self._say(partner, days=2, level="dissatisfied", comment="x" * 5000, nps=0)
        self._say(partner, days=3, level="satisfied")
        page = self._get_page()
        [row] = page["comments"]["rows"]
        self.assertEqual(
            (row["name"], row["value"], row["level"], row["nps"], row["nps_group"]),
            ("Gemini", 480, "Dissatisfied", 0, "Detractor"),
        )
        self.assertEqual(len(row["comment"]), 400)
        self.assertEqual(self._count(page["comments"]["domain"]), 1)

    def test_bad_choices(self):
        """A period or group there is none of is named, with what is allowed."""
        with self.assertRaisesRegex(UserError, "Period is 7. It has to be one of: 30, 90"):
            self.Analysis.get_satisfaction(7)
        with self.assertRaisesRegex(UserError, "Split by is password"):
            self.Analysis.get_satisfaction(90, "password")

    def test_rights(self):
        """A salesperson sees answers and comments of own and unassigned customers only."""
        owner = self._create_user("page_owner", ALL)
        own = self._create_user("page_own", OWN)
        mine, theirs = self._create_customers([(5, 100)], [(5, 100)])
        mine.user_id, theirs.user_id = own, owner
        self._refresh()
        for partner in (mine, theirs, self._create_customer()):
            self._say(partner, level="dissatisfied", nps=0, comment="Secret", expectation="worse")
        survey = self.env["survey.survey"].create({"title": "After the Sale"})
        for partner in (mine, theirs):
            self.env["survey.user_input"].create(
                {
                    "survey_id": survey.id,
                    "partner_id": partner.id,
                    "retention_company_id": self.company.id,
                    "retention_invite_date": days_ago(3),
                }
            )
        self.env.flush_all()
        for user, count in ((own, 2), (owner, 3)):
            page = self._as(self.Analysis, user).get_satisfaction()
            self.assertEqual(page["answers"], count)
            self.assertEqual(len(page["comments"]["rows"]), count)
            self.assertEqual(page["loop"]["count"], count)
            self.assertEqual(page["word_of_mouth"]["count"], count)
            self.assertEqual(page["reality"]["rows"][0]["answers"], count)
            self.assertEqual(len(self._as(self.Report, user).search([])), count)
            invited = self._as(self.env["retention.invitation.report"], user)
            self.assertEqual(invited.search_count([]), page["response"]["count"])
            self.assertEqual(page["response"]["count"], count - 1)
        plain = self._create_user("page_plain")
        for model in (
            self.Report,
            self.env["retention.expectation.report"],
            self.env["retention.invitation.report"],
        ):
            with self.assertRaises(AccessError):
                self._as(model, plain).search([])
        with self.assertRaises(AccessError):
            self._as(self.Analysis, plain).get_satisfaction()

    def test_companies(self):
        """Each company has its own answers, invitations and figures."""
        other = self._create_company("Other Company")
        user = self._create_user("page_both", ALL, companies=self.company | other)
        partner = self._create_customer()
        self._say(partner, level="satisfied")
        self._say(partner, level="dissatisfied", company_id=other.id, comment="Other")
        for company, answers, comments in ((self.company, 1, 0), (other, 1, 1)):
            page = self._as(self.Analysis, user, company).get_satisfaction()
            self.assertEqual(page["answers"], answers)
            self.assertEqual(len(page["comments"]["rows"]), comments)
            self.assertEqual(page["loop"]["count"], comments)

    def test_queries(self):
        """The page costs at most 15 queries, however it is split, also for a salesperson.

        With all there is: source, category, survey, class and status, a purchase since, a friend,
        an invitation, a public holiday, and so few answers that quarters are counted.
        """
        user = self._create_user("page_queries", OWN)
        category = self.env["product.category"].create({"name": "Chairs"})
        self.product.categ_id = category
        partner = self._create_customer(purchases=[(30, 100), (2, 100)], user_id=user.id)
        order = self._create_order(partner, NOW - timedelta(days=20), 100)
        partner.acquisition_source_id = self.env["utm.source"].create({"name": "Fair"})
        friend = self._create_customer(purchases=[(4, 50)], user_id=user.id)
        friend.referred_by_id = partner
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": NOW - timedelta(days=4),
                "date_to": NOW - timedelta(days=3),
            }
        )
        survey = self.env["survey.survey"].create({"title": "After the Sale"})
        invitation = self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": partner.id,
                "retention_company_id": self.company.id,
                "retention_invite_date": days_ago(5),
                "retention_user_id": user.id,
            }
        )
        self._say(
            partner,
            days=5,
            level="dissatisfied",
            csat=1,
            nps=0,
            courtesy=2,
            comment="Late",
            expectation="worse",
            user_id=user.id,
            survey_id=survey.id,
            user_input_id=invitation.id,
            res_model="sale.order",
            res_id=order.id,
        )
        self._refresh()
        analysis = self._as(self.Analysis, user)
        for group in ("user_id", "categ_id", "source_id", "abc_class", "status", "survey"):
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                page = analysis.get_satisfaction(90, group)
            with self.subTest(group=group):
                self.assertEqual([row["answers"] for row in page["groups"]], [1])
                self.assertNotEqual(page["groups"][0]["label"], "None")
                self.assertEqual(page["loop"]["bought"]["yes"]["count"], 1)
                self.assertLessEqual(self.cr.sql_log_count - before, QUERIES)

    def test_report_queries(self):
        """A list of 80 answers, and a pivot, cost at most 15 queries."""
        self._say_each(80, level="dissatisfied", nps=0, comment="Late")
        names = [name for name in self.Report._fields if name not in ("res_id", "survey")]
        for work in (
            lambda: self.Report.search([], limit=80).read(names),
            lambda: self.Report.formatted_read_group([], ["user_id"], ["nps_score:avg"]),
            lambda: (
                self.env["retention.expectation.report"].search([], limit=80).read(["late_days"])
            ),
            lambda: self.env["retention.invitation.report"].search([], limit=80).read(["survey"]),
        ):
            work()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            work()
            self.assertLessEqual(self.cr.sql_log_count - before, QUERIES)

    def test_pivot_shares(self):
        """In the pivot shares are averages of answers: 1 or 0, and 100, 0 or -100 for NPS."""
        self._say(self._create_customer(), csat=4, level="dissatisfied", nps=9)
        self._say(self._create_customer(), csat=3, level="very_satisfied", nps=7)
        self._say(self._create_customer(), csat=0)
        [row] = self.Report._read_group(
            [], [], ["csat_rate:avg", "satisfied_rate:avg", "nps_score:avg", "__count"]
        )
        self.assertEqual(row, (0.5, 0.5, 50, 3))

    def test_cards(self):
        """On a telephone an answer is a card with customer, value, level and comment."""
        arch = self.Report.get_view(view_type="kanban")["arch"]
        for name in ("partner_id", "value_year", "level", "comment"):
            self.assertIn(f'<field name="{name}"', arch)

    def test_daylight(self):
        """The page of a year reaches exactly 365 days back."""
        self._say(self._create_customer(), days=364, nps=9)
        self._say(self._create_customer(), days=365, nps=9)
        self.assertEqual(self._get_page(365)["answers"], 1)
        self.assertEqual(TODAY - timedelta(days=364), days_ago(364))
