from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class RetentionPortal(CustomerPortal):
    """Keep the words of a customer who declines a quotation online."""

    @route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        response = super().portal_quote_decline(
            order_id, access_token=access_token, decline_message=decline_message, **kwargs
        )
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return response
        if decline_message and order_sudo.state == "cancel":
            mentions = request.env["retention.mention"]._get_of_documents(order_sudo)
            mentions.filtered(lambda mention: not mention.note).note = decline_message
        return response
