from odoo import fields, models


class SurveySurvey(models.Model):
    """How often customers may be asked with this survey (see the company's pauses between surveys)."""

    _inherit = "survey.survey"

    retention_kind = fields.Selection(
        [("transactional", "After a sale or contact"), ("relationship", "The relationship")],
        "Asks Customers About",
        help="How long customers are left alone before they are asked with such a survey again. "
        "Empty: this survey is not sent to customers by Customer Retention.",
    )
    retention_is_exit = fields.Boolean(
        "Asks Why They Left",
        help="The reason a silent or lost customer gives is recorded as the loss of this customer.",
    )
