from odoo import api, fields, models


class RetentionReferrerMatch(models.TransientModel):
    """A person says which contact the free text "Referred By" of a lead means; nothing is guessed."""

    _name = "retention.referrer.match"
    _inherit = ["retention.writable.mixin"]
    _description = "Find the Referrer of a Lead"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    referred = fields.Char(related="lead_id.referred")
    match_ids = fields.Many2many("res.partner", compute="_compute_match_ids")
    partner_id = fields.Many2one(
        "res.partner",
        "Brought By",
        required=True,
        domain="[('id', 'in', match_ids)]",
        help="One of the contacts whose name fits.",
    )

    @api.depends("lead_id")
    def _compute_match_ids(self):
        for match in self:
            lead = match.lead_id
            match.match_ids = lead._get_referred_matches() if lead else False

    def action_confirm(self):
        """Note the chosen contact as the referrer of the lead, with the reader's own rights."""
        self.ensure_one()
        self.lead_id.referred_by_id = self.partner_id
        return {"type": "ir.actions.act_window_close"}
