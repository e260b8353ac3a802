from odoo import api, models

from ..common.window_action import open_dialog


class RetentionOpenPartnerMixin(models.AbstractModel):
    """Lists of rows about customers offer to ask the chosen ones by a survey."""

    _inherit = "retention.open.partner.mixin"

    @api.model
    def _get_bulk_buttons(self):
        return {**super()._get_bulk_buttons(), "action_send_survey": self.env._("Send Survey")}

    def action_send_survey(self):
        """Ask which survey is to be sent to the customers of these rows; the dialog says who is left out."""
        self.check_access("read")
        return open_dialog(
            "retention.survey.send",
            self.env._("Send Survey"),
            default_partner_ids=self.partner_id.ids,
        )
