from hashlib import sha256
from unittest.mock import patch

from odoo.tests import Form, tagged

from ...tools import outlook
from ...tools.outlook import Known
from ..common import TODAY, days_ago
from .common_outlook import OutlookCase, get_known


@tagged("post_install", "-at_install")
class TestOutlook(OutlookCase):
    """What is learnt of a company's past, and what it says of its customers."""

    def _get_usual_gap(self, cut):
        """Return the median of the own gaps ``cut`` days ago, half a day rounded up."""
        gaps = []
        for history in self.histories:
            days = sorted({day for day, _amount in history if day >= cut})
            if len(days) >= 3:
                gaps.append((days[-1] - days[0]) / (len(days) - 1))
        gaps.sort()
        middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
        return int(middle + 0.5)

    def test_snapshots(self):
        """What was known on an earlier day is what the purchases up to that day say, and no more."""
        snapshots = self.Outlook._get_snapshots(self.company, TODAY, [90])
        for cut in (90, 180):
            gap = self._get_usual_gap(cut)
            expected = [
                get_known(history, cut, gap)
                for history in self.histories
                if any(day >= cut for day, _amount in history)
            ]
            found = snapshots[days_ago(cut)]
            self.assertEqual(len(found), len(expected))
            for own, other in zip(found, expected, strict=True):
                for name in Known.__dataclass_fields__:
                    self.assertAlmostEqual(getattr(own, name), getattr(other, name), 6, name)

    def test_learn(self):
        """Learnt and tried out, it is in use, and says of each customer what its rules say."""
        learning = self._learn()
        self.assertEqual(learning.state, "ok")
        self.assertEqual(learning.date, TODAY)
        self.assertGreater(learning.trial["auc"], learning.trial["recency_auc"])
        self.assertEqual(len(learning.trial["tenths"]), 10)
        snapshots = self.Outlook._get_snapshots(self.company, TODAY, [90])
        learnt = outlook.learn(snapshots[days_ago(90)])
        self.assertEqual(list(learnt.buying), learning.weights["buying"])
        for partner, history in list(zip(self.partners, self.histories, strict=True))[:40]:
            row = self._get_figures(partner)
            known = Known(
                recency=(TODAY - row.last_purchase_date).days,
                tenure=(TODAY - row.first_purchase_date).days,
                days=len({day for day, _amount in history}),
                gap=row.expected_gap_days,
                average=row.average_purchase,
                lifetime=row.lifetime_value,
            )
            self.assertAlmostEqual(row.buy_probability, learnt.get_chance(known), 5)
            self.assertAlmostEqual(row.expected_value, learnt.get_value(known), 1)
            self.assertEqual(partner.expected_value, row.expected_value)
            self.assertEqual(partner.buy_probability, row.buy_probability)

    def test_year_needs_three_years(self):
        """Each horizon is refused by itself: the past of two years teaches 90 days only."""
        self._learn()
        year = self.Outlook._get_latest(self.company, 365)
        self.assertEqual(year.state, "few")
        longest = max(day for history in self.histories for day, _amount in history)
        self.assertEqual(year.refusal, ["history", longest, 1095])
        self.assertEqual(
            year.state_reason,
            f"It needs purchases of 1095 days, and there are those of {longest}.",
        )
        self.assertIs(self.partners[0].expected_value_year, False)
        self.assertIsNot(self.partners[0].expected_value, False)

    def test_year(self):
        """With three years, the next twelve months are learnt directly, not stretched."""
        for number, partner in enumerate(self.partners):
            self._create_past(partner, (740 + number % 200, 20 + number))
        # 120 who were away between two years and one year ago; half of them came back.
        self._create_customers(
            *(
                [(1100 - number, 30 + number), (760 + number, 25)]
                + [(90 + number, 40)] * (number % 2)
                for number in range(120)
            )
        )
        self._refresh()
        self._learn()
        year = self.Outlook._get_latest(self.company, 365)
        self.assertIn(year.result, ("ok", "worse"))
        self.assertEqual(year.trial["customers"], 540)
        self.assertEqual(sum(tenth["customers"] for tenth in year.trial["tenths"]), 540)
        # All but the 60 who never came back bought in the last year.
        self.assertEqual(year.trial["buyers"], 480)

    def test_search_sort_total(self):
        """Expected values are sorted, searched and added up as if they stood in a column."""
        self._learn()
        Customer, Partner = self.Customer, self.env["res.partner"]
        domain = [("company_id", "=", self.company.id)]
        rows = Customer.search(domain, order="expected_value desc, id")
        values = rows.mapped("expected_value")
        self.assertEqual(values, sorted(values, reverse=True))
        [[total]] = Customer._read_group(domain, [], ["expected_value:sum"])
        self.assertAlmostEqual(float(total), sum(values), 2)
        soon = Customer.search([*domain, ("buy_probability", ">=", 0.5)])
        self.assertEqual(soon, Customer.search(domain).filtered(lambda r: r.buy_probability >= 0.5))
        self.assertTrue(soon)
        self.assertEqual(
            Partner.search([("buy_probability", ">=", 0.5), ("id", "in", self.partners.ids)]),
            Partner.search([("id", "in", soon.partner_id.ids)]),
        )
        self.assertFalse(
            Partner.search([("expected_value", "=", False), ("id", "in", self.partners.ids)])
        )

    def test_words(self):
        """The sentence says how many like this one bought in the trial, and about how much comes."""
        learning = self._learn()
        partner = self.partners[3]
        tenth = next(
            each for each in learning.trial["tenths"] if partner.buy_probability >= each["lowest"]
        )
        count, value = round(100 * tenth["share"]), round(partner.expected_value)
        self.assertEqual(
            partner.outlook.replace("\N{NO-BREAK SPACE}", ""),
            f"Of 100 customers like this one, {count} bought within 90 days; "
            f"expect about ${value:,}.",
        )
        prospect = self._create_customer("Prospect")
        self.assertFalse(prospect.outlook)
        sheet = partner._get_sheet_sections()[0]["lines"]
        self.assertIn(partner.outlook, sheet)

    def test_fading(self):
        """Fading: gold or A, and of what 90 days of last year brought, less than half is expected."""
        self._learn()
        for row in self.Customer.search([("company_id", "=", self.company.id)]):
            dear = row.is_gold or row.abc_class == "a"
            expected = row.expected_value < row.value_year * 90 / 365 / 2
            self.assertEqual(row.is_fading, dear and expected)
        self.assertTrue(self.Customer.search([("is_fading", "=", True)]))

    def test_household(self):
        """A household expects what its members do together; without an outlook, nothing is said."""
        home = self.env["retention.household"].create({"name": "Hansen"})
        self.partners[:3].household_id = home
        self.assertIs(home.expected_value_year, False)
        self.assertIs(self.partners[0].household_expected_value_year, False)
        self._learn()
        year = self.Outlook._get_latest(self.company, 365)
        quarter = self.Outlook._get_latest(self.company, 90)
        year.write({"result": "ok", "weights": quarter.weights, "trial": quarter.trial})
        self.env.invalidate_all()
        total = sum(self.partners[:3].mapped("expected_value_year"))
        self.assertAlmostEqual(home.expected_value_year, total, 2)
        self.assertAlmostEqual(self.partners[0].household_expected_value_year, total, 2)

    def test_statements(self):
        """Learning takes six statements at most, whatever the number of customers."""
        self._learn()
        self.env.flush_all()
        # Writing cleared the caches that other work keeps warm.
        self.Purchase._get_query()
        self.Outlook.default_get(["date"])
        with self.assertQueryCount(6):
            self.Outlook._learn(self.company)

    def test_sample(self):
        """Of more customers than it learns from, those with the smallest hash: the same each time."""
        with patch(
            "odoo.addons.customer_retention.models.outlook.retention_outlook.MOST_CUSTOMERS", 310
        ):
            found = self.Outlook._get_snapshots(self.company, TODAY, [90])
        chosen = sorted(
            (
                partner
                for partner, history in zip(self.partners, self.histories, strict=True)
                if any(day >= 90 for day, _amount in history)
            ),
            key=lambda partner: sha256(f"outlook:{partner.id}".encode()).digest(),
        )[:310]
        known = found[days_ago(90)]
        self.assertEqual(len(known), 310)
        self.assertEqual(
            sorted(each.lifetime for each in known),
            sorted(
                sum(amount for day, amount in history if day >= 90)
                for partner, history in zip(self.partners, self.histories, strict=True)
                if partner in chosen
            ),
        )

    def test_form_and_list(self):
        """Contact and figures open with an outlook and without."""
        partner = self.partners[0]
        for _turn in range(2):
            Form(partner)
            partner.web_read({"buy_probability": {}, "expected_value": {}, "outlook": {}})
            self._learn()

    def test_no_query(self):
        """What is said on a contact costs no statement of its own once it is known."""
        self._learn()
        partner = self.partners[5]
        partner.read(["outlook", "outlook_year_reason"])
        partner.invalidate_recordset(["outlook", "outlook_year_reason"], flush=False)
        with self.assertQueryCount(0):
            partner.read(["outlook", "outlook_year_reason"])
