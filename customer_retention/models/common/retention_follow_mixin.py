from odoo import api, models
from odoo.tools import SQL


class RetentionFollowMixin(models.AbstractModel):
    """Rows that follow their customer where it becomes part of another, or is merged.

    A model has ``partner_id``, the commercial partner it is about, and ``contact_id``, the person
    where one is known. Nothing else is asked of it, and nothing is to be called: see
    ``res.partner._follow_customers``.
    """

    _name = "retention.follow.mixin"
    _description = "Row That Follows Its Customer"

    @api.model
    def _follow_customers(self, moved):
        """Give rows of ``moved`` to their commercial partners; who was the customer is the person now.

        In the database: nothing that was filled from the customer is filled anew. Hook: what else
        changes with the customer, of the rows of ``moved.commercial_partner_id``. Called as
        superuser, with nothing left to flush; caches are emptied afterwards.

        :param moved: contacts whose commercial partner is another than before, or who bear the
            rows of merged ones
        :return: the rows that moved
        """
        rows = self.env.execute_query(
            SQL(
                """UPDATE %s AS noted
                      SET partner_id = partner.commercial_partner_id,
                          contact_id = COALESCE(noted.contact_id, partner.id)
                     FROM res_partner AS partner
                    WHERE partner.id = noted.partner_id AND noted.partner_id = ANY(%s)
                      AND partner.commercial_partner_id != partner.id
                RETURNING noted.id""",
                SQL.identifier(self._table),
                moved.ids,
            )
        )
        return self.browse(row_id for (row_id,) in rows)
