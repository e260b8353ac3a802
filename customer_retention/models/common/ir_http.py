import re

from werkzeug.exceptions import abort

from odoo import models
from odoo.http import Response, request

# Where controllers of ours are defined, those of the addons beside this one among them.
OURS = "odoo.addons.customer_retention"
# What no text of the database can hold: NUL, and halves of characters that JSON can spell.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class IrHttp(models.AbstractModel):
    """What anybody sends to a route of ours is made fit for it before the controller is asked.

    Characters that cannot be stored are left out of every text, however deep it stands, and so is
    an argument ``self``, which Odoo's own wrapper of routes takes for the controller. Routes of
    core count as ours where we extend them.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        if _is_ours(endpoint):
            request.params.pop("self", None)
            try:
                request.params = _clean(request.params)
            except RecursionError:
                abort(Response("Invalid data", status=400))
        return super()._dispatch(endpoint)


def _is_ours(endpoint):
    """Return whether a class of ours defines the method of this route."""
    method = endpoint.func
    return any(
        klass.__module__.startswith(OURS) and method.__name__ in vars(klass)
        for klass in type(method.__self__).__mro__
    )


def _clean(value):
    """Return ``value`` with every text in it, also in lists and dicts, free of what cannot be stored."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value
