from odoo import api, fields, models

from ..common.groups import SALESMAN
from ..common.window_action import open_form


class SaleOrder(models.Model):
    """What the customer says about this order, for those who may read the customer's answers."""

    _name = "sale.order"
    _inherit = ["sale.order", "retention.customer.text.mixin"]

    _customer_texts = ("satisfaction_comment",)

    satisfaction_id = fields.Many2one(
        "retention.satisfaction",
        "Last Answer",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="What the customer last said about this order.",
    )
    satisfaction_level = fields.Selection(
        selection=lambda self: self.env["retention.satisfaction"]._fields["level"].selection,
        string="Satisfaction",
        compute="_compute_satisfaction",
        groups=SALESMAN,
    )
    satisfaction_expectation = fields.Selection(
        selection=lambda self: self.env["retention.satisfaction"]._fields["expectation"].selection,
        string="Expectation",
        compute="_compute_satisfaction",
        groups=SALESMAN,
    )
    satisfaction_date = fields.Date("Answered On", compute="_compute_satisfaction", groups=SALESMAN)
    satisfaction_comment = fields.Text(
        "In Their Words", compute="_compute_satisfaction", groups=SALESMAN
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_satisfaction(self):
        Answers = self.env["retention.satisfaction"]
        about = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        last = {answer.res_id: answer for answer in Answers.search(about, order="date, id")}
        for order in self:
            answer = last.get(order._origin.id, Answers)
            order.satisfaction_id = answer
            order.satisfaction_level = answer.level
            order.satisfaction_expectation = answer.expectation
            order.satisfaction_date = answer.date
            order.satisfaction_comment = answer.comment

    def action_open_satisfaction(self):
        """Open what the customer said about this order."""
        self.ensure_one()
        return open_form("retention.satisfaction", self.satisfaction_id.id)
