from odoo import api, fields, models
from odoo.tools import SQL

from ..report import referral_figures
from .sql_figure import search_in_sql

SALESMAN = "sales_team.group_sale_salesman"


def referral_figure(field_type, name, label, **kwargs):
    """Return a field without a column that shows a sum over those a customer brought."""
    if field_type is fields.Monetary:
        kwargs["currency_field"] = "referral_currency_id"
    return field_type(
        label,
        compute="_compute_referral_figures",
        search=search_in_sql(name),
        groups=SALESMAN,
        **kwargs,
    )


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
    referral_count = referral_figure(
        fields.Integer,
        "referral_count",
        "Referrals",
        help="Number of customers they brought us, whether these have bought or not.",
    )
    referral_converted_count = referral_figure(
        fields.Integer,
        "referral_converted_count",
        "Referrals Who Bought",
        help="Number of customers they brought us who have bought.",
    )
    referred_value_year = referral_figure(
        fields.Monetary,
        "referred_value_year",
        "Brought Us, Last 12 Months",
        help="What the customers they brought us bought in the last 365 days, without taxes.",
    )
    referred_lifetime_value = referral_figure(
        fields.Monetary,
        "referred_lifetime_value",
        "Brought Us, Lifetime",
        help="What the customers they brought us have bought up to today, without taxes.",
    )
    referral_tree_value = referral_figure(
        fields.Monetary,
        "referral_tree_value",
        "Brought Us, Whole Tree",
        aggregator=None,
        help="The same with those whom these brought in turn, and so on.",
    )

    thanks_ids = fields.One2many(
        "retention.thanks", "partner_id", "Thanks", groups=SALESMAN, help="How they were thanked."
    )
    last_thanks_date = referral_figure(
        fields.Date,
        "last_thanks_date",
        "Last Thanked",
        help="Day on which this company thanked them last, for anything.",
    )

    acquisition_summary = fields.Char(
        "Source in Words",
        compute="_compute_referral_figures",
        groups=SALESMAN,
        help="Source, medium and campaign of the first contact.",
    )
    referrer_person = fields.Char(
        "Person",
        compute="_compute_referral_figures",
        groups=SALESMAN,
        help="The person at the company who recommended us.",
    )

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    # What a figure is read from (_get_<source>_query), where it is not "direct".
    _REFERRAL_SOURCES = {"referral_tree_value": "tree", "last_thanks_date": "thanks"}

    @api.model
    def _get_referral_figure_names(self):
        """Return the names of the fields that :func:`referral_figure` declared."""
        return [
            name
            for name, field in self._fields.items()
            if field.compute == "_compute_referral_figures" and field.search
        ]

    @api.model
    def _get_direct_query(self, referrer_ids=None):
        # The rules on contacts decide who is counted, those on figures whose money.
        referrals = self.with_context(active_test=False)._search([])
        return referral_figures.select_direct(
            referrals, self._get_visible_customers(), self.env.company.id, referrer_ids
        )

    @api.model
    def _get_tree_query(self, referrer_ids=None):
        return referral_figures.select_tree(
            self._get_visible_customers(), self.env.company.id, referrer_ids
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
        if field.compute != "_compute_referral_figures" or not field.search:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(field, "read")
        source = self._REFERRAL_SOURCES.get(field_expr, "direct")
        rows = query.make_alias(alias, f"referral_{source}")
        query.add_join(
            "LEFT JOIN",
            rows,
            SQL("(%s)", getattr(self, f"_get_{source}_query")()),
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(rows, "partner_id")),
        )
        value = SQL.identifier(rows, field_expr)
        return value if field.type == "date" else SQL("COALESCE(%s, 0)", value)

    @api.depends(
        "acquisition_campaign_id",
        "acquisition_medium_id",
        "acquisition_source_id",
        "referral_ids",
        "referral_ids.retention_customer_ids",
        "referred_by_contact_id",
        "thanks_ids.date",
    )
    @api.depends_context("company", "uid", "lang")
    def _compute_referral_figures(self):
        names = self._get_referral_figure_names()
        ids = self._origin.ids
        rows = self._select_referral_figures(names, ids) if ids else {}
        for partner in self:
            *values, source, person = rows.get(partner._origin.id, [None] * (len(names) + 2))
            for name, value in zip(names, values, strict=True):
                partner[name] = value or False
            partner.acquisition_summary = source
            partner.referrer_person = person

    @api.model
    def _select_referral_figures(self, names, partner_ids):
        """Return ``{partner id: [*figures, source in words, person who brought them]}``.

        One statement for all that the contact shows of this: each name read on its own would cost
        another one.
        """
        self.env.flush_all()
        selected = self.env.execute_query(
            SQL(
                """SELECT customer.id, %(names)s,
                          NULLIF(CONCAT_WS(' · ', source.name, medium.name,
                                           COALESCE(campaign.title->>%(lang)s, campaign.title->>'en_US')), ''),
                          person.name
                     FROM res_partner AS customer
                     LEFT JOIN utm_source AS source ON source.id = customer.acquisition_source_id
                     LEFT JOIN utm_medium AS medium ON medium.id = customer.acquisition_medium_id
                     LEFT JOIN utm_campaign AS campaign
                       ON campaign.id = customer.acquisition_campaign_id
                     LEFT JOIN res_partner AS person ON person.id = customer.referred_by_contact_id
                     LEFT JOIN (%(direct)s) AS direct ON direct.partner_id = customer.id
                     LEFT JOIN (%(tree)s) AS tree ON tree.partner_id = customer.id
                     LEFT JOIN (%(thanks)s) AS thanks ON thanks.partner_id = customer.id
                    WHERE customer.id = ANY(%(ids)s)""",
                names=SQL(", ").join(SQL.identifier(name) for name in names),
                lang=self.env.lang or "en_US",
                direct=self._get_direct_query(partner_ids),
                tree=self._get_tree_query(partner_ids),
                thanks=self._get_thanks_query(partner_ids),
                ids=partner_ids,
            )
        )
        return {partner_id: values for partner_id, *values in selected}

    @api.depends_context("company")
    def _compute_referral_currency_id(self):
        self.referral_currency_id = self.env.company.currency_id
