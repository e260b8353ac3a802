from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ...tools.measures import CHOICES, MEASURES, Measure

NOTHING = Measure(())


class SurveyQuestion(models.Model):
    """A question whose answer says something about a customer: tied to a measure.

    Type, scale and suggested answers have to fit the measure; choosing one in the dialog fills in
    what is missing.
    """

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
            ("improvement", "What lies behind, what we could do better"),
            ("quote_allowed", "May we quote you"),
            ("referral", "Do you know somebody"),
            ("wants_call", "May we call you"),
        ],
        "Measure",
        help="What the answer tells about the customer. It is read into the customer's record.",
    )
    retention_answer_kind = fields.Selection(
        [("value", "Value"), ("record", "Record")],
        compute="_compute_retention_answer_kind",
        help="What each suggested answer has to say for the measure.",
    )
    retention_measure_rule = fields.Char(
        "Takes",
        compute="_compute_retention_answer_kind",
        help="Question types and answers that fit the measure.",
    )

    @api.depends("retention_measure", "question_type")
    @api.depends_context("lang")
    def _compute_retention_answer_kind(self):
        for question in self:
            rule = MEASURES.get(question.retention_measure)
            is_choice = question.question_type in CHOICES
            question.retention_answer_kind = (
                rule
                and is_choice
                and ("record" if rule.records else "value" if rule.allowed_values else False)
            )
            question.retention_measure_rule = rule and question._get_rule_text(rule)

    def _get_rule_text(self, rule):
        parts = [self._get_type_labels(rule.types)]
        if rule.is_number:
            parts.append(
                self.env._("Numbers from %(low)s to %(high)s", low=rule.low, high=rule.high)
            )
        elif rule.values:
            parts.append(self.env._("Values: %s", ", ".join(rule.values)))
        return ". ".join(parts)

    @api.model
    def _get_type_labels(self, types):
        labels = dict(self._fields["question_type"]._description_selection(self.env))
        return ", ".join(labels[name] for name in types)

    # ------------------------------------------------------------------
    # Saving
    # ------------------------------------------------------------------

    @api.constrains(
        "retention_measure",
        "question_type",
        "is_page",
        "scale_min",
        "scale_max",
        "suggested_answer_ids",
    )
    def _check_retention_measure(self):
        """Refuse a type, a scale or suggested answers that do not fit the measure."""
        types = dict(self._fields["question_type"]._description_selection(self.env))
        for question in self.filtered("retention_measure"):
            rule = MEASURES[question.retention_measure]
            measure = self._get_measure_label(question.retention_measure)
            if question.question_type not in rule.types:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” is of type %(type)s, which does not fit its measure "
                        "“%(measure)s”. Types that fit: %(allowed)s.",
                        question=question.title,
                        type=types.get(question.question_type, self.env._("Section")),
                        measure=measure,
                        allowed=self._get_type_labels(rule.types),
                    )
                )
            scale = (question.scale_min, question.scale_max)
            if question.question_type == "scale" and scale != (rule.low, rule.high):
                raise ValidationError(
                    self.env._(
                        "The scale of “%(question)s” goes from %(min)s to %(max)s. For its "
                        "measure “%(measure)s” it has to go from %(low)s to %(high)s.",
                        question=question.title,
                        min=question.scale_min,
                        max=question.scale_max,
                        measure=measure,
                        low=rule.low,
                        high=rule.high,
                    )
                )
            if question.question_type in CHOICES:
                question.suggested_answer_ids._check_fits(question.retention_measure)

    @api.model
    def _get_measure_label(self, name):
        return dict(self._fields["retention_measure"]._description_selection(self.env))[name]

    # ------------------------------------------------------------------
    # Filling in
    # ------------------------------------------------------------------

    @api.onchange("retention_measure")
    def _onchange_retention_measure(self):
        """Fill in what the measure needs: type, scale, and suggested answers where there are none."""
        if not self.retention_measure or self.is_page:
            return
        rule = MEASURES[self.retention_measure]
        is_open = rule.is_number and not self.suggested_answer_ids
        if is_open or self.question_type not in rule.types:
            self.question_type = rule.types[0]
        if rule.is_number:
            self.scale_min, self.scale_max = rule.low, rule.high
        self._fill_suggested_answers()

    @api.onchange("question_type")
    def _onchange_question_type(self):
        if self.question_type in MEASURES.get(self.retention_measure, NOTHING).types:
            self._fill_suggested_answers()

    def _fill_suggested_answers(self):
        """Fill in the answers of a choice where nobody has written any."""
        is_filled = any(
            each._origin or not (each.retention_value or each.retention_record)
            for each in self.suggested_answer_ids
        )
        if self.question_type in CHOICES and not is_filled:
            self.suggested_answer_ids = [
                Command.clear(),
                *(Command.create(each) for each in self._prepare_suggested_answers()),
            ]

    def _prepare_suggested_answers(self):
        """Return the values of suggested answers that fit the measure, the best first."""
        self.ensure_one()
        rule = MEASURES[self.retention_measure]
        if rule.records:
            # Who writes surveys need not be in sales.
            records = self.env[rule.records[0]].sudo().search([])
            answers = [
                {"value": each.display_name, "retention_record": f"{each._name},{each.id}"}
                for each in records
            ]
        elif rule.is_number:
            answers = [{"value": value, "retention_value": value} for value in rule.allowed_values]
        else:
            labels = self._get_value_labels()
            values = rule.values if "yes" in rule.values else reversed(rule.values)
            answers = [{"value": labels[each], "retention_value": each} for each in values]
        return [{**values, "sequence": place} for place, values in enumerate(answers, start=1)]

    @api.model
    def _get_value_labels(self):
        """Return how customers read the words of measures."""
        fields_get = self.env["retention.satisfaction"]._fields
        return {
            **dict(fields_get["level"]._description_selection(self.env)),
            **dict(fields_get["expectation"]._description_selection(self.env)),
            "yes": self.env._("Yes"),
            "no": self.env._("No"),
        }
