from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """How many follow-ups a person takes a day, and who steps in."""

    _name = "res.users"
    _inherit = ["res.users", "retention.range.mixin"]

    retention_daily_cap = fields.Integer(
        "Follow-ups a Day",
        default=15,
        help="At most so many new follow-ups a day over all programs; 0: no limit.",
    )
    retention_deputy_id = fields.Many2one(
        "res.users", "Deputy", help="Gets the follow-ups that fall due while this person is away."
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), "retention_daily_cap": (0, 10000)}

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "retention_daily_cap", "retention_deputy_id"]

    def _is_at_work(self, day):
        """Return whether this person has an active user, and no leave at noon of ``day`` where they are.

        :param day: None for any day: leaves are not asked for
        """
        self.ensure_one()
        if not self.active or not day:
            return self.active
        away = []
        for resource in self.sudo().resource_ids:
            noon = pytz.timezone(resource.tz or "UTC").localize(datetime.combine(day, time(12)))
            noon = noon.astimezone(pytz.utc).replace(tzinfo=None)
            away.append(
                Domain("resource_id", "=", resource.id)
                & Domain("date_from", "<=", noon)
                & Domain("date_to", ">=", noon)
            )
        Leaves = self.env["resource.calendar.leaves"].sudo()
        return not Leaves.search_count(Domain.OR(away), limit=1)

    def _get_at_work(self, day, team, company):
        """Return this person, else the deputy, else the leader of the person's team or of ``team``.

        Nobody where all are away on ``day``, or do not work for ``company``.
        """
        team = self.sale_team_id or team
        for user in (self, self.retention_deputy_id, team.user_id):
            if user and company in user.company_ids and user._is_at_work(day):
                return user
        return self.browse()

    def _get_escalation_user(self, company, day, team):
        """Return who takes over what this person, or nobody, has not done in time.

        The leader of the person's team, else of ``team``, the company's manager for escalations, or
        the deputy: the first who is at work on ``day`` for ``company`` and is somebody else; nobody
        where there is no such person.
        """
        candidates = (
            self.sale_team_id.user_id,
            team.user_id,
            company.sudo().retention_escalation_user_id,
            self.retention_deputy_id,
        )
        for user in candidates:
            if user and user != self and company in user.company_ids and user._is_at_work(day):
                return user
        return self.browse()

    def write(self, vals):
        if vals.get("active") is False:
            self.filtered("active")._hand_over_followups()
        return super().write(vals)

    def _hand_over_followups(self):
        """Give open follow-ups of people who leave to who steps in, else onto the list To assign.

        Core deletes the activities of an archived user; the work is still to be done.
        """
        followups = (
            self.env["retention.followup"]
            .sudo()
            .search([("user_id", "in", self.ids), ("state", "=", "open")])
        )
        for followup in followups:
            today = followup.company_id._get_retention_today()
            heir = self.browse()
            for user in (
                followup.user_id.retention_deputy_id,
                followup.user_id.sale_team_id.user_id,
            ):
                if (
                    not heir
                    and user
                    and user not in self
                    and followup.company_id in user.company_ids
                    and user._is_at_work(today)
                ):
                    heir = user
            activity = followup.activity_id
            followup.user_id = heir
            if heir:
                activity.user_id = heir
            else:
                followup.activity_id = False
                activity.unlink()
