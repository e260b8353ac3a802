from odoo import fields, models


class CrmLead(models.Model):
    """Leads made of an answer in which a customer names somebody."""

    _inherit = "crm.lead"

    satisfaction_id = fields.Many2one(
        "retention.satisfaction",
        "Named In",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The answer of a customer that names this person or business.",
    )
