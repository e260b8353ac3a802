from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_retention.tests.common import ALL, MANAGER, NOW, OWN, Json2Case

from .common import CONTRIBUTION, MarginCase

EXPORT = "base.group_allow_export"
CONFIDENTIAL = (
    "contribution_year",
    "serve_year",
    "goods_year",
    "visit_year",
    "goodwill_year",
    "late_year",
    "cost_known_percent",
    "is_costly_gold",
    "contribution_reason",
)


class AccessCase(MarginCase):
    """Two customers, one of a colleague's, and a user of each group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("margin_clerk")
        cls.own = cls._create_user("margin_own", f"{OWN},{EXPORT}")
        cls.all = cls._create_user("margin_all", f"{ALL},{EXPORT}")
        cls.manager = cls._create_user("margin_manager", f"{MANAGER},{EXPORT}")
        cls.knower = cls._create_user("margin_knower", CONTRIBUTION)
        cls.chief = cls._create_user("margin_chief", f"{MANAGER},{CONTRIBUTION}")
        cls.product = cls._create_product(62)
        cls.mine = cls.env["res.partner"].create({"name": "Mine", "user_id": cls.knower.id})
        cls.theirs = cls.env["res.partner"].create({"name": "Theirs", "user_id": cls.all.id})
        for partner in cls.mine | cls.theirs:
            cls._create_bill(partner, 10, (cls.product, 1, 100))
        cls._refresh()


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContributionAccess(AccessCase):
    """Contribution is for its group: for everybody else it does not exist."""

    def test_absent(self):
        """Without the group the fields are in no form, list, search, export, read or group."""
        for user in (self.own, self.all, self.manager):
            for model, partner in (("retention.customer", None), ("res.partner", self.mine)):
                Model = self._as(self.env[model], user)
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(Model.fields_get(CONFIDENTIAL))
                    exported = {each for each in Model.fields_get() if Model.fields_get([each])}
                    self.assertFalse(exported & set(CONFIDENTIAL))
                    for view_type in ("form", "list", "search"):
                        arch = Model.get_view(view_type=view_type)["arch"]
                        self.assertNotIn("contribution", arch)
                        self.assertNotIn("is_costly_gold", arch)
                    record = partner or self._get_figures(self.mine)
                    for name in CONFIDENTIAL:
                        with self.assertRaises(AccessError):
                            Model.browse(record.id).read([name])
                        if name == "contribution_reason":
                            continue
                        with self.assertRaises(AccessError):
                            Model.search([(name, "!=", False)])
                        with self.assertRaises(AccessError):
                            Model.search([], order=f"{name} desc")
                        with self.assertRaises(AccessError):
                            Model.browse(record.id).export_data([name])
                    with self.assertRaises(AccessError):
                        Model._read_group([], [], ["contribution_year:sum"])

    def test_others_are_read(self):
        """Who lacks the group opens form and list, exports and groups the other figures."""
        for user in (self.own, self.all, self.manager):
            with self.subTest(user=user.login):
                partner = self._as(self.mine, user)
                views = partner.get_views([(False, "form")])
                names = views["models"]["res.partner"]["fields"]
                partner.web_read({name: {} for name in names})
                self.assertEqual(partner._fields["value_year"].type, "monetary")
                partner.export_data(["name", "value_year"])
                partner._read_group([], ["abc_class"], ["value_year:sum"])

    def test_page(self):
        """The curve and the card are for the group alone."""
        for user, expected in ((self.all, False), (self.manager, False), (self.chief, True)):
            with self.subTest(user=user.login):
                analysis = self._as(self.env["retention.analysis"], user).get_analysis()
                self.assertEqual(bool(analysis["whale"]), expected)
                cards = self._as(self.env["retention.overview"], user).get_overview()["cards"]
                keys = {card["key"] for card in cards}
                self.assertEqual("costly_gold" in keys, expected)

    def test_own_customers(self):
        """The group reads of the customers whose figures they may see, and no others."""
        Partner = self._as(self.env["res.partner"], self.knower)
        pair = self.mine | self.theirs
        domain = [("id", "in", pair.ids), ("contribution_year", ">", 0)]
        self.assertEqual(Partner.search(domain), self.mine)
        self.assertEqual(Partner.browse(self.mine.id).contribution_year, 38)
        self.assertIs(Partner.browse(self.theirs.id).contribution_year, False)
        analysis = self._as(self.env["retention.analysis"], self.knower).get_analysis()
        self.assertEqual(analysis["whale"]["total"], 38)
        chief = self._as(self.env["res.partner"], self.chief)
        self.assertEqual(chief.search(domain), pair)
        [[total]] = chief._read_group([("id", "in", pair.ids)], [], ["contribution_year:sum"])
        self.assertEqual(total, 76)
        self.assertEqual(
            chief.search([("id", "in", pair.ids)], order="contribution_year desc, id"), pair
        )

    def test_rates(self):
        """Rates are read by the group alone, and written by those of it who are managers."""
        for user in (self.clerk, self.own, self.all, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._as(self.rate, user).read(["hourly_rate"])
        self.assertEqual(self._as(self.rate, self.knower).hourly_rate, self.rate.hourly_rate)
        for user in (self.clerk, self.own, self.all, self.manager, self.knower):
            for call in (lambda rate: rate.write({"hourly_rate": 1}), lambda rate: rate.unlink()):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call(self._as(self.rate, user))
        self._as(self.rate, self.chief).hourly_rate = 50
        self.assertEqual(self.rate.hourly_rate, 50)

    def test_rate_of_another_company(self):
        """Nobody writes a rate into a company of others, nor moves one there."""
        other = self._create_company("Others")
        rates = self._as(self.env["retention.cost.rate"], self.chief)
        with self.assertRaises(AccessError):
            rates.create({"company_id": other.id, "hourly_rate": 1})
        with self.assertRaises(AccessError):
            self._as(self.rate, self.chief).company_id = other


@tagged("post_install", "-at_install")
class TestContributionJson2(AccessCase, Json2Case):
    """From outside, too, contribution is for its group."""

    def test_json2(self):
        """Reading, searching and grouping answer 403 to everybody else."""
        row = self._get_figures(self.mine)
        for user, expected in (
            (self.clerk, 403),
            (self.own, 403),
            (self.all, 403),
            (self.manager, 403),
            (self.knower, 200),
            (self.chief, 200),
        ):
            for model, record in (("retention.customer", row), ("res.partner", self.mine)):
                for method, arguments in (
                    ("read", {"ids": record.ids, "fields": ["contribution_year"]}),
                    ("search_read", {"domain": [["contribution_year", "<", 0]], "fields": ["id"]}),
                    (
                        "formatted_read_group",
                        {"domain": [], "groupby": [], "aggregates": ["contribution_year:sum"]},
                    ),
                ):
                    with (
                        self.subTest(user=user.login, model=model, method=method),
                        mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"),
                    ):
                        status, _answer = self._call_json2(user, model, method, **arguments)
                        self.assertEqual(status, expected)

    def _call_json2(self, user, model, method, **arguments):
        return Json2Case._call(self, user, model, method, **arguments)
