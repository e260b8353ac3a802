from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import HttpCase, freeze_time, tagged

from .common import ALL, MANAGER, NOW, OWN, TODAY, RetentionCase, days_ago


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOverview(RetentionCase):
    """The first page; each number is what its list shows. Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("overview_seller", OWN)
        cls.everybody = cls._create_user("overview_all", ALL)
        cls.manager = cls._create_user("overview_manager", MANAGER)

    def setUp(self):
        super().setUp()
        self.env.cr._now = NOW

    def _get(self, user=None, company=None):
        self.env.flush_all()
        overview = self.env["retention.overview"].with_company(company or self.company)
        return (self._as(overview, user) if user else overview).get_overview()

    def _get_cards(self, user=None, company=None):
        return {card["key"]: card for card in self._get(user, company)["cards"]}

    def _create_three(self, **values):
        """Late with 900 and 1,200 a year before; silent with 0 and 3,000; active with 500."""
        late = self._create_customer("Late", [(45, 900), (400, 1200), (420, 0.01)], **values)
        silent = self._create_customer("Silent", [(400, 3000)], **values)
        active = self._create_customer("Active", [(2, 500)], **values)
        self._refresh()
        statuses = {"late": late, "silent": silent, "active": active}
        for status, partner in statuses.items():
            self._get_figures(partner).sudo().write({"status": status})
        self.env.flush_all()
        self.env.invalidate_all()
        return late, silent, active

    def test_value_at_risk(self):
        """1,200 and 3,000 are at risk, what active customers buy is not: 4,200."""
        self._create_three()
        card = self._get_cards()["value_at_risk"]
        self.assertAlmostEqual(card["value"], 4200, 1)
        self.assertEqual(card["text"], "$\N{NO-BREAK SPACE}4,200")
        late = self.env["retention.customer"].search([("status", "=", "late")], limit=1)
        self.assertAlmostEqual(late.partner_id.value_at_risk, 1200, 1)

    def test_equal_to_lists(self):
        """For a manager, all documents and own documents each number is what its domain finds."""
        self._create_three(user_id=self.seller.id)
        other = self._create_customer("Theirs", [(400, 70)], user_id=self.manager.id)
        self._refresh()
        self._get_figures(other).sudo().write({"status": "silent"})
        self.env.flush_all()
        values = {}
        for user in (self.manager, self.everybody, self.seller):
            for key, card in self._get_cards(user).items():
                model = self._as(self.env[card["model"]], user)
                domain = Domain(card["domain"])
                with self.subTest(user.login, key=key):
                    if card["kind"] == "money":
                        [(found,)] = model._read_group(domain, [], [f"{card['field']}:sum"])
                        self.assertAlmostEqual(card["value"], found or 0)
                    elif card["kind"] == "rate":
                        count = model.search_count(card["base"])
                        share = model.search_count(domain) / count if count else None
                        self.assertEqual(card["value"], share)
                    elif card["kind"] == "text":
                        self.assertIsNone(card["value"])
                        self.assertFalse(model.search_count(domain))
                        self.assertTrue(card["sentence"])
                    else:
                        self.assertEqual(card["value"], model.search_count(domain))
                values[user, key] = card["value"]
        self.assertAlmostEqual(
            values[self.manager, "value_at_risk"] - values[self.seller, "value_at_risk"], 70, 2
        )
        self.assertTrue(self._get(self.seller)["is_own"])
        self.assertFalse(self._get(self.manager)["is_own"])

    def test_companies(self):
        """Another company has its own numbers, and none of ours."""
        self._create_three()
        other = self._create_company("Other")
        found = self._get(company=other)
        self.assertEqual(found["cards"], [])
        self.assertEqual([step["is_done"] for step in found["steps"][:2]], [False, False])

    def test_now(self):
        """Follow-ups of today and overdue, whom to assign."""
        late, silent, active = self._create_three(user_id=self.seller.id)
        Partner = self.env["res.partner"]
        Partner._plan_calls({self.seller: late}, TODAY, self.company)
        overdue, _refused = Partner._plan_calls({self.seller: silent}, TODAY, self.company)
        overdue.sudo().date_opened = days_ago(1)
        Partner._plan_calls({self.env["res.users"]: active}, TODAY, self.company)
        cards = self._get_cards(self.seller)
        self.assertEqual(
            [cards[key]["value"] for key in ("followups_due", "followups_overdue", "to_assign")],
            [2, 1, 1],
        )

    def test_silent_gold(self):
        """The largest first; who has a follow-up is in hand."""
        late, silent, _active = self._create_three()
        figures = self._get_figures(late) | self._get_figures(silent)
        figures.sudo().write({"is_gold": True})
        self.env.flush_all()
        rows = self._get()["silent_gold"]
        self.assertEqual([row["id"] for row in rows], [late.id, silent.id])
        self.env["res.partner"]._plan_calls({self.manager: late}, TODAY, self.company)
        found = self._get()
        self.assertEqual([row["id"] for row in found["silent_gold"]], [silent.id])
        [card] = [each for each in found["cards"] if each["key"] == "silent_gold"]
        self.assertEqual(card["value"], 2)

    def test_satisfied(self):
        """Three of four answers; where nobody answered it is not said to be 0."""
        self._create_three()
        self.assertIsNone(self._get_cards()["satisfaction"]["value"])
        self.assertEqual(self._get_cards()["satisfaction"]["text"], "No answer yet")
        for level in ("satisfied", "satisfied", "very_satisfied", "dissatisfied"):
            self.env["retention.satisfaction"].create(
                {
                    "partner_id": self._create_customer().id,
                    "company_id": self.company.id,
                    "date": days_ago(2),
                    "origin": "survey",
                    "level": level,
                }
            )
        card = self._get_cards()["satisfaction"]
        self.assertEqual((card["value"], card["text"]), (0.75, "75 %"))

    def test_steps(self):
        """Nothing yet: three steps and no zeros. Counted and switched on: done."""
        found = self._get()
        self.assertEqual((found["cards"], found["silent_gold"]), ([], []))
        self._create_three()
        self.env["retention.program"].search([("state", "=", "running")]).action_stop()
        self.assertEqual([step["is_done"] for step in self._get()["steps"]], [True, True, False])
        self.env.ref("customer_retention.retention_program_silent_gold").action_start()
        self.assertTrue(self._get()["steps"][2]["is_done"])

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._get(self._create_user("overview_clerk"))

    def test_statements(self):
        self._create_three()
        self._get(self.seller)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        cards = self._get(self.seller)["cards"]
        more = [card for card in cards if card["key"].startswith("complaint")]
        self.assertLessEqual(self.cr.sql_log_count - before, 25 + 3 * len(more))


class OverviewTours(HttpCase):
    """A silent gold customer of the administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_id = cls.company
        today = cls.company._get_retention_today()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Tour Silent", "user_id": cls.admin.id}
        )
        cls.company.retention_gold_percent = 100
        cls.env["retention.past.purchase"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "date": today - timedelta(days=days),
                    "amount": 300,
                    "company_id": cls.company.id,
                }
                for days in (200, 230, 260)
            ]
        )
        assert cls.env["retention.run"]._refresh(cls.company)

    def _check_overview(self):
        """A number opens its list; a silent gold customer is called from here."""
        self.start_tour("/odoo/retention-overview", "retention_overview", login="admin")
        call = self.env["retention.followup"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.state, call.user_id), ("open", self.admin))


@tagged("post_install", "-at_install")
class TestOverviewTours(OverviewTours):
    """The page in a browser, as an administrator."""

    def test_overview(self):
        """From number to list, to a call, to My Day."""
        self._check_overview()


@tagged("post_install", "-at_install")
class TestOverviewToursPhone(OverviewTours):
    """The same on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_overview(self):
        """The page can be used on a telephone."""
        self._check_overview()
