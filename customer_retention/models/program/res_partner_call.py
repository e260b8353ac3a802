from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from ..common.window_action import open_dialog


class ResPartner(models.Model):
    """Calls planned by hand: follow-ups on My Day like those of programs, on the day and for whom one says."""

    _inherit = "res.partner"

    def action_plan_call(self):
        """Ask when these are to be called, and by whom."""
        self._check_callable()
        return open_dialog(
            "retention.call.plan",
            self.env._("Plan a Call"),
            default_partner_ids=self.ids,
            dialog_size="medium",
        )

    def action_call_today(self):
        """Put a call to these on the reader's My Day of today.

        :return: the action that says so
        :raise UserError: naming who is not to be called, is to be called already, or is a colleague's
        """
        self._check_callable()
        company = self.env.company
        today = company._get_retention_today()
        followups, refused = self._plan_calls({self.env.user: self}, today, company)
        if refused:
            raise UserError(self._say_uncalled(refused))
        return followups._said(
            self.env._("%s: on My Day.", ", ".join(self.mapped("display_name"))), undo=False
        )

    def _check_callable(self):
        """Raise where the reader may not plan calls to these."""
        self.check_access("read")
        self.env["retention.followup"].check_access("read")
        if theirs := self.filtered("is_colleagues_customer"):
            raise UserError(
                self.env._(
                    "Calls to customers of colleagues cannot be planned by you: %(names)s. Please "
                    "leave them out.",
                    names=", ".join(theirs.mapped("display_name")),
                )
            )

    @api.model
    def _plan_calls(self, by_user, day, company, note=False, even_held_out=False):
        """Plan a call to each customer and return the follow-ups and who is not called.

        :param by_user: ``{user: contacts}``; the user may be empty: To Assign
        :param note: what to say, plain text
        :param even_held_out: also those who are left alone for the comparison of a program: what
            they said themselves is never left without an answer
        :param day: when, in ``company``'s zone; the daily limits are not asked
        :return: (follow-ups, ``{reason of an enrollment: contacts}``)
        """
        program = self.env.ref("customer_retention.retention_program_call").sudo()
        contacts = self.browse().union(*by_user.values())
        refused = {reason: some for reason, some in contacts._get_contact_guards().items() if some}
        entered = self.env["retention.enrollment"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("partner_id", "in", contacts.commercial_partner_id.ids),
                "|",
                ("program_id", "=", program.id),
                ("arm", "=", "held_out"),
            ]
        )  # fmt: skip
        inside = entered.filtered(lambda each: each.program_id == program).partner_id
        if known := contacts.filtered(lambda each: each.commercial_partner_id in inside):
            refused["already_in"] = known
        alone = (entered.filtered(lambda each: each.arm == "held_out")).partner_id
        left = contacts.filtered(lambda each: each.commercial_partner_id in alone)
        if left and not even_held_out:
            refused["held_out"] = left
        taken = contacts - self.browse().union(*refused.values())
        followups = self.env["retention.followup"].sudo()
        for user, some in by_user.items():
            followups |= (some & taken)._open_calls(program, user, day, company, note)
        return followups.sudo(False), refused

    def _open_calls(self, program, user, day, company, note):
        """Enroll these in the program of calls planned by hand, and hand the calls out."""
        events = self.env["retention.event"]._create_by_hand(program, self, company)
        Enrollment = self.env["retention.enrollment"].sudo()
        drawn = [(event.id, "treated", None, None) for event in events]
        arms = Enrollment._insert(program, company._get_retention_today(), drawn)
        step = program.step_ids[:1]
        Followup = self.env["retention.followup"].sudo()
        followups = Followup._plan([(row_id, step.id, day) for row_id in arms])
        followups.write({"state": "open", "date_opened": day, "user_id": user.id})
        followups._create_missing_activities()
        if note:
            followups.activity_id.note = plaintext2html(note)
        return followups

    @api.model
    def _say_uncalled(self, refused):
        """Return why those of ``refused`` are not called, a line for each reason."""
        Enrollment = self.env["retention.enrollment"]
        labels = dict(Enrollment._fields["reason"]._description_selection(self.env))
        labels["already_in"] = self.env._("A call is planned already")
        labels["held_out"] = self.env._(
            "Deliberately left alone for a comparison (on the contact they can be taken out)"
        )
        return "\n".join(
            f"{labels[reason]}: {', '.join(some.mapped('display_name'))}"
            for reason, some in refused.items()
        )
