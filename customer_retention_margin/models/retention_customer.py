from odoo import api, fields, models

from odoo.addons.customer_retention.models.common.sql_field import OptionalFloat, OptionalMonetary

from ..sql.contribution import DAYS, KNOWN_FROM

CONTRIBUTION = "customer_retention_margin.group_contribution"


class RetentionCustomer(models.Model):
    """What is left of the sales of the last 365 days after goods and what it cost to serve.

    Written by ``retention.run`` alone, after the figures. Company currency; each part is rounded to it.
    Empty where too little is known, which is not 0.
    """

    _inherit = "retention.customer"

    contribution_year = OptionalMonetary(
        "Contribution, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="Net sales of the last 365 days less the cost of goods and the cost to serve. Empty "
        "where the cost of less than 80 % of the sales is known.",
    )
    serve_year = OptionalMonetary(
        "Cost to Serve, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="Visits and calls, thanks and redress, and the interest of late payment, last 365 days.",
    )
    goods_year = OptionalMonetary(
        "Cost of Goods, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="What the goods cost that were sold in the last 365 days, less those that came back.",
    )
    visit_year = OptionalMonetary(
        "Visits and Calls, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="The hours of visits, and done activities by the minutes of their type, at the cost of "
        "an hour.",
    )
    goodwill_year = OptionalMonetary(
        "Thanks and Redress, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="What thanks and making good of complaints cost, without credit notes: sales are less "
        "by these already.",
    )
    late_year = OptionalMonetary(
        "Late Payment, 12 Months",
        readonly=True,
        groups=CONTRIBUTION,
        help="Interest of what was paid, or is open, after it was due.",
    )
    cost_known_percent = OptionalFloat(
        "Cost Known (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        groups=CONTRIBUTION,
        help="Share of the sales of the last 365 days whose cost is known, in percent.",
    )
    is_costly_gold = fields.Boolean(
        "Gold by Turnover, Lead by Contribution",
        readonly=True,
        groups=CONTRIBUTION,
        help="A gold customer who costs more than they bring, or is, among ten customers and more, "
        "in the lowest tenth of contributions.",
    )
    contribution_reason = fields.Char(
        "Why No Contribution",
        compute="_compute_contribution_reason",
        groups=CONTRIBUTION,
        help="Why nothing is said of the contribution, in a sentence.",
    )

    @api.depends("contribution_year", "cost_known_percent")
    @api.depends_context("lang")
    def _compute_contribution_reason(self):
        for customer in self:
            customer.contribution_reason = self._get_contribution_reason(customer)

    @api.model
    def _get_contribution_reason(self, figures):
        """Return why ``figures`` say nothing of the contribution, False where they do.

        :param figures: a record with the figures: a customer's or a partner's
        """
        if figures.contribution_year is not False:
            return False
        known = figures.cost_known_percent
        if known is False:
            return self.env._("Not counted yet: the next nightly run does.")
        return self.env._(
            "The cost is known of %(known)s %% of the sales of the last %(days)s days. At least "
            "%(needed)s %% is needed to say what is left: enter the cost of the products, or on the "
            "lines of the orders.",
            known=int(known),
            days=DAYS,
            needed=KNOWN_FROM,
        )
