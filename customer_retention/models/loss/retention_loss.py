from odoo import api, fields, models
from odoo.tools import SQL


class RetentionLoss(models.Model):
    """One customer lost, as somebody of us knows it: customer and date are enough.

    * ``date`` is a day of the company's zone. From then on the customer's status is *lost*, until
      the next purchase; the figures know it after their next run.
    * ``value_year`` is what the customer bought for in the 365 days up to the last purchase day on
      or before ``date``, less credit notes, untaxed, in company currency. It is counted back from
      the last purchase and not from ``date``, because a customer who had been silent for a year
      before somebody asked did not lose us nothing.
    * ``state`` becomes *won back* by itself with the first purchase after ``date``, whatever it
      was before.
    """

    _name = "retention.loss"
    _inherit = ["retention.record.mixin", "retention.customer.text.mixin"]
    _description = "Lost Customer"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    _customer_texts = ("note",)

    date = fields.Date(
        "Lost On",
        required=True,
        default=lambda self: self.env.company._get_retention_today(),
        help="Day the customer left, as well as you know it.",
    )
    reason_id = fields.Many2one("crm.lost.reason", index="btree_not_null", ondelete="restrict")
    competitor_id = fields.Many2one(
        "retention.competitor",
        "Now Buys From",
        index="btree_not_null",
        ondelete="restrict",
    )
    avoidable = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        help="Could we have avoided it? Left out while nobody knows.",
    )
    value_year = fields.Monetary(
        "Value a Year",
        compute="_compute_value_year",
        store=True,
        readonly=False,
        help="Purchases less credit notes of the last 365 days in which the customer bought, "
        "without taxes, in company currency.",
    )
    note = fields.Text("What Happened")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("winning_back", "Being won back"),
            ("won_back", "Won back"),
            ("let_go", "Let go"),
        ],
        required=True,
        default="open",
        index=True,
        group_expand=True,
        help="Won back is set by the next purchase.",
    )
    date_won_back = fields.Date(
        "Won Back On", readonly=True, copy=False, help="Day of the first purchase after the loss."
    )

    @api.depends("partner_id", "date", "company_id")
    def _compute_value_year(self):
        for company, losses in self.grouped("company_id").items():
            wanted = {
                index: (loss.partner_id._origin.commercial_partner_id.id, loss.date)
                for index, loss in enumerate(losses)
                if company and loss.partner_id._origin and loss.date and loss._is_value_readable()
            }
            values = losses._get_values_year(company, wanted)
            for index, loss in enumerate(losses):
                loss.value_year = values.get(index, 0)

    def _is_value_readable(self):
        """Return whether the user may know what the customer bought.

        A form proposes the value before anything is saved, and for whatever customer and company
        it is asked: only a loss that the user could record has one. What is saved has been checked.
        """
        self.ensure_one()
        if self.id:
            return True
        # Stored fields are computed as superuser, also for a form.
        rule = self.sudo(False).env["ir.rule"]._compute_domain(self._name, "create")
        return bool(self.sudo().filtered_domain(rule))

    @api.model
    def _get_values_year(self, company, wanted):
        """Return what was bought for in the 365 days up to the last purchase day on or before a date.

        :param company: one company
        :param wanted: ``{key: (id of a commercial partner, date)}``
        :return: ``{key: amount}``, net, company currency; without those who never bought
        """
        if not wanted:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH bought AS MATERIALIZED (
                        SELECT partner_id, date, amount, is_counted
                          FROM (%(purchases)s) AS purchase
                         WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s))
                   SELECT lost.key, SUM(bought.amount)
                     FROM (SELECT wanted.key, wanted.partner_id, MAX(bought.date) AS last
                             FROM (VALUES %(wanted)s) AS wanted (key, partner_id, date)
                             JOIN bought ON bought.partner_id = wanted.partner_id
                              AND bought.is_counted AND bought.date <= wanted.date
                            GROUP BY wanted.key, wanted.partner_id) AS lost
                     JOIN bought ON bought.partner_id = lost.partner_id
                      AND bought.date > lost.last - 365 AND bought.date <= lost.last
                    GROUP BY lost.key""",
                purchases=self.env["retention.purchase"]._get_query(),
                company=company.id,
                partners=list({partner_id for partner_id, _date in wanted.values()}),
                wanted=SQL(", ").join(
                    SQL("(%s, %s, %s::date)", key, partner_id, date)
                    for key, (partner_id, date) in wanted.items()
                ),
            )
        )
        return dict(rows)

    @api.model_create_multi
    def create(self, vals_list):
        losses = super().create(vals_list)
        losses._record_event()
        self.env["retention.change"]._note(losses.partner_id)
        return losses

    def write(self, vals):
        moved = not {"partner_id", "contact_id", "company_id", "date"}.isdisjoint(vals)
        if moved:
            self.env["retention.change"]._note(self.partner_id)
        result = super().write(vals)
        if moved:
            self.env["retention.change"]._note(self.partner_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_event(self):
        """Take back the event of a loss that was no loss, and let the status follow."""
        self.env["retention.change"]._note(self.partner_id)
        self.env["retention.event"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()

    def _record_event(self):
        """Record each loss as an event of its day, once."""
        self.env["retention.event"].sudo().create(
            [
                {
                    "type": "loss_recorded",
                    "date": loss.date,
                    "partner_id": loss.partner_id.id,
                    "contact_id": loss.contact_id.id,
                    "company_id": loss.company_id.id,
                    "new_value": str(loss.reason_id.id) if loss.reason_id else False,
                    "res_model": loss._name,
                    "res_id": loss.id,
                    "key": str(loss.id),
                }
                for loss in self
            ]
        )

    def _refresh_status(self):
        """Let the status of these customers follow the loss at once, where figures exist already.

        Where a run is at work, or none has been complete yet, the next run brings it.
        """
        Run = self.env["retention.run"].sudo()
        for company, losses in self.grouped("company_id").items():
            if Run._get_last(company):
                Run._refresh(company, losses.partner_id)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_win_back(self):
        """Note that somebody is at it."""
        self.filtered(lambda loss: loss.state != "won_back").state = "winning_back"

    def action_let_go(self):
        """Note that nobody tries any more."""
        self.filtered(lambda loss: loss.state != "won_back").state = "let_go"

    # ------------------------------------------------------------------
    # Won back
    # ------------------------------------------------------------------

    @api.model
    def _update_won_back(self, company, partner_ids=None):
        """Set losses of ``company`` to won back where the customer has bought since, set-based.

        Reads ``retention.customer``: to be called after its figures were written.

        :param partner_ids: ids of commercial partners to look at; all by default
        """
        self.flush_model()
        lost = self.env.execute_query(
            SQL(
                """SELECT loss.id, customer.partner_id, loss.date
                     FROM retention_loss AS loss
                     JOIN res_partner AS loser ON loser.id = loss.partner_id
                     JOIN retention_customer AS customer
                       ON customer.partner_id = loser.commercial_partner_id
                      AND customer.company_id = loss.company_id
                      AND customer.last_purchase_date > loss.date
                    WHERE loss.company_id = %s AND loss.state != 'won_back' %s""",
                company.id,
                SQL("AND customer.partner_id = ANY(%s)", partner_ids)
                if partner_ids is not None
                else SQL(),
            )
        )
        if not lost:
            return
        self.env.cr.execute(self._get_won_back_statement(company, lost))
        self.invalidate_model(["state", "date_won_back"])

    @api.model
    def _get_won_back_statement(self, company, lost):
        """Return the UPDATE of losses ``[(id, commercial partner id, date)]`` with their first purchase."""
        return SQL(
            """UPDATE retention_loss AS loss
                  SET state = 'won_back', date_won_back = bought.first, write_date = NOW() AT TIME ZONE 'UTC'
                 FROM (SELECT lost.id, MIN(purchase.date) AS first
                         FROM (VALUES %(lost)s) AS lost (id, partner_id, date)
                         JOIN (SELECT * FROM (%(purchases)s) AS purchase
                                WHERE company_id = %(company)s AND is_counted
                                  AND partner_id = ANY(%(partners)s)) AS purchase
                           ON purchase.partner_id = lost.partner_id AND purchase.date > lost.date
                        GROUP BY lost.id) AS bought
                WHERE loss.id = bought.id""",
            lost=SQL(", ").join(SQL("(%s, %s, %s::date)", *row) for row in lost),
            purchases=self.env["retention.purchase"]._get_query(),
            company=company.id,
            partners=list({partner_id for _id, partner_id, _date in lost}),
        )
