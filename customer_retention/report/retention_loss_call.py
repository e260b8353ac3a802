from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class RetentionLossCall(models.Model):
    """Whom to call when the cause of a reason is gone: one row per reason, customer and company.

    From all that was lost for this reason and still is (``retention.loss.report``). Deals and a
    customer's yearly value stand apart, in company currency: they are not the same money.
    """

    _name = "retention.loss.call"
    _inherit = ["retention.open.partner.mixin"]
    _description = "Customer Lost for a Reason"
    _auto = False
    _order = "loss_value desc, deal_amount desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", "Reason", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    phone = fields.Char(related="partner_id.phone")
    deal_amount = fields.Monetary(
        "Deals Lost", readonly=True, help="Untaxed value of the deals lost for this reason."
    )
    loss_value = fields.Monetary(
        "Value a Year",
        readonly=True,
        help="What the customer bought for a year before being lost for this reason.",
    )
    mention_count = fields.Integer("Times", readonly=True, help="How often this was the reason.")
    date = fields.Date("Last Time", readonly=True)
    date_told = fields.Date(
        "Noted On", readonly=True, help="When somebody last noted here that the cause is gone."
    )

    _depends = {
        "res.partner": ["user_id"],
        "retention.event": ["company_id", "date", "partner_id", "res_id", "type"],
        "retention.loss": ["company_id", "partner_id", "state"],
        "retention.loss.report": ["amount", "date", "holds", "lost_reason_id", "source"],
    }

    @property
    def _table_query(self):
        # The smallest id of what a row sums up belongs to no other row, now or later.
        return SQL(
            """SELECT MIN(lost.id) AS id, lost.partner_id, lost.lost_reason_id, lost.company_id,
                      lost.currency_id, customer.user_id,
                      COALESCE(SUM(lost.amount) FILTER (WHERE lost.source != 'customer'), 0) AS deal_amount,
                      COALESCE(MAX(lost.amount) FILTER (WHERE lost.source = 'customer'), 0) AS loss_value,
                      COUNT(*)::int AS mention_count, MAX(lost.date) AS date,
                      (SELECT MAX(told.date) FROM retention_event AS told
                        WHERE told.partner_id = lost.partner_id AND told.type = 'cause_gone'
                          AND told.company_id = lost.company_id
                          AND told.res_id = lost.lost_reason_id) AS date_told
                 FROM (%s) AS lost
                 JOIN res_partner AS customer ON customer.id = lost.partner_id AND customer.active
                WHERE lost.holds AND lost.lost_reason_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM retention_loss AS let_go
                                   WHERE let_go.partner_id = lost.partner_id
                                     AND let_go.company_id = lost.company_id
                                     AND let_go.state = 'let_go')
                GROUP BY lost.partner_id, lost.lost_reason_id, lost.company_id, lost.currency_id,
                         customer.user_id""",
            self.env["retention.loss.report"]._get_query(),
        )

    def action_cause_gone(self):
        """Record an event ``cause_gone`` of today for each chosen customer, once a day."""
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Please choose the customers first."))
        events = self.env["retention.event"].sudo()._record_cause_gone(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Noted for %s customers: the cause is gone.", len(events)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
