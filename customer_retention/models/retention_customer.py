from babel.dates import format_date, format_skeleton

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from .sql_figure import search_in_sql

STATUSES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("active", "Active"),
    ("late", "Late"),
    ("silent", "Silent"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
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

    Written by ``retention.run`` alone (set-based SQL), never by hand. Money is untaxed and in the
    company's currency; days are those of the company's zone. What changes daily or with other
    customers (:attr:`DERIVED`) has no column: it is an expression over the row, today and the
    limits of the company's last full run, so that a night without purchases writes few rows.
    """

    _name = "retention.customer"
    _description = "Customer Figures"
    _order = "value_year desc, id"
    _rec_name = "partner_id"
    _log_access = False

    # Figures derived when read; each has a method _get_<name>_sql(alias).
    DERIVED = ("days_late", "gold_gap", "gold_margin")

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
        "company's usual gap while the customer has few purchases.",
    )
    expected_date = fields.Date(
        "Next Purchase Due",
        readonly=True,
        help="Last purchase plus the days expected between two purchases.",
    )
    days_late = fields.Integer(
        compute="_compute_derived",
        search=search_in_sql("days_late"),
        aggregator="avg",
        help="Days since the next purchase was due; 0 while it is not.",
    )

    is_gold = fields.Boolean(
        "Gold",
        readonly=True,
        help="Among the top customers by value of the last 12 months; how many is a setting.",
    )
    gold_gap = fields.Monetary(
        "Missing to Be Gold",
        compute="_compute_derived",
        search=search_in_sql("gold_gap"),
        aggregator=None,
        help="What is missing in the last 12 months to the last gold customer; 0 for gold customers.",
    )
    gold_margin = fields.Monetary(
        "Above the Best Not Gold",
        compute="_compute_derived",
        search=search_in_sql("gold_margin"),
        aggregator=None,
        help="How much a gold customer is above the best customer who is not gold.",
    )
    abc_class = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C")],
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
    # Derived figures
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in self.DERIVED:
            self._check_field_access(self._fields[field_expr], "read")
            return getattr(self, f"_get_{field_expr}_sql")(alias)
        return super()._field_to_sql(alias, field_expr, query)

    @api.depends("company_id", "expected_date", "value_year", "is_gold")
    def _compute_derived(self):
        rows = {}
        if self.ids:
            self.flush_recordset()
            query = self._as_query(ordered=False)
            columns = [self._field_to_sql(query.table, name, query) for name in self.DERIVED]
            rows = {
                row_id: values
                for row_id, *values in self.env.execute_query(
                    query.select(SQL.identifier(query.table, "id"), *columns)
                )
            }
        for customer in self:
            values = rows.get(customer.id, [0] * len(self.DERIVED))
            for name, value in zip(self.DERIVED, values, strict=True):
                customer[name] = value

    @api.depends("company_id", "value_year")
    def _compute_rank(self):
        for company, customers in self.grouped("company_id").items():
            ranks = self._get_ranks([("id", "in", customers.ids)], company)
            for customer in customers:
                rank, percent = ranks.get(customer.partner_id.id, (0, 0))
                customer.rank, customer.cumulative_percent = rank, percent

    @api.model
    def _get_ranks(self, domain, company):
        """Return ``{partner id: (rank, cumulative percent)}`` of ``company``'s customers in ``domain``.

        Among all customers of the company with a value of the last 365 days above 0, also those
        that the reader may not see; customers without one have no entry.
        """
        chosen = self.sudo()._search(
            Domain(domain) & Domain("company_id", "=", company.id) & Domain("value_year", ">", 0)
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT own.partner_id, place.rank, place.held * 100 / place.total
                     FROM retention_customer AS own
                     JOIN LATERAL (
                          SELECT 1 + COUNT(*) FILTER (WHERE value_year > own.value_year) AS rank,
                                 SUM(value_year) FILTER (WHERE value_year >= own.value_year) AS held,
                                 SUM(value_year) AS total
                            FROM retention_customer
                           WHERE company_id = own.company_id AND value_year > 0
                          ) AS place ON TRUE
                    WHERE own.id IN %s""",
                chosen.subselect(),
            )
        )
        return {partner_id: (rank, float(percent)) for partner_id, rank, percent in rows}

    @api.model
    def _get_days_late_sql(self, alias, companies=None):
        return SQL(
            "GREATEST(0, %s - %s)",
            self._get_today_sql(SQL.identifier(alias, "company_id"), companies),
            SQL.identifier(alias, "expected_date"),
        )

    @api.model
    def _get_gold_gap_sql(self, alias):
        # Where nobody is gold the limit is 0; GREATEST passes over null: nothing is missing then.
        return SQL(
            "GREATEST(0, NULLIF(%s, 0) - %s)",
            self._get_limit_sql(alias, "gold_limit"),
            SQL.identifier(alias, "value_year"),
        )

    @api.model
    def _get_gold_margin_sql(self, alias):
        return SQL(
            "CASE WHEN %(alias)s.is_gold THEN GREATEST(0, %(alias)s.value_year - COALESCE(%(limit)s, 0)) ELSE 0 END",
            alias=SQL.identifier(alias),
            limit=self._get_limit_sql(alias, "best_not_gold"),
        )

    @api.model
    def _get_today_sql(self, company, companies=None):
        """Return SQL for today's date in the zone of ``company`` (SQL, id of a company).

        :param companies: those that it may be, all by default
        """
        if companies is None:
            companies = self.env["res.company"]._get_retention_companies()
        companies_of = {}
        for each in companies:
            companies_of.setdefault(each._get_retention_today(), []).append(each.id)
        if len(companies_of) == 1:
            return SQL("%s::date", next(iter(companies_of)))
        cases = SQL(" ").join(
            SQL("WHEN %s = ANY(%s) THEN %s::date", company, company_ids, day)
            for day, company_ids in companies_of.items()
        )
        return SQL("CASE %s END", cases)

    @api.model
    def _get_limit_sql(self, alias, name):
        """Return SQL for a limit of the row's company at its last full run (null before the first)."""
        return SQL(
            """(SELECT run.%s FROM retention_run AS run
                 WHERE run.company_id = %s AND run.is_complete
                 ORDER BY run.id DESC LIMIT 1)""",
            SQL.identifier(name),
            SQL.identifier(alias, "company_id"),
        )

    # ------------------------------------------------------------------
    # Refresh
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh_customers(self):
        """Refresh all figures of all companies, see ``retention.run``."""
        self.env["retention.run"]._cron_refresh_customers()

    @api.model
    def _cron_refresh_changed(self):
        """Refresh the figures of customers whose purchases changed, see ``retention.run``."""
        self.env["retention.run"]._cron_refresh_changed()

    @api.model
    def _get_loss_query(self):
        """Return SQL of recorded losses: ``partner_id``, ``company_id``, ``date``. Hook: others add to it."""
        return SQL("SELECT partner_id, company_id, date FROM retention_loss")

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    @api.depends("status", "last_purchase_date", "expected_gap_days", "purchase_days")
    @api.depends_context("lang")
    def _compute_status_reason(self):
        for customer in self:
            customer.status_reason = self._say_status(
                customer.status, customer.company_id, customer
            )

    @api.model
    def _say_status(self, status, company, figures):
        """Return ``status`` in a sentence a salesperson would say, in the reader's language.

        :param figures: a record with the figures in ``company``: a customer's or a partner's;
            only what the sentence needs is read
        :return: False without a status
        """
        if not status:
            return False
        if status == "prospect":
            return self.env._("No purchase yet")
        today, last = company._get_retention_today(), figures.last_purchase_date
        days = (today - last).days
        words = {
            "last": self._format_day(last, today),
            "due": self._format_day(figures.expected_date, today),
            "gap": int(figures.expected_gap_days + 0.5),
            "ago": self._format_ago(days),
        }
        if status == "new":
            return self.env._("New: first purchase on %(last)s, %(ago)s.", **words)
        if status == "won_back":
            words["pause"] = (last - figures.previous_purchase_date).days
            return self.env._(
                "Won back: bought again on %(last)s after %(pause)s days, %(ago)s.", **words
            )
        if status == "lost":
            if days >= company.retention_lost_days:
                return self.env._("Lost: no purchase since %(last)s, %(ago)s.", **words)
            return self.env._(
                "Lost: recorded as lost after the last purchase on %(last)s, %(ago)s.", **words
            )
        if figures.purchase_days == 1:
            return self._say_status_once(status, words)
        return self._say_status_repeated(status, words)

    @api.model
    def _say_status_once(self, status, words):
        sentences = {
            "active": self.env._(
                "Active: bought once, on %(last)s, %(ago)s; due again on %(due)s.", **words
            ),
            "late": self.env._(
                "Late: bought once, on %(last)s, %(ago)s; was due again on %(due)s.", **words
            ),
            "silent": self.env._(
                "Silent: bought once, on %(last)s, %(ago)s, and not again.", **words
            ),
        }
        return sentences.get(status, "")

    @api.model
    def _say_status_repeated(self, status, words):
        sentences = {
            "active": self.env._(
                "Active: buys about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
            "late": self.env._(
                "Late: buys about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
            "silent": self.env._(
                "Silent: used to buy about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
        }
        return sentences.get(status, "")

    @api.model
    def _format_day(self, day, today):
        """Return ``day`` as people say it ("12 June"), with the year where it is not this one."""
        if not day:
            return ""
        locale = babel_locale_parse(get_lang(self.env).code)
        if day.year == today.year:
            return format_skeleton("MMMMd", day, locale=locale)
        return format_date(day, "long", locale=locale)

    @api.model
    def _format_ago(self, days):
        if days == 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%(days)s days ago", days=days)

    @api.model
    def _expand_statuses(self, statuses, domain):
        """Return the columns of a board: all statuses but prospect, who has no figures."""
        return [status for status, _label in STATUSES if status != "prospect"]

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Refresh these figures now, with the limits of the last full run."""
        for company, customers in self.grouped("company_id").items():
            self.env["retention.run"]._refresh_now(company, customers.partner_id)

    def action_open_partner(self):
        """Open the customer's contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
