from odoo import fields, models


class SurveyQuestion(models.Model):
    """A question whose answer says something about a customer: tied to a measure."""

    _inherit = "survey.question"

    retention_measure = fields.Selection(
        [
            ("satisfaction", "Satisfaction: dissatisfied, satisfied, very satisfied"),
            ("csat", "CSAT: 1 to 5"),
            ("nps", "NPS: 0 to 10"),
            ("expectation", "Worse than, as, or better than expected"),
            ("courtesy", "Courtesy: 1 to 5"),
            ("empathy", "Empathy: 1 to 5"),
            ("effort", "Effort we made: 1 to 5"),
            ("honesty", "Honesty: 1 to 5"),
            ("knowledge", "Product knowledge: 1 to 5"),
            ("ease", "How easy it was: 1 to 5"),
            ("priority", "Number one priority"),
            ("choice_reason", "Why they choose us"),
            ("deal_breaker", "Why they did not buy or left"),
            ("competitor", "Competitor"),
            ("interest", "What they are interested in"),
            ("product_wanted", "Product they would also buy"),
            ("improvement", "What we could do better"),
            ("quote_allowed", "May we quote you"),
            ("referral", "Do you know somebody"),
            ("wants_call", "May we call you"),
        ],
        "Measure",
        help="What the answer tells about the customer. It is read into the customer's record.",
    )
