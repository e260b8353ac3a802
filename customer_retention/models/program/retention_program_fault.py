import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

_logger = logging.getLogger(__name__)

MANAGER = "sales_team.group_sale_manager"


class RetentionProgram(models.Model):
    """What is wrong with a program that could be saved: it was in order then, or came in otherwise.

    Words of steps with something that is not filled go out without it. A filter that asks for more
    than filters may finds nobody any more: the program is paused, and a manager gets an activity.
    """

    _inherit = "retention.program"

    fault = fields.Text("What Is Wrong", compute="_compute_fault")

    @api.depends("domain", "company_id", "step_ids.summary", "step_ids.note")
    @api.depends_context("company", "lang")
    def _compute_fault(self):
        for program in self:
            faults = [program._get_filter_fault(), *program.step_ids._get_text_faults()]
            program.fault = "\n".join(filter(None, faults)) or False

    def _get_filter_fault(self):
        """Return why the program finds no customers, "" where it can."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.env["res.partner"]._get_filter_fault(self.domain, company)

    def _check_filters(self):
        """Raise a UserError for the first of these that cannot find customers."""
        for program in self:
            if fault := program._get_filter_fault():
                raise UserError(fault)

    def _pause_faulty(self):
        """Pause those of these that cannot find customers, tell a manager, and return the others."""
        faulty = self.filtered(lambda program: program._get_filter_fault())
        for program in faulty:
            _logger.warning("Program %s is paused: its filter cannot be used", program.id)
            program.state = "paused"
            program._tell_manager()
        return self - faulty

    def _tell_manager(self):
        """Give a manager an activity on the program, with what is wrong, in their language."""
        self.ensure_one()
        manager = self._get_manager()
        program = self.with_context(lang=manager.lang or self.env.lang)
        program.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=program.env._("This program was paused"),
            note=plaintext2html(program._get_filter_fault()),
            user_id=manager.id,
        )

    def _withdraw_activities(self):
        """Mark what :meth:`_tell_manager` made as done: these programs go on."""
        self.sudo().activity_feedback(["mail.mail_activity_data_warning"])

    def _get_manager(self):
        """Return who is told what is wrong: a sales manager of the company; nobody where there is none.

        The one for escalations, the leader of the program's team, who wrote it, else the first.
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        known = (
            company.retention_escalation_user_id,
            self.responsible_team_id.user_id,
            self.write_uid,
            self.create_uid,
        )
        managers = self.env.ref(MANAGER).sudo().all_user_ids.sorted("id")
        for user in (*known, *managers):
            if user in managers and user.active and company in user.company_ids:
                return user
        return self.env["res.users"]
