from odoo import api, fields, models

from ..common.groups import SALESMAN


class RetentionThanks(models.Model):
    """Thanks and follow-ups know of each other: nobody is thanked twice for the same."""

    _inherit = "retention.thanks"

    followup_id = fields.Many2one(
        "retention.followup",
        "Follow-up",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        groups=SALESMAN,
        help="The follow-up of a program that these thanks were.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        thanks = super().create(vals_list)
        for each in thanks:
            each._close_followup()
        return thanks

    def _close_followup(self):
        """Close the oldest open follow-up that asks for these thanks."""
        self.ensure_one()
        followups = (
            self.env["retention.followup"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "open"),
                    ("step_id.activity_type_id.retention_thanks_kind", "!=", False),
                ],
                order="date_opened, id",
            )
        )
        if self.referral_id:
            followups = followups.filtered(
                lambda each: (
                    each.enrollment_id.event_id.related_partner_id
                    in (self.referral_id, self.env["res.partner"])
                )
            )
        followup = followups[:1]
        if followup:
            activity = followup.activity_id
            self.sudo().followup_id = followup
            followup._close("yes", self.env._("Thanked"), record_thanks=False)
            activity.action_archive()

    @api.model
    def _record_from_followups(self, followups):
        """Note the thanks that done follow-ups are."""
        self.sudo().create(
            [
                {
                    "followup_id": followup.id,
                    "partner_id": followup.partner_id.id,
                    "contact_id": followup.contact_id.id,
                    "company_id": followup.company_id.id,
                    "kind": followup.step_id.activity_type_id.retention_thanks_kind,
                    "referral_id": followup._get_referral().id,
                    "reason": followup.enrollment_id.event_id.description,
                    "user_id": followup.user_id.id or self.env.uid,
                    "date": followup.date_done,
                }
                for followup in followups
            ]
        )
