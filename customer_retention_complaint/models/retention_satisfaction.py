from odoo import api, fields, models
from odoo.tools import plaintext2html

LONGEST_NAME = 120


class RetentionSatisfaction(models.Model):
    """A dissatisfied answer can be made a complaint; of some surveys it becomes one by itself."""

    _inherit = "retention.satisfaction"

    complaint_ids = fields.One2many("retention.complaint", "satisfaction_id")
    complaint_id = fields.Many2one(
        "retention.complaint", "Complaint Made of It", compute="_compute_complaint_id"
    )

    @api.depends("complaint_ids")
    def _compute_complaint_id(self):
        for answer in self:
            answer.complaint_id = answer.complaint_ids[:1]

    def action_complain(self):
        """Make this answer a complaint; open the one that was made of it already."""
        self.ensure_one()
        if self.complaint_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "retention.complaint",
                "res_id": self.complaint_id.id,
                "views": [(False, "form")],
            }
        action = (self.contact_id or self.partner_id).action_complain()
        values = self._prepare_complaint_values()
        action["context"] |= {f"default_{name}": value for name, value in values.items() if value}
        return action

    def _prepare_complaint_values(self):
        """Return the values of the complaint that this answer is."""
        self.ensure_one()
        words = " ".join((self.comment or "").split())
        name = words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"
        values = {
            "name": name or self.env._("Dissatisfied"),
            "description": plaintext2html(self.comment) if self.comment else False,
            "partner_id": (self.contact_id or self.partner_id).id,
            "company_id": self.company_id.id,
            "channel": "phone" if self.origin == "phone" else "survey",
            "satisfaction_id": self.id,
        }
        names = {"sale.order": "order_id", "account.move": "invoice_id"}
        if self.res_model in names and self.env[self.res_model].sudo().browse(self.res_id).exists():
            values[names[self.res_model]] = self.res_id
        return values

    def _write_back(self, ids):
        result = super()._write_back(ids)
        self._file_complaints()
        return result

    def _file_complaints(self):
        """File a complaint of each answer that says what is wrong, where its survey wants that; once."""
        answers = self.sudo().filtered(
            lambda each: (
                each.survey_id.retention_files_complaints
                and each.level == "dissatisfied"
                and each.comment
                and not each.complaint_ids
            )
        )
        for answer in answers:
            values = answer._prepare_complaint_values()
            complaint = (
                self.env["retention.complaint"]
                .sudo()
                .with_company(answer.company_id)
                .create(values)
            )
            complaint.message_subscribe((answer.contact_id or answer.partner_id).ids)
            complaint._acknowledge_receipt()
