from odoo import api, fields, models


class RetentionLossRecord(models.TransientModel):
    """Ask for the little that is needed to record a customer as lost: customer and date.

    A wizard and not the form of the loss: closing the browser saves an open form.
    """

    _name = "retention.loss.record"
    _inherit = ["retention.writable.mixin"]
    _description = "Record a Loss"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Lost On",
        required=True,
        default=lambda self: self.env.company._get_retention_today(),
        help="Day the customer left, as well as you know it.",
    )
    reason_id = fields.Many2one("crm.lost.reason")
    competitor_id = fields.Many2one("retention.competitor", "Now Buys From")
    avoidable = fields.Selection(
        selection=lambda self: self.env["retention.loss"]._fields["avoidable"].selection,
        help="Could we have avoided it? Left out while nobody knows.",
    )
    value_year = fields.Monetary(
        "Value a Year",
        compute="_compute_value_year",
        readonly=False,
        store=True,
        help="Purchases less credit notes of the last 365 days in which the customer bought, "
        "without taxes, in company currency.",
    )
    note = fields.Text("What Happened")
    loss_id = fields.Many2one("retention.loss", readonly=True, help="What was recorded.")

    @api.depends("partner_id", "date", "company_id")
    def _compute_value_year(self):
        for wizard in self:
            loss = self.env["retention.loss"].new(
                {
                    "partner_id": wizard.partner_id.id,
                    "date": wizard.date,
                    "company_id": wizard.company_id.id,
                }
            )
            wizard.value_year = loss.value_year

    def action_record(self):
        """Record the loss, and let the customer's status follow at once; a second click records nothing."""
        self.ensure_one()
        if self.loss_id:
            return {"type": "ir.actions.act_window_close"}
        names = ("date", "reason_id", "competitor_id", "avoidable", "value_year", "note")
        values = self.read(names, load=False)[0]
        self.loss_id = self.env["retention.loss"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                **{name: values[name] for name in names},
            }
        )
        self.loss_id._refresh_status()
        return {"type": "ir.actions.act_window_close"}
