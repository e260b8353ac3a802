from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from ..tools.automatic_mail import is_automatic

# What a manager says of the address. Odoo writes the rest of an alias with all rights: what a mail
# makes, of which company, into which record.
ADDRESS = frozenset(("alias_name", "alias_domain_id", "alias_contact", "alias_bounced_content"))


class RetentionComplaintInbox(models.Model):
    """The address to which customers complain, one a company.

    What nobody wrote, and what comes from an address of our own, makes no complaint: it is kept to
    be read (``retention.complaint.unfiled``) and never answered.
    """

    _name = "retention.complaint.inbox"
    _inherit = ["mail.alias.mixin", "retention.range.mixin", "retention.writable.mixin"]
    _description = "Address for Complaints"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    category_id = fields.Many2one(
        "retention.complaint.category", ondelete="set null", help="Of what comes by mail."
    )
    unfiled_ids = fields.One2many("retention.complaint.unfiled", "inbox_id", readonly=True)
    unfiled_count = fields.Integer("No Complaints", compute="_compute_unfiled_count")

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "This company has an address for complaints already."
    )

    @api.depends("unfiled_ids")
    def _compute_unfiled_count(self):
        counts = dict(
            self.env["retention.complaint.unfiled"]._read_group(
                [("inbox_id", "in", self.ids)], ["inbox_id"], ["__count"]
            )
        )
        for inbox in self:
            inbox.unfiled_count = counts.get(inbox, 0)

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("retention.complaint")
        if self.id:
            defaults = {"company_id": self.company_id.id, "channel": "email"}
            if self.category_id:
                defaults["category_id"] = self.category_id.id
            values["alias_defaults"] = defaults
        return values

    @api.model_create_multi
    def create(self, vals_list):
        # What the context proposes reaches the alias as well.
        proposed = {
            name.removeprefix("default_")
            for name in self.env.context
            if name.startswith("default_alias_")
        }
        self._check_address(*vals_list, proposed)
        return super().create(vals_list)

    def write(self, vals):
        self._check_address(vals)
        result = super().write(vals)
        if {"company_id", "category_id"} & vals.keys():
            for inbox in self:
                inbox.alias_id.sudo().write(inbox._alias_get_creation_values())
        return result

    @api.model
    def _check_address(self, *vals_list):
        """Refuse what would let mails make something else than a complaint of this company."""
        if self.env.su:
            return
        given = set().union(*vals_list)
        names = {name for name in given if name.startswith("alias_")} - ADDRESS
        if names:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be set: mails to this address make complaints of its "
                    "company. Allowed are: %(allowed)s.",
                    fields=", ".join(sorted(names)),
                    allowed=", ".join(sorted(ADDRESS)),
                )
            )

    def action_open_unfiled(self):
        """Open the mails that made no complaint."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_retention_complaint.retention_complaint_unfiled_action"
        )
        return {**action, "domain": [("inbox_id", "=", self.id)]}

    # ------------------------------------------------------------------
    # What makes no complaint
    # ------------------------------------------------------------------

    @api.model
    def _is_own_address(self, address):
        """Return whether ``address``, normalized, is one that this database receives mails at."""
        if not address:
            return False
        Alias = self.env["mail.alias"].sudo()
        if Alias.search_count([("alias_full_name", "=", address)], limit=1):
            return True
        names = ("bounce_email", "catchall_email", "default_from_email")
        domains = self.env["mail.alias.domain"].sudo().search([])
        return address in {email_normalize(each[name]) for each in domains for name in names}

    @api.model
    def _get_refusal(self, message, message_dict):
        """Return why a mail makes no complaint and moves none; None where it does."""
        if is_automatic(message):
            return "automatic"
        if self._is_own_address(email_normalize(message_dict.get("email_from"))):
            return "own_address"
        return None

    @api.model
    def _filter_routes(self, message, message_dict, routes):
        """Return ``routes`` without those that would make a complaint of what nobody wrote."""
        new = [each for each in routes or () if each[0] == "retention.complaint" and not each[1]]
        reason = self._get_refusal(message, message_dict) if new else None
        if not reason:
            return routes
        for route in new:
            self._keep_unfiled(route, message_dict, reason)
        return [each for each in routes if each not in new]

    @api.model
    def _keep_unfiled(self, route, message_dict, reason):
        """Keep a mail that makes no complaint, to be read."""
        alias = route[4]
        inbox = self.sudo().search([("alias_id", "=", alias.id)], limit=1) if alias else self
        company_id = (route[2] or {}).get("company_id") or inbox.company_id.id
        self.env["retention.complaint.unfiled"].sudo().create(
            {
                "inbox_id": inbox.id,
                "company_id": company_id or self.env.company.id,
                "reason": reason,
                "email_from": message_dict.get("email_from"),
                "name": message_dict.get("subject") or self.env._("No subject"),
                "body": message_dict.get("body"),
                "message_id": message_dict.get("message_id"),
            }
        )
