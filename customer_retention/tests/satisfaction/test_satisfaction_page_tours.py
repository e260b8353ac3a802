from datetime import timedelta

from odoo.tests import HttpCase, tagged


class SatisfactionPageTours(HttpCase):
    """A company whose page Satisfaction is empty, and answers to fill it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Satisfaction Tour"})
        cls.env.ref("base.user_admin").write(
            {"company_ids": [(4, cls.company.id)], "company_id": cls.company.id}
        )

    def _answer(self):
        """Let 27 customers be satisfied and three not, 29 would not recommend us."""
        day = self.company._get_retention_today() - timedelta(days=10)
        partners = self.env["res.partner"].create(
            [{"name": f"Tour {name}"} for name in ["Critic", *range(29)]]
        )
        self.env["retention.satisfaction"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": day,
                    "origin": "survey",
                    "level": "dissatisfied" if number < 3 else "satisfied",
                    "comment": "Nobody called back" if not number else False,
                    **({"nps": 3, "nps_group": "detractor"} if number else {}),
                }
                for number, partner in enumerate(partners)
            ]
        )


@tagged("post_install", "-at_install")
class TestSatisfactionPageTours(SatisfactionPageTours):
    """The page Satisfaction in a browser."""

    def test_page(self):
        """Figures with intervals, another split, records behind a number, the pivot."""
        self._answer()
        self.start_tour(
            "/odoo/retention-satisfaction", "retention_satisfaction_page", login="admin"
        )

    def test_empty(self):
        """Without answers the page says what to do."""
        self.start_tour(
            "/odoo/retention-satisfaction", "retention_satisfaction_page_empty", login="admin"
        )


@tagged("post_install", "-at_install")
class TestSatisfactionPageToursPhone(SatisfactionPageTours):
    """The same on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """All of it fits, and a comment opens its customer."""
        self._answer()
        self.start_tour(
            "/odoo/retention-satisfaction", "retention_satisfaction_page_phone", login="admin"
        )
