from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...tools.numbers import plain
from ..common import RetentionCase


@tagged("post_install", "-at_install")
class TestSettings(RetentionCase):
    """The numbers of the definitions as company settings."""

    def test_defaults(self):
        """A new company starts with the numbers of the definitions."""
        self.assertRecordValues(
            self.company,
            [
                {
                    "retention_basis": "invoiced",
                    "retention_gold_percent": 10,
                    "retention_abc_method": "top",
                    "retention_abc_a_percent": 20,
                    "retention_abc_growth_percent": 10,
                    "retention_pareto_a_percent": 80,
                    "retention_pareto_b_percent": 95,
                    "retention_gap_weight": 2,
                    "retention_gap_default_days": 90,
                    "retention_gap_min_customers": 20,
                    "retention_new_days": 90,
                    "retention_won_back_days": 90,
                    "retention_active_factor": 1.5,
                    "retention_silent_factor": 3,
                    "retention_lost_days": 730,
                }
            ],
        )

    def test_out_of_range(self):
        """A number out of range is refused with its name, the value and what is allowed."""
        for name, label, value, allowed in (
            ("gold_percent", "Gold Customers (%)", 0, "between 0.01 and 100"),
            ("gold_percent", "Gold Customers (%)", -5, "between 0.01 and 100"),
            ("gold_percent", "Gold Customers (%)", 100.01, "between 0.01 and 100"),
            ("abc_a_percent", "Class A (%)", 101, "between 0.01 and 100"),
            ("abc_growth_percent", "Growth for Class B (%)", -1, "between 0 and 1000"),
            ("pareto_a_percent", "Class A Up to (% of Value)", 0, "between 0.01 and 100"),
            ("pareto_b_percent", "Class B Up to (% of Value)", 100.5, "between 0.01 and 100"),
            ("gap_weight", "Weight of the Usual Purchase Interval", 0, "between 1 and 100"),
            ("gap_default_days", "Purchase Interval to Start With (Days)", 0, "between 1 and 3650"),
            ("gap_min_customers", "Customers Needed to Measure the Interval", 0, "between 1 and"),
            ("new_days", "New For (Days)", 0, "between 1 and 3650"),
            ("won_back_days", "Won Back For (Days)", -1, "between 1 and 3650"),
            ("active_factor", "Late After (Times the Interval)", 0.99, "between 1 and 100"),
            ("silent_factor", "Silent After (Times the Interval)", 101, "between 1 and 100"),
            ("lost_days", "Lost After (Days)", 0, "between 1 and 36500"),
            ("lost_days", "Lost After (Days)", 2147483648, "between 1 and 36500"),
            ("pause_days", "Pause Between Programs (Days)", -1, "between 0 and 3650"),
            ("pause_days", "Pause Between Programs (Days)", 3651, "between 0 and 3650"),
            ("daily_mail_cap", "Emails a Day", -1, "between 0 and 1000000."),
            ("daily_mail_cap", "Emails a Day", 2147483648, "between 0 and 1000000."),
        ):
            with self.subTest(name=name, value=value):
                before = self.company[f"retention_{name}"]
                with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                    self.company.write({f"retention_{name}": value})
                message = str(caught.exception)
                for words in (f"{label} is {plain(value)}.", allowed):
                    self.assertIn(words, message)
                self.env.invalidate_all()
                self.assertEqual(self.company[f"retention_{name}"], before)

    def test_borders(self):
        """The first and the last number of each range are allowed."""
        for name, *values in (
            ("gold_percent", 0.01, 100),
            ("abc_a_percent", 0.01, 100),
            ("abc_growth_percent", 0, 1000),
            ("pareto_a_percent", 0.01, 95),
            ("pareto_b_percent", 80, 100),
            ("gap_weight", 1, 100),
            ("new_days", 1, 3650),
            ("active_factor", 1, 3),
            ("silent_factor", 1.5, 100),
            ("lost_days", 1, 36500),
        ):
            for value in values:
                with self.subTest(name=name, value=value), self.env.cr.savepoint():
                    self.company.write({f"retention_{name}": value})
                    self._refresh()
                    self.company[f"retention_{name}"] = self.company.default_get(
                        [f"retention_{name}"]
                    )[f"retention_{name}"]

    def test_order_of_two_numbers(self):
        """Class A cannot end after class B, and late cannot begin after silent."""
        for values, words in (
            (
                {"retention_pareto_a_percent": 95.01},
                "Class A Up to (% of Value) is 95.01. It must not be above Class B Up to (% of "
                "Value), which is 95.",
            ),
            (
                {"retention_silent_factor": 1.49},
                "Late After (Times the Interval) is 1.5. It must not be above Silent After (Times the "
                "Interval), which is 1.49.",
            ),
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError) as caught:
                with self.env.cr.savepoint():
                    self.company.write(values)
            self.assertIn(words, str(caught.exception))

    def test_settings_page(self):
        """The settings page writes the numbers of the current company, and refuses as the company does."""
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        self.assertEqual(settings.retention_gold_percent, 10)
        settings.write({"retention_gold_percent": 15, "retention_basis": "ordered"})
        settings.execute()
        self.assertEqual(
            (self.company.retention_gold_percent, self.company.retention_basis), (15, "ordered")
        )
        with self.assertRaisesRegex(ValidationError, r"Gold Customers \(%\) is 150"):
            settings.retention_gold_percent = 150

    def test_follow_ups_a_day(self):
        """A person's follow-ups a day are 0 to 10,000, also those of a new user."""
        user = self._create_user("seller", "base.group_user")
        for value in (-1, 10001, 2147483648):
            words = f"Follow-ups a Day is {value}. It has to be between 0 and 10000."
            with self.subTest(value=value):
                with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                    user.retention_daily_cap = value
                with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                    user.create({"name": "New", "login": "new", "retention_daily_cap": value})
        user.retention_daily_cap = 0
        user.retention_daily_cap = 10000

    def test_exact(self):
        """Percents and factors are used with the two digits that are shown."""
        self.company.retention_gold_percent = 33.333
        self.assertEqual(
            str(self.company._get_retention_settings()["retention_gold_percent"]), "33.33"
        )
