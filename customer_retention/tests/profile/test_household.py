from odoo.tests import tagged

from ..common import OWN, RetentionCase


@tagged("post_install", "-at_install")
class TestHousehold(RetentionCase):
    """The value of a family or a group of companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One in three of those who bought this year is gold: ⌈3 · 10 / 100⌉ = 1.
        cls.parent, cls.child, cls.stranger = cls._create_customers(
            [(10, 100), (100, 200), (500, 1000)], [(20, 50)], [(10, 300)]
        )
        cls.prospect = cls.env["res.partner"].create({"name": "Prospect"})
        cls.household, cls.lonely, cls.empty = cls.env["retention.household"].create(
            [{"name": "Hansen"}, {"name": "Lonely"}, {"name": "Empty"}]
        )
        (cls.parent | cls.child | cls.prospect).household_id = cls.household
        cls.stranger.household_id = cls.lonely
        cls._refresh()
        cls.everybody = cls.parent | cls.child | cls.stranger | cls.prospect
        cls.domain = [("id", "in", cls.everybody.ids)]

    def test_values(self):
        """Month, year and lifetime are added up over the members."""
        # Month: 100 + 50. Year: 100 + 200 + 50. Lifetime: 1300 + 50.
        self.assertEqual(self.household.value_month, 150)
        self.assertEqual(self.household.value_year, 350)
        self.assertEqual(self.household.lifetime_value, 1350)
        self.assertEqual(self.household.member_count, 3)
        self.assertEqual(self.household.customer_count, 2)
        self.assertEqual(self.empty.value_year, 0)
        self.assertEqual(self.empty.member_count, 0)
        self.assertEqual(self.household.currency_id, self.usd)

    def test_gold(self):
        """One gold member makes the whole household gold."""
        # Two purchases a tie would share: parent and stranger have 300 each, so both are gold.
        self.assertTrue(self.parent.is_gold)
        self.assertEqual(self.household.gold_count, 1)
        self.assertTrue(self.household.is_gold)
        self.assertTrue(self.child.household_is_gold)
        self.assertTrue(self.prospect.household_is_gold)
        self.assertFalse(self.empty.is_gold)
        found = self.env["retention.household"].search([("is_gold", "=", True)])
        self.assertEqual(found, self.household | self.lonely)
        found = self.env["res.partner"].search([*self.domain, ("household_is_gold", "=", True)])
        self.assertEqual(found, self.everybody)

    def test_members(self):
        """Every member, a prospect included, shows what the household is worth."""
        for partner in self.parent | self.child | self.prospect:
            self.assertEqual(partner.household_value_month, 150)
            self.assertEqual(partner.household_value_year, 350)
            self.assertEqual(partner.household_lifetime_value, 1350)
        alone = self.env["res.partner"].create({"name": "Alone"})
        self.assertFalse(alone.household_value_year)

    def test_moved(self):
        """Who changes households takes the value along at once."""
        self.assertEqual(self.parent.household_value_year, 350)
        self.child.household_id = self.lonely
        self.assertEqual(self.parent.household_value_year, 300)
        self.assertEqual(self.stranger.household_value_year, 350)
        self.assertEqual(self.lonely.value_year, 350)

    def test_sort_and_search(self):
        """Households and members are sorted and searched by value."""
        Household = self.env["retention.household"]
        self.assertEqual(
            Household.search([], order="value_year desc"), self.household | self.lonely | self.empty
        )
        self.assertEqual(Household.search([("value_year", "=", 0)]), self.empty)
        self.assertEqual(Household.search([("lifetime_value", ">", 1000)]), self.household)
        Partner = self.env["res.partner"]
        found = Partner.search(self.domain, order="household_value_year, id")
        self.assertEqual(found[0], self.stranger)
        found = Partner.search([*self.domain, ("household_value_year", ">=", 350)])
        self.assertEqual(found, self.everybody - self.stranger)

    def test_contact(self):
        """A contact of a company adds nothing: the company's figures count once."""
        company = self._create_customer("Company", [(10, 70)], is_company=True)
        contact = self.env["res.partner"].create({"name": "P", "parent_id": company.id})
        self._refresh()
        (company | contact).household_id = self.empty
        self.assertEqual(self.empty.value_year, 70)
        self.assertEqual(self.empty.member_count, 2)
        self.assertEqual(self.empty.customer_count, 1)

    def test_rights(self):
        """With own documents only, a colleague's customers add nothing."""
        seller = self._create_user("seller", OWN)
        self.parent.user_id = self._create_user("colleague", OWN)
        household = self._as(self.household, seller)
        self.assertEqual(household.value_year, 50)
        self.assertEqual(self._as(self.child, seller).household_value_year, 50)
        found = self._as(self.env["res.partner"], seller).search(
            [*self.domain, ("household_value_year", "=", 50)]
        )
        self.assertEqual(found.ids, (self.parent | self.child | self.prospect).ids)

    def test_companies(self):
        """Another company sees the household with its own figures."""
        other = self._create_company("Other", self.eur)
        self._create_past(self.child, (5, 11), company_id=other.id, currency_id=self.eur.id)
        self._refresh(other)
        household = self.household.with_company(other)
        self.assertEqual(household.value_year, 11)
        self.assertEqual(household.currency_id, self.eur)
        self.assertEqual(self.household.value_year, 350)

    def test_archived(self):
        """A member who is archived still bought what was bought."""
        self.child.active = False
        self.assertEqual(self.household.value_year, 350)

    def test_name(self):
        """A new name shows at once, though names are kept in memory."""
        self.assertEqual(self.household.display_name, "Hansen")
        self.household.name = "Hansen-Lee"
        self.assertEqual(self.household.display_name, "Hansen-Lee")
        self.assertEqual(
            [each.display_name for each in self.household | self.empty], ["Hansen-Lee", "Empty"]
        )


@tagged("post_install", "-at_install")
class TestCost(RetentionCase):
    """What a filled profile costs when a contact is opened."""

    def test_form(self):
        """Everything filled, a profile takes two queries more than the figures alone."""
        [partner] = self._create_customers([(10, 100)])
        self._refresh()
        partner.write(
            {
                "household_id": self.env["retention.household"].create({"name": "Hansen"}).id,
                "priority_id": self.env.ref("customer_retention.retention_priority_speed").id,
                "interest_ids": self.env.ref("customer_retention.retention_interest_art"),
                "birthday": "1980-01-02",
                "preferences": "Tea",
            }
        )
        seller = self._as(partner, self._create_user("seller", OWN))
        figures = {"value_year": {}, "lifetime_value": {}, "is_gold": {}}
        named = {"fields": {"display_name": {}}}
        profile = {
            "profile_completeness": {},
            "profile_missing": {},
            "birthday": {},
            "next_birthday": {},
            "next_review_date": {},
            "is_review_due": {},
            "is_priority_due": {},
            "preferences": {},
            "household_value_year": {},
            "household_is_gold": {},
            "priority_id": named,
            "household_id": named,
            "interest_ids": {"fields": {"display_name": {}}},
        }
        counts = []
        for specification in (figures, {**figures, **profile}):
            for _time in range(2):  # the first fills what stays in memory between requests
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                seller.web_read(specification)
                count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertLessEqual(counts[1] - counts[0], 2)
