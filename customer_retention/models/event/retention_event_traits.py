from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# A document whose date was corrected within so many days is still the same cause.
CORRECTED_DAYS = 31


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
    over: str | None = "_get_uncollected_over"
    """Which method tells whose cause is over, see there; None: what happened stays true."""
    theme: str = "later"
    """Under which heading programs on this event stand, see ``retention.program.theme``."""
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

    def _filter_over(self):
        """Return those of these events whose cause is true no longer; one statement a company and type.

        The order was cancelled, the invoice given back, the document deleted or moved to another
        customer; of a change of figures, it turned back. Whoever acts on an event asks this first.
        """
        self.env.flush_all()
        over = set()
        for (company, event_type), events in (
            self.sudo().grouped(lambda event: (event.company_id, event.type)).items()
        ):
            if name := self._get_traits(event_type).over:
                query = getattr(events, name)(company, event_type)
                over.update(row_id for (row_id,) in self.env.execute_query(query))
        return self.filtered(lambda event: event.id in over)

    def _get_uncollected_over(self, company, event_type):
        """Return SQL of the ids of these, of one type, that their collector does not find any more.

        It looks a month around, since dates are corrected; a document of another customer now is
        no cause of this one's event, and what names no document stays true. This and others like it are named by ``Traits.over``: called on
        events of ``company`` and ``event_type``, as superuser, after flushing.
        """
        days = self.mapped("date")
        collector = self._get_collector(event_type)(
            company,
            min(days) - timedelta(days=CORRECTED_DAYS),
            max(*days, company._get_retention_today()),
        )
        return SQL(
            """SELECT event.id
                 FROM retention_event AS event
                 LEFT JOIN (SELECT key, partner_id FROM (%(collector)s) AS collected
                             WHERE partner_id = ANY(%(partners)s)) AS found
                   ON found.key = event.key AND found.partner_id = event.partner_id
                WHERE event.id = ANY(%(ids)s) AND event.res_id IS NOT NULL
                  AND found.key IS NULL""",
            collector=collector,
            partners=self.partner_id.ids,
            ids=self.ids,
        )
