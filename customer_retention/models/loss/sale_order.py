from odoo import api, fields, models

from ..common.window_action import open_action


class SaleOrder(models.Model):
    """A cancelled or declined quotation leaves the reason why with the customer.

    Written where the quotation had been sent or somebody gave a reason. A quotation of an
    opportunity writes nothing: the opportunity does when it is lost.
    """

    _inherit = "sale.order"

    lost_reason_id = fields.Many2one(
        "crm.lost.reason",
        "Cancelled Because",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Why the customer did not buy.",
    )
    competitor_id = fields.Many2one(
        "retention.competitor",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Whom the customer chose instead.",
    )

    # What a mention is made of, beside the state.
    _MENTION_FIELDS = frozenset(
        ("lost_reason_id", "competitor_id", "partner_id", "user_id", "opportunity_id", "company_id")
    )

    def _action_cancel(self):
        # A customer who declines online has had the quotation, whatever its state says.
        sent = ("draft", "sent") if self.env.user.share else ("sent",)
        offered = self.filtered(lambda order: order.state in sent)
        result = super()._action_cancel()
        cancelled = self.filtered(lambda order: order.state == "cancel")
        to_record = cancelled.filtered(lambda order: order in offered or order.lost_reason_id)
        self.env["retention.mention"]._record_documents(to_record)
        return result

    def write(self, vals):
        reopened = self.browse()
        if vals.get("state", "cancel") != "cancel":
            reopened = self.filtered(lambda order: order.state == "cancel")
            if reopened and reopened == self:
                vals = {"lost_reason_id": False, "competitor_id": False, **vals}
        result = super().write(vals)
        if reopened:
            self.env["retention.mention"]._record_documents(reopened)
        elif not self._MENTION_FIELDS.isdisjoint(vals):
            self._update_mentions()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_mentions(self):
        self.env["retention.mention"]._get_of_documents(self, only_open=False).unlink()

    def _update_mentions(self):
        """Let the mentions of cancelled quotations follow; write those that now have a reason."""
        cancelled = self.filtered(lambda order: order.state == "cancel")
        if not cancelled:
            return
        mentions = self.env["retention.mention"]._get_of_documents(cancelled)
        noted = set(mentions.mapped("res_id"))
        self.env["retention.mention"]._record_documents(
            cancelled.filtered(lambda order: order.id in noted or order.lost_reason_id)
        )

    def _prepare_mention_values(self):
        """Return the values of the mention of this quotation; none where there is nothing to note."""
        self.ensure_one()
        if self.state != "cancel" or self.opportunity_id or not self.partner_id:
            return {}
        company_currency = self.company_id.currency_id
        return {
            "partner_id": self.partner_id.commercial_partner_id.id,
            "contact_id": self.partner_id.id if self.partner_id.parent_id else False,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "origin": "quotation",
            "lost_reason_id": self.lost_reason_id.id,
            "competitor_id": self.competitor_id.id,
            "amount": company_currency.round(self.amount_untaxed / (self.currency_rate or 1)),
            "reference": self.name,
        }

    def _get_mention_date(self):
        return self.company_id._get_retention_today()

    def action_ask_cancel(self):
        """Ask why before cancelling; the reason may be left out."""
        return open_action(
            self.env,
            "sale.action_mass_cancel_orders",
            context={"default_sale_order_ids": self.ids, "dialog_size": "medium"},
            name=self.env._("Cancel %s", self.name) if len(self) == 1 else self.env._("Cancel"),
        )
