from odoo import fields, models
from odoo.fields import Domain


class RetentionSatisfactionReport(models.Model):
    """The product categories an answer is about: those of the products on its order."""

    _inherit = "retention.satisfaction.report"

    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        compute="_compute_categ_ids",
        search="_search_categ_ids",
        help="Of the products on the order it is about.",
    )

    def _compute_categ_ids(self):
        lines = self.env["retention.expectation.report"]._read_group(
            [("satisfaction_id", "in", self.ids)], ["satisfaction_id"], ["categ_id:recordset"]
        )
        categories = {answer.id: categs for answer, categs in lines}
        for answer in self:
            answer.categ_ids = categories.get(answer.id, False)

    def _search_categ_ids(self, operator, value):
        if operator.startswith("not"):
            return NotImplemented

        def about(*condition):
            lines = self.env["retention.expectation.report"]._search([condition])
            return Domain("id", "in", lines.subselect("satisfaction_id"))

        if operator == "in" and False in value:
            known = [each for each in value if each]
            return ~about("categ_id", "!=", False) | about("categ_id", "in", known)
        return about("categ_id", operator, value)
