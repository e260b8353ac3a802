from odoo.tests import freeze_time, tagged

from odoo.addons.customer_retention.tests.common import NOW, days_ago

from .common import CONTRIBUTION, MarginCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContributionCompanies(MarginCase):
    """Each company has its own costs, rates and contribution; nothing leaks."""

    def test_two_companies(self):
        """One customer of two companies: sales, costs and rates of each, in its own currency."""
        other = self._create_company("Other", self.eur)
        self._set_up_accounts(other)
        self.env["retention.cost.rate"].create({"company_id": other.id, "hourly_rate": 60})
        customer = self.env["res.partner"].create({"name": "Of both"})
        product = self._create_product(62)
        product.with_company(other).standard_price = 30
        self._create_bill(customer, 10, (product, 1, 100))
        self._create_bill(customer, 10, (product, 1, 70), company=other)
        their_seller = self._create_user("other_seller", "base.group_user", other)
        self._meet(customer, 5, 60)
        self._meet(customer, 5, 30, their_seller)
        self._call(customer, 5, user=their_seller)
        self.assertContribution(
            customer, value_year=100, goods_year=62, visit_year=40, contribution_year=-2
        )
        self.assertFalse(self._get_figures(customer, other))
        # 70 − 30 − 30 minutes and 10 minutes at 60.
        self.assertContribution(
            customer, other, value_year=70, goods_year=30, visit_year=40, contribution_year=0
        )
        self.assertFigures(customer, contribution_year=-2)
        user = self._create_user("both", CONTRIBUTION, self.company | other)
        for company, expected in ((self.company, -2), (other, 0)):
            self.env.invalidate_all()
            self.assertEqual(self._as(customer, user, company).contribution_year, expected)
        alone = self._create_user("alone", CONTRIBUTION, other)
        rows = self._as(self.Customer, alone).search([("partner_id", "=", customer.id)])
        self.assertEqual(rows.company_id, other)
        rates = self._as(self.env["retention.cost.rate"], alone).search([])
        self.assertEqual(rates.company_id, other)

    def test_customer_of_a_company(self):
        """Who is a customer of one company alone is served by it, whoever does it."""
        other = self._create_company("Other")
        self._set_up_accounts(other)
        self.env["retention.cost.rate"].create({"company_id": other.id, "hourly_rate": 60})
        customer = self.env["res.partner"].create({"name": "Theirs", "company_id": other.id})
        product = self._create_product(62, other)
        self._create_bill(customer, 10, (product, 1, 100), company=other)
        self._meet(customer, 5, 60)
        self.assertContribution(customer, other, visit_year=60)

    def test_foreign_currency(self):
        """An invoice in another currency: sales at its day's rate, cost as it stands, late as booked.

        100 EUR at 0.5 are 200; cost 62. Due 73 days ago, open: 200 × 73 × 0.10/365 = 4.
        """
        self.rate.interest_percent = 10
        self._create_rate(self.eur, days_ago(900), 0.5)
        customer = self.env["res.partner"].create({"name": "Abroad"})
        self._create_bill(customer, 73, (self._create_product(62), 1, 100), currency=self.eur)
        self.assertContribution(
            customer, value_year=200, goods_year=62, late_year=4, contribution_year=134
        )
