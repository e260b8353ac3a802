from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from ..common import ALL, OWN, RetentionCase

APRIL = datetime(2026, 4, 15, 12)
# The worked example: who bought when, in 2026.
BOUGHT = {
    "A": ((1, 5), (2, 10), (4, 2)),
    "B": ((1, 20), (3, 15)),
    "C": ((1, 31),),
    "D": ((2, 3), (2, 25), (3, 1)),
    "E": ((2, 28), (4, 10)),
    "F": ((3, 9), (4, 1)),
}


@freeze_time(APRIL)
class CohortCase(RetentionCase):
    """Six customers of the first months of 2026; today is 15 April."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = {}
        for name, days in BOUGHT.items():
            customer = cls.customers[name] = cls._create_customer(name)
            cls._buy(customer, *(date(2026, month, day) for month, day in days))

    @classmethod
    def _buy(cls, customer, *days, amount=10):
        cls.Past.create(
            [
                {
                    "partner_id": customer.id,
                    "date": day,
                    "amount": amount,
                    "company_id": cls.company.id,
                }
                for day in days
            ]
        )

    def _get(self, user=None, **options):
        model = self.env["retention.cohort"]
        model = self._as(model, user) if user else model.with_company(self.company)
        return model.get_cohorts(**options)

    def _get_values(self, found):
        """Return ``{cohort: values}``, those of open months as text."""
        return {
            row["cohort"]: [
                f"{cell['value']:g} open" if cell["is_open"] else cell["value"]
                for cell in row["cells"]
            ]
            for row in found["rows"]
        }


@tagged("post_install", "-at_install")
class TestCohort(CohortCase):
    """Who came in a month, and how many of them still buy so many months later."""

    def test_in_month(self):
        """The worked example."""
        found = self._get()
        self.assertEqual(
            self._get_values(found),
            {
                "2026-03": [1, "1 open"],
                "2026-02": [2, 1, "1 open"],
                "2026-01": [3, 1, 1, "1 open"],
            },
        )
        self.assertEqual([row["size"] for row in found["rows"]], [1, 2, 3])
        self.assertEqual(found["closed"], [1, 2 / 5, 1 / 3])

    def test_or_later(self):
        """January: A and B bought in month 1 or later, both in month 2 or later, A in month 3."""
        found = self._get(later=True)
        self.assertEqual(self._get_values(found)["2026-01"], [3, 2, 2, "1 open"])
        self.assertEqual(self._get_values(found)["2026-02"], [2, 2, "1 open"])

    def test_money(self):
        """Ten a purchase; D bought twice in the first month."""
        values = self._get_values(self._get(measure="money"))
        self.assertEqual(values["2026-02"], [30, 10, "10 open"])
        later = self._get_values(self._get(measure="money", later=True))
        self.assertEqual(later["2026-02"], [50, 20, "10 open"])

    def test_paid_back(self):
        """Money paid back in a month without a purchase lowers the money and is no month bought."""
        self._buy(self.customers["C"], date(2026, 2, 20), amount=-4)
        self.assertEqual(self._get_values(self._get())["2026-01"][1], 1)
        self.assertEqual(self._get_values(self._get(measure="money"))["2026-01"][1], 6)

    def test_cells(self):
        """Each cell is what the domain behind it finds."""
        report = self.env["retention.cohort.report"].with_company(self.company)
        for measure in ("customers", "money"):
            for later in (False, True):
                for by in (False, "channel", "country_id", "source_id", "user_id"):
                    found = self._get(measure=measure, later=later, by=by)
                    for row in found["rows"]:
                        for number, cell in enumerate(row["cells"]):
                            rows = report.search(Domain(cell["domain"]))
                            value = sum(rows.mapped("amount")) if measure == "money" else len(rows)
                            with self.subTest(measure=measure, later=later, by=by, month=number):
                                self.assertEqual(value, cell["value"])
                                if measure == "customers":
                                    self.assertEqual(len(rows.partner_id), cell["value"])

    def test_by(self):
        """A row for each cohort and country."""
        country = self.env.ref("base.be")
        self.customers["A"].country_id = country
        rows = self._get(by="country_id")["rows"]
        january = {row["label"]: row["size"] for row in rows if row["cohort"] == "2026-01"}
        self.assertEqual(january, {country.display_name: 1, "Not known": 2})

    def test_older(self):
        """Sixty calendar months have a row each; what is older shares one."""
        old, oldest = self._create_customer("Old"), self._create_customer("Oldest")
        self._buy(old, date(2021, 4, 30), date(2021, 6, 1))
        self._buy(oldest, date(1996, 1, 1))
        self._buy(self._create_customer("First"), date(2021, 5, 1))
        rows = {row["cohort"]: row for row in self._get()["rows"]}
        self.assertEqual(rows["older"]["size"], 2)
        self.assertEqual(rows["older"]["cells"][2]["value"], 1)
        self.assertEqual((rows["2021-05"]["size"], len(rows["2021-05"]["cells"])), (1, 60))
        self.assertFalse(any(cell["is_open"] for cell in rows["older"]["cells"]))

    def test_nothing(self):
        other = self._create_company("Nothing Bought")
        model = self.env["retention.cohort"].with_company(other)
        self.assertEqual(model.get_cohorts(), {"rows": [], "closed": []})

    def test_future(self):
        """Days to come are left out."""
        self._buy(self.customers["C"], date(2026, 5, 2))
        self.assertEqual(len(self._get()["rows"][-1]["cells"]), 4)

    def test_refused(self):
        with self.assertRaisesRegex(UserError, "Measure is people.*customers, money"):
            self._get(measure="people")
        with self.assertRaisesRegex(UserError, "Split by is partner_id"):
            self._get(by="partner_id")

    def test_rights(self):
        """Own and unassigned customers, all of them, or none of it."""
        own, everything = (self._create_user(f"cohort_{each}", each) for each in (OWN, ALL))
        colleague = self._create_user("cohort_colleague", OWN)
        self.customers["A"].user_id = colleague
        self.assertEqual(self._get_values(self._get(own))["2026-01"], [2, 0, 1, "0 open"])
        self.assertEqual(self._get_values(self._get(everything))["2026-01"][0], 3)
        with self.assertRaises(AccessError):
            self._get(self._create_user("cohort_employee"))

    def test_statements(self):
        self._get()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get()
        self.assertLessEqual(self.cr.sql_log_count - before, 8)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.lists(st.tuples(st.integers(0, 900), st.integers(-50, 200)), max_size=6), max_size=6
        )
    )
    def test_any_history(self, histories):
        """Against an independent calculation over plain lists."""
        with self.env.cr.savepoint() as savepoint:
            company = self._create_company("Any History")
            expected, money = {}, {}
            for number, history in enumerate(histories):
                customer = self._create_customer(f"Customer {number}")
                days = [
                    (date.fromordinal(APRIL.toordinal() - ago), cents) for ago, cents in history
                ]
                self.Past.create(
                    [
                        {
                            "partner_id": customer.id,
                            "date": day,
                            "amount": amount,
                            "company_id": company.id,
                        }
                        for day, amount in days
                    ]
                )
                bought = sorted(day for day, amount in days if amount > 0)
                if not bought:
                    continue
                first = bought[0]
                for month in {
                    (day.year - first.year) * 12 + day.month - first.month for day in bought
                }:
                    key = f"{first:%Y-%m}", month
                    expected[key] = expected.get(key, 0) + 1
                for day, amount in days:
                    month = (day.year - first.year) * 12 + day.month - first.month
                    if month >= 0:
                        key = f"{first:%Y-%m}", month
                        money[key] = money.get(key, 0) + amount
            for measure, wanted in (("customers", expected), ("money", money)):
                model = self.env["retention.cohort"].with_company(company)
                found = {
                    (row["cohort"], number): cell["value"]
                    for row in model.get_cohorts(measure=measure)["rows"]
                    for number, cell in enumerate(row["cells"])
                    if cell["value"]
                }
                self.assertEqual(found, {key: value for key, value in wanted.items() if value})
            savepoint.rollback()
