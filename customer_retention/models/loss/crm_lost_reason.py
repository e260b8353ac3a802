from odoo import fields, models

from ..common.window_action import open_action


class CrmLostReason(models.Model):
    """The one list of deal breakers, for lost deals and lost customers.

    Names are read without a query: the contact's form names reasons in its latest events.
    """

    _name = "crm.lost.reason"
    _inherit = ["crm.lost.reason", "retention.named.mixin"]

    win_back_if = fields.Text(
        "Can Be Won Back If",
        translate=True,
        help="What has to change before it makes sense to call again.",
    )

    def action_cause_gone(self):
        """List whom to call because this reason no longer holds."""
        self.ensure_one()
        name = self.env._("Cause Is Gone: %s", self.name)
        return open_action(
            self.env,
            "customer_retention.retention_loss_call_action",
            context={"search_default_lost_reason_id": self.id},
            name=name,
            display_name=name,
        )
