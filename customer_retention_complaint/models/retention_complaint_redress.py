from odoo import api, fields, models

from .retention_complaint import INTERNAL


class RetentionComplaintRedress(models.Model):
    """What was done to make it right, and what it cost, untaxed, in company currency.

    With a credit note the cost is the credit note's untaxed amount once it is posted, and nothing
    before, whatever was entered: read when it is looked at. Turnover has the credit note already,
    so whoever subtracts redress from turnover leaves such rows out (``is_in_turnover``).
    """

    _name = "retention.complaint.redress"
    _description = "Redress"
    _inherit = ["retention.range.mixin", "retention.writable.mixin"]
    _order = "date desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "retention.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    kind = fields.Selection(
        [
            ("apology", "Apology"),
            ("credit", "Money back"),
            ("replacement", "Replacement"),
            ("repair", "Repair"),
            ("discount", "Discount"),
            ("gift", "Gift"),
            ("other", "Other"),
        ],
        "What",
        required=True,
        default="apology",
    )
    note = fields.Char()
    date = fields.Date(required=True, default=lambda self: self.env.company._get_retention_today())
    user_id = fields.Many2one("res.users", "By", default=lambda self: self.env.user, readonly=True)
    entered_cost = fields.Monetary()
    cost = fields.Monetary(
        compute="_compute_cost",
        inverse="_inverse_cost",
        help="Without taxes, in company currency. With a credit note: its amount, once posted.",
    )
    move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('move_type', '=', 'out_refund'), ('partner_id', 'child_of', partner_id)]",
    )
    order_id = fields.Many2one(
        "sale.order",
        "Replacement Order",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('partner_id', 'child_of', partner_id)]",
        help="No new purchase: whoever gets it has not bought again.",
    )
    is_in_turnover = fields.Boolean(
        compute="_compute_cost", help="Turnover is less by this already: it is a credit note."
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), "entered_cost": (0, 1_000_000_000)}

    @api.depends("entered_cost", "move_id.state", "move_id.amount_untaxed_signed")
    def _compute_cost(self):
        for redress in self:
            move = redress.sudo().move_id
            redress.is_in_turnover = bool(move)
            if not move:
                redress.cost = redress.entered_cost
            else:
                is_posted = move.state == "posted"
                redress.cost = abs(move.amount_untaxed_signed) if is_posted else 0

    def _inverse_cost(self):
        for redress in self.filtered(lambda each: not each.move_id):
            redress.entered_cost = redress.cost
        # What was entered beside a credit note is not what it costs.
        self.filtered("move_id").invalidate_recordset(["cost"], flush=False)


class RetentionComplaint(models.Model):
    """What was done to make it right."""

    _inherit = "retention.complaint"

    redress_ids = fields.One2many(
        "retention.complaint.redress", "complaint_id", "Made Good", groups=INTERNAL
    )
    redress_cost = fields.Monetary(
        "Cost of Redress", compute="_compute_redress_cost", groups=INTERNAL
    )

    @api.depends("redress_ids.cost")
    def _compute_redress_cost(self):
        for complaint in self:
            complaint.redress_cost = sum(complaint.redress_ids.mapped("cost"))

    def action_redress(self):
        """Ask what was done to make it right."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Made Good"),
            "res_model": "retention.complaint.redress",
            "views": [
                (
                    self.env.ref(
                        "customer_retention_complaint.retention_complaint_redress_view_form"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }
