from werkzeug.exceptions import abort

from odoo import models
from odoo.http import Response, request


class IrHttp(models.AbstractModel):
    """Calls to surveys whose parameters are none get a 400: Odoo would answer with its trace.

    Everybody with a link can send them, and they fail before any controller is asked.
    """

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        if rule.rule.startswith("/survey/") and rule.endpoint.routing["type"] == "jsonrpc":
            cls._check_survey_call()
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _check_survey_call(cls):
        try:
            call = request.get_json_data()
            params = call.get("params", {})
        except (AttributeError, ValueError, RecursionError):
            params = None
        if not isinstance(params, dict) or "self" in params:
            abort(Response("Invalid JSON-RPC data", status=400))
