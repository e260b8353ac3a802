from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..common.groups import SALESMAN


class ResUsers(models.Model):
    """How many follow-ups a person takes a day, who can do work at all, and who steps in."""

    _name = "res.users"
    _inherit = ["res.users", "retention.range.mixin"]

    retention_daily_cap = fields.Integer(
        "Follow-ups a Day",
        default=15,
        help="At most so many new follow-ups a day over all programs; 0: no limit.",
    )
    retention_deputy_id = fields.Many2one(
        "res.users",
        "Deputy",
        domain=lambda self: self._get_worker_domain(),
        help="Gets the follow-ups that fall due while this person is away.",
    )

    @api.model
    def _get_ranges(self):
        return {**super()._get_ranges(), "retention_daily_cap": (0, 10000)}

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "retention_daily_cap", "retention_deputy_id"]

    @api.model
    def _get_worker_domain(self):
        """Return the domain of users who can be chosen for work, see :meth:`_can_work_for`."""
        group = self.env.ref(SALESMAN, raise_if_not_found=False)
        return [("share", "=", False), ("all_group_ids", "in", group.ids if group else [])]

    def _can_work_for(self, company):
        """Return whether this person can do work in ``company``, and see it there.

        An active user of our own with sales rights who may enter the company; whoever became a
        portal user, or lost the rights or the company, cannot, whatever still names them. To be
        asked wherever somebody is chosen.
        """
        user = self.sudo()
        return bool(
            user.active
            and not user.share
            and company in user.company_ids
            and user.has_group(SALESMAN)
        )

    def _is_at_work(self, day, company):
        """Return whether this person can work for ``company``, and has no leave at noon of ``day`` where they are.

        :param day: None for any day: leaves are not asked for
        """
        self.ensure_one()
        can_work = self._can_work_for(company)
        if not can_work or not day:
            return can_work
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

    def _get_at_work(self, day, team, company, leaving=None):
        """Return this person, else the deputy, else the leader of the person's team, else of ``team``.

        Nobody where all are away on ``day``, or cannot work for ``company``.

        :param leaving: people who are not to be chosen
        """
        leaders = (self.sale_team_id.user_id, team.user_id)
        candidates = (self, self.retention_deputy_id, *leaders)
        return self._get_first_at_work(candidates, day, company, leaving)

    @api.model
    def _get_first_at_work(self, candidates, day, company, leaving=None):
        """Return the first of ``candidates`` at work for ``company`` on ``day``; nobody of ``leaving``."""
        gone = leaving or self.browse()
        for user in candidates:
            if user and user not in gone and user._is_at_work(day, company):
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
        return self._get_first_at_work(candidates, day, company, leaving=self)

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------

    def _hand_over_work(self):
        """Give the open work of these people, who leave, to who steps in. Hook: it is follow-ups here.

        Asked before they are archived or deleted, in whichever way: then Odoo deletes their
        activities. What lies with people who cannot work any more for other reasons is found by
        the scheduled action.
        """
        followups = self.env["retention.followup"].sudo()
        followups.search([("user_id", "in", self.ids), ("state", "=", "open")])._hand_over(self)

    def action_archive(self):
        # Core deletes the activities here, before it writes.
        self._hand_over_work()
        return super().action_archive()

    def write(self, vals):
        if not vals.get("active", True):
            self._hand_over_work()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _hand_over_before_deletion(self):
        self._hand_over_work()
