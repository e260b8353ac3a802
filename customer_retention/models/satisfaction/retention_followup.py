from odoo import api, fields, models

from ..common.window_action import open_dialog
from .retention_event import ANSWERS


class RetentionFollowup(models.Model):
    """A call ends with what the customer said."""

    _inherit = "retention.followup"

    is_call = fields.Boolean(
        compute="_compute_is_call", help="The customer is reached by phone, and can be asked."
    )
    satisfaction_ids = fields.One2many("retention.satisfaction", "followup_id", readonly=True)

    @api.depends("reach")
    def _compute_is_call(self):
        for followup in self:
            followup.is_call = followup.reach == "phone"

    def _get_talking_points(self, partner):
        points = super()._get_talking_points(partner)
        # Where the answer is why they are called, it stands above already.
        if partner.satisfaction_summary and self.sudo().enrollment_id.event_id.type not in ANSWERS:
            points.append(self.env._("Satisfaction: %s.", partner.satisfaction_summary))
        return points

    def _get_followed(self):
        followed = super()._get_followed()
        if not followed and self.satisfaction_ids:
            return self.env._("what was said is noted. Correct the answer instead.")
        return followed

    def action_note_done(self):
        """Note what came of a call in a dialog; anything else is done."""
        self.ensure_one()
        self.check_access("read")
        if not self.is_call:
            return self.action_done()
        return open_dialog(
            "retention.followup.answer",
            self.partner_id.display_name,
            default_followup_id=self.id,
            dialog_size="medium",
        )

    def _prepare_answer_values(self, level, words):
        """Return values of the ``retention.satisfaction`` row of what was said in this call."""
        self.ensure_one()
        followup = self.sudo()
        event = followup.enrollment_id.event_id
        responsible, subject = event._get_document_user(), event._get_subject()
        return {
            "origin": "phone",
            "partner_id": followup.partner_id.id,
            "contact_id": followup.contact_id.id,
            "company_id": followup.company_id.id,
            "date": followup.company_id._get_retention_today(),
            "followup_id": followup.id,
            "level": level,
            "comment": words,
            **({"user_id": responsible.id} if responsible else {}),
            "res_model": subject._name if subject else False,
            "res_id": subject.id if subject else False,
            "reference": subject.name if subject else False,
        }
