from odoo import api, fields, models
from odoo.tools import SQL

from .retention_complaint import INTERNAL

PEERS = 3


class RetentionComplaintPeer(models.Model):
    """A customer like the one who complained, who did not: do such customers buy again?

    In the night after a solution, up to three customers of the same class and status without a
    complaint in a year are drawn for it, by their digest and so always the same. From the day of
    the solution on they have as many days as is usual for them. They are drawn then and not looked
    for afterwards: the status of later would have chosen those who bought.
    """

    _name = "retention.complaint.peer"
    _description = "Customer Compared With a Complaint"
    _order = "date_from desc, id desc"
    _log_access = False

    complaint_id = fields.Many2one(
        "retention.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_until = fields.Date("Until", required=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "There is time yet"),
            ("bought", "Bought again"),
            ("not_bought", "Did not buy again"),
        ],
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )

    @api.model
    def _draw(self, company):
        """Draw customers to compare with for the solutions of ``company`` that have none yet."""
        company = company.sudo()
        last = self.env["retention.run"].sudo()._get_last(company)
        today = company._get_retention_today()
        self.env.flush_all()
        drawn = self.env.execute_query(
            SQL(
                """WITH waiting AS (
                          SELECT id, partner_id, recovery_from, recovery_class, recovery_status
                            FROM retention_complaint
                           WHERE company_id = %(company)s AND recovery_state = 'pending'
                             AND has_peers IS NOT TRUE AND recovery_class IS NOT NULL),
                        drawn AS (
                          INSERT INTO retention_complaint_peer
                                 (complaint_id, company_id, partner_id, date_from, date_until, state)
                          SELECT waiting.id, %(company)s, peer.partner_id, waiting.recovery_from,
                                 waiting.recovery_from + FLOOR(
                                     %(factor)s * (%(weight)s * %(gap)s + peer.last_purchase_date
                                                   - peer.first_purchase_date)
                                     / GREATEST(%(weight)s + peer.purchase_days - 1, 1))::int,
                                 'pending'
                            FROM waiting
                           CROSS JOIN LATERAL (
                                 SELECT figure.*
                                   FROM retention_customer AS figure
                                  WHERE figure.company_id = %(company)s
                                    AND figure.abc_class = waiting.recovery_class
                                    AND figure.status = waiting.recovery_status
                                    AND figure.partner_id != waiting.partner_id
                                    AND NOT EXISTS (
                                        SELECT FROM retention_complaint AS other
                                         WHERE other.partner_id = figure.partner_id
                                           AND other.company_id = %(company)s
                                           AND other.received_at > %(year_ago)s)
                                  ORDER BY hashint8(figure.partner_id::bigint * 100003 + waiting.id),
                                           figure.partner_id
                                  LIMIT %(peers)s) AS peer)
                   UPDATE retention_complaint SET has_peers = TRUE
                    WHERE id IN (SELECT id FROM waiting)
                RETURNING id""",
                company=company.id,
                factor=SQL("%s::numeric", str(company.retention_active_factor)),
                weight=company.retention_gap_weight,
                gap=last.company_gap_days or company.retention_gap_default_days,
                year_ago=fields.Date.subtract(today, days=365),
                peers=PEERS,
            )
        )
        if drawn:
            self.env.invalidate_all(flush=False)

    @api.model
    def _update(self, company):
        """Note which of the customers compared with have bought, or let their time pass."""
        today = company._get_retention_today()
        self.flush_model()
        self.env.execute_query(
            SQL(
                """WITH pending AS MATERIALIZED (
                          SELECT peer.id, customer.commercial_partner_id AS partner_id,
                                 peer.date_from, peer.date_until
                            FROM retention_complaint_peer AS peer
                            JOIN res_partner AS customer ON customer.id = peer.partner_id
                           WHERE peer.company_id = %(company)s AND peer.state = 'pending')
                   UPDATE retention_complaint_peer AS peer
                      SET state = CASE WHEN now.bought THEN 'bought' ELSE 'not_bought' END
                     FROM (SELECT pending.id, pending.date_until,
                                  BOOL_OR(purchase.date IS NOT NULL) AS bought
                             FROM pending
                             LEFT JOIN (SELECT * FROM (%(purchases)s) AS purchase
                                         WHERE company_id = %(company)s AND is_counted
                                           AND date <= %(today)s
                                           AND partner_id IN (SELECT partner_id FROM pending)
                                           AND date > (SELECT MIN(date_from) FROM pending))
                                  AS purchase
                               ON purchase.partner_id = pending.partner_id
                              AND purchase.date > pending.date_from
                              AND purchase.date <= pending.date_until
                            GROUP BY pending.id, pending.date_until) AS now
                    WHERE peer.id = now.id AND (now.bought OR now.date_until < %(today)s)
                RETURNING peer.id""",
                company=company.id,
                purchases=self.env["retention.purchase"]._get_query(),
                today=today,
            )
        )
        self.invalidate_model(["state"], flush=False)


class RetentionComplaint(models.Model):
    """Whom this complaint is compared with."""

    _inherit = "retention.complaint"

    has_peers = fields.Boolean(
        readonly=True, copy=False, groups=INTERNAL, help="Customers to compare with were drawn."
    )
    peer_ids = fields.One2many(
        "retention.complaint.peer", "complaint_id", readonly=True, groups=INTERNAL
    )
