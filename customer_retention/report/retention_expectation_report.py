from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.common.window_action import open_form

# A share of the quoted price, or of the ordered quantity, from which on it is not as ordered.
TOLERANCE = 0.01
# More lines than any order line has an id: makes one id of two, below what browsers can count.
LINES = 2**27


class RetentionExpectationReport(models.Model):
    """Answers beside the facts of the order they are about: one row per answer and order line.

    The order is the one asked about, or those of the invoice asked about; down payments,
    expenses and notes are left out. Facts are as they stand today, not as on the day of the
    answer; one that is not known is null, and nothing is short of what was never ordered, was
    cancelled, or is not due yet. Amounts are untaxed, in company currency at the order's own rate, days in the
    company's zone. Nothing is stored.
    """

    _name = "retention.expectation.report"
    _inherit = [
        "retention.open.partner.mixin",
        "retention.customer.text.mixin",
        "retention.speaking.mixin",
    ]
    _description = "Expectation Against Reality"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    _customer_texts = ("comment",)

    satisfaction_id = fields.Many2one(
        "retention.satisfaction", "Answer", readonly=True, aggregator="count_distinct"
    )
    date = fields.Date(readonly=True, help="Day of the answer.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    expectation = fields.Selection(
        [
            ("worse", "Worse than expected"),
            ("as_expected", "As expected"),
            ("better", "Better than expected"),
        ],
        readonly=True,
    )
    level = fields.Selection(
        [
            ("dissatisfied", "Dissatisfied"),
            ("satisfied", "Satisfied"),
            ("very_satisfied", "Very satisfied"),
        ],
        "Satisfaction",
        readonly=True,
    )
    comment = fields.Text("What Lies Behind", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)

    date_promised = fields.Date("Promised On", readonly=True, help="Delivery date of the order.")
    date_delivered = fields.Date(
        "Delivered On", readonly=True, help="Last delivery of it; needs the inventory app."
    )
    late_days = fields.Integer(
        "Days Late",
        aggregator="avg",
        readonly=True,
        help="Days between the promised and the actual delivery; negative when it came early.",
    )
    amount_quoted = fields.Monetary(
        "Quoted",
        readonly=True,
        help="What the invoiced quantity, less what was returned, costs at the price of the order, "
        "without taxes.",
    )
    amount_invoiced = fields.Monetary(
        "Invoiced", readonly=True, help="Posted invoices less credit notes, without taxes."
    )
    price_over_rate = fields.Float(
        "Above the Quoted Price",
        aggregator="avg",
        readonly=True,
        help="Invoiced above quoted, as a share of the quoted price (0.1: a tenth dearer).",
    )
    quantity_ordered = fields.Float("Ordered", readonly=True)
    quantity_delivered = fields.Float("Delivered", readonly=True)
    short_rate = fields.Float(
        "Short",
        aggregator="avg",
        readonly=True,
        help="Share of the ordered quantity that was not delivered (0 to 1); nothing is missing "
        "before the promised day is over.",
    )
    is_not_kept = fields.Boolean(
        "Not as Ordered",
        readonly=True,
        help="Late by a day or more, dearer than quoted or short by 1 % or more.",
    )

    _depends = {
        "account.move": ["move_type", "state"],
        "account.move.line": [
            "currency_id",
            "move_id",
            "parent_state",
            "price_subtotal",
            "product_uom_id",
            "quantity",
            "sale_line_ids",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "res.company": ["currency_id"],
        "retention.satisfaction": [
            "comment",
            "company_id",
            "date",
            "expectation",
            "level",
            "partner_id",
            "res_id",
            "res_model",
            "user_id",
        ],
        "sale.order": ["commitment_date", "currency_id", "currency_rate", "state"],
        "sale.order.line": [
            "display_type",
            "is_downpayment",
            "is_expense",
            "order_id",
            "price_subtotal",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "qty_delivered_method",
            "qty_invoiced",
            "untaxed_amount_invoiced",
        ],
    }

    @property
    def _table_query(self):
        return self._get_query(SQL.identifier("retention_satisfaction"))

    @api.model
    def _get_query(self, answers, once=False):
        """Return the SQL of all rows of ``answers``, with this model's columns.

        :param answers: SQL, rows of ``retention_satisfaction``
        :param once: work each fact out once, however often it is used; a condition put around the
            query then reaches no table
        """
        orders = SQL(
            """JOIN sale_order_line AS line
                 ON answer.res_model = 'sale.order' AND line.order_id = answer.res_id"""
        )
        invoices = SQL(
            """JOIN LATERAL (
                    SELECT DISTINCT link.order_line_id
                      FROM account_move_line AS billed
                      JOIN sale_order_line_invoice_rel AS link ON link.invoice_line_id = billed.id
                     WHERE billed.move_id = answer.res_id) AS link
                 ON answer.res_model = 'account.move'
               JOIN sale_order_line AS line ON line.id = link.order_line_id"""
        )
        return SQL(
            "%s UNION ALL %s",
            self._get_lines_query(answers, orders, once),
            self._get_lines_query(answers, invoices, once),
        )

    @api.model
    def _get_lines_query(self, answers, lines, once):
        """Return rows of answers; ``lines`` joins ``line``, what each answer is about.

        Each step of it is planned by itself where ``once``: the price of looking for credit notes
        would drown all others, and the joins would be a matter of luck.
        """
        purchase = self.env["retention.purchase"]
        billed = self._get_billed_quantity_sql()
        return SQL(
            """SELECT fact.*, %(is_not_kept)s AS is_not_kept
                 FROM (SELECT known.id, known.satisfaction_id, known.date, known.company_id,
                              known.currency_id, known.partner_id, known.user_id,
                              known.expectation, known.level, known.comment, known.order_id,
                              known.product_id, known.categ_id,
                              known.date_promised, known.date_delivered,
                              known.date_delivered - known.date_promised AS late_days,
                              known.amount_quoted, known.amount_invoiced,
                              CASE WHEN known.amount_invoiced = known.amount_quoted
                                     AND known.amount_quoted != 0 THEN 0
                                   ELSE known.amount_invoiced / NULLIF(known.amount_quoted, 0) - 1
                                    END AS price_over_rate,
                              known.quantity_ordered, known.quantity_delivered,
                              CASE WHEN known.quantity_ordered = 0 THEN NULL
                                   WHEN known.quantity_delivered >= known.quantity_ordered THEN 0
                                   WHEN COALESCE(known.date_promised < %(today)s, TRUE)
                                   THEN 1 - known.quantity_delivered / known.quantity_ordered
                                    END AS short_rate
                         FROM (SELECT line.*, line.product_uom_qty AS quantity_ordered,
                                      %(quoted)s AS amount_quoted,
                                      %(invoiced)s AS amount_invoiced
                                 FROM (SELECT line.*, %(promised)s AS date_promised,
                                              %(delivered)s AS date_delivered,
                                              %(billed)s AS quantity_billed,
                                              CASE WHEN line.state = 'sale'
                                                    AND (line.qty_delivered_method != 'manual'
                                                         OR line.qty_delivered != 0)
                                                   THEN %(delivered_quantity)s
                                                    END AS quantity_delivered
                                         FROM (%(rows)s %(once)s) AS line %(bill)s
                                      %(once)s) AS line
                                 JOIN res_currency AS currency ON currency.id = line.currency_id
                              %(once)s) AS known
                      %(once)s) AS fact""",
            rows=self._get_rows_query(answers, lines),
            once=SQL("OFFSET 0") if once else SQL(),
            is_not_kept=self._get_not_kept_sql(),
            promised=purchase._get_company_day(
                SQL("line.commitment_date"), SQL("line.order_company_id")
            ),
            delivered=self._get_delivery_day_sql(),
            delivered_quantity=self._get_delivered_sql(),
            billed=billed if once else SQL("bill.quantity"),
            bill=SQL()
            if once
            # Else it would be written out, and planned, wherever it is used: some fifty times.
            else SQL("CROSS JOIN LATERAL (SELECT %s AS quantity OFFSET 0) AS bill", billed),
            quoted=self._get_quoted_sql(),
            invoiced=self._get_invoiced_sql(),
            today=self.env["retention.customer"]._get_today_sql(SQL("known.company_id")),
        )

    @api.model
    def _get_rows_query(self, answers, lines):
        """Return what the facts are worked out from: a row of it is called ``line`` by the hooks."""
        return SQL(
            """SELECT answer.id::bigint * %(count)s + line.id AS id, line.id AS line_id,
                      answer.id AS satisfaction_id, answer.date, answer.company_id,
                      company.currency_id, answer.partner_id, answer.user_id,
                      answer.expectation, answer.level, answer.comment,
                      line.order_id, line.product_id, template.categ_id,
                      line.product_uom_id, line.product_uom_qty, line.price_subtotal,
                      line.qty_delivered, line.qty_delivered_method,
                      line.qty_invoiced, line.untaxed_amount_invoiced,
                      sale.state, sale.commitment_date, sale.company_id AS order_company_id,
                      sale.currency_id AS order_currency_id, sale.currency_rate
                 FROM %(answers)s AS answer
                 JOIN res_company AS company ON company.id = answer.company_id
                 %(lines)s
                 JOIN sale_order AS sale ON sale.id = line.order_id
                 LEFT JOIN product_product AS product ON product.id = line.product_id
                 LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
                WHERE line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
                  AND line.is_expense IS NOT TRUE""",
            answers=answers,
            count=LINES,
            lines=lines,
        )

    @api.model
    def _get_delivered_sql(self):
        """Return SQL for the quantity of the row ``line`` that came. Hook: what went back."""
        return SQL("line.qty_delivered")

    @api.model
    def _get_delivery_day_sql(self):
        """Return SQL for the day the row ``line`` was delivered, null where it was not.

        In the zone of the order's company. Hook: without the inventory app nobody knows.
        """
        return SQL("NULL::date")

    @api.model
    def _get_not_kept_sql(self):
        """Return SQL for ``is_not_kept`` of the row ``fact``: null where nothing is known."""
        details = [
            SQL("fact.late_days > 0"),
            SQL("fact.price_over_rate >= %s", TOLERANCE),
            SQL("fact.short_rate >= %s", TOLERANCE),
        ]
        # What is not known says nothing; only where nothing is known the result is null.
        known = SQL("COALESCE(fact.late_days, fact.price_over_rate, fact.short_rate) IS NOT NULL")
        kept = SQL(" OR ").join(SQL("COALESCE(%s, FALSE)", detail) for detail in details)
        return SQL("CASE WHEN %s THEN (%s) END", known, kept)

    def action_open_order(self):
        """Open the order, with the reader's own rights on it."""
        self.ensure_one()
        return open_form("sale.order", self.order_id.id)

    @api.model
    def _get_sentence(self, domain):
        """Say of which product most say that it was worse than expected."""
        worse = domain & Domain("expectation", "=", "worse")
        found = self._read_group(
            worse,
            ["product_id"],
            ["satisfaction_id:count_distinct"],
            order="satisfaction_id:count_distinct desc",
            limit=1,
        )
        if not found:
            return None
        [(product, count)] = found
        about = worse & Domain("product_id", "=", product.id)
        of_product = domain & Domain("product_id", "=", product.id)
        [(total,)] = self._read_group(of_product, [], ["satisfaction_id:count_distinct"])
        sentence = self.env._(
            "%(product)s disappoints most: %(count)s of %(total)s who say so found it worse than "
            "expected.",
            product=product.display_name,
            count=count,
            total=total,
        )
        return sentence, about
