from odoo import api, models


class ResPartner(models.Model):
    """What follow-ups say of a contact who gets another name, or is deleted."""

    _inherit = "res.partner"

    @api.model
    def _retell(self, words):
        ids = [partner.id for partner in words]
        followups = self.env["retention.followup"].sudo()
        told = followups.search(
            [
                "|",
                ("partner_id", "in", ids),
                ("contact_id", "in", ids),
                "|",
                ("activity_id", "!=", False),
                ("feedback", "!=", False),
            ]
        )
        for followup in told:
            people = followup.partner_id | followup.contact_id
            followup._retell(
                {old: new for each in people for old, new in words.get(each, {}).items()}
            )
        return super()._retell(words)

    @api.ondelete(at_uninstall=False)
    def _leave_programs(self):
        """Take people out of programs: what was meant for them is not for their company."""
        enrollments = self.env["retention.enrollment"].sudo()
        enrollments.search([("state", "=", "open"), ("contact_id", "in", self.ids)])._stop(
            "deleted"
        )
