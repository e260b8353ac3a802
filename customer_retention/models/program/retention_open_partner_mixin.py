from lxml import etree

from odoo import api, models
from odoo.exceptions import UserError

from ..common.window_action import open_dialog


class RetentionOpenPartnerMixin(models.AbstractModel):
    """Lists of rows about customers offer what to do for the chosen ones: call, program, salesperson, mail."""

    _inherit = "retention.open.partner.mixin"

    # Models whose lists have their own buttons, or are no place to begin something, say False.
    _offers_work = True

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and self._offers_work:
            header = arch.find("header")
            if header is None:
                header = etree.Element("header")
                arch.insert(0, header)
            for name, label in self._get_bulk_buttons().items():
                etree.SubElement(header, "button", name=name, type="object", string=label)
        return arch, view

    @api.model
    def _get_bulk_buttons(self):
        """Return ``{method: label}`` of what the lists offer for chosen rows. Hook for added rooms."""
        return {
            "action_plan_call": self.env._("Plan a Call"),
            "action_add_to_program": self.env._("Add to Program"),
            "action_assign_salesperson": self.env._("Assign Salesperson"),
            "action_write_mail": self.env._("Write"),
        }

    def action_plan_call(self):
        """Ask when the customers of these rows are to be called, and by whom."""
        self.check_access("read")
        return self.partner_id.action_plan_call()

    def action_add_to_program(self):
        """Ask into which program the customers of these rows are to be put."""
        self.check_access("read")
        return open_dialog(
            "retention.program.add",
            self.env._("Add to Program"),
            default_partner_ids=self.partner_id.ids,
        )

    def action_assign_salesperson(self):
        """Ask who is to be the salesperson of the customers of these rows."""
        self.check_access("read")
        return self.partner_id.action_assign_salesperson()

    def action_write_mail(self):
        """Write a mail to the customers of these rows.

        :raise UserError: none of them wants, or can get, mails
        """
        self.check_access("read")
        partners = self.partner_id
        partners.check_access("read")
        allowed = partners._filter_contact_allowed("email").filtered("email_normalized")
        left_out = partners - allowed
        if not allowed:
            raise UserError(
                self.env._(
                    "Nobody to write to: %s has no email address, or wants no mails.",
                    ", ".join(left_out.mapped("display_name")),
                )
            )
        name = self.env._("Write to %s", len(allowed))
        if left_out:
            name = self.env._(
                "Write to %(count)s; left out, without an address or not wanting mails: %(names)s",
                count=len(allowed),
                names=", ".join(left_out.mapped("display_name")),
            )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_composition_mode": "mass_mail" if len(allowed) > 1 else "comment",
                "default_model": "res.partner",
                "default_res_ids": allowed.ids,
                "default_partner_ids": allowed.ids if len(allowed) == 1 else [],
            },
        }
