from odoo import api, fields, models
from odoo.tools import SQL

from ..common.sql_field import sql_field

STATUSES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("active", "Active"),
    ("late", "Late"),
    ("silent", "Silent"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]
SEGMENTS = [
    ("champion", "Champion"),
    ("loyal", "Loyal"),
    ("potential", "Potential"),
    ("new", "Newcomer"),
    ("promising", "Promising"),
    ("attention", "Needs attention"),
    ("about_to_sleep", "About to sleep"),
    ("at_risk", "At risk"),
    ("cannot_lose", "Cannot lose"),
    ("hibernating", "Hibernating"),
    ("dormant", "Dormant"),
]


class RetentionCustomer(models.Model):
    """The figures of one commercial partner in one company: one row where there is a purchase day.

    Written by ``retention.run`` alone (set-based SQL), never by hand; only where a customer becomes
    part of another does the row go with it at once. Money is untaxed and in the company's currency; days are those of the company's zone. What changes daily or with other
    customers (:attr:`DERIVED`) has no column: it is an expression over the row, today and the
    limits of the company's last full run, so that a night without purchases writes few rows
    (``retention_customer_derived.py``).
    """

    _name = "retention.customer"
    _inherit = ["retention.open.partner.mixin", "retention.follow.mixin"]
    _description = "Customer Figures"
    _order = "value_year desc, id"
    _rec_name = "partner_id"
    _log_access = False

    # Figures derived when read; each has a method _get_<name>_sql(alias).
    DERIVED = ("days_late", "gold_gap", "gold_margin", "value_at_risk")

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    value_month = fields.Monetary(
        "Last 30 Days",
        readonly=True,
        help="Purchases less credit notes of the last 30 days, without taxes, in company currency.",
    )
    value_year = fields.Monetary(
        "Last 12 Months",
        readonly=True,
        help="Purchases less credit notes of the last 365 days, without taxes, in company currency.",
    )
    value_year_1 = fields.Monetary(
        "12 Months Before",
        readonly=True,
        help="The same for the 365 days before the last 365 days.",
    )
    value_year_2 = fields.Monetary(
        "2 Years Before",
        readonly=True,
        help="The same for the 365 days before those: from 1095 to 731 days ago.",
    )
    lifetime_value = fields.Monetary(
        "Lifetime",
        readonly=True,
        help="All purchases less credit notes up to today, without taxes, in company currency.",
    )
    average_purchase = fields.Monetary(
        readonly=True, aggregator="avg", help="Positive purchases divided by their number."
    )
    purchase_count = fields.Integer(
        "Purchases", readonly=True, help="Number of purchases with a positive amount, lifetime."
    )
    purchase_days = fields.Integer(
        readonly=True,
        help="Number of days with at least one purchase, lifetime: two invoices of one day are one purchase day.",
    )
    first_purchase_date = fields.Date("First Purchase", readonly=True)
    previous_purchase_date = fields.Date(
        "Purchase Before", readonly=True, help="The last but one day with a purchase."
    )
    last_purchase_date = fields.Date("Last Purchase", readonly=True)

    expected_gap_days = fields.Float(
        "Buys Every (Days)",
        readonly=True,
        aggregator="avg",
        help="Days expected between two purchases: the customer's own rhythm, mixed with the "
        "company's usual purchase interval while the customer has few purchases.",
    )
    expected_date = fields.Date(
        "Next Purchase Due",
        readonly=True,
        help="Last purchase plus the days expected between two purchases.",
    )
    days_late = sql_field(
        fields.Integer,
        compute="_compute_derived",
        aggregator="avg",
        help="Days since the next purchase was due; 0 while it is not.",
    )

    is_gold = fields.Boolean(
        "Gold",
        readonly=True,
        help="Among the top customers by value of the last 12 months; how many is a setting.",
    )
    value_at_risk = sql_field(
        fields.Monetary,
        compute="_compute_derived",
        aggregator="sum",
        help="Of late and silent customers the value of the last 12 months, or of the 12 months "
        "before if that was more; 0 for the others.",
    )
    gold_gap = sql_field(
        fields.Monetary,
        "Missing to Be Gold",
        compute="_compute_derived",
        aggregator=None,
        help="What is missing in the last 12 months to the last gold customer; 0 for gold customers.",
    )
    gold_margin = sql_field(
        fields.Monetary,
        "Above the Best Not Gold",
        compute="_compute_derived",
        aggregator=None,
        help="How much a gold customer is above the best customer who is not gold.",
    )
    abc_class = fields.Selection(
        CLASSES,
        "Class",
        readonly=True,
        help="A: the top customers by yearly value. B: grew in each of two years. C: the rest. Or "
        "by share of value, as the settings say.",
    )
    recency_score = fields.Integer(
        "Recency",
        readonly=True,
        aggregator="avg",
        help="1 to 5 among all customers by the last purchase: 5 bought most recently.",
    )
    frequency_score = fields.Integer(
        "Frequency",
        readonly=True,
        aggregator="avg",
        help="1 to 5 among all customers by the number of purchase days: 5 bought most often.",
    )
    monetary_score = fields.Integer(
        "Monetary Value",
        readonly=True,
        aggregator="avg",
        help="1 to 5 among all customers by the value of the last two years: 5 bought for most.",
    )
    rfm_segment = fields.Selection(
        SEGMENTS,
        "Segment",
        readonly=True,
        help="Drawn from recency, frequency and monetary value: from Champion to Dormant.",
    )
    previous_rfm_segment = fields.Selection(
        SEGMENTS, "Segment Before", readonly=True, help="The segment before the present one."
    )
    status = fields.Selection(
        STATUSES,
        readonly=True,
        group_expand="_expand_statuses",
        help="Where the customer stands against the expected rhythm: new, active, late (the next "
        "purchase is overdue), silent (long overdue), lost (no purchase for years or a recorded "
        "loss), won back (returned after that).",
    )
    status_reason = fields.Char(
        "Why", compute="_compute_status_reason", help="The status in a sentence."
    )
    rank = fields.Integer(
        "Rank by Value",
        compute="_compute_rank",
        aggregator=None,
        help="Place among the customers of the company who bought in the last 12 months, by value; "
        "equal values share a place. 0 for who did not.",
    )
    cumulative_percent = fields.Float(
        "Cumulative Share (%)",
        compute="_compute_rank",
        aggregator=None,
        help="Share of the company's value of the last 12 months that this customer and all who "
        "bought for as much or more hold together.",
    )

    # A constraint, not a unique index: the contact merge sees constraints only, and then drops
    # the figures of the merged partner, which the next run writes anew.
    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "One row of figures per customer and company."
    )
    _company_value_idx = models.Index("(company_id, value_year DESC)")

    # ------------------------------------------------------------------
    # Refresh
    # ------------------------------------------------------------------

    def action_count_now(self):
        """Count all customers of the current company now, see ``retention.run``."""
        return self.env["retention.run"].action_count_now()

    @api.model
    def _cron_refresh_customers(self):
        """Refresh all figures of all companies, see ``retention.run``."""
        self.env["retention.run"]._cron_refresh_customers()

    @api.model
    def _cron_refresh_changed(self):
        """Refresh the figures of customers whose purchases changed, see ``retention.run``."""
        self.env["retention.run"]._cron_refresh_changed()

    @api.model
    def _follow_customers(self, moved):
        """Let the customer whom one of ``moved`` belongs to now have its figures, or keep its own.

        The next run counts them together. Until then nobody who is no customer any more is one in
        programs, and who has bought through a contact is not new.

        Nobody waits for a run: the row it is writing at this moment is left to the next one, which
        counts all who moved.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH free AS (
                          SELECT id
                            FROM retention_customer
                           WHERE partner_id = ANY(%s)
                             FOR UPDATE SKIP LOCKED),
                        stray AS (
                          SELECT figure.id, customer.id AS partner_id,
                                 taken.id IS NULL AND own.id IS NULL
                                 AND 1 = ROW_NUMBER() OVER (
                                         PARTITION BY customer.id, figure.company_id
                                         ORDER BY figure.last_purchase_date DESC, figure.id)
                                     AS is_heir
                            FROM free
                            JOIN retention_customer AS figure USING (id)
                            JOIN res_partner AS partner ON partner.id = figure.partner_id
                            JOIN res_partner AS customer
                              ON customer.id = partner.commercial_partner_id
                             AND customer.id != partner.id
                            LEFT JOIN retention_customer AS taken
                              ON taken.partner_id = customer.id
                             AND taken.company_id = figure.company_id
                            LEFT JOIN res_company AS own ON own.partner_id = customer.id),
                        gone AS (
                          DELETE FROM retention_customer AS figure
                           USING stray
                           WHERE figure.id = stray.id AND NOT stray.is_heir)
                   UPDATE retention_customer AS figure
                      SET partner_id = stray.partner_id
                     FROM stray
                    WHERE figure.id = stray.id AND stray.is_heir
                RETURNING figure.id""",
                moved.ids,
            )
        )
        return self.browse(row_id for (row_id,) in rows)

    @api.model
    def _get_loss_query(self):
        """Return SQL of recorded losses: ``partner_id``, ``company_id``, ``date``. Hook: none here."""
        return SQL(
            "SELECT NULL::int AS partner_id, NULL::int AS company_id, NULL::date AS date WHERE FALSE"
        )

    # ------------------------------------------------------------------
    # Board
    # ------------------------------------------------------------------

    @api.model
    def _expand_statuses(self, statuses, domain):
        """Return the columns of a board, those to be looked after first; a prospect has no figures."""
        first = ("late", "silent")
        others = [status for status, _label in STATUSES if status not in (*first, "prospect")]
        return [*first, *others]

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Refresh these figures now, with the limits of the last full run."""
        action = None
        for company, customers in self.grouped("company_id").items():
            action = self.env["retention.run"]._refresh_now(company, customers.partner_id)
        return action
