from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..common.say_value import say_money

# So many of the last purchases stand on the card.
PURCHASES = 3


class RetentionFollowup(models.Model):
    """What the card of My Day has beside the reason: the number to call, the value, the documents.

    Money is in the currency of the follow-up's company, purchases and quotations untaxed, what is
    overdue with taxes, as it stands on the invoice.
    """

    _inherit = "retention.followup"

    reach = fields.Char(
        compute="_compute_reach", help="How the customer is reached: phone, post, email; or empty."
    )
    phone = fields.Char(
        compute="_compute_card", help="Of the person, else of the customer.", string="Call"
    )
    value_at_stake = fields.Monetary(
        compute="_compute_card",
        help="What the customer bought in the last 12 months, or in the 12 months before if that "
        "was more; or, as the company's settings say, what is expected in 90 days.",
    )
    value_trend = fields.Char(compute="_compute_card")
    value_trend_percent = fields.Integer(compute="_compute_card")
    is_value_hidden = fields.Boolean(
        compute="_compute_card", help="The customer is a colleague's: the figures are not visible."
    )
    documents = fields.Text(
        compute="_compute_documents",
        help="The last purchases, open quotations and overdue invoices, a line each.",
    )
    is_assigned = fields.Boolean(compute="_compute_card")
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _compute_reach(self):
        for followup in self.sudo():
            kind = followup.activity_id.activity_type_id or followup.step_id.activity_type_id
            followup.reach = kind.retention_reach

    @api.depends("partner_id", "contact_id", "company_id", "user_id")
    @api.depends_context("uid", "lang")
    def _compute_card(self):
        for followup in self:
            partner = followup.partner_id.with_company(followup.company_id)
            # Who has it in hand is to reach the person, whosever customer it is.
            called = followup.sudo()._get_addressee()
            followup.phone = called.phone or followup.sudo().partner_id.phone
            followup.value_at_stake = followup._get_value_at_stake(partner)
            followup.value_trend = partner.value_trend
            followup.value_trend_percent = partner.value_trend_percent
            followup.is_assigned = bool(followup.user_id)
            followup.is_value_hidden = partner.is_colleagues_customer

    def _get_value_at_stake(self, partner):
        """Return of ``partner``, in the follow-up's company, what ``_get_at_stake_sql`` says."""
        is_expected = self.company_id.retention_day_priority == "expected"
        if is_expected and partner.expected_value is not False:
            return partner.expected_value
        return max(partner.value_year or 0, partner.value_year_1 or 0)

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "value_at_stake":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        figures = query.make_alias(alias, "at_stake")
        if figures not in query._joins:
            # As the reader sees them: the order tells nothing of a colleague's customer.
            visible = self.env["retention.customer"]._search([])
            query.add_join(
                "LEFT JOIN",
                figures,
                SQL("(SELECT * FROM retention_customer WHERE id IN %s)", visible.subselect()),
                SQL(
                    "%s = %s AND %s = %s",
                    SQL.identifier(figures, "partner_id"),
                    SQL.identifier(alias, "partner_id"),
                    SQL.identifier(figures, "company_id"),
                    SQL.identifier(alias, "company_id"),
                ),
            )
        at_stake = self.env["retention.customer"]._get_at_stake_sql(figures)
        return SQL("%s %s NULLS LAST", at_stake, direction)

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_documents(self):
        points = self._get_document_points()
        for followup in self:
            followup.documents = "\n".join(points[followup]) or False

    def _get_document_points(self):
        """Return ``{follow-up: sentences}`` about the last purchases, open quotations and overdue invoices.

        One statement for all of them. Whoever has a follow-up in hand is told, as with its reason.
        """
        found = defaultdict(list)
        sudo = self.sudo()
        for kind, partner_id, company_id, day, amount, name in self.env.execute_query(
            SQL(
                """WITH wanted AS (
                       SELECT DISTINCT partner_id, company_id
                         FROM UNNEST(%(partners)s::int[], %(companies)s::int[])
                              AS row (partner_id, company_id))
                   (SELECT 'bought', partner_id, company_id, date, amount, NULL
                      FROM (SELECT purchase.partner_id, purchase.company_id, purchase.date,
                                   purchase.amount,
                                   ROW_NUMBER() OVER (
                                       PARTITION BY purchase.partner_id, purchase.company_id
                                       ORDER BY purchase.date DESC, purchase.id DESC) AS number
                              FROM (%(purchases)s) AS purchase
                              JOIN wanted USING (partner_id, company_id)
                             WHERE purchase.partner_id = ANY(%(partners)s)
                               AND purchase.is_counted) AS last
                     WHERE number <= %(count)s
                     ORDER BY date DESC)
                   UNION ALL
                   (SELECT 'quoted', wanted.partner_id, wanted.company_id, sale.date_order::date,
                           sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1),
                           sale.name
                      FROM wanted
                      JOIN res_partner AS person
                        ON person.commercial_partner_id = wanted.partner_id
                      JOIN sale_order AS sale
                        ON sale.partner_id = person.id AND sale.company_id = wanted.company_id
                       AND sale.state = 'sent'
                     ORDER BY sale.date_order DESC)
                   UNION ALL
                   (SELECT 'overdue', wanted.partner_id, wanted.company_id,
                           MIN(move.invoice_date_due), SUM(move.amount_residual_signed), NULL
                      FROM wanted
                      JOIN account_move AS move
                        ON move.commercial_partner_id = wanted.partner_id
                       AND move.company_id = wanted.company_id
                       AND move.move_type = 'out_invoice' AND move.state = 'posted'
                       AND move.payment_state IN ('not_paid', 'partial')
                       AND move.invoice_date_due < %(today)s
                     GROUP BY wanted.partner_id, wanted.company_id)""",
                partners=[each.partner_id.id for each in sudo],
                companies=[each.company_id.id for each in sudo],
                purchases=self.env["retention.purchase"]._get_query(),
                count=PURCHASES,
                today=fields.Date.context_today(self),
            )
        ):
            found[partner_id, company_id].append((kind, day, amount, name))
        return {
            followup: self._say_documents(
                found[followup.partner_id.id, followup.company_id.id], followup.currency_id
            )
            for followup in self
        }

    @api.model
    def _say_documents(self, rows, currency):
        """Return ``rows`` of one customer as sentences."""

        def say(kind, words):
            return [words(day, amount, name) for found, day, amount, name in rows if found == kind]

        def money(amount):
            return say_money(self.env, amount, currency)

        def date(day):
            return format_date(self.env, day, date_format="d MMMM yyyy")

        points = []
        if bought := say("bought", lambda day, amount, _name: f"{date(day)} {money(amount)}"):
            points.append(self.env._("Last bought: %s.", " · ".join(bought)))
        if quoted := say("quoted", lambda _day, amount, name: f"{name} {money(amount)}"):
            points.append(self.env._("Open quotations: %s.", " · ".join(quoted)))
        for since, amount, _name in [row[1:] for row in rows if row[0] == "overdue"]:
            points.append(
                self.env._(
                    "Overdue: %(amount)s since %(day)s.", amount=money(amount), day=date(since)
                )
            )
        return points
