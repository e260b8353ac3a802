from odoo import api, models

from ..common.isolated import isolated


class RetentionFollowup(models.Model):
    """Work of somebody who cannot do it any more goes to who steps in: deputy, team leader, else nobody."""

    _inherit = "retention.followup"

    @api.model
    def _hand_over_all(self):
        """Hand over what lies with people who cannot work for its company, a transaction a person."""
        commit_progress = self.env["ir.cron"]._commit_progress
        for followups in self._get_stranded():
            isolated(
                followups,
                lambda some: some.try_lock_for_update(allow_referencing=True)._hand_over(),
                "Hand over",
            )
            commit_progress()

    @api.model
    def _get_stranded(self):
        """Return what is to be done by people who cannot do it any more, a recordset for each of them."""
        lying = self._read_group(
            [("state", "=", "open"), ("user_id", "!=", False)],
            ["user_id", "company_id"],
            ["id:recordset"],
        )
        return [followups for user, company, followups in lying if not user._can_work_for(company)]

    def _hand_over(self, leaving=None):
        """Give these to who steps in for the person who has them; onto the list To Assign where nobody does.

        :param leaving: people who are about to leave, and so get nothing
        """
        quiet = self.with_context(mail_activity_quick_update=True)
        for (user, company, team), followups in quiet.grouped(
            lambda each: (each.user_id, each.company_id, each.program_id.responsible_team_id)
        ).items():
            today = company._get_retention_today()
            heir = user._get_at_work(today, team, company, leaving)
            if heir:
                followups._assign(heir)
            else:
                followups._take_back()

    def _take_back(self):
        """Put these onto the list To Assign, which has no activities."""
        activities = self.activity_id
        self.write({"user_id": False, "activity_id": False})
        activities.unlink()
