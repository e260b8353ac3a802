from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...tools import movement
from ..common import ALL, OWN, TODAY, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestAnalysis(RetentionCase):
    """The figures behind the charts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.retention_abc_method = "pareto"
        # Yearly values 60, 25, 10, 5 of 100: 60 % and 85 % are held by the first and the first two.
        cls.partners = cls._create_customers(
            [(10, 60)], [(10, 25)], [(120, 10)], [(120, 5)], [(800, 40)]
        )
        cls._refresh()
        cls.Analysis = cls.env["retention.analysis"]

    def test_pareto_curve(self):
        """The curve adds up the largest first, and shows where the classes end."""
        pareto = self.Analysis.get_analysis()["pareto"]
        # The last customer bought more than a year ago and is not on the curve.
        self.assertEqual(pareto["points"], [[0, 0], [25, 60], [50, 85], [75, 95], [100, 100]])
        # A while those above hold less than 80 %: 60 and 25. B below 95 %: 10; the last has 95 above.
        self.assertEqual(pareto["classes"], {"a": 50, "b": 75})

    def test_matrix(self):
        """Each cell has number and yearly value, and its domain finds just these customers."""
        rows = self.Analysis.get_analysis()["matrix"]["rows"]
        found = {
            cell["key"]: (cell["count"], cell["value"])
            for row in rows
            for cell in row["cells"]
            if cell["count"]
        }
        # 10 days ago: new. 120 days ago with a usual gap of 90: 120 is not above 1.5 * 90, active.
        # 800 days ago: lost.
        self.assertEqual(
            found,
            {
                "new/a": (2, 85),
                "new/False": (2, 85),
                "active/b": (1, 10),
                "active/c": (1, 5),
                "active/False": (2, 15),
                "lost/c": (1, 0),
                "lost/False": (1, 0),
            },
        )
        for row in rows:
            for cell in row["cells"]:
                self.assertEqual(self.Customer.search_count(cell["domain"]), cell["count"])

    def test_movements(self):
        """Up and down are counted over 30 days, and open the events they count."""
        events = self.Event.create(
            [
                {
                    "date": days_ago(days),
                    "type": "status",
                    "partner_id": self.partners[number].id,
                    "company_id": self.company.id,
                    "old_value": old,
                    "new_value": new,
                    "key": f"movement {days} {number}",
                }
                for number, days, old, new in (
                    (0, 29, "late", "active"),
                    (1, 5, "active", "late"),
                    (2, 5, "late", "silent"),
                    (3, 5, "new", "active"),  # neither up nor down
                    (4, 30, "silent", "lost"),  # too long ago
                )
            ]
        )
        movements = self.Analysis.get_analysis()["movements"]
        status = movements["kinds"][0]
        self.assertEqual((status["up"]["count"], status["down"]["count"]), (1, 2))
        self.assertEqual(self.Event.search(status["up"]["domain"]), events[0])
        # The largest first: 60, 25, 10.
        self.assertEqual([mover["value"] for mover in movements["movers"]], [60, 25, 10])

    def test_direction(self):
        """Every pair of values is up, down or neither, and its reverse the opposite."""
        self.assertEqual(movement.direction("status", "lost", "won_back"), "up")
        self.assertEqual(movement.direction("rfm_segment", "champion", "at_risk"), "down")
        self.assertIsNone(movement.direction("status", "new", "active"))
        self.assertIsNone(movement.direction("status", "unknown", "active"))
        for kind in movement.ORDER:
            up = movement.pairs(kind, "up")
            self.assertEqual(sorted((b, a) for a, b in up), movement.pairs(kind, "down"))

    def test_months(self):
        """The chart of a customer has 24 months, the present one last, credit notes taken off."""
        partner = self._create_customer(purchases=[(0, 100), (1, -30), (31, 50), (730, 7)])
        self._refresh()
        months = self.Analysis.get_months(partner.id)
        # Today is 15 June 2026: from July 2024 on; 730 days ago is 15 June 2024, out of the chart.
        self.assertEqual(len(months), 24)
        self.assertEqual(months[0][0].isoformat(), "2024-07-01")
        self.assertEqual(months[-1], [TODAY.replace(day=1), 70])
        self.assertEqual(months[-2], [TODAY.replace(month=5, day=1), 50])
        self.assertEqual(sum(amount for _month, amount in months), 120)

    def test_months_and_analysis_follow_rights(self):
        """A salesperson sees own and unassigned customers only; others are refused."""
        owner = self._create_user("analysis_owner", ALL)
        own = self._create_user("analysis_own", OWN)
        self.partners[0].user_id = owner
        analysis = self._as(self.Analysis, own)
        self.assertEqual(analysis.get_analysis()["customers"], 4)
        self.assertEqual(analysis.get_months(self.partners[0].id), [])
        self.assertEqual(len(analysis.get_months(self.partners[1].id)), 24)
        self.assertEqual(self._as(self.Analysis, owner).get_analysis()["customers"], 5)
        plain = self._create_user("analysis_plain")
        with self.assertRaises(AccessError):
            self._as(self.Analysis, plain).get_analysis()
        with self.assertRaises(AccessError):
            self._as(self.Analysis, plain).get_months(self.partners[1].id)
