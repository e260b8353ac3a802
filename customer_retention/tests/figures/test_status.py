from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..common import NOW, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestStatus(RetentionCase):
    """Every status and its borders. The usual gap is 90 days: too few customers to measure it."""

    def assertStatus(self, *cases):
        """Assert statuses after one run: ``(status, (days ago, amount)…)`` for each customer."""
        partners = self._create_customers(*(purchases for _status, *purchases in cases))
        self._refresh()
        for partner, (status, *purchases) in zip(partners, cases, strict=True):
            with self.subTest(status=status, purchases=purchases):
                self.assertFigures(partner, status=status)

    def _record_losses(self, *losses):
        """Let losses ``(partner, days ago)`` be recorded in the company."""
        rows = SQL(", ").join(
            SQL("(%s, %s, %s::date)", partner.id, self.company.id, days_ago(days))
            for partner, days in losses
        )
        query = SQL("SELECT * FROM (VALUES %s) AS loss (partner_id, company_id, date)", rows)
        self.patch(self.registry["retention.customer"], "_get_loss_query", lambda _self: query)

    def test_one_purchase(self):
        """After one purchase: new to day 89, then by 1.5 and 3 times the usual gap, lost from 730."""
        # Expected gap: (2 * 90 + 0) / 2 = 90. Active to 1.5 * 90 = 135, late to 3 * 90 = 270.
        self.assertStatus(
            ("new", (0, 10)),
            ("new", (89, 10)),
            ("active", (90, 10)),
            ("active", (135, 10)),
            ("late", (136, 10)),
            ("late", (270, 10)),
            ("silent", (271, 10)),
            ("silent", (729, 10)),
            ("lost", (730, 10)),
            ("lost", (2000, 10)),
        )

    def test_two_purchases_of_the_first_day(self):
        """Two purchases of one day are one purchase day: the customer is still new."""
        self.assertStatus(("new", (5, 10), (5, 20)), ("active", (5, 10), (6, 20)))

    def test_two_purchase_days(self):
        """With two purchase days the own gap counts one part, the usual gap two."""
        # 30 days apart: (180 + 30) / 3 = 70. Active to 105, late to 210.
        # 31 days apart: (180 + 31) / 3 = 70.33. Active to 105.5, late to exactly 211.
        self.assertStatus(
            ("active", (105, 10), (135, 10)),
            ("late", (106, 10), (136, 10)),
            ("late", (210, 10), (240, 10)),
            ("silent", (211, 10), (241, 10)),
            ("active", (105, 10), (136, 10)),
            ("late", (106, 10), (137, 10)),
            ("late", (211, 10), (242, 10)),
            ("silent", (212, 10), (243, 10)),
            ("silent", (729, 10), (760, 10)),
            ("lost", (730, 10), (761, 10)),
        )

    def test_many_purchase_days(self):
        """Who bought often is judged by the own rhythm much sooner."""

        # Ten days, 10 apart: span 90, m = 9: (180 + 90) / 11 = 24.55; times 1.5 = 36.8, times 3
        # = 73.6.
        def often(last):
            return [(last + 10 * number, 10) for number in range(10)]

        self.assertStatus(
            ("active", *often(36)),
            ("late", *often(37)),
            ("late", *often(73)),
            ("silent", *often(74)),
        )

    def test_return_does_not_revive(self):
        """A credit note after the last purchase changes no status."""
        self.assertStatus(("late", (136, 10), (1, -5)))

    def test_won_back_after_three_gaps(self):
        """Won back is who returned after more than 3 times the gap expected before the return."""
        # Two days: before the last purchase the gap was (180 + 0) / 2 = 90, three times is 270.
        # Three days: span 30 before, (180 + 30) / 3 = 70, three times is 210.
        self.assertStatus(
            ("active", (10, 10), (280, 10)),  # pause 270
            ("won_back", (10, 10), (281, 10)),  # pause 271
            ("active", (10, 10), (220, 10), (250, 10)),  # pause 210
            ("won_back", (10, 10), (221, 10), (251, 10)),  # pause 211
        )

    def test_won_back_for_90_days(self):
        """A customer stays won back to day 89 after the return."""
        # From day 90: span 271, (180 + 271) / 3 = 150.33, and 90 is not late.
        self.assertStatus(
            ("won_back", (89, 10), (360, 10)),
            ("active", (90, 10), (361, 10)),
        )

    def test_won_back_after_730_days(self):
        """Won back is who returned after more than 730 days, however slow the rhythm."""

        # Seven days of purchase, 300 apart, then the pause: before it the gap was
        # (180 + 1800) / 8 = 247.5, three times is 742.5, so that only the 730 days tell.
        def seldom(pause):
            return [(10, 10)] + [(10 + pause + 300 * number, 10) for number in range(7)]

        self.assertStatus(
            ("active", *seldom(730)),
            ("won_back", *seldom(731)),
            ("won_back", *seldom(743)),
        )

    def test_recorded_loss(self):
        """A loss recorded on or after the last purchase day makes a customer lost."""
        on, after, today = self._create_customers(*[[(20, 10), (50, 10)]] * 3)
        self._record_losses((on, 20), (after, 19), (today, 0))
        self._refresh()
        for partner in on | after | today:
            self.assertFigures(partner, status="lost")

    def test_won_back_after_a_loss(self):
        """A loss recorded between the last two purchases makes a customer won back, not older ones."""
        on, between, before, other = self._create_customers(*[[(20, 10), (50, 10)]] * 4)
        self._record_losses((on, 50), (between, 21), (before, 51))
        self._refresh()
        self.assertFigures(on, status="won_back")
        self.assertFigures(between, status="won_back")
        self.assertFigures(before, status="active")
        self.assertFigures(other, status="active")

    def test_loss_before_the_first_purchase(self):
        """A loss before the only purchase day leaves a customer new: nobody was a customer then."""
        [partner] = self._create_customers([(20, 10)])
        self._record_losses((partner, 30))
        self._refresh()
        self.assertFigures(partner, status="new")

    def test_loss_is_stronger_than_won_back(self):
        """Lost again after having been won back is lost."""
        [partner] = self._create_customers([(20, 10), (500, 10)])
        self._record_losses((partner, 400), (partner, 5))
        self._refresh()
        self.assertFigures(partner, status="lost", purchase_days=2)

    def test_loss_of_another_company(self):
        """A loss recorded in another company says nothing here."""
        [partner] = self._create_customers([(20, 10), (50, 10)])
        other = self._create_company("Elsewhere")
        query = SQL(
            "SELECT %s AS partner_id, %s AS company_id, %s::date AS date",
            partner.id,
            other.id,
            days_ago(5),
        )
        self.patch(self.registry["retention.customer"], "_get_loss_query", lambda _self: query)
        self._refresh()
        self.assertFigures(partner, status="active")

    def test_numbers_are_settings(self):
        """Every number of the statuses is the company's."""
        self.company.write(
            {
                "retention_new_days": 10,
                "retention_won_back_days": 20,
                "retention_active_factor": 1,
                "retention_silent_factor": 2,
                "retention_lost_days": 100,
                "retention_gap_weight": 1,
                "retention_gap_default_days": 30,
            }
        )
        # One purchase: gap (30 + 0) / 1 = 30. Two, 20 apart: (30 + 20) / 2 = 25. Before the
        # return the gap was 30, twice is 60; and a pause above 100 days.
        self.assertStatus(
            ("new", (9, 10)),
            ("active", (10, 10)),
            ("active", (30, 10)),
            ("late", (31, 10)),
            ("late", (60, 10)),
            ("silent", (61, 10)),
            ("silent", (99, 10)),
            ("lost", (100, 10)),
            ("active", (25, 10), (45, 10)),
            ("late", (26, 10), (46, 10)),
            ("active", (19, 10), (79, 10)),  # pause 60
            ("won_back", (19, 10), (80, 10)),  # pause 61
            ("active", (20, 10), (81, 10)),  # day 20
        )

    def test_reasons(self):
        """The reason says the status in a sentence, with day and number of days."""
        cases = [
            # 3 June is 12 days ago.
            ([(12, 10)], "New: first purchase on June 3, 12 days ago."),
            # 5 June; 281 - 10 = 271 days between.
            (
                [(10, 10), (281, 10)],
                "Won back: bought again on June 5 after 271 days, 10 days ago.",
            ),
            # 10 and 40 days ago: (180 + 30) / 3 = 70.
            (
                [(10, 10), (40, 10)],
                "Active: buys about every 70 days, last on June 5, 10 days ago.",
            ),
            # 106 days before 15 June is 1 March; gap 70.
            (
                [(106, 10), (136, 10)],
                "Late: buys about every 70 days, last on March 1, 106 days ago.",
            ),
            # 100 days before 15 June is 7 March; plus 90 days is 5 June.
            ([(100, 10)], "Active: bought once, on March 7, 100 days ago; due again on June 5."),
            # 211 days before 15 June 2026 is 16 November 2025: with the year.
            (
                [(211, 10), (241, 10)],
                "Silent: used to buy about every 70 days, last on November 16, 2025, 211 days ago.",
            ),
            # 730 days before is 15 June 2024 (365 and 365 days, no leap day between).
            ([(730, 10)], "Lost: no purchase since June 15, 2024, 730 days ago."),
        ]
        partners = self._create_customers(*(purchases for purchases, _reason in cases))
        self._refresh()
        for partner, (purchases, reason) in zip(partners, cases, strict=True):
            with self.subTest(purchases=purchases):
                self.assertFigures(partner, status_reason=reason)
                self.assertEqual(partner.status_reason, reason)

    def test_reason_of_a_recorded_loss(self):
        """A recorded loss is told from a long silence."""
        [partner] = self._create_customers([(20, 10)])
        self._record_losses((partner, 5))
        self._refresh()
        # 26 May is 20 days ago.
        self.assertFigures(
            partner,
            status_reason="Lost: recorded as lost after the last purchase on May 26, 20 days ago.",
        )

    def test_reason_moves_with_the_days(self):
        """The reason counts the days of today, without a run in between."""
        [partner] = self._create_customers([(12, 10)])
        self._refresh()
        with freeze_time(NOW.replace(day=20)):
            self.env.invalidate_all()
            self.assertEqual(partner.status_reason, "New: first purchase on June 3, 17 days ago.")

    def test_reason_in_the_language_of_the_reader(self):
        """Day and number stand in the reader's way of writing dates."""
        self.env["res.lang"]._activate_lang("en_GB")
        user = self._create_user("reader", "sales_team.group_sale_manager", lang="en_GB")
        [partner] = self._create_customers([(12, 10)])
        self._refresh()
        self.assertEqual(
            self._as(partner, user).with_context(lang="en_GB").status_reason,
            "New: first purchase on 3 June, 12 days ago.",
        )

    def test_status_moves_with_the_days(self):
        """A run on a later day moves the status without any purchase."""
        [partner] = self._create_customers([(89, 10)])
        self._refresh()
        self.assertFigures(partner, status="new")
        with freeze_time(NOW.replace(day=16)):
            self._refresh()
            self.assertFigures(partner, status="active")
