from odoo import api, fields, models


class RetentionCustomer(models.Model):
    """Boards and lists of customers say what comes next for each."""

    _inherit = "retention.customer"

    next_sentence = fields.Char(
        "Next", compute="_compute_next_sentence", help="What is planned, or the best thing to do."
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_next_sentence(self):
        for customer in self:
            partner = customer.partner_id.with_company(customer.company_id)
            customer.next_sentence = partner.next_sentence
