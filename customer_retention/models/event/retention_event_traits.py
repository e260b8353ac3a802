from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Traits(NamedTuple):
    """What programs have to know of a type of event, told by the room or addon that adds the type."""

    is_never_held_out: bool = False
    """Whoever has this in hand is never left without an answer for the sake of a comparison."""
    ends_on_purchase: bool = True
    """Whether a program on this event ends for a customer who buys, unless somebody chose otherwise."""
    is_dated: bool = False
    """Whether the collector also knows the events of the coming days."""
    conditions: tuple = (None, None)
    """Of a change: the program's fields that narrow the value before and the value after it."""
    key: SQL | None = None
    """Where the key names a contact: what the collector makes of the row ``event``, see ``_rename_keys``."""


class RetentionEvent(models.Model):
    """What distinguishes the types of events for whoever acts on them."""

    _inherit = "retention.event"

    @api.model
    def _get_type_traits(self):
        """Return ``{type: Traits}`` of the types that are not as most. Hook: types that are added."""
        return {}

    @api.model
    def _get_traits(self, event_type):
        """Return the :class:`Traits` of a type, those of most where it has none of its own."""
        return self._get_type_traits().get(event_type, Traits())
