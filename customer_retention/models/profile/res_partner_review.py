from odoo import api, fields, models
from odoo.tools import SQL

from ..common.groups import SALESMAN
from ..common.sql_field import OptionalMonetary
from ..figures.res_partner import figure_field
from .retention_household import RetentionHousehold
from .retention_profile_field import EMPTY


def of_household(field_class, *args, **kwargs):
    """Return a field that shows a total of the household on each of its members.

    Without an aggregator: adding it up would count a household once per member.
    """
    return figure_field(field_class, *args, aggregator=None, **kwargs)


class ResPartner(models.Model):
    """What follows from a profile: how complete it is, what is missing, when to look at it again.

    Nothing here has a column. All are expressions over the contact, its figures in the current
    company and that company's settings, computed for a form together with the figures, in one
    query. Days are those of the current company's zone. File of its own for size.
    """

    _inherit = "res.partner"

    profile_completeness = figure_field(
        fields.Integer,
        "Profile (%)",
        aggregator="avg",
        help="How much of the profile is known, 0 to 100, by the weights of the profile fields. "
        "Fields that you may not read do not count.",
    )
    profile_missing_names = figure_field(fields.Json)
    profile_missing = fields.Json(
        "Missing in the Profile",
        compute="_compute_profile_missing",
        groups=SALESMAN,
        help="What is missing in the profile.",
    )
    next_birthday = figure_field(
        fields.Date,
        help="The next birthday from today on; 29 February is kept on 28 February where there is none.",
    )
    next_review_date = figure_field(
        fields.Date,
        "Next Profile Review",
        help="Last review, or first purchase, plus the months between reviews of the customer's "
        "class.",
    )
    is_review_due = figure_field(fields.Boolean, "To Review")
    is_priority_due = figure_field(
        fields.Boolean,
        "Priority to Be Asked",
        help="Nobody asked this customer what matters most, or it is too long ago.",
    )
    profile_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Household",
        compute="_compute_profile_currency_id",
        groups=SALESMAN,
    )
    household_value_month = of_household(
        fields.Monetary,
        "Household, Last 30 Days",
        currency_field="profile_currency_id",
        help=RetentionHousehold.value_month._args__["help"],
    )
    household_value_year = of_household(
        fields.Monetary,
        "Household, Last 12 Months",
        currency_field="profile_currency_id",
        help=RetentionHousehold.value_year._args__["help"],
    )
    household_lifetime_value = of_household(
        fields.Monetary,
        "Household, Lifetime",
        currency_field="profile_currency_id",
        help=RetentionHousehold.lifetime_value._args__["help"],
    )
    household_expected_value_year = of_household(
        OptionalMonetary,
        "Household, Expected in 12 Months",
        currency_field="profile_currency_id",
        help=RetentionHousehold.expected_value_year._args__["help"],
    )
    household_is_gold = of_household(
        fields.Boolean, "Gold Household", help=RetentionHousehold.is_gold._args__["help"]
    )

    _DERIVED = (
        "profile_completeness",
        "profile_missing_names",
        "next_birthday",
        "next_review_date",
        "is_review_due",
        "is_priority_due",
    )
    _OF_HOUSEHOLD = (
        "household_value_month",
        "household_value_year",
        "household_lifetime_value",
        "household_expected_value_year",
        "household_is_gold",
    )

    def write(self, vals):
        result = super().write(vals)
        if self._is_profile_written(vals):
            self.invalidate_recordset([*self._DERIVED, "profile_missing"], flush=False)
        if "household_id" in vals:
            self.invalidate_model(self._OF_HOUSEHOLD, flush=False)
        return result

    @api.model
    def _is_profile_written(self, vals):
        counted = {
            name for name, *_rest in self.env["retention.profile.field"]._get_profile_fields()
        }
        dates = {"birthday", "priority_date", "last_review_date", "is_company"}
        return not vals.keys().isdisjoint(counted | dates)

    @api.depends("profile_missing_names")
    @api.depends_context("company", "uid", "lang")
    def _compute_profile_missing(self):
        names = {name for partner in self for name in partner.profile_missing_names or []}
        labels = self.fields_get(list(names), ["string"]) if names else {}
        for partner in self:
            partner.profile_missing = [
                {"name": name, "label": labels[name]["string"]}
                for name in partner.profile_missing_names or []
                if name in labels
            ]

    @api.depends_context("company")
    def _compute_profile_currency_id(self):
        self.profile_currency_id = self.env.company.currency_id

    # ------------------------------------------------------------------
    # Expressions
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in self._DERIVED + self._OF_HOUSEHOLD:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if field_expr in self._DERIVED:
            return self._get_derived_sql(alias, field_expr, query)
        totals = query.make_alias(alias, "household_totals")
        if totals not in query._joins:
            Household = self.env["retention.household"]
            every = Household._get_totals_query(SQL("member.household_id IS NOT NULL"))
            household = super()._field_to_sql(alias, "household_id", query)
            query.add_join(
                "LEFT JOIN",
                totals,
                # Materialized: else each parallel worker would add up all households for itself.
                SQL("(WITH totals AS MATERIALIZED (%s) SELECT * FROM totals)", every),
                SQL("%s = %s", household, SQL.identifier(totals, "household_id")),
            )
        return SQL.identifier(totals, field_expr.removeprefix("household_"))

    @api.model
    def _get_figure_sql(self, alias, name, query):
        if name in self._DERIVED:
            return self._get_derived_sql(alias, name, query)
        if name not in self._OF_HOUSEHOLD:
            return super()._get_figure_sql(alias, name, query)
        # For a few customers: the totals of their households alone, found by index.
        totals = query.make_alias(alias, "own_household_totals")
        if totals not in query._joins:
            household = self._field_to_sql(alias, "household_id", query)
            own = self.env["retention.household"]._get_totals_query(
                SQL("member.household_id = %s", household)
            )
            query.add_join("LEFT JOIN", totals, SQL("LATERAL (%s)", own), SQL("TRUE"))
        return SQL.identifier(totals, name.removeprefix("household_"))

    @api.model
    def _get_derived_sql(self, alias, name, query):
        company = self.env.company
        if name == "profile_completeness":
            return self._get_completeness_sql(alias, query)
        if name == "profile_missing_names":
            return self._get_missing_sql(alias, query)
        today = SQL("%s::date", company._get_retention_today())
        if name == "next_birthday":
            if "birthday" in self._get_hidden_profile_fields():
                return SQL("NULL::date")
            return self._get_next_birthday_sql(alias, today)
        figures = self._join_figures(alias, query, self.env["retention.customer"])
        review = self._get_next_review_sql(alias, figures, company)
        if name == "next_review_date":
            return review
        due = (
            review
            if name == "is_review_due"
            else self._get_priority_due_sql(alias, figures, company)
        )
        return SQL("COALESCE(%s <= %s, FALSE)", due, today)

    @api.model
    def _get_column(self, alias, name):
        # Without a check of access: the reader of the expression needs none to what is in it.
        return SQL.identifier(alias, name, to_flush=self._fields[name])

    @api.model
    def _get_next_birthday_sql(self, alias, today):
        # Adding years to 29 February gives 28 February in years that have none.
        birthday = self._get_column(alias, "birthday")
        years = SQL("(EXTRACT(YEAR FROM %s) - EXTRACT(YEAR FROM %s))::int", today, birthday)
        this_year = SQL("(%s + make_interval(years => %s))::date", birthday, years)
        next_year = SQL("(%s + make_interval(years => %s + 1))::date", birthday, years)
        return SQL("CASE WHEN %s >= %s THEN %s ELSE %s END", this_year, today, this_year, next_year)

    @api.model
    def _get_next_review_sql(self, alias, figures, company):
        """Return SQL of the day a customer is to be reviewed; null for who is none, or never.

        :param str figures: alias of the customer's row of figures
        """
        months = SQL(
            "CASE %s WHEN 'a' THEN %s WHEN 'b' THEN %s ELSE %s END",
            SQL.identifier(figures, "abc_class"),
            company.retention_review_a_months,
            company.retention_review_b_months,
            company.retention_review_c_months,
        )
        return SQL(
            """CASE WHEN %(first)s IS NULL THEN NULL
                    ELSE (COALESCE(%(last)s, %(first)s)
                          + make_interval(months => NULLIF(%(months)s, 0)))::date END""",
            first=SQL.identifier(figures, "first_purchase_date"),
            last=self._get_column(alias, "last_review_date"),
            months=months,
        )

    @api.model
    def _get_priority_due_sql(self, alias, figures, company):
        """Return SQL of the day a customer is to be asked for the priority; null for who is none.

        Never asked: the day of the first purchase.
        """
        return SQL(
            """CASE WHEN %(first)s IS NULL THEN NULL
                    WHEN %(asked)s IS NULL OR %(priority)s IS NULL THEN %(first)s
                    ELSE (%(asked)s + make_interval(months => NULLIF(%(months)s, 0)))::date END""",
            first=SQL.identifier(figures, "first_purchase_date"),
            asked=self._get_column(alias, "priority_date"),
            priority=self._get_column(alias, "priority_id"),
            months=company.retention_priority_months,
        )

    # ------------------------------------------------------------------
    # Completeness
    # ------------------------------------------------------------------

    @api.model
    def _get_completeness_sql(self, alias, query):
        """Return SQL of filled weights over all weights, in whole percent, half up; 100 of nothing."""
        filled, every = [SQL("0")], [SQL("0")]
        for name, weight, applies_to in self.env["retention.profile.field"]._get_counted_fields():
            condition = self._get_applies_sql(alias, applies_to, query)
            is_filled = self._get_filled_sql(alias, name, query)
            every.append(SQL("CASE WHEN %s THEN %s ELSE 0 END", condition, weight))
            filled.append(
                SQL("CASE WHEN %s AND %s THEN %s ELSE 0 END", condition, is_filled, weight)
            )
        return SQL(
            "COALESCE(ROUND(100.0 * (%s) / NULLIF(%s, 0)), 100)::int",
            SQL(" + ").join(filled),
            SQL(" + ").join(every),
        )

    @api.model
    def _get_missing_sql(self, alias, query):
        """Return SQL of the names of the fields that count and are empty, as jsonb."""
        missing = [SQL("NULL::text")]
        for name, _weight, applies_to in self.env["retention.profile.field"]._get_counted_fields():
            missing.append(
                SQL(
                    "CASE WHEN %s AND NOT %s THEN %s END",
                    self._get_applies_sql(alias, applies_to, query),
                    self._get_filled_sql(alias, name, query),
                    name,
                )
            )
        return SQL("to_jsonb(ARRAY_REMOVE(ARRAY[%s], NULL))", SQL(", ").join(missing))

    @api.model
    def _get_applies_sql(self, alias, applies_to, query):
        if applies_to == "all":
            return SQL("TRUE")
        if applies_to == "customer":
            return SQL(
                "%s = %s",
                SQL.identifier(alias, "id"),
                self._field_to_sql(alias, "commercial_partner_id", query),
            )
        is_company = self._field_to_sql(alias, "is_company", query)
        wanted = SQL("TRUE") if applies_to == "company" else SQL("FALSE")
        return SQL("COALESCE(%s, FALSE) = %s", is_company, wanted)

    @api.model
    def _get_filled_sql(self, alias, name, query):
        """Return SQL telling whether field ``name`` holds something; blanks and zero are nothing."""
        field = self._fields[name]
        if field.type == "many2many":
            return SQL(
                "%s IN (SELECT %s FROM %s)",
                SQL.identifier(alias, "id"),
                SQL.identifier(field.column1, to_flush=field),
                SQL.identifier(field.relation),
            )
        column = self._field_to_sql(alias, name, query)
        empty = EMPTY[field.type]
        if empty is None:
            return SQL("%s IS NOT NULL", column)
        if field.type in ("char", "text"):
            column = SQL("TRIM(%s)", column)
        return SQL("COALESCE(%s, %s) <> %s", column, empty, empty)
