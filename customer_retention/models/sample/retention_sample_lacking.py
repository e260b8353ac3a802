from odoo import api, fields, models

from ..common.window_action import open_action


class RetentionSample(models.Model):
    """What those who were drawn lack for being asked: said before anybody is asked."""

    _inherit = "retention.sample"

    lacking = fields.Text(
        "What They Lack",
        compute="_compute_lacking",
        help="How many have no email address, phone number or salesperson, as the way of asking needs.",
    )

    def _get_needs(self):
        """Return what asking this sample needs to know of a customer."""
        return ["email"] if self.mode == "survey" else self.program_id._get_needs()

    @api.depends(
        "mode",
        "program_id",
        "member_ids.partner_id.email_normalized",
        "member_ids.partner_id.phone",
        "member_ids.partner_id.user_id",
    )
    def _compute_lacking(self):
        for sample in self:
            partners = sample.member_ids.partner_id
            found = partners._get_lacking(sample._get_needs())
            sample.lacking = "\n".join(
                partners._say_lacking(kind, len(some), len(partners))
                for kind, some in found.items()
            )

    def action_open_lacking(self):
        """Open those who were drawn and lack something."""
        self.ensure_one()
        self.check_access("read")
        partners = self.member_ids.partner_id
        found = partners._get_lacking(self._get_needs())
        lacking = partners.browse().union(*found.values())
        return open_action(
            self.env,
            "contacts.action_contacts",
            [("id", "in", lacking.ids)],
            name=self.env._("%s: something is missing", self.name),
            views=[(False, "list"), (False, "kanban"), (False, "form")],
        )
