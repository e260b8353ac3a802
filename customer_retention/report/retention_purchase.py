from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.zones import Offset, offset_tree

# Before this moment the offset of every zone is taken as it was then: no Odoo order is older.
FIRST_ORDER = datetime(1995, 1, 1)


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
        help="Set where the amount is positive and the document was not reversed.",
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
            "state",
        ],
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
        underneath, so that a part of it costs a part of the time.
        """
        channels = sorted(self._get_purchase_queries().items())
        excluded = self._get_excluded_partner_ids()
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT document.res_id::bigint * %(count)s + %(number)s AS id,
                          customer.commercial_partner_id AS partner_id,
                          document.company_id,
                          company.currency_id,
                          document.date,
                          document.amount,
                          document.amount > 0 AND document.is_counted AS is_counted,
                          %(channel)s AS channel,
                          document.res_model,
                          document.res_id
                     FROM (%(query)s) AS document
                     JOIN res_partner AS customer ON customer.id = document.partner_id
                     JOIN res_company AS company ON company.id = document.company_id
                    WHERE document.amount != 0
                      AND customer.commercial_partner_id != ALL(%(excluded)s)""",
                count=len(channels),
                number=number,
                channel=channel,
                query=query,
                excluded=excluded,
            )
            for number, (channel, query) in enumerate(channels)
        )

    @api.model
    def _get_purchase_queries(self):
        """Return where purchases are made, as ``{channel: SQL}``. Hook: other addons add channels.

        Each query yields one row per document, with the columns

        * ``company_id``, ``partner_id`` (as on the document, not its commercial partner),
        * ``date``: a date in the company's zone (see :meth:`_get_company_day`),
        * ``amount``: untaxed, company currency (see :meth:`_get_company_amount`), signed,
        * ``is_counted``: false where a positive amount makes no purchase and no purchase day,
        * ``res_model``, ``res_id``: the document; no document twice.

        A channel is responsible for ``retention_basis``: it yields nothing for companies on a
        basis that already contains its sales.
        """
        return {
            "invoice": self._get_invoice_query(),
            "order": self._get_order_query(),
            "past": self._get_past_query(),
        }

    @api.model
    def _get_invoice_query(self):
        return SQL(
            """SELECT move.company_id, move.partner_id, move.invoice_date AS date,
                      move.amount_untaxed_signed AS amount,
                      move.payment_state IS DISTINCT FROM 'reversed' AS is_counted,
                      'account.move' AS res_model, move.id AS res_id
                 FROM account_move AS move
                 JOIN res_company AS basis
                   ON basis.id = move.company_id AND basis.retention_basis = 'invoiced'
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"""
        )

    @api.model
    def _get_order_query(self):
        return SQL(
            """SELECT sale.company_id, sale.partner_id, %(day)s AS date,
                      %(amount)s AS amount, TRUE AS is_counted,
                      'sale.order' AS res_model, sale.id AS res_id
                 FROM sale_order AS sale
                 JOIN res_company AS basis
                   ON basis.id = sale.company_id AND basis.retention_basis = 'ordered'
                 JOIN res_currency AS currency ON currency.id = basis.currency_id
                WHERE sale.state = 'sale'""",
            day=self._get_company_day(SQL("sale.date_order"), SQL("sale.company_id")),
            amount=self._get_company_amount(
                SQL("sale.amount_untaxed"),
                SQL("sale.currency_id"),
                SQL("sale.currency_rate"),
                SQL("currency"),
            ),
        )

    @api.model
    def _get_past_query(self):
        return SQL(
            """SELECT past.company_id, past.partner_id, past.date,
                      past.company_amount AS amount, TRUE AS is_counted,
                      'retention.past.purchase' AS res_model, past.id AS res_id
                 FROM retention_past_purchase AS past"""
        )

    @api.model
    def _get_changed_queries(self, since, days):
        """Return the documents to count again, as ``{channel: SQL}``. Hook, as for the channels.

        Each query yields ``partner_id`` and ``company_id`` of every document that is, or may have
        been, a purchase (also of those cancelled) and was written since a moment, and of every
        purchase of certain days. More than these do no harm. A document that is deleted, or moves
        to another partner, is noted in ``retention.change`` by its model (see
        ``models/sale_order.py``).

        :param since: UTC datetime, compared with ``write_date``
        :param days: pairs of dates (after, until], may be empty
        """
        is_invoice = SQL("move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')")
        return {
            "invoice": SQL(
                """SELECT move.partner_id, move.company_id
                     FROM account_move AS move
                     JOIN res_company AS basis
                       ON basis.id = move.company_id AND basis.retention_basis = 'invoiced'
                    WHERE move.write_date >= %s AND %s
                    UNION ALL
                   SELECT move.partner_id, move.company_id
                     FROM account_move AS move
                     JOIN res_company AS basis
                       ON basis.id = move.company_id AND basis.retention_basis = 'invoiced'
                    WHERE %s AND %s""",
                since,
                is_invoice,
                self._get_days_condition(SQL("move.invoice_date"), days),
                is_invoice,
            ),
            "order": SQL(
                """SELECT sale.partner_id, sale.company_id
                     FROM sale_order AS sale
                     JOIN res_company AS basis
                       ON basis.id = sale.company_id AND basis.retention_basis = 'ordered'
                    WHERE sale.write_date >= %s
                    UNION ALL
                   SELECT sale.partner_id, sale.company_id
                     FROM sale_order AS sale
                     JOIN res_company AS basis
                       ON basis.id = sale.company_id AND basis.retention_basis = 'ordered'
                    WHERE sale.state = 'sale' AND (%s) AND (%s)""",
                since,
                self._get_moments_condition(SQL("sale.date_order"), days),
                self._get_days_condition(
                    self._get_company_day(SQL("sale.date_order"), SQL("sale.company_id")), days
                ),
            ),
            "past": SQL(
                """SELECT past.partner_id, past.company_id
                     FROM retention_past_purchase AS past
                    WHERE past.write_date >= %s OR %s""",
                since,
                self._get_days_condition(SQL("past.date"), days),
            ),
        }

    @api.model
    def _get_days_condition(self, day, days):
        """Return SQL for ``day`` (SQL, a date) in one of ``days``, see :meth:`_get_changed_queries`."""
        ranges = [SQL("(%s > %s AND %s <= %s)", day, after, day, until) for after, until in days]
        return SQL("(%s)", SQL(" OR ").join(ranges)) if ranges else SQL("FALSE")

    @api.model
    def _get_moments_condition(self, moment, days):
        """Return SQL that holds for every UTC ``moment`` of ``days`` in any zone, and can use an index."""
        # The local day after A begins 14 hours before its midnight in UTC at the earliest, and the
        # day B ends 12 hours after its midnight at the latest.
        ranges = [
            SQL(
                "(%s >= %s AND %s < %s)",
                moment,
                datetime.combine(after, time(10)),
                moment,
                datetime.combine(until, time(12)) + timedelta(days=1),
            )
            for after, until in days
        ]
        return SQL("(%s)", SQL(" OR ").join(ranges)) if ranges else SQL("FALSE")

    @api.model
    def _get_company_amount(self, amount, currency, rate, company_currency):
        """Return SQL for ``amount`` in the company's currency, rounded to it.

        :param amount: SQL, numeric, in ``currency``
        :param currency: SQL, id of the document's currency
        :param rate: SQL, units of ``currency`` for one unit of the company's; 0 and null mean 1
        :param company_currency: SQL alias of the ``res_currency`` row of the company
        """
        # Most documents are in the company's currency: they need neither division nor rounding.
        return SQL(
            """CASE WHEN %(currency)s = %(company)s.id THEN %(amount)s
                    ELSE ROUND(%(amount)s / COALESCE(NULLIF(%(rate)s, 0), 1)::numeric
                               / %(company)s.rounding) * %(company)s.rounding END""",
            amount=amount,
            currency=currency,
            rate=rate,
            company=company_currency,
        )

    @api.model
    def _get_company_day(self, moment, company):
        """Return SQL for the date of a UTC ``moment`` in the time zone of ``company``.

        Offsets are written into the statement as a tree of comparisons: twice as fast as
        ``AT TIME ZONE`` for each row, and the same zones as the rest of Odoo.

        :param moment: SQL, timestamp in UTC
        :param company: SQL, id of a company
        """
        companies_of = defaultdict(list)
        for each in self.env["res.company"]._get_retention_companies():
            companies_of[each._get_retention_zone()].append(each.id)
        last = fields.Datetime.now() + timedelta(days=3650)
        # The zone of most companies needs no comparison of its own.
        *others, (usual, _ids) = sorted(companies_of.items(), key=lambda item: len(item[1]))
        day = self._get_zone_day(offset_tree(usual, FIRST_ORDER, last), moment)
        if not others:
            return day
        cases = SQL(" ").join(
            SQL(
                "WHEN %s = ANY(%s) THEN %s",
                company,
                company_ids,
                self._get_zone_day(offset_tree(zone, FIRST_ORDER, last), moment),
            )
            for zone, company_ids in others
        )
        return SQL("CASE %s ELSE %s END", cases, day)

    @api.model
    def _get_zone_day(self, tree, moment):
        if isinstance(tree, Offset):
            if not tree.minutes:
                return SQL("%s::date", moment)
            return SQL("(%s + make_interval(mins => %s))::date", moment, tree.minutes)
        return SQL(
            "CASE WHEN %s < %s THEN %s ELSE %s END",
            moment,
            tree.at,
            self._get_zone_day(tree.before, moment),
            self._get_zone_day(tree.after, moment),
        )

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

    def action_open_document(self):
        """Open the document the purchase was read from, with the reader's own rights on it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
