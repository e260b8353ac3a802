from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..common.groups import SALESMAN
from ..common.sql_field import OptionalMonetary, sql_field


def total(field_class, *args, **kwargs):
    """Return a field that adds up a figure of the members, see :func:`sql_field`."""
    return sql_field(
        field_class, *args, compute="_compute_totals", groups=SALESMAN, aggregator=None, **kwargs
    )


class RetentionHousehold(models.Model):
    """A family or a group of companies: customers who belong together and are worth looking at so.

    Seen by all companies. Its values are those of its members that the reader may see, in the
    current company, untaxed and in that company's currency; each member counts with the figures of
    its commercial partner, so a contact of a company adds nothing.
    """

    _name = "retention.household"
    _description = "Household"
    _order = "name, id"

    # Totals of the members, as columns of _get_totals_query.
    TOTALS = (
        "value_month",
        "value_year",
        "lifetime_value",
        "customer_count",
        "gold_count",
        "is_gold",
        "expected_value_year",
    )

    name = fields.Char(required=True)
    kind = fields.Selection(
        [("family", "Family"), ("group", "Group of companies")], default="family", required=True
    )
    active = fields.Boolean(default=True)
    partner_ids = fields.One2many(
        "res.partner", "household_id", "Members", groups="base.group_user"
    )
    member_count = fields.Integer("Number of Members", compute="_compute_member_count")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    value_month = total(
        fields.Monetary,
        "Last 30 Days",
        help="Purchases of all members in the last 30 days.",
    )
    value_year = total(
        fields.Monetary,
        "Last 12 Months",
        help="Purchases of all members in the last 365 days.",
    )
    lifetime_value = total(fields.Monetary, "Lifetime", help="Purchases of all members so far.")
    customer_count = total(fields.Integer, "Customers", help="Members who have bought.")
    gold_count = total(fields.Integer, "Gold Members")
    is_gold = total(fields.Boolean, "Gold", help="At least one member is gold.")
    expected_value_year = total(
        OptionalMonetary,
        "Expected, 12 Months",
        help="What all members will buy for within the next 12 months, on average.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self.env.registry.clear_cache()
        return result

    @api.depends("name")
    def _compute_display_name(self):
        """Name one household, as a form does, from the registry's cache, without a query."""
        for household in self:
            is_alone = len(self) == 1 and household._origin
            household.display_name = (
                self._get_cached_name(household._origin.id) if is_alone else household.name
            )

    @api.model
    @tools.ormcache("household_id")
    def _get_cached_name(self, household_id):
        return self.sudo().browse(household_id).name

    @api.depends("partner_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("household_id", "in", self.ids)], ["household_id"], ["__count"]
            )
        )
        for household in self:
            household.member_count = counts.get(household, 0)

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("partner_ids")
    @api.depends_context("company", "uid")
    def _compute_totals(self):
        rows = {}
        if self.ids:
            self.env.flush_all()
            only = SQL("member.household_id = ANY(%s)", self.ids)
            rows = {row[0]: row[1:] for row in self.env.execute_query(self._get_totals_query(only))}
        for household in self:
            values = rows.get(household._origin.id, [None] * len(self.TOTALS))
            for name, value in zip(self.TOTALS, values, strict=True):
                household[name] = value

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self.TOTALS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        rows = query.make_alias(alias, "totals")
        if rows not in query._joins:
            query.add_join(
                "LEFT JOIN",
                rows,
                SQL("(%s)", self._get_totals_query(SQL("member.household_id IS NOT NULL"))),
                SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(rows, "household_id")),
            )
        return SQL(
            "COALESCE(%s, %s)", SQL.identifier(rows, field_expr), self._get_nothing(field_expr)
        )

    @api.model
    def _get_nothing(self, name):
        return {"is_gold": SQL("FALSE"), "expected_value_year": SQL("NULL")}.get(name, SQL("0"))

    @api.model
    def _get_totals_query(self, only):
        """Return SQL of the totals of households: ``household_id`` and the columns of ``TOTALS``.

        One row per household with a customer among its members, in the current company.

        :param SQL only: condition on the partners taken, whose table is called ``member``
        """
        # The search applies the record rules: a colleague's customer adds nothing here.
        query = self.env["retention.customer"]._search([("company_id", "=", self.env.company.id)])
        query.order = None
        query.groupby = SQL("member.household_id")
        figures = SQL.identifier(query.table)
        query.add_join(
            "JOIN", "member", "res_partner", SQL("member.id = %s.partner_id AND %s", figures, only)
        )
        columns = (
            "SUM(%s.value_month) AS value_month",
            "SUM(%s.value_year) AS value_year",
            "SUM(%s.lifetime_value) AS lifetime_value",
            "COUNT(%s.id)::int AS customer_count",
            "COUNT(NULLIF(%s.is_gold, FALSE))::int AS gold_count",
            "BOOL_OR(%s.is_gold) AS is_gold",
        )
        expected = self.env["retention.customer"]._get_expected_value_year_sql(query.table)
        return query.select(
            SQL("member.household_id"),
            *(SQL(column, figures) for column in columns),
            SQL("SUM(%s) AS expected_value_year", expected),
        )
