from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RetentionComplaintReport(models.Model):
    """One row a complaint, to be grouped and exported: days in the company's zone, company currency.

    ``salesperson_id`` is who sold what it is about, else the customer's; ``redress_cost`` is read
    from the credit notes as they stand. Nothing is stored.
    """

    _name = "retention.complaint.report"
    _inherit = [
        "retention.open.partner.mixin",
        "retention.customer.text.mixin",
        "retention.speaking.mixin",
    ]
    _description = "Complaint Analysis"
    _auto = False
    _order = "date desc, id desc"

    _customer_texts = ("name",)

    name = fields.Char("In One Sentence", readonly=True)
    date = fields.Date("Received", readonly=True)
    solved_date = fields.Date("Solved", readonly=True)
    acknowledged_date = fields.Date("Acknowledged", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    category_id = fields.Many2one("retention.complaint.category", readonly=True)
    cause_id = fields.Many2one("retention.complaint.cause", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["retention.complaint"]._fields["channel"].selection,
        string="Came By",
        readonly=True,
    )
    severity = fields.Selection(
        selection=lambda self: self.env["retention.complaint"]._fields["severity"].selection,
        readonly=True,
    )
    kind = fields.Selection(
        selection=lambda self: self.env["retention.complaint.stage"]._fields["kind"].selection,
        string="State",
        readonly=True,
    )
    recovery_state = fields.Selection(
        selection=lambda self: self.env["retention.complaint"]._fields["recovery_state"].selection,
        string="After the Solution",
        readonly=True,
    )
    is_open = fields.Boolean("Open", readonly=True)
    is_sensitive = fields.Boolean("Sensitive", readonly=True)
    is_missed = fields.Boolean("A Deadline Was Missed", readonly=True)
    next_due = fields.Datetime(readonly=True)
    ack_hours = fields.Float(
        "Working Hours to Acknowledge", readonly=True, aggregator="avg", help="Empty: not yet."
    )
    solve_hours = fields.Float(
        "Working Hours to Solve", readonly=True, aggregator="avg", help="Waiting left out."
    )
    missed_hours = fields.Float("Working Hours Late", readonly=True)
    reopened_count = fields.Integer("Reopened", readonly=True)
    recovered_value = fields.Monetary("Bought Again For", readonly=True)
    redress_cost = fields.Monetary("Cost of Redress", readonly=True)

    _depends = {
        "account.move": ["amount_untaxed_signed", "invoice_user_id", "state"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "retention.complaint": [
            "ack_hours",
            "acknowledged_at",
            "category_id",
            "cause_id",
            "channel",
            "company_id",
            "currency_id",
            "first_missed_at",
            "invoice_id",
            "is_open",
            "kind",
            "missed_hours",
            "name",
            "next_due",
            "order_id",
            "partner_id",
            "product_id",
            "received_at",
            "recovered_value",
            "recovery_state",
            "reopened_count",
            "severity",
            "solved_at",
            "team_id",
            "used_hours",
            "user_id",
        ],
        "retention.complaint.category": ["sensitive"],
        "retention.complaint.redress": ["complaint_id", "entered_cost", "move_id"],
        "sale.order": ["user_id"],
    }

    @property
    def _table_query(self):
        return self._get_query()

    @api.model
    def _get_query(self):
        """Return the SQL of all rows, with this model's columns."""
        get_day = self.env["retention.purchase"]._get_company_day
        company = SQL("complaint.company_id")
        return SQL(
            """SELECT complaint.id, complaint.name, complaint.company_id, complaint.currency_id,
                      %(received)s AS date, %(solved)s AS solved_date,
                      %(acknowledged)s AS acknowledged_date,
                      customer.commercial_partner_id AS partner_id,
                      complaint.user_id, complaint.team_id,
                      COALESCE(sold.user_id, billed.invoice_user_id, customer.user_id)
                          AS salesperson_id,
                      complaint.category_id, category.sensitive AS is_sensitive,
                      complaint.cause_id, complaint.product_id, complaint.channel,
                      complaint.severity, complaint.kind, complaint.recovery_state,
                      complaint.is_open, complaint.next_due,
                      complaint.first_missed_at IS NOT NULL AS is_missed,
                      CASE WHEN complaint.acknowledged_at IS NOT NULL
                           THEN complaint.ack_hours END AS ack_hours,
                      CASE WHEN complaint.solved_at IS NOT NULL
                           THEN complaint.used_hours END AS solve_hours,
                      complaint.missed_hours, complaint.reopened_count,
                      complaint.recovered_value,
                      (SELECT COALESCE(SUM(CASE WHEN redress.move_id IS NULL
                                                THEN redress.entered_cost
                                                WHEN credit.state = 'posted'
                                                THEN ABS(credit.amount_untaxed_signed) END), 0)
                         FROM retention_complaint_redress AS redress
                         LEFT JOIN account_move AS credit ON credit.id = redress.move_id
                        WHERE redress.complaint_id = complaint.id) AS redress_cost
                 FROM retention_complaint AS complaint
                 JOIN retention_complaint_category AS category
                   ON category.id = complaint.category_id
                 LEFT JOIN res_partner AS customer ON customer.id = complaint.partner_id
                 LEFT JOIN sale_order AS sold ON sold.id = complaint.order_id
                 LEFT JOIN account_move AS billed ON billed.id = complaint.invoice_id""",
            received=get_day(SQL("complaint.received_at"), company),
            solved=get_day(SQL("complaint.solved_at"), company),
            acknowledged=get_day(SQL("complaint.acknowledged_at"), company),
        )

    def action_open_complaint(self):
        """Open the complaint of this row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "retention.complaint",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_sentence(self, domain):
        """Say what most complaints are about, and how many of these wait for us."""
        found = self._read_group(
            domain, ["category_id"], ["__count"], order="__count desc, category_id", limit=1
        )
        if not found:
            return None
        [(category, count)] = found
        about = domain & Domain("category_id", "=", category.id)
        still_open = about & Domain("is_open", "=", True)
        sentence = self.env._(
            "%(category)s is what most complain about: %(count)s of %(total)s. Not settled yet: "
            "%(open)s.",
            category=category.name or self.env._("Nothing in particular"),
            count=count,
            total=self.search_count(domain),
            open=self.search_count(still_open),
        )
        return sentence, about
