from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RetentionProgramStep(models.Model):
    """A step that sends a survey."""

    _inherit = "retention.program.step"

    channel = fields.Selection(selection_add=[("survey", "Survey")], ondelete={"survey": "cascade"})
    purpose = fields.Selection(
        default=None, compute="_compute_purpose", store=True, readonly=False, precompute=True
    )
    survey_id = fields.Many2one(
        "survey.survey",
        domain="[('retention_kind', '!=', False)]",
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("channel")
    def _compute_purpose(self):
        for step in self:
            if step.channel == "survey":
                step.purpose = "survey"
            else:
                step.purpose = step.purpose or "service"

    @api.model
    def _get_needed_field(self, channel):
        return "survey_id" if channel == "survey" else super()._get_needed_field(channel)

    def _get_reach(self):
        return "email" if self.channel == "survey" else super()._get_reach()

    def _is_complete(self):
        complete = super()._is_complete()
        return complete and (self.channel != "survey" or self.survey_id.sudo().active)

    @api.depends("survey_id")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_act_name(self):
        return super()._get_act_name() or self.survey_id.sudo().title

    @api.constrains("channel", "purpose", "survey_id")
    def _check_survey(self):
        self._check_channel()
        for step in self.filtered(lambda each: each.channel == "survey"):
            if step.purpose != "survey":
                raise ValidationError(
                    self.env._(
                        "Purpose is Service or Offer. A step by survey has the purpose Survey."
                    )
                )
            if step.survey_id and not step.survey_id.sudo().retention_kind:
                raise ValidationError(
                    self.env._(
                        "Survey is %(survey)s, which is not sent to customers. Fill in Asks "
                        "Customers About on it first.",
                        survey=step.survey_id.sudo().title,
                    )
                )
