from odoo import api, fields, models
from odoo.tools import SQL


class RetentionToThank(models.Model):
    """Who is to be thanked: live SQL, one row per customer, occasion and company.

    * A referral who has bought, as long as nobody in the company thanked its referrer for it;
      also one named only after the first purchase: it makes no event, but they did bring them.
    * A gold customer who was not thanked in the company for anything in the last months
      (``res.company.retention_thanks_months``).

    Archived customers are left out.
    """

    _name = "retention.to.thank"
    _inherit = ["retention.open.partner.mixin"]
    _description = "Customer to Thank"
    _auto = False
    _rec_name = "partner_id"
    _order = "value_year desc, date desc, id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", "Person", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    occasion = fields.Selection(
        [("referral", "Brought us a customer"), ("gold", "Gold customer")], readonly=True
    )
    referral_id = fields.Many2one("res.partner", "For Bringing Us", readonly=True)
    date = fields.Date(
        "Since",
        readonly=True,
        help="Day of the new customer's first purchase; of a gold customer, the day by which "
        "thanks were due again, empty where there never were any.",
    )
    last_thanks_date = fields.Date(
        "Last Thanked", readonly=True, help="Of a gold customer, for anything."
    )
    value_year = fields.Monetary(
        "Last 12 Months",
        readonly=True,
        help="What the one to be thanked bought in the last 365 days, without taxes.",
    )

    _depends = {
        "res.company": ["currency_id", "retention_thanks_months"],
        "res.partner": ["active", "referred_by_contact_id", "referred_by_id", "user_id"],
        "retention.customer": [
            "company_id",
            "first_purchase_date",
            "is_gold",
            "partner_id",
            "value_year",
        ],
        "retention.thanks": ["company_id", "date", "partner_id", "referral_id"],
    }

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._get_referral_query(), self._get_gold_query())

    @api.model
    def _get_referral_query(self):
        return SQL(
            """SELECT bought.id::bigint * 2 AS id,
                      referrer.id AS partner_id,
                      referral.referred_by_contact_id AS contact_id,
                      referrer.user_id,
                      bought.company_id,
                      bought.currency_id,
                      'referral' AS occasion,
                      referral.id AS referral_id,
                      bought.first_purchase_date AS date,
                      NULL::date AS last_thanks_date,
                      COALESCE(own.value_year, 0) AS value_year
                 FROM res_partner AS referral
                 JOIN retention_customer AS bought ON bought.partner_id = referral.id
                 JOIN res_partner AS referrer
                   ON referrer.id = referral.referred_by_id AND referrer.active
                 LEFT JOIN retention_customer AS own
                   ON own.partner_id = referrer.id AND own.company_id = bought.company_id
                WHERE referral.referred_by_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM retention_thanks AS thanks
                                   WHERE thanks.referral_id = referral.id
                                     AND thanks.partner_id = referrer.id
                                     AND thanks.company_id = bought.company_id)"""
        )

    @api.model
    def _get_gold_query(self):
        today = self.env["retention.customer"]._get_today_sql(SQL("gold.company_id"))
        return SQL(
            """SELECT gold.id::bigint * 2 + 1 AS id,
                      customer.id AS partner_id,
                      NULL::int AS contact_id,
                      customer.user_id,
                      gold.company_id,
                      gold.currency_id,
                      'gold' AS occasion,
                      NULL::int AS referral_id,
                      (last.date + make_interval(months => company.retention_thanks_months))::date
                          AS date,
                      last.date AS last_thanks_date,
                      gold.value_year
                 FROM retention_customer AS gold
                 JOIN res_partner AS customer ON customer.id = gold.partner_id AND customer.active
                 JOIN res_company AS company ON company.id = gold.company_id
                 LEFT JOIN LATERAL (SELECT MAX(thanks.date) AS date
                                      FROM retention_thanks AS thanks
                                     WHERE thanks.partner_id = gold.partner_id
                                       AND thanks.company_id = gold.company_id) AS last ON TRUE
                WHERE gold.is_gold
                  AND (last.date IS NULL
                       OR last.date <= %s - make_interval(months => company.retention_thanks_months))""",
            today,
        )

    def action_thank(self):
        """Open a thank-you for this customer and occasion."""
        self.ensure_one()
        return self.partner_id._get_thank_action(
            {
                "partner_id": self.partner_id.id,
                "contact_id": self.contact_id.id,
                "referral_id": self.referral_id.id,
                "company_id": self.company_id.id,
            }
        )
