import json
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, TransactionCase, freeze_time, new_test_user

# Noon in UTC, so that it is this day almost everywhere: 15 June 2026.
NOW = datetime(2026, 6, 15, 12)
TODAY = date(2026, 6, 15)

OWN = "sales_team.group_sale_salesman"
ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"


def days_ago(days):
    """Return the day ``days`` before today; a negative number is in the future."""
    return TODAY - timedelta(days=days)


class Json2Case(HttpCase):
    """Calls from outside, each by a key of its user."""

    def _call(self, user, model, method, **arguments):
        """Return status and answer of ``/json/2`` to ``user``."""
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate(None, "test", None)
        answer = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(arguments),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        return answer.status_code, answer.json()


@freeze_time(NOW)
class RetentionCase(TransactionCase):
    """A company of its own without customers, today is 15 June 2026, and builders for purchases.

    Everything is in US dollars and UTC unless a test says otherwise. The cheapest purchase is a
    past purchase (``_create_past``, ``_create_customer(purchases=…)``): use it wherever it does
    not matter how the purchase was made.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr._now = NOW  # what write_date and create_date are taken from
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")
        (cls.usd | cls.eur).active = True
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls._create_company("Retention Company")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)
        cls.product = cls.env["product.product"].create(
            {"name": "Chair", "type": "service", "taxes_id": False}
        )
        cls.Run = cls.env["retention.run"]
        cls.Customer = cls.env["retention.customer"]
        cls.Event = cls.env["retention.event"]
        cls.Purchase = cls.env["retention.purchase"]
        cls.Past = cls.env["retention.past.purchase"]

    # ------------------------------------------------------------------
    # Companies, currencies, users
    # ------------------------------------------------------------------

    @classmethod
    def _create_company(cls, name, currency=None, tz=False, **values):
        """Create a company with just enough accounts to post customer documents."""
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": (currency or cls.usd).id, **values}
        )
        company.partner_id.tz = tz
        company.resource_calendar_id.tz = "UTC"
        return company

    @classmethod
    def _set_up_accounts(cls, company=None):
        """Add the accounts and the journal that invoices of ``company`` need."""
        company = company or cls.company
        Account = cls.env["account.account"].with_company(company)
        income, _receivable = Account.create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
                for name, code, kind in (
                    ("Sales", "400000", "income"),
                    ("Receivable", "121000", "asset_receivable"),
                )
            ]
        )
        cls.env["account.journal"].create(
            {
                "name": "Customer Invoices",
                "code": "RET",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": income.id,
            }
        )

    @classmethod
    def _create_rate(cls, currency, day, rate, company=None):
        """Say how many units of ``currency`` one unit of the company's currency is from ``day``."""
        return cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": rate,
                "company_id": (company or cls.company).id,
            }
        )

    @classmethod
    def _create_user(cls, login, groups="base.group_user", companies=None, **values):
        """Create a user of ``groups``, at home in the first of ``companies``."""
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
            **values,
        )

    @classmethod
    def _as(cls, record, user, company=None):
        """Return ``record`` as ``user`` sees it in ``company``, by default the user's own."""
        company = company or user.company_id
        return record.with_user(user).with_context(allowed_company_ids=company.ids)

    # ------------------------------------------------------------------
    # Customers and purchases
    # ------------------------------------------------------------------

    @classmethod
    def _create_customer(cls, name="Customer", purchases=(), **values):
        """Create a customer who bought before: ``purchases`` are ``(days ago, amount)``."""
        partner = cls.env["res.partner"].create({"name": name, **values})
        cls._create_past(partner, *purchases)
        return partner

    @classmethod
    def _create_customers(cls, *purchases):
        """Create one customer for each list of ``(days ago, amount)``, at once."""
        partners = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(1, len(purchases) + 1)]
        )
        cls.Past.create(
            [
                cls._prepare_past_values(partner, *purchase)
                for partner, bought in zip(partners, purchases, strict=True)
                for purchase in bought
            ]
        )
        return partners

    @classmethod
    def _create_past(cls, partner, *purchases, **values):
        """Create past purchases ``(days ago, amount)`` of ``partner``."""
        return cls.Past.create(
            [{**cls._prepare_past_values(partner, *each), **values} for each in purchases]
        )

    @classmethod
    def _prepare_past_values(cls, partner, days, amount, **values):
        return {"partner_id": partner.id, "date": days_ago(days), "amount": amount, **values}

    @classmethod
    def _create_invoice(
        cls, partner, day, amount, move_type="out_invoice", company=None, currency=None, post=True
    ):
        """Create a posted customer document of one line without taxes."""
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "date": day,
                    "company_id": company.id,
                    "currency_id": (currency or company.currency_id).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Chairs",
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _create_order(cls, partner, moment, amount, company=None, currency=None, confirm=True):
        """Create a confirmed order of one line without taxes, ordered at ``moment`` (UTC)."""
        company = company or cls.company
        pricelist = cls.env["product.pricelist"]
        if currency:
            pricelist = pricelist.create(
                {"name": currency.name, "currency_id": currency.id, "company_id": company.id}
            )
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "pricelist_id": pricelist.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        if confirm:
            order.action_confirm()
        order.date_order = moment
        return order

    @contextmanager
    def _at(self, **delta):
        """Move the clock of Python and of the database by a ``timedelta(**delta)``."""
        moment = NOW + timedelta(**delta)
        with freeze_time(moment), patch.object(self.env.cr, "_now", moment):
            yield

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @classmethod
    def _refresh(cls, company=None):
        """Make a full run of ``company`` and return it."""
        company = company or cls.company
        assert cls.Run._refresh(company)
        return cls.Run.search([("company_id", "=", company.id)], limit=1)

    @classmethod
    def _get_figures(cls, partner, company=None):
        """Return the row of figures of ``partner``, empty where there is none."""
        company = company or cls.company
        return cls.Customer.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        )

    @classmethod
    def _get_purchases(cls, partner, company=None):
        """Return the purchases of ``partner`` as ``[(day, amount, channel)]``, oldest first."""
        cls.Purchase.invalidate_model()
        purchases = cls.Purchase.search(
            [("partner_id", "=", partner.id), ("company_id", "=", (company or cls.company).id)],
            order="date, amount",
        )
        return [(each.date, each.amount, each.channel) for each in purchases]

    def assertFigures(self, partner, company=None, **expected):
        """Assert figures of ``partner``, read from the table that a run writes."""
        row = self._get_figures(partner, company)
        self.assertEqual(len(row), 1, f"{partner.name} has no figures")
        self.assertEqual({name: row[name] for name in expected}, expected, partner.name)

    def assertEvents(self, partner, *expected):
        """Assert the events of ``partner`` as ``(type, old value, new value)``, in any order."""
        events = self.Event.search([("partner_id", "=", partner.id)])
        self.assertCountEqual(
            [(event.type, event.old_value, event.new_value) for event in events], expected
        )
