from odoo import models


class SurveyUserInputLine(models.Model):
    """What customers wrote stays a text in every spreadsheet."""

    _name = "survey.user_input.line"
    _inherit = ["survey.user_input.line", "retention.customer.text.mixin"]

    _customer_texts = ("value_char_box", "value_text_box", "display_name")
