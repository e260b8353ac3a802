"""Shipped questions that nobody changed are asked of those they fit."""

import json

ASKED_AFTER = {
    "survey_question_after_sale_improvement": "not_low",
    "survey_question_after_sale_expectation": "not_low",
    "survey_question_after_sale_wants_call": "low",
    "survey_question_relationship_improvement": "not_low",
    "survey_question_relationship_product_wanted": "not_low",
    "survey_question_relationship_referral": "high",
    "survey_question_relationship_wants_call": "low",
}


def migrate(cr, version):
    """Give them their condition; a survey that is not one question a page any more is left alone."""
    cr.execute(
        """UPDATE survey_question AS question
              SET retention_asked_after = CAST(%s AS jsonb) ->> data.name
             FROM ir_model_data AS data, survey_survey AS survey
            WHERE data.module = 'customer_retention' AND data.model = 'survey.question'
              AND data.name = ANY(%s) AND question.id = data.res_id
              AND survey.id = question.survey_id
              AND survey.questions_layout = 'page_per_question'
              AND question.write_date = question.create_date""",
        [json.dumps(ASKED_AFTER), list(ASKED_AFTER)],
    )
