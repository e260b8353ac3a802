from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class RetentionCustomer(models.Model):
    """The figures that have no column: what moves daily or with other customers, worked out when read."""

    _inherit = "retention.customer"

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr in self.DERIVED:
            self._check_field_access(self._fields[field_expr], "read")
            return getattr(self, f"_get_{field_expr}_sql")(alias)
        return super()._field_to_sql(alias, field_expr, query)

    @api.depends("company_id", "expected_date", "value_year", "is_gold")
    def _compute_derived(self):
        self._read_expressions(self.DERIVED)

    def _read_expressions(self, names):
        """Set the fields ``names``, which have no column, from their SQL, in one statement.

        Those that the reader's groups do not have are left out.
        """
        names = [name for name in names if self._has_field_access(self._fields[name], "read")]
        rows = {}
        if self.ids:
            self.flush_recordset()
            query = self._as_query(ordered=False)
            columns = [self._field_to_sql(query.table, name, query) for name in names]
            rows = {
                row_id: values
                for row_id, *values in self.env.execute_query(
                    query.select(SQL.identifier(query.table, "id"), *columns)
                )
            }
        for customer in self:
            values = rows.get(customer.id, [None] * len(names))
            for name, value in zip(names, values, strict=True):
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
    def _get_value_at_risk_sql(self, alias):
        return SQL(
            """CASE WHEN %(alias)s.status IN ('late', 'silent')
                    THEN GREATEST(0, %(alias)s.value_year, %(alias)s.value_year_1) ELSE 0 END""",
            alias=SQL.identifier(alias),
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
