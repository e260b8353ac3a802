from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..common.groups import SALESMAN
from ..common.sql_field import sql_field
from ..common.visible_one2many import VisibleOne2many
from ..common.window_action import open_action
from .retention_customer import RetentionCustomer

# Events shown on the page of a customer.
LATEST = 8


def figure_field(field_class, *args, **kwargs):
    """Return a field of the contact that is computed in SQL, in one statement with the figures.

    See :func:`sql_field`; the expression is asked for by ``_get_figure_sql``.
    """
    groups = kwargs.pop("groups", None) or SALESMAN
    return sql_field(
        field_class, *args, compute="_compute_retention_figures", groups=groups, **kwargs
    )


def figure(name, model=RetentionCustomer, figure_name=None, **kwargs):
    """Return a field of the contact that shows a figure of the commercial partner.

    Type, label, help and groups are those of the figure. The field has no column: reading,
    searching, sorting, grouping and totals go through one join with the figures of the current
    company that the reader may see (``_field_to_sql``). Where the figure has a group that a reader
    lacks, the field is absent for them, and the other figures are read without it.

    :param name: name of the figure and, unless ``figure_name`` says otherwise, of the field
    :param model: class that declares the figure: that of ``retention.customer``, an extension of
        it, or another model with the fields ``partner_id`` and ``company_id``, one row for each
        commercial partner and company, read with the rules of that model
    :param figure_name: name of the figure where the field is called otherwise
    """
    source = getattr(model, figure_name or name)
    own = ("string", "help", "selection", "aggregator", "digits", "comodel_name", "groups")
    inherited = {key: value for key, value in source._args__.items() if key in own}
    if source.type == "monetary":
        inherited["currency_field"] = "retention_currency_id"
    values = {**inherited, "figure_model": model._name or model._inherit, **kwargs}
    return figure_field(type(source), figure_name=figure_name or name, **values)


class ResPartner(models.Model):
    """The figures of the current company on the commercial partner, read from ``retention.customer``."""

    _inherit = "res.partner"

    retention_customer_ids = VisibleOne2many(
        "retention.customer", "partner_id", "Customer Figures", groups=SALESMAN
    )
    retention_currency_id = figure(
        "retention_currency_id", figure_name="currency_id", string="Currency of the Figures"
    )
    value_month = figure("value_month")
    value_year = figure("value_year")
    value_year_1 = figure("value_year_1")
    value_year_2 = figure("value_year_2")
    lifetime_value = figure("lifetime_value")
    average_purchase = figure("average_purchase")
    purchase_count = figure("purchase_count")
    purchase_days = figure("purchase_days")
    first_purchase_date = figure("first_purchase_date")
    previous_purchase_date = figure("previous_purchase_date")
    last_purchase_date = figure("last_purchase_date")
    expected_gap_days = figure("expected_gap_days")
    expected_date = figure("expected_date")
    days_late = figure("days_late")
    is_gold = figure("is_gold")
    value_at_risk = figure("value_at_risk")
    gold_gap = figure("gold_gap")
    gold_margin = figure("gold_margin")
    abc_class = figure("abc_class")
    recency_score = figure("recency_score")
    frequency_score = figure("frequency_score")
    monetary_score = figure("monetary_score")
    rfm_segment = figure("rfm_segment")
    previous_rfm_segment = figure("previous_rfm_segment")
    retention_status = figure("retention_status", figure_name="status", string="Customer Status")
    status_reason = fields.Char(
        "Why This Status",
        compute="_compute_status_reason",
        groups=SALESMAN,
        help="The status in a sentence.",
    )
    past_value = figure_field(
        fields.Monetary,
        "Of It from Before Odoo",
        currency_field="retention_currency_id",
        help="Past purchases, entered or imported: part of the lifetime value, and not of what "
        "Odoo's own buttons of sales and invoices show.",
    )
    value_trend_percent = fields.Integer(
        "Trend (%)",
        compute="_compute_value_trend",
        groups=SALESMAN,
        help="The last 12 months against the 12 months before, in percent; 0 where nothing was "
        "bought then.",
    )
    value_trend = fields.Char(
        "Trend", compute="_compute_value_trend", groups=SALESMAN, help="The trend in words."
    )
    rank = fields.Integer(
        "Rank by Value",
        compute="_compute_rank",
        groups=SALESMAN,
        help=RetentionCustomer.rank._args__["help"],
    )
    cumulative_percent = fields.Float(
        "Cumulative Share (%)",
        compute="_compute_rank",
        groups=SALESMAN,
        help=RetentionCustomer.cumulative_percent._args__["help"],
    )
    latest_event_ids = fields.Many2many(
        "retention.event",
        string="Latest Events",
        compute="_compute_latest_event_ids",
        groups=SALESMAN,
        help="The latest 8 events of this customer in the current company.",
    )
    figures_partner_id = fields.Many2one(
        "res.partner",
        "Figures Of",
        compute="_compute_figures_partner_id",
        groups=SALESMAN,
        help="For a contact of a company: the company, on which the figures stand.",
    )

    # ------------------------------------------------------------------
    # The join
    # ------------------------------------------------------------------

    @api.model
    def _valid_field_parameter(self, field, name):
        return name in ("figure_model", "figure_name") or super()._valid_field_parameter(
            field, name
        )

    @api.model
    def _get_figure_names(self):
        """Return the names of the fields that :func:`figure_field` declared."""
        return [
            name
            for name, field in self._fields.items()
            if field.compute == "_compute_retention_figures"
        ]

    def _field_to_sql(self, alias, field_expr, query=None):
        field = self._fields.get(field_expr)
        if query is None or not field or field.compute != "_compute_retention_figures":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(field, "read")
        if field_expr == "retention_currency_id":
            # Also where there are no figures: a total over both has one currency then.
            return SQL("%s::int", self.env.company.currency_id.id)
        Figures = self.env[getattr(field, "figure_model", "retention.customer")]
        rows = self._join_figures(alias, query, Figures)
        if field_expr == "past_value":
            return self._get_past_value_sql(alias, rows)
        if field_expr == "days_late":
            return Figures._get_days_late_sql(rows, self.env.company)
        value = Figures._field_to_sql(rows, getattr(field, "figure_name", field_expr), query)
        if field_expr != "retention_status":
            return value
        # Without a row: a prospect, unless the reader would not see a row. Contacts of a company
        # have no status of their own.
        return SQL(
            """COALESCE(%(value)s,
                        CASE WHEN %(partner)s = %(commercial)s AND %(seen)s THEN 'prospect' END)""",
            value=value,
            partner=SQL.identifier(alias, "id"),
            commercial=super()._field_to_sql(alias, "commercial_partner_id", query),
            seen=self._get_seen_sql(alias, query),
        )

    @api.model
    def _get_past_value_sql(self, alias, rows):
        """Return SQL of the past purchases of a customer whose figures are in ``rows``."""
        return SQL(
            """CASE WHEN %(seen)s IS NOT NULL THEN
                   (SELECT SUM(past.company_amount)
                      FROM res_partner AS person
                      JOIN retention_past_purchase AS past ON past.partner_id = person.id
                     WHERE person.commercial_partner_id = %(partner)s
                       AND past.company_id = %(company)s AND past.date <= %(today)s) END""",
            seen=SQL.identifier(rows, "id"),
            partner=SQL.identifier(alias, "id"),
            company=self.env.company.id,
            today=self.env.company._get_retention_today(),
        )

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Who has no figure comes last, whatever the direction: the best stand on the first page.
        field = self._fields.get(field_name)
        if field and field.compute == "_compute_retention_figures" and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.model
    def _join_figures(self, alias, query, figures):
        """Join the figures that the reader may see to partners; return the alias of their rows.

        :param figures: the model whose rows they are
        """
        table = figures._table
        rows = query.make_alias(alias, table)
        if rows in query._joins:
            return rows
        # The subselect applies the record rules: a customer of a colleague has no figures here.
        visible = figures._search([("company_id", "=", self.env.company.id)])
        query.add_join(
            "LEFT JOIN",
            rows,
            SQL("(SELECT * FROM %s WHERE id IN %s)", SQL.identifier(table), visible.subselect()),
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(rows, "partner_id")),
        )
        return rows

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @api.depends("retention_customer_ids", "commercial_partner_id", "user_id")
    @api.depends_context("company", "uid")
    def _compute_retention_figures(self):
        # A figure that the reader's groups do not have is not read; nobody asks for its value.
        names = [
            name
            for name in self._get_figure_names()
            if self._has_field_access(self._fields[name], "read")
        ]
        rows = {}
        if self.ids:
            query = self._origin._as_query(ordered=False)
            columns = [self._get_figure_sql(query.table, name, query) for name in names]
            selected = query.select(SQL.identifier(query.table, "id"), *columns)
            rows = {row[0]: row[1:] for row in self.env.execute_query(selected)}
        for partner in self:
            values = rows.get(partner._origin.id, [None] * len(names))
            for name, value in zip(names, values, strict=True):
                partner[name] = value

    @api.model
    def _get_figure_sql(self, alias, name, query):
        """Return SQL of figure ``name`` for reading a few customers. Hook for figures that are
        cheaper to look up one by one than to join for all."""
        return self._field_to_sql(alias, name, query)

    @api.depends("retention_status", "last_purchase_date")
    @api.depends_context("company", "uid", "lang")
    def _compute_status_reason(self):
        Customer = self.env["retention.customer"]
        for partner in self:
            partner.status_reason = Customer._get_status_sentence(
                partner.retention_status, self.env.company, partner
            )

    @api.depends("value_year", "value_year_1")
    @api.depends_context("company", "uid", "lang")
    def _compute_value_trend(self):
        for partner in self:
            before = partner.value_year_1
            percent = round((partner.value_year - before) * 100 / before) if before > 0 else 0
            partner.value_trend_percent = percent
            if before <= 0:
                partner.value_trend = False
            elif percent < 0:
                partner.value_trend = self.env._(
                    "▼ %(percent)s %% vs the year before", percent=-percent
                )
            elif percent > 0:
                partner.value_trend = self.env._(
                    "▲ %(percent)s %% vs the year before", percent=percent
                )
            else:
                partner.value_trend = self.env._("as much as the year before")

    @api.depends("value_year")
    @api.depends_context("company", "uid")
    def _compute_rank(self):
        """Rank the customers whose figures the reader sees, among all of the company."""
        Customer = self.env["retention.customer"]
        visible = self.filtered("value_year")
        ranks = (
            Customer._get_ranks([("partner_id", "in", visible.ids)], self.env.company)
            if visible
            else {}
        )
        for partner in self:
            rank, percent = ranks.get(partner._origin.id, (0, 0))
            partner.rank, partner.cumulative_percent = rank, percent

    @api.depends("retention_customer_ids", "retention_status")
    @api.depends_context("company", "uid")
    def _compute_latest_event_ids(self):
        Event = self.env["retention.event"]
        # All columns at once: what an event says in words depends on its type.
        columns = [
            name for name, field in Event._fields.items() if field.store and field.column_type
        ]
        for partner in self:
            domain = [
                ("partner_id", "=", partner._origin.id),
                ("company_id", "=", self.env.company.id),
            ]
            has_page = partner.retention_status not in (False, "prospect")
            partner.latest_event_ids = (
                Event.search_fetch(domain, columns, limit=LATEST) if has_page else Event
            )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_figures_partner_id(self):
        for partner in self:
            commercial = partner.commercial_partner_id
            is_contact = commercial and commercial != partner
            has_figures = is_contact and commercial.retention_status not in (False, "prospect")
            partner.figures_partner_id = has_figures and commercial

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Refresh the figures of these customers in the current company now.

        :raise AccessError: one of them is the customer of a colleague
        """
        self.check_access("read")
        self.env["retention.customer"].check_access("read")
        if hidden := self.filtered("is_colleagues_customer")[:1]:
            raise AccessError(
                self.env._(
                    "%(customer)s is the customer of a colleague: the figures are not visible to "
                    "you, and not counted for you.",
                    customer=hidden.display_name,
                )
            )
        return self.env["retention.run"]._refresh_now(self.env.company, self)

    def action_open_retention_events(self):
        """Open all events of this customer in the current company."""
        self.ensure_one()
        return self._get_retention_action("retention_event_action")

    def action_open_retention_purchases(self):
        """Open all purchases of this customer that the figures count."""
        self.ensure_one()
        return self._get_retention_action("retention_purchase_action")

    def _get_retention_action(self, name):
        domain = [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)]
        return open_action(self.env, f"customer_retention.{name}", domain)
