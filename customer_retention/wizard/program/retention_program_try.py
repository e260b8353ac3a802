from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html


class RetentionProgramTry(models.TransientModel):
    """What a program would say to one customer, step by step, and its mails to oneself.

    Nothing of it is kept: nobody enters, no activity and no survey is made, and the customer gets
    nothing.
    """

    _name = "retention.program.try"
    _inherit = ["retention.writable.mixin"]
    _description = "Try a Program on Oneself"

    program_id = fields.Many2one(
        "retention.program", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "As for", required=True, domain="[('parent_id', '=', False)]"
    )
    words = fields.Html(compute="_compute_words", sanitize=False)
    mail_count = fields.Integer(compute="_compute_mail_count")

    @api.depends("program_id")
    def _compute_mail_count(self):
        for dialog in self:
            dialog.mail_count = len(dialog._get_mail_steps())

    def _get_mail_steps(self):
        return self.program_id.step_ids.filtered(
            lambda step: step.channel == "email" and step._is_complete()
        )

    @api.depends("program_id", "partner_id")
    def _compute_words(self):
        for dialog in self:
            dialog.words = dialog._say_steps() if dialog.partner_id else False

    def _say_steps(self):
        """Return the steps as they would be for the customer, rolled back afterwards."""
        self.partner_id.check_access("read")
        steps = self.program_id.step_ids.sorted(lambda step: (step.sequence, step.id))
        savepoint = self.env.cr.savepoint()
        try:
            followups = self._make_followups(steps)
            parts = []
            for step, followup in followups.items():
                summary = step._fill("summary", followup)[followup]
                note = step._fill("note", followup)[followup]
                parts.append(
                    Markup("<p><b>%s</b></p>%s")
                    % (step._say_delay(summary or step._get_act_name() or ""), plaintext2html(note))
                )
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        return Markup().join(parts)

    def _make_followups(self, steps):
        """Return ``{step: follow-up}`` of the customer; to be rolled back."""
        company = self.program_id.company_id or self.env.company
        partner = self.partner_id.commercial_partner_id
        event = self.env["retention.event"]._create_by_hand(self.program_id, partner, company)
        Enrollment = self.env["retention.enrollment"].sudo()
        arms = Enrollment._insert(
            self.program_id.sudo(),
            company._get_retention_today(),
            [(event.id, "treated", None, None)],
        )
        [enrollment_id] = arms
        today = company._get_retention_today()
        Followup = self.env["retention.followup"].sudo()
        planned = Followup._plan([(enrollment_id, step.id, today) for step in steps])
        return {followup.step_id.sudo(False): followup for followup in planned}

    def action_send(self):
        """Send the mails of the program to oneself, as the customer would get them.

        :raise UserError: the user has no email address
        """
        self.ensure_one()
        self.partner_id.check_access("read")
        email = self.env.user.email_formatted
        if not email:
            raise UserError(self.env._("You have no email address: note one in your preferences."))
        for step in self._get_mail_steps():
            template = step.mail_template_id
            template.send_mail(
                self.partner_id.id,
                email_values={
                    "email_to": email,
                    "recipient_ids": [],
                    "email_cc": False,
                    "model": False,
                    "res_id": False,
                    "subject": self.env._("Trying “%s”", self.program_id.name),
                },
            )
        return self.env["retention.followup"]._said(
            self.env._("Mails to %(email)s: %(count)s.", email=email, count=self.mail_count),
            undo=False,
        )
