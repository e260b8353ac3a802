from odoo import api, fields, models
from odoo.tools import SQL

from .retention_customer import RetentionCustomer
from .sql_figure import search_in_sql

SALESMAN = "sales_team.group_sale_salesman"


def figure(name, **kwargs):
    """Return a field that shows figure ``name`` of ``retention.customer`` on the commercial partner.

    Type, label and help are those of the figure. The field has no column: reading, searching,
    sorting, grouping and totals go through one join with the figures of the current company that
    the reader may see (``_field_to_sql``).
    """
    source = getattr(RetentionCustomer, name)
    own = ("string", "help", "selection", "aggregator", "digits")
    inherited = {key: value for key, value in source._args__.items() if key in own}
    if source.type == "monetary":
        inherited["currency_field"] = "retention_currency_id"
    if source.type == "many2one":
        inherited["comodel_name"] = source._args__["comodel_name"]
    return type(source)(
        **{
            **inherited,
            "compute": "_compute_retention_figures",
            "search": search_in_sql(kwargs.pop("field_name", name)),
            "groups": SALESMAN,
            **kwargs,
        }
    )


class ResPartner(models.Model):
    """The figures of the current company on the commercial partner, read from ``retention.customer``."""

    _inherit = "res.partner"

    retention_customer_ids = fields.One2many(
        "retention.customer", "partner_id", "Customer Figures", groups=SALESMAN
    )
    retention_currency_id = figure(
        "currency_id", field_name="retention_currency_id", string="Currency of the Figures"
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
    gold_gap = figure("gold_gap")
    gold_margin = figure("gold_margin")
    abc_class = figure("abc_class")
    recency_score = figure("recency_score")
    frequency_score = figure("frequency_score")
    monetary_score = figure("monetary_score")
    rfm_segment = figure("rfm_segment")
    previous_rfm_segment = figure("previous_rfm_segment")
    retention_status = figure("status", field_name="retention_status", string="Customer Status")
    status_reason = fields.Char(
        "Why This Status", compute="_compute_status_reason", groups=SALESMAN
    )

    def write(self, vals):
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        # A contact that moves takes its purchases along: both customers are counted again.
        every = self.sudo().with_context(active_test=False)
        moved = every.search([("id", "child_of", self.ids)])
        before = {partner: partner.commercial_partner_id for partner in moved}
        result = super().write(vals)
        changed = moved.filtered(lambda partner: partner.commercial_partner_id != before[partner])
        former = self.browse().union(*(before[partner] for partner in changed))
        self.env["retention.change"]._note(former | changed.commercial_partner_id)
        return result

    # ------------------------------------------------------------------
    # The join
    # ------------------------------------------------------------------

    # Fields whose name differs from that of the figure.
    _FIGURE_NAMES = {"retention_currency_id": "currency_id", "retention_status": "status"}

    @api.model
    def _get_figure_names(self):
        """Return the names of the fields that :func:`figure` declared."""
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
        Customer = self.env["retention.customer"]
        company = self.env.company
        rows = query.make_alias(alias, "retention_customer")
        # The subselect applies the record rules: a customer of a colleague has no figures here.
        visible = Customer._search([("company_id", "=", company.id)])
        query.add_join(
            "LEFT JOIN",
            rows,
            SQL("(SELECT * FROM retention_customer WHERE id IN %s)", visible.subselect()),
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(rows, "partner_id")),
        )
        name = self._FIGURE_NAMES.get(field_expr, field_expr)
        value = Customer._field_to_sql(rows, name, query)
        if field_expr != "retention_status":
            return value
        # Without a row: a prospect, unless there is a row that the reader may not see. Contacts
        # of a company have no status of their own.
        return SQL(
            """COALESCE(%(value)s, CASE
                   WHEN %(partner)s = %(commercial)s
                    AND %(partner)s NOT IN (SELECT partner_id FROM retention_customer
                                             WHERE company_id = %(company)s)
                   THEN 'prospect' END)""",
            value=value,
            partner=SQL.identifier(alias, "id"),
            commercial=super()._field_to_sql(alias, "commercial_partner_id", query),
            company=company.id,
        )

    @api.depends("retention_customer_ids", "commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_retention_figures(self):
        names = self._get_figure_names()
        rows = {}
        if self.ids:
            self.env.flush_all()
            query = self._as_query(ordered=False)
            columns = [self._field_to_sql(query.table, name, query) for name in names]
            selected = query.select(SQL.identifier(query.table, "id"), *columns)
            rows = {row[0]: row[1:] for row in self.env.execute_query(selected)}
        for partner in self:
            values = rows.get(partner._origin.id, [None] * len(names))
            for name, value in zip(names, values, strict=True):
                partner[name] = value

    @api.depends("retention_status", "last_purchase_date")
    @api.depends_context("company", "uid", "lang")
    def _compute_status_reason(self):
        rows = self.env["retention.customer"].search(
            [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
        )
        reasons = {row.partner_id.id: row.status_reason for row in rows}
        for partner in self:
            if partner.retention_status == "prospect":
                partner.status_reason = self.env._("No purchase yet.")
            else:
                partner.status_reason = reasons.get(partner._origin.id)

    def action_refresh(self):
        """Refresh the figures of these customers in the current company now."""
        self.check_access("read")
        self.env["retention.customer"].check_access("read")
        self.env["retention.run"]._refresh_now(self.env.company, self)
