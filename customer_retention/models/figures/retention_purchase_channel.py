from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...sql import invoice_purchase
from ...tools.zones import Offset, offset_tree

# Before this moment the offset of every zone is taken as it was then: no Odoo order is older.
FIRST_ORDER = datetime(1995, 1, 1)


class RetentionPurchase(models.Model):
    """The channels that every database has: invoices, orders, purchases from before Odoo."""

    _inherit = "retention.purchase"

    def init(self):
        self.env.cr.execute(invoice_purchase.create_function())

    @api.model
    def _get_invoice_query(self):
        return SQL(
            """SELECT move.company_id, move.partner_id, move.invoice_date AS date,
                      move.amount_untaxed_signed AS amount,
                      %(is_counted)s AS is_counted, %(is_part)s AS is_part,
                      'account.move' AS res_model, move.id AS res_id
                 FROM account_move AS move
                 JOIN res_company AS basis
                   ON basis.id = move.company_id AND basis.retention_basis = 'invoiced'
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')""",
            is_counted=invoice_purchase.is_counted(),
            is_part=invoice_purchase.is_part(),
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
        ``models/figures/sale_order.py``).

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
