from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import outlook
from ..common.sql_field import OptionalFloat, OptionalMonetary, sql_field


class RetentionCustomer(models.Model):
    """What a customer will probably buy: worked out when read, from figures and what was learnt.

    Empty, which is not 0, where the company's latest outlook is refused or out of date.
    """

    _inherit = "retention.customer"

    OUTLOOK = ("buy_probability", "expected_value", "expected_value_year", "is_fading")

    buy_probability = sql_field(
        OptionalFloat,
        "Buys Within 90 Days",
        compute="_compute_outlook",
        aggregator="avg",
        help="Probability of a purchase within the next 90 days, as learnt from what customers like "
        "this one did. It does not know seasons and campaigns.",
    )
    expected_value = sql_field(
        OptionalMonetary,
        "Expected, 90 Days",
        compute="_compute_outlook",
        help="What the customer will buy for within the next 90 days on average, without taxes: "
        "the probability to buy, times what buyers like this one bought for.",
    )
    expected_value_year = sql_field(
        OptionalMonetary,
        "Expected, 12 Months",
        compute="_compute_outlook",
        help="The same for the next 12 months. It needs a past of three years.",
    )
    is_fading = sql_field(
        fields.Boolean,
        "Valuable and Fading",
        compute="_compute_outlook",
        help="Gold or class A, and less than half of last year's value is expected: of the next 12 "
        "months or, where the past is shorter than three years, of the next 90 days.",
    )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in self.OUTLOOK:
            self._check_field_access(self._fields[field_expr], "read")
            return getattr(self, f"_get_{field_expr}_sql")(alias)
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Nothing known comes last, whatever the direction.
        if field_name in self.OUTLOOK and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.depends("company_id", "last_purchase_date", "lifetime_value")
    def _compute_outlook(self):
        self._read_expressions(self.OUTLOOK)

    # ------------------------------------------------------------------
    # Expressions over a row, as tools/outlook.py has them
    # ------------------------------------------------------------------

    @api.model
    def _get_buy_probability_sql(self, alias):
        return self._get_company_cases(alias, 90, self._get_chance_sql)

    @api.model
    def _get_expected_value_sql(self, alias):
        return self._get_company_cases(alias, 90, self._get_expected_sql)

    @api.model
    def _get_expected_value_year_sql(self, alias):
        return self._get_company_cases(alias, 365, self._get_expected_sql)

    @api.model
    def _get_is_fading_sql(self, alias):
        return SQL(
            """((%(row)s.is_gold OR %(row)s.abc_class = 'a')
                AND COALESCE(2 * %(year)s < %(row)s.value_year,
                             2 * 365 * %(quarter)s < 90 * %(row)s.value_year, FALSE))""",
            row=SQL.identifier(alias),
            year=self._get_expected_value_year_sql(alias),
            quarter=self._get_expected_value_sql(alias),
        )

    @api.model
    def _get_company_cases(self, alias, horizon, get_expression):
        """Return SQL of ``get_expression(alias, weights, company)`` for each company that has learnt."""
        companies = self.env["res.company"]._get_retention_companies()
        Outlook = self.env["retention.outlook"]
        cases = [
            SQL("WHEN %s THEN %s", company.id, get_expression(alias, learnt["weights"], company))
            for company in companies
            if (learnt := Outlook._get_learnt(company, horizon))
        ]
        if not cases:
            return SQL("NULL::float8")
        return SQL("CASE %s %s END", SQL.identifier(alias, "company_id"), SQL(" ").join(cases))

    @api.model
    def _get_chance_sql(self, alias, weights, company):
        row, today = SQL.identifier(alias), SQL("%s::date", company._get_retention_today())
        # Dates of the future make no figures, so that nothing here is below 0.
        features = (
            SQL("1"),
            SQL("LN(1 + (%s - %s.last_purchase_date)::float8)", today, row),
            SQL("LN(1 + (%s - %s.last_purchase_date) / %s.expected_gap_days)", today, row, row),
            self._get_frequency_sql(row, today),
            SQL("LN(1 + GREATEST(0, %s.average_purchase)::float8)", row),
        )
        return SQL("(1 / (1 + EXP(-(%s))))", _combine(weights["buying"], features))

    @api.model
    def _get_expected_sql(self, alias, weights, company):
        row, today = SQL.identifier(alias), SQL("%s::date", company._get_retention_today())
        features = (
            SQL("1"),
            SQL(
                "LN((%s + GREATEST(0, %s.lifetime_value)::float8) / (%s + %s.purchase_days))",
                outlook.SOME_PURCHASES * weights["mean_purchase"],
                row,
                outlook.SOME_PURCHASES,
                row,
            ),
            self._get_frequency_sql(row, today),
        )
        # Rounded as it is shown, so that a list adds up to its total.
        return SQL(
            "ROUND((%s * %s * EXP(%s))::numeric, %s)",
            self._get_chance_sql(alias, weights, company),
            weights["scale"],
            _combine(weights["spending"], features),
            company.currency_id.decimal_places,
        )

    @api.model
    def _get_frequency_sql(self, row, today):
        return SQL(
            "LN(%s.purchase_days::float8 / (%s - %s.first_purchase_date + %s))",
            row,
            today,
            row,
            outlook.SOME_DAYS,
        )


def _combine(weights, features):
    """Return SQL of the product of ``weights`` and ``features``, held within what EXP can take."""
    terms = (
        SQL("%s::float8 * %s", weight, feature)
        for weight, feature in zip(weights, features, strict=True)
    )
    return SQL("LEAST(700, GREATEST(-700, %s))", SQL(" + ").join(terms))
