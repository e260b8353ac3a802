from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

KEPT_DAYS = 365


class RetentionComplaintUnfiled(models.Model):
    """A mail to the address for complaints that made none, kept for a year to be read.

    Whoever reads that it was one after all makes it a complaint with one click.
    """

    _name = "retention.complaint.unfiled"
    _inherit = ["retention.writable.mixin"]
    _description = "Mail That Made No Complaint"
    _order = "date desc, id desc"

    inbox_id = fields.Many2one("retention.complaint.inbox", index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    reason = fields.Selection(
        [
            ("automatic", "Nobody wrote it"),
            ("own_address", "From an address of our own"),
            ("too_many", "Too many of one sender"),
        ],
        required=True,
        readonly=True,
    )
    email_from = fields.Char("From", readonly=True)
    name = fields.Char("Subject", readonly=True)
    body = fields.Html(readonly=True)
    message_id = fields.Char("Message-Id", readonly=True)
    complaint_id = fields.Many2one(
        "retention.complaint", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def action_file(self):
        """Make it a complaint after all, received when the mail came; open it."""
        self.ensure_one()
        self.check_access("write")
        if not self.complaint_id:
            Complaint = self.env["retention.complaint"].with_company(self.company_id)
            address = email_normalize(self.email_from)
            author = self.env["res.partner"].sudo()
            if address:
                author = author.search([("email_normalized", "=", address)], limit=1)
            partner = Complaint._get_sender({"author_id": author.id}, self.company_id)
            self.complaint_id = Complaint.create(
                {
                    "name": Complaint._get_mail_name(self.name, self.body, self.email_from),
                    "description": self.body,
                    "email_from": self.email_from,
                    "partner_id": partner.id,
                    "company_id": self.company_id.id,
                    "received_at": self.date,
                    "channel": "email",
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "retention.complaint",
            "res_id": self.complaint_id.id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_unfiled(self):
        """Forget what is older than a year."""
        oldest = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", oldest)], limit=1000).unlink()
