from odoo import api, fields, models
from odoo.tools import SQL

from ...sql import referral_figures
from ..common.groups import SALESMAN
from ..common.visible_one2many import VisibleOne2many
from ..figures.res_partner import figure_field


class ResPartner(models.Model):
    """What those whom a customer brought are worth, and when the customer was thanked last.

    Summed when read, over the figures of the current company that the reader may see; of a
    colleague's customer all is 0. Money is untaxed, in company currency.
    """

    _inherit = "res.partner"

    referral_currency_id = fields.Many2one(
        "res.currency",
        "Currency of Referrals",
        compute="_compute_referral_currency_id",
        groups=SALESMAN,
    )
    referral_count = figure_field(
        fields.Integer,
        "Referrals",
        help="Number of customers they brought us, whether these have bought or not.",
    )
    referral_converted_count = figure_field(
        fields.Integer,
        "Referrals Who Bought",
        help="Number of customers they brought us who have bought.",
    )
    referral_hidden_count = figure_field(
        fields.Integer,
        "Referrals Not Visible",
        help="Number of customers they brought us who are a colleague's: whether these have bought "
        "is shown to their salesperson, not to you.",
    )
    referred_value_year = figure_field(
        fields.Monetary,
        "Brought Us, Last 12 Months",
        currency_field="referral_currency_id",
        help="What the customers they brought us bought in the last 365 days, without taxes.",
    )
    referred_lifetime_value = figure_field(
        fields.Monetary,
        "Brought Us, Lifetime",
        currency_field="referral_currency_id",
        help="What the customers they brought us have bought up to today, without taxes.",
    )
    referral_tree_value = figure_field(
        fields.Monetary,
        "Brought Us, Whole Tree",
        currency_field="referral_currency_id",
        aggregator=None,
        help="The same with those whom these brought in turn, and so on.",
    )

    thanks_ids = VisibleOne2many(
        "retention.thanks", "partner_id", groups=SALESMAN, help="How they were thanked."
    )
    last_thanks_date = figure_field(
        fields.Date,
        "Last Thanked",
        help="Day on which this company thanked them last, for anything.",
    )

    acquisition_summary = fields.Char(
        "Source in Words",
        compute="_compute_retention_figures",
        groups=SALESMAN,
        help="Source, medium and campaign of the first contact.",
    )
    referrer_person = fields.Char(
        "Person",
        compute="_compute_retention_figures",
        groups=SALESMAN,
        help="The person at the company who recommended us.",
    )

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    # What each figure is read from: _get_<source>_query.
    _REFERRAL_SOURCES = {
        "referral_count": "direct",
        "referral_converted_count": "direct",
        "referral_hidden_count": "direct",
        "referred_value_year": "direct",
        "referred_lifetime_value": "direct",
        "referral_tree_value": "tree",
        "last_thanks_date": "thanks",
    }
    # What is said of other records: _get_<name>_sql.
    _REFERRAL_WORDS = ("acquisition_summary", "referrer_person")

    @api.model
    def _get_direct_query(self, referrer_ids=None):
        # The rules on contacts decide who is counted, those on figures whose money.
        referrals = self.with_context(active_test=False)._search([])
        return referral_figures.select_direct(
            referrals, self._get_visible_customers(), self._get_seen_customers(), referrer_ids
        )

    @api.model
    def _get_tree_query(self, referrer_ids=None):
        return referral_figures.select_tree(
            self._get_visible_customers(), self._get_seen_customers(), referrer_ids
        )

    @api.model
    def _get_thanks_query(self, partner_ids=None):
        domain = [("company_id", "=", self.env.company.id)]
        if partner_ids is not None:
            domain.append(("partner_id", "in", partner_ids))
        thanks = self.env["retention.thanks"]._search(domain)
        thanks.groupby = SQL.identifier("retention_thanks", "partner_id")
        return thanks.select(
            SQL.identifier("retention_thanks", "partner_id"),
            SQL("MAX(retention_thanks.date) AS last_thanks_date"),
        )

    @api.model
    def _get_visible_customers(self):
        """Return the subselect of the figures of the current company that the reader may see."""
        return (
            self.env["retention.customer"]
            ._search([("company_id", "=", self.env.company.id)])
            .subselect()
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        field = self._fields.get(field_expr)
        if query is None or not field:
            return super()._field_to_sql(alias, field_expr, query)
        if field_expr == "referral_currency_id":
            self._check_field_access(field, "read")
            return SQL("%s::int", self.env.company.currency_id.id)
        if field_expr not in self._REFERRAL_SOURCES and field_expr not in self._REFERRAL_WORDS:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(field, "read")
        if field_expr in self._REFERRAL_WORDS:
            return getattr(self, f"_get_{field_expr}_sql")(SQL.identifier(alias, "id"))
        return self._join_referrals(alias, field_expr, query)

    def _get_figure_sql(self, alias, name, query):
        if name not in self._REFERRAL_SOURCES:
            return super()._get_figure_sql(alias, name, query)
        return self._join_referrals(alias, name, query, self._origin.ids)

    @api.model
    def _join_referrals(self, alias, name, query, partner_ids=None):
        """Join the source of figure ``name`` to partners and return its column.

        :param partner_ids: the only partners that matter, so that only their lines are walked
        """
        source = self._REFERRAL_SOURCES[name]
        rows = query.make_alias(alias, f"referral_{source}")
        if rows not in query._joins:
            query.add_join(
                "LEFT JOIN",
                rows,
                SQL("(%s)", getattr(self, f"_get_{source}_query")(partner_ids)),
                SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(rows, "partner_id")),
            )
        value = SQL.identifier(rows, name)
        return value if self._fields[name].type == "date" else SQL("COALESCE(%s, 0)", value)

    @api.model
    def _get_acquisition_summary_sql(self, partner):
        return SQL(
            """(SELECT NULLIF(CONCAT_WS(' · ', source.name, medium.name, COALESCE(
                           campaign.title->>%(lang)s, campaign.title->>'en_US')), '')
                  FROM res_partner AS told
                  LEFT JOIN utm_source AS source ON source.id = told.acquisition_source_id
                  LEFT JOIN utm_medium AS medium ON medium.id = told.acquisition_medium_id
                  LEFT JOIN utm_campaign AS campaign ON campaign.id = told.acquisition_campaign_id
                 WHERE told.id = %(partner)s)""",
            lang=self.env.lang or "en_US",
            partner=partner,
        )

    @api.model
    def _get_referrer_person_sql(self, partner):
        return SQL(
            """(SELECT person.name
                  FROM res_partner AS told
                  JOIN res_partner AS person ON person.id = told.referred_by_contact_id
                 WHERE told.id = %s)""",
            partner,
        )

    @api.depends(
        "acquisition_campaign_id",
        "acquisition_medium_id",
        "acquisition_source_id",
        "referral_ids",
        "referral_ids.retention_customer_ids",
        "referred_by_contact_id",
        "thanks_ids.date",
    )
    @api.depends_context("lang")
    def _compute_retention_figures(self):
        # Read by id in SQL: what waits to be written has to be there.
        self.env.flush_all()
        return super()._compute_retention_figures()

    @api.depends_context("company")
    def _compute_referral_currency_id(self):
        self.referral_currency_id = self.env.company.currency_id
