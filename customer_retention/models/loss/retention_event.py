from odoo import api, fields, models
from odoo.tools import SQL

from ..event.retention_event_traits import Traits


class RetentionEvent(models.Model):
    """Events of losses: a customer was recorded as lost; the cause of somebody's no is gone.

    ``new_value`` is the id of the reason (``crm.lost.reason``), where there is one.
    """

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[("loss_recorded", "Recorded as lost"), ("cause_gone", "Cause is gone")],
        ondelete={"loss_recorded": "cascade", "cause_gone": "cascade"},
    )

    @api.model
    def _get_type_traits(self):
        key = SQL("event.res_id || '-' || event.partner_id || '-' || event.date")
        return {
            **super()._get_type_traits(),
            "cause_gone": Traits(key=key, over=None, theme="wrong"),
            "loss_recorded": Traits(over="_get_loss_over", theme="wrong"),
        }

    def _get_loss_over(self, company, event_type):
        """Return SQL of the ids of those of these whose loss is none any more: deleted, or won back."""
        return SQL(
            """SELECT event.id
                 FROM retention_event AS event
                 LEFT JOIN retention_loss AS loss ON loss.id = event.res_id
                WHERE event.id = ANY(%s) AND event.res_id IS NOT NULL
                  AND (loss.id IS NULL OR loss.state = 'won_back')""",
            self.ids,
        )

    @api.model
    def _get_recorded_types(self):
        return [*super()._get_recorded_types(), "loss_recorded"]

    @api.model
    def _get_loss_recorded_events(self, company, since, until):
        """Collect the losses of ``company`` on their own days; recorded with the loss itself."""
        return SQL(
            """SELECT loss.id::text AS key, loss.date, customer.commercial_partner_id AS partner_id,
                      NULL::int AS related_partner_id, loss.contact_id,
                      'retention.loss' AS res_model, loss.id AS res_id
                 FROM retention_loss AS loss
                 JOIN res_partner AS customer ON customer.id = loss.partner_id
                WHERE loss.company_id = %s AND loss.date BETWEEN %s AND %s""",
            company.id,
            since,
            until,
        )

    @api.model
    def _get_cause_gone_events(self, company, since, until):
        """Collect what people noted in ``company``: nothing else knows that a cause is gone."""
        return SQL(
            """SELECT key, date, partner_id, related_partner_id, contact_id, res_model, res_id
                 FROM retention_event
                WHERE type = 'cause_gone' AND company_id = %s AND date BETWEEN %s AND %s""",
            company.id,
            since,
            until,
        )

    @api.model
    def _record_cause_gone(self, calls):
        """Record that the cause is gone for ``retention.loss.call`` rows, once a day for each.

        :return: the events recorded now
        """
        vals_list = [self._prepare_cause_gone_values(call) for call in calls]
        recorded = {
            (event.company_id.id, event.key)
            for event in self.search(
                [("type", "=", "cause_gone"), ("key", "in", [vals["key"] for vals in vals_list])]
            )
        }
        return self.create(
            [vals for vals in vals_list if (vals["company_id"], vals["key"]) not in recorded]
        )

    @api.model
    def _prepare_cause_gone_values(self, call):
        today = call.company_id._get_retention_today()
        return {
            "type": "cause_gone",
            "date": today,
            "partner_id": call.partner_id.id,
            "company_id": call.company_id.id,
            "new_value": str(call.lost_reason_id.id),
            "res_model": "crm.lost.reason",
            "res_id": call.lost_reason_id.id,
            "key": f"{call.lost_reason_id.id}-{call.partner_id.id}-{today}",
        }

    def _get_description(self):
        if self.type not in ("loss_recorded", "cause_gone"):
            return super()._get_description()
        names = self.env["crm.lost.reason"]._get_names()
        reason = names.get(int(self.new_value or 0), "")
        if self.type == "cause_gone":
            return self.env._("The cause is gone: %(reason)s", reason=reason)
        if reason:
            return self.env._("Recorded as lost: %(reason)s", reason=reason)
        return self.env._("Recorded as lost")
