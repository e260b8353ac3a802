from odoo import api, fields, models


class RetentionEvent(models.Model):
    """Events of losses: a customer was recorded as lost; the cause of somebody's no is gone."""

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[("loss_recorded", "Recorded as lost"), ("cause_gone", "Cause is gone")],
        ondelete={"loss_recorded": "cascade", "cause_gone": "cascade"},
    )

    @api.model
    def _record_cause_gone(self, calls):
        """Record that the cause is gone for ``retention.loss.call`` rows, once a day for each.

        :return: the events recorded now
        """
        vals_list = []
        for call in calls:
            today = call.company_id._get_retention_today()
            vals_list.append(
                {
                    "type": "cause_gone",
                    "date": today,
                    "partner_id": call.partner_id.id,
                    "company_id": call.company_id.id,
                    "res_model": "crm.lost.reason",
                    "res_id": call.lost_reason_id.id,
                    "key": f"{call.lost_reason_id.id},{call.partner_id.id},{today}",
                }
            )
        recorded = {
            (event.company_id.id, event.key)
            for event in self.search(
                [("type", "=", "cause_gone"), ("key", "in", [vals["key"] for vals in vals_list])]
            )
        }
        return self.create(
            [vals for vals in vals_list if (vals["company_id"], vals["key"]) not in recorded]
        )

    def _get_description(self):
        if self.type == "loss_recorded":
            reason = self.env["retention.loss"].browse(self.res_id).exists().sudo().reason_id.name
            if reason:
                return self.env._("Recorded as lost: %(reason)s", reason=reason)
            return self.env._("Recorded as lost")
        if self.type == "cause_gone":
            reason = self.env["crm.lost.reason"].browse(self.res_id).exists().name
            return self.env._("The cause is gone: %(reason)s", reason=reason or "")
        return super()._get_description()
