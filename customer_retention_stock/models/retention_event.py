from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_retention.models.event.retention_event_traits import Traits


class RetentionEvent(models.Model):
    """Goods delivered, as events that programs start from."""

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[("delivery", "Delivery")], ondelete={"delivery": "cascade"}
    )

    @api.model
    def _get_type_traits(self):
        # The invoice of what was delivered comes after the delivery, and is no reason to stop.
        delivery = Traits(ends_on_purchase=False, over="_get_delivery_over", theme="sale")
        return {**super()._get_type_traits(), "delivery": delivery}

    def _get_delivery_over(self, company, event_type):
        """Return SQL of the ids of those of these whose transfer is gone, or came back as a whole."""
        uncollected = self._get_uncollected_over(company, event_type)
        return SQL(
            """SELECT event.id
                 FROM retention_event AS event
                WHERE event.id = ANY(%(ids)s) AND event.res_id IS NOT NULL
                  AND (event.id IN (%(uncollected)s)
                       OR NOT EXISTS (
                           SELECT FROM stock_move AS move
                            WHERE move.picking_id = event.res_id AND move.state = 'done'
                              AND move.quantity > COALESCE(
                                  (SELECT SUM(back.quantity) FROM stock_move AS back
                                    WHERE back.origin_returned_move_id = move.id
                                      AND back.state = 'done'), 0)))""",
            ids=self.ids,
            uncollected=uncollected,
        )

    @api.model
    def _get_frequent_types(self):
        return [*super()._get_frequent_types(), "delivery"]

    @api.model
    def _get_delivery_events(self, company, since, until):
        """Collect what has left the warehouses of ``company`` for a customer, one event a transfer.

        The customer is that of the sales order, else that of the transfer; the day is that of the
        transfer, in the company's zone. A backorder is a delivery of its own; returns, internal
        transfers and goods sent back to a supplier are none.
        """
        Purchase = self.env["retention.purchase"]
        return SQL(
            """SELECT picking.id::text AS key, %(day)s AS date,
                      partner.commercial_partner_id AS partner_id, NULL::int AS related_partner_id,
                      NULLIF(partner.id, partner.commercial_partner_id) AS contact_id,
                      'stock.picking' AS res_model, picking.id AS res_id
                 FROM stock_picking AS picking
                 JOIN stock_picking_type AS type ON type.id = picking.picking_type_id
                 JOIN stock_location AS destination ON destination.id = picking.location_dest_id
                 LEFT JOIN sale_order AS sale ON sale.id = picking.sale_id
                 JOIN res_partner AS partner
                   ON partner.id = COALESCE(sale.partner_id, picking.partner_id)
                WHERE picking.company_id = %(company)s AND picking.state = 'done'
                  AND type.code = 'outgoing' AND destination.usage = 'customer'
                  AND NOT partner.commercial_partner_id = ANY(%(excluded)s)
                  AND %(day)s BETWEEN %(since)s AND %(until)s""",
            company=company.id,
            day=Purchase._get_company_day(SQL("picking.date_done"), SQL("picking.company_id")),
            excluded=Purchase._get_excluded_partner_ids(),
            since=since,
            until=until,
        )

    def _get_description(self):
        if self.type == "delivery":
            return self.env._("Received goods on %s", self._get_day())
        return super()._get_description()

    @api.model
    def _get_document_models(self):
        return [*super()._get_document_models(), "stock.picking"]

    def _get_document_user(self):
        if self.res_model == "stock.picking":
            # Not who is responsible for the transfer: that is somebody of the warehouse.
            return self._get_of_document("sale_id.user_id") or self.env["res.users"]
        return super()._get_document_user()
