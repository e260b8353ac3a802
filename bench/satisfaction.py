"""Answers of surveys: reading them into rows, again, and what is left for the night."""

from __future__ import annotations

from odoo import Command

from bench.measure import middle, watch
from bench.table import Row, seconds

ANSWERS = 10_000
BAR = 3
MEASURES = ("satisfaction", "nps", "csat", "expectation", "improvement", "wants_call")


def measure(env, sample, settle) -> list[Row]:
    """Return the rows of the table about answers of surveys.

    :param settle: cleans up the tables it is given
    """
    survey = _create_survey(env)
    count = min(ANSWERS, sample.customers)
    _create_answers(env, survey, sample.first_customer, count)
    settle("survey_user_input", "survey_user_input_line")
    Satisfaction = env["retention.satisfaction"]
    answers = env["survey.user_input"].search([("survey_id", "=", survey.id)])
    said = [("user_input_id", "in", answers.ids)]

    def group(keys: list[str]) -> float:
        aggregates = ["value_scale:max", "suggested_answer_id:max", "write_date:max"]
        return middle(lambda: env["survey.user_input.line"]._read_group(said, keys, aggregates), 5)

    floor = group(["user_input_id", "question_id"])

    def ratio(label: str, spent: float) -> Row:
        return Row(label, seconds(spent), f"{spent / floor:.1f}", spent / floor, BAR, " ×")

    table = [
        Row(f"One _read_group of {count:,} answers, by answer and question", seconds(floor), "1"),
        Row("The same by answer alone", seconds(group(["user_input_id"]))),
    ]
    with watch(env) as first:
        rows = Satisfaction._read_answers(answers)
    with watch(env) as events:
        rows._record_events()
    settle("retention_satisfaction")
    with watch(env) as again:
        Satisfaction._read_answers(answers)
    with watch(env) as night:
        left = Satisfaction._get_unread_answers()
    table += [
        ratio(f"Reading {count:,} answers into rows, {first.queries} statements", first.seconds),
        Row("Recording their events", seconds(events.seconds), f"{events.seconds / floor:.1f}"),
        ratio("Reading them again", again.seconds),
        ratio("Finding that none is unread", night.seconds),
        Row("Answers it finds", f"{len(left):,}", "", len(left), 0),
    ]
    return table


def _create_survey(env):
    """Return a survey with one question for each of the measures."""
    return env["survey.survey"].create(
        {
            "title": "How are we doing?",
            "access_mode": "token",
            "question_and_page_ids": [
                Command.create(_prepare_question(env, measure, place))
                for place, measure in enumerate(MEASURES)
            ],
        }
    )


def _prepare_question(env, measure: str, place: int) -> dict:
    question = env["survey.question"].new({"title": measure, "retention_measure": measure})
    question._onchange_retention_measure()
    return {
        "title": measure,
        "sequence": place,
        "retention_measure": measure,
        "question_type": question.question_type,
        "scale_min": question.scale_min,
        "scale_max": question.scale_max,
        "suggested_answer_ids": [
            Command.create({"value": each.value, "retention_value": each.retention_value})
            for each in question.suggested_answer_ids
        ],
    }


def _create_answers(env, survey, first: int, count: int) -> None:
    """Let each customer answer each question once, in the database."""
    env.flush_all()
    env.cr.execute(
        """WITH answer AS (
               INSERT INTO survey_user_input (survey_id, partner_id, access_token, state, test_entry,
                                              start_datetime, end_datetime, write_date, create_date)
               SELECT %(survey)s, id, 'bench-' || id, 'done', FALSE, now(), now(), now(), now()
                 FROM res_partner WHERE id BETWEEN %(first)s AND %(first)s + %(count)s - 1
            RETURNING id)
           INSERT INTO survey_user_input_line (
               user_input_id, survey_id, question_id, question_sequence, skipped, answer_type,
               value_scale, value_text_box, suggested_answer_id, write_date, create_date)
           SELECT answer.id, %(survey)s, question.id, question.sequence, FALSE,
                  CASE question.question_type WHEN 'simple_choice' THEN 'suggestion'
                                              WHEN 'char_box' THEN 'char_box'
                                              ELSE question.question_type END,
                  CASE WHEN question.question_type = 'scale'
                       THEN question.scale_min + answer.id
                            %% (question.scale_max - question.scale_min + 1) END,
                  CASE WHEN question.question_type = 'text_box' THEN 'What they said' END,
                  suggested.ids[1 + answer.id %% CARDINALITY(suggested.ids)], now(), now()
             FROM answer, survey_question AS question
             LEFT JOIN (SELECT question_id, ARRAY_AGG(id) AS ids
                          FROM survey_question_answer GROUP BY question_id) AS suggested
               ON suggested.question_id = question.id
            WHERE question.survey_id = %(survey)s""",
        {"survey": survey.id, "first": first, "count": count},
    )
    env["survey.user_input"].invalidate_model()
