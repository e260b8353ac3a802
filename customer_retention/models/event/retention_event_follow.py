from odoo import api, models
from odoo.tools import SQL


class RetentionEvent(models.Model):
    """Events follow their customers, with the keys that their collectors would give them then.

    Else what happened to a customer in the last days would be recorded once more for the company
    it is part of now, or for the contact it was merged into: a program would begin anew.
    """

    _inherit = "retention.event"

    @api.model
    def _follow_customers(self, moved):
        events = super()._follow_customers(moved)
        self.env.execute_query(
            SQL(
                """UPDATE retention_event AS event
                      SET related_partner_id = partner.commercial_partner_id
                     FROM res_partner AS partner
                    WHERE partner.id = event.related_partner_id AND partner.id = ANY(%s)
                      AND partner.commercial_partner_id NOT IN (partner.id, event.partner_id)
                RETURNING event.id""",
                moved.ids,
            )
        )
        self._rename_keys(moved.commercial_partner_id)
        return events

    @api.model
    def _follow_merged_causes(self, merged_ids, survivor):
        """Let events whose cause is a contact that was merged into ``survivor`` name that one."""
        customer = survivor.commercial_partner_id.id
        self.env.cr.execute(
            SQL(
                """UPDATE retention_event SET res_id = %(survivor)s
                    WHERE res_model = 'res.partner' AND res_id = ANY(%(merged)s)
                      AND (partner_id IN (%(survivor)s, %(customer)s)
                           OR related_partner_id IN (%(survivor)s, %(customer)s))""",
                survivor=survivor.id,
                customer=customer,
                merged=merged_ids,
            )
        )

    @api.model
    def _rename_keys(self, customers):
        """Give events of ``customers``, also as the other contact, the keys of their collectors.

        Of two that have become the same the older one takes the key.
        """
        keys = {kind: traits.key for kind, traits in self._get_type_traits().items() if traits.key}
        whens = SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, key) for kind, key in sorted(keys.items())
        )
        self.env.cr.execute(
            SQL(
                """WITH named AS (
                          SELECT DISTINCT ON (event.company_id, event.type, key.now)
                                 event.id, event.company_id, event.type, key.now
                            FROM retention_event AS event
                           CROSS JOIN LATERAL (SELECT CASE event.type %(whens)s END AS now) AS key
                           WHERE event.type IN %(types)s
                             AND (event.partner_id = ANY(%(customers)s)
                                  OR event.related_partner_id = ANY(%(customers)s))
                           ORDER BY event.company_id, event.type, key.now, event.id)
                   UPDATE retention_event AS event
                      SET key = named.now
                     FROM named
                    WHERE event.id = named.id AND named.now IS NOT NULL
                      AND NOT EXISTS (
                          SELECT FROM retention_event AS other
                           WHERE other.company_id = named.company_id
                             AND other.type = named.type AND other.key = named.now)""",
                whens=whens,
                types=tuple(keys),
                customers=customers.ids,
            )
        )
