from odoo import api, fields, models


class RetentionComplaintPromiseGive(models.TransientModel):
    """Ask by which day the customer hears from us, and what to write to them."""

    _name = "retention.complaint.promise.give"
    _inherit = ["retention.writable.mixin"]
    _description = "Promise an Answer"

    complaint_id = fields.Many2one("retention.complaint", required=True, ondelete="cascade")
    date = fields.Date(
        "By",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        help="A working day; the end of work on it counts.",
    )
    message = fields.Text("To the Customer")
    has_email = fields.Boolean(compute="_compute_has_email")

    @api.depends("complaint_id")
    def _compute_date(self):
        for wizard in self:
            company = wizard.complaint_id.company_id
            if company and not wizard.date:
                wizard.date = company._add_working_days(company._get_retention_today(), 1)

    @api.depends("complaint_id")
    def _compute_has_email(self):
        for wizard in self:
            complaint = wizard.complaint_id
            wizard.has_email = bool(
                complaint and complaint._mail_get_partners()[complaint.id].email
            )

    def action_promise(self):
        """Give the promise."""
        self.ensure_one()
        self.complaint_id.check_access("write")
        self.complaint_id._promise(self.date, fields.Datetime.now(), self.message)
        return {"type": "ir.actions.act_window_close"}
