from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.measures import MEASURES, nps_group


class RetentionSatisfaction(models.Model):
    """One answer of a customer, read as measures: from a survey, a phone call or the portal.

    One row per finished answer with at least one measure. Numbers that were not answered are
    null in the database and 0 when read, so 0 is told from nothing by ``nps_group`` or by SQL;
    averages leave nulls out. ``user_id`` is who was responsible when the customer was asked,
    ``date`` the day of the answer in the company's zone.
    """

    _name = "retention.satisfaction"
    _inherit = [
        "retention.record.mixin",
        "retention.customer.text.mixin",
        "retention.open.document.mixin",
    ]
    _description = "Satisfaction"
    _order = "date desc, id desc"

    _customer_texts = ("comment", "reference")

    partner_id = fields.Many2one(index=False)  # the index by partner and day does
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._get_retention_today(),
        help="Day of the answer.",
    )
    origin = fields.Selection(
        [("survey", "Survey"), ("phone", "Phone"), ("portal", "Portal")],
        required=True,
        default="phone",
        readonly=True,
    )
    survey_id = fields.Many2one(
        "survey.survey", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_input_id = fields.Many2one(
        "survey.user_input", "Answer", readonly=True, ondelete="cascade"
    )
    followup_id = fields.Many2one(
        "retention.followup", "Call", readonly=True, index="btree_not_null", ondelete="set null"
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    reference = fields.Char("About", readonly=True, help="Name of the document it is about.")

    level = fields.Selection(
        [
            ("dissatisfied", "Dissatisfied"),
            ("satisfied", "Satisfied"),
            ("very_satisfied", "Very satisfied"),
        ],
        "Satisfaction",
    )
    csat = fields.Integer("CSAT (1–5)", aggregator="avg", readonly=True)
    nps = fields.Integer("NPS Answer (0–10)", aggregator="avg", readonly=True)
    nps_group = fields.Selection(
        [("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
        "NPS",
        readonly=True,
        help="Would recommend us: promoters answer 9 or 10, detractors 0 to 6.",
    )
    expectation = fields.Selection(
        [
            ("worse", "Worse than expected"),
            ("as_expected", "As expected"),
            ("better", "Better than expected"),
        ],
        readonly=True,
    )
    courtesy = fields.Integer("Courtesy (1–5)", aggregator="avg", readonly=True)
    empathy = fields.Integer("Empathy (1–5)", aggregator="avg", readonly=True)
    effort = fields.Integer("Effort (1–5)", aggregator="avg", readonly=True)
    honesty = fields.Integer("Honesty (1–5)", aggregator="avg", readonly=True)
    knowledge = fields.Integer("Product Knowledge (1–5)", aggregator="avg", readonly=True)
    ease = fields.Integer("Ease (1–5)", aggregator="avg", readonly=True)
    quote_allowed = fields.Boolean("May Be Quoted", readonly=True)
    wants_call = fields.Boolean(readonly=True, help="Asked to be called.")
    comment = fields.Text("What Lies Behind", help="In the customer's words.")

    # Upsert by answer: without a partner in it, so the contact merge deletes nothing.
    _user_input_uniq = models.Constraint(
        "UNIQUE(user_input_id)", "This answer has been read already."
    )
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _partner_date_idx = models.Index("(partner_id, company_id, date DESC, id DESC)")
    _phone_idx = models.Index("(partner_id, date) WHERE origin = 'phone'")

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for answer in self:
            day = fields.Date.to_string(answer.date)
            answer.display_name = f"{answer.partner_id.display_name} ({day})"

    @api.model
    def _record(self, values_list):
        """Write what customers said otherwise than in a survey: on the phone, in the portal.

        Rights are not asked: whoever may call a customer may note the answer. Left out or ``None``
        means not answered; 0 is an answer.

        :param values_list: dicts with the fields of this model; ``partner_id`` is required, and
            ``improvement`` goes into the comment. Without ``user_id`` the customer's salesperson,
            else the current user is meant.
        :return: the new rows, as superuser
        :raise ValidationError: naming a number outside its scale
        """
        return self.sudo().create([self._prepare_recorded_values(each) for each in values_list])

    @api.model
    def _prepare_recorded_values(self, given):
        values = {name: value for name, value in given.items() if value is not None}
        comments = [values.get("comment"), values.pop("improvement", None)]
        values["comment"] = "\n".join(each for each in comments if each) or False
        for name, measure in MEASURES.items():
            if not measure.is_number or name not in values:
                continue
            number = values[name]
            if type(number) is not int or not measure.low <= number <= measure.high:
                raise ValidationError(
                    self.env._(
                        "%(measure)s is %(value)s. It has to be a number from %(low)s to %(high)s.",
                        measure=self._fields[name]._description_string(self.env),
                        value=number,
                        low=measure.low,
                        high=measure.high,
                    )
                )
        if "nps" in values:
            values["nps_group"] = nps_group(values["nps"])
        if "user_id" not in values:
            partner = self.env["res.partner"].sudo().browse(values["partner_id"])
            values["user_id"] = partner.commercial_partner_id.user_id.id or self.env.uid
        return values
