from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL

# Channels whose query has a column ``is_part``: rows that belong to the purchase of another row.
PARTED = ("invoice",)


class RetentionPurchase(models.Model):
    """One purchase of a customer, read live from where it was made; nothing is stored.

    A purchase is an invoice, receipt or credit note, or a confirmed order (as
    ``res.company.retention_basis`` says), or a purchase from before Odoo. Amounts are untaxed, in
    the currency of the purchase's company at the document's own rate, rounded to it, credit notes
    negative. Days are those of the company's time zone. The customer is the *present* commercial
    partner of the document's partner. Purchases of zero, of the database's own companies and of
    the public user are left out.

    Another addon adds a channel by extending :meth:`_get_purchase_queries`.
    """

    _name = "retention.purchase"
    _inherit = ["retention.open.document.mixin"]
    _description = "Purchase"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True, help="Day of the purchase in the company's time zone.")
    amount = fields.Monetary(
        readonly=True,
        help="Untaxed amount in company currency at the rate of the day; credit notes are negative.",
    )
    is_counted = fields.Boolean(
        "Counts as a Purchase",
        readonly=True,
        help="Set where the amount is positive, was not given back, and settles no down payment.",
    )
    is_part = fields.Boolean(
        "Belongs to Another",
        readonly=True,
        help="The bill that settles a down payment: its amount belongs to that purchase.",
    )
    channel = fields.Char(readonly=True, help="Where the purchase was made: invoice, order, past…")
    channel_label = fields.Char(
        "From", compute="_compute_channel_label", help="The channel in words."
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)

    _depends = {
        "account.move": [
            "amount_untaxed_signed",
            "company_id",
            "invoice_date",
            "move_type",
            "partner_id",
            "payment_state",
            "reversed_entry_id",
            "state",
        ],
        "account.move.line": ["is_downpayment", "price_subtotal", "sale_line_ids"],
        "res.company": ["currency_id", "partner_id", "retention_basis"],
        "res.currency": ["rounding"],
        "res.partner": ["commercial_partner_id"],
        "retention.past.purchase": ["company_amount", "company_id", "date", "partner_id"],
        "sale.order": [
            "amount_untaxed",
            "company_id",
            "currency_id",
            "currency_rate",
            "date_order",
            "partner_id",
            "state",
        ],
    }

    @api.depends("channel")
    def _compute_channel_label(self):
        labels = self._get_channel_labels()
        for purchase in self:
            purchase.channel_label = labels.get(purchase.channel, purchase.channel)

    @api.model
    def _get_channel_labels(self):
        """Return ``{channel: label}`` in the reader's language. Hook: other addons add theirs."""
        return {
            "invoice": self.env._("Invoice"),
            "order": self.env._("Order"),
            "past": self.env._("Past purchase"),
        }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all purchases of all companies, with this model's columns.

        A condition put around it on ``company_id`` or ``partner_id`` reaches the tables
        underneath, so that a part of it costs a part of the time. Whoever runs it by
        ``env.execute_query`` reads what was written just before, too.
        """
        channels = sorted(self._get_purchase_queries().items())
        excluded = self._get_excluded_partner_ids()
        query = SQL(" UNION ALL ").join(
            SQL(
                """SELECT document.res_id::bigint * %(count)s + %(number)s AS id,
                          customer.commercial_partner_id AS partner_id,
                          document.company_id,
                          company.currency_id,
                          document.date,
                          document.amount,
                          document.amount > 0 AND document.is_counted AS is_counted,
                          %(is_part)s AS is_part,
                          %(channel)s AS channel,
                          document.res_model,
                          document.res_id
                     FROM (%(query)s) AS document
                     JOIN res_partner AS customer ON customer.id = document.partner_id
                     JOIN res_company AS company ON company.id = document.company_id
                    WHERE document.amount != 0
                      AND customer.commercial_partner_id != ALL(%(excluded)s)""",
                count=len(channels),
                is_part=SQL("document.is_part") if channel in PARTED else SQL("FALSE"),
                number=number,
                channel=channel,
                query=query,
                excluded=excluded,
            )
            for number, (channel, query) in enumerate(channels)
        )
        pending = (
            SQL(to_flush=self.env[name]._fields[field])
            for name, fields_read in self._depends.items()
            for field in fields_read
        )
        return SQL().join([query, *pending])

    @api.model
    def _get_purchase_queries(self):
        """Return where purchases are made, as ``{channel: SQL}``. Hook: other addons add channels.

        Each query yields one row per document, with the columns

        * ``company_id``, ``partner_id`` (as on the document, not its commercial partner),
        * ``date``: a date in the company's zone (see :meth:`_get_company_day`),
        * ``amount``: untaxed, company currency (see :meth:`_get_company_amount`), signed,
        * ``is_counted``: false where a positive amount makes no purchase and no purchase day,
        * ``res_model``, ``res_id``: the document; no document twice.

        The channels of ``PARTED`` have ``is_part`` as well: positive, not counted, and a part of the
        average of another row's purchase.

        A channel is responsible for ``retention_basis``: it yields nothing for companies on a
        basis that already contains its sales.
        """
        return {
            "invoice": self._get_invoice_query(),
            "order": self._get_order_query(),
            "past": self._get_past_query(),
        }

    @api.model
    def _get_excluded_partner_ids(self):
        """Return the ids of partners who are no customers: own companies and public users."""
        self.env["res.company"].flush_model(["partner_id"])
        self.env["res.users"].flush_model(["group_ids", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id FROM res_company
                    UNION
                   SELECT person.partner_id
                     FROM res_users AS person
                     JOIN res_groups_users_rel AS membership ON membership.uid = person.id
                    WHERE membership.gid = %s
                    ORDER BY partner_id""",
                self.env["ir.model.data"]._xmlid_to_res_id("base.group_public"),
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _get_totals(self, partners, company, after, until):
        """Return what customers bought in days (``after``, ``until``].

        :param partners: commercial partners; others have no entry
        :param company: one company
        :param after: date, not included; False for no lower limit
        :param until: date, included
        :return: ``{partner id: {"amount", "count", "days"}}``: net amount in company currency,
            number of positive purchases and number of days with one; partners who
            bought nothing are left out
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, SUM(amount), COUNT(*) FILTER (WHERE is_counted),
                          COUNT(DISTINCT date) FILTER (WHERE is_counted)
                     FROM (%(query)s) AS purchase
                    WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                      AND date > %(after)s AND date <= %(until)s
                    GROUP BY partner_id""",
                query=self._get_query(),
                company=company.id,
                partners=partners.ids,
                after=after or datetime.min.date(),
                until=until,
            )
        )
        return {
            partner_id: {"amount": amount, "count": count, "days": days}
            for partner_id, amount, count, days in rows
        }

    @api.model
    def _get_last_dates(self, partners, company, after, until):
        """Return the last day in (``after``, ``until``] on which customers bought, ``{partner id: day}``.

        Arguments as in :meth:`_get_totals`; partners who bought nothing then are left out.
        """
        if after >= until or not partners:
            return {}
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, MAX(date)
                         FROM (%(query)s) AS purchase
                        WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                          AND is_counted AND date > %(after)s AND date <= %(until)s
                        GROUP BY partner_id""",
                    query=self._get_query(),
                    company=company.id,
                    partners=partners.ids,
                    after=after,
                    until=until,
                )
            )
        )
