from odoo import api, fields, models

from ..common.groups import SALESMAN
from .retention_customer import CLASSES, SEGMENTS, STATUSES


class RetentionBadgeMixin(models.AbstractModel):
    """What a document shows of its customer: gold, class, segment, status and why.

    The figures are those of the commercial partner in the document's company (the current one
    where it has none), read with the reader's own rights: of a colleague's customer they are
    empty. A model that inherits this has ``partner_id`` and ``company_id``.
    """

    _name = "retention.badge.mixin"
    _description = "Customer Badge"

    is_gold = fields.Boolean("Gold", compute="_compute_retention_badge", groups=SALESMAN)
    abc_class = fields.Selection(
        CLASSES, "Class", compute="_compute_retention_badge", groups=SALESMAN
    )
    rfm_segment = fields.Selection(
        SEGMENTS, "Segment", compute="_compute_retention_badge", groups=SALESMAN
    )
    retention_status = fields.Selection(
        STATUSES, "Customer Status", compute="_compute_retention_badge", groups=SALESMAN
    )
    status_reason = fields.Char(
        "Why This Status", compute="_compute_retention_badge", groups=SALESMAN
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_retention_badge(self):
        for record in self:
            company = record.company_id or self.env.company
            customer = record.partner_id.commercial_partner_id.with_company(company)
            record.is_gold = customer.is_gold
            record.abc_class = customer.abc_class
            record.rfm_segment = customer.rfm_segment
            record.retention_status = customer.retention_status
            record.status_reason = customer.status_reason
