from odoo import api, models

COMPLAINT = "retention.complaint"


class MailThread(models.AbstractModel):
    """Mails that nobody wrote make no complaint and move none; core does not look at their headers."""

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        return self.env["retention.complaint.inbox"]._filter_routes(message, message_dict, routes)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        is_loop = super()._detect_loop_sender(message, message_dict, routes)
        if is_loop:
            for route in routes or ():
                if route[0] == COMPLAINT and not route[1]:
                    self.env["retention.complaint.inbox"]._keep_unfiled(
                        route, message_dict, "too_many"
                    )
        return is_loop

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if any(route[0] == COMPLAINT for route in routes or ()):
            # What PostgreSQL has no room for must not lose a customer's mail.
            for name, value in message_dict.items():
                if isinstance(value, str) and "\x00" in value:
                    message_dict[name] = type(value)(value.replace("\x00", ""))
            if self.env["retention.complaint.inbox"]._get_refusal(message, message_dict):
                thread = self.with_context(complaint_is_automatic=True)
                return super(MailThread, thread)._message_route_process(
                    message, message_dict, routes
                )
        return super()._message_route_process(message, message_dict, routes)
