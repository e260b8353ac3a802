from odoo import api, fields, models
from odoo.tools import SQL

from ..event.retention_event_traits import Traits


class RetentionEvent(models.Model):
    """Somebody was named as brought by a customer, and bought: events of the one who brought them."""

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("referral_named", "Brought somebody"),
            ("referral_converted", "Somebody they brought bought"),
        ],
        ondelete={"referral_named": "cascade", "referral_converted": "cascade"},
    )

    @api.model
    def _get_type_traits(self):
        referral = Traits(
            is_never_held_out=True,
            ends_on_purchase=False,
            theme="thanks",
            key=SQL("event.related_partner_id || '-' || event.partner_id"),
        )
        return {
            **super()._get_type_traits(),
            "referral_named": referral,
            "referral_converted": referral,
        }

    @api.model
    def _get_recorded_types(self):
        return [*super()._get_recorded_types(), "referral_named", "referral_converted"]

    @api.model
    def _get_referral_named_events(self, company, since, until):
        """Collect who was named as a referrer in ``company``, on the day it was recorded."""
        return SQL(
            """SELECT customer.id || '-' || customer.referred_by_id AS key,
                      customer.referred_date AS date,
                      customer.referred_by_id AS partner_id,
                      customer.id AS related_partner_id,
                      customer.referred_by_contact_id AS contact_id,
                      'res.partner' AS res_model,
                      customer.id AS res_id
                 FROM res_partner AS customer
                WHERE customer.referred_by_id IS NOT NULL
                  AND customer.commercial_partner_id = customer.id
                  AND customer.referred_company_id = %s
                  AND customer.referred_date BETWEEN %s AND %s""",
            company.id,
            since,
            until,
        )

    @api.model
    def _get_referral_converted_events(self, company, since, until):
        """Collect first purchases in ``company`` of customers whose referrer had been named by then."""
        return SQL(
            """SELECT customer.id || '-' || customer.referred_by_id AS key,
                      figure.first_purchase_date AS date,
                      customer.referred_by_id AS partner_id,
                      customer.id AS related_partner_id,
                      customer.referred_by_contact_id AS contact_id,
                      'res.partner' AS res_model,
                      customer.id AS res_id
                 FROM retention_customer AS figure
                 JOIN res_partner AS customer ON customer.id = figure.partner_id
                WHERE figure.company_id = %s
                  AND figure.first_purchase_date BETWEEN %s AND %s
                  AND customer.referred_by_id IS NOT NULL
                  AND customer.referred_date <= figure.first_purchase_date""",
            company.id,
            since,
            until,
        )

    def _get_description(self):
        if self.type == "referral_named":
            return self.env._("Brought us %(customer)s", customer=self._get_other_name())
        if self.type == "referral_converted":
            return self.env._(
                "They brought us %(customer)s, who bought for the first time on %(day)s",
                customer=self._get_other_name(),
                day=self._get_day(),
            )
        return super()._get_description()

    def _get_other_name(self):
        return self.sudo().related_partner_id.display_name or self.env._("a former contact")
