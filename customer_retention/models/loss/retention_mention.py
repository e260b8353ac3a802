from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RetentionMention(models.Model):
    """A reason somebody gave: to choose us, not to buy, or something they would like.

    * ``choice`` names a reason to choose us (``reason_id``), ``deal_breaker`` a reason not to buy
      (``lost_reason_id``, one list for deals and customers).
    * A deal breaker written by a document (``res_model``, ``res_id``) may be without a reason:
      nobody said one. Each lost opportunity has one mention, and each cancelled quotation without
      an opportunity: one non-sale is never noted twice.
    * ``amount`` is what was at stake, untaxed, in the currency of the mention's company, at the
      rate of the document.
    * ``date`` and ``date_end`` are days of the company's zone. A mention that no longer holds is
      ended, not deleted: the opportunity was reopened, the reason was taken off the customer.
    """

    _name = "retention.mention"
    _inherit = [
        "retention.record.mixin",
        "retention.customer.text.mixin",
        "retention.open.document.mixin",
    ]
    _description = "Reason Given"
    _order = "date desc, id desc"
    _rec_names_search = ("partner_id", "reason_id", "lost_reason_id", "reference")

    _customer_texts = ("note", "reference")

    kind = fields.Selection(
        [
            ("choice", "Chooses us for"),
            ("deal_breaker", "Did not buy because"),
            ("interest", "Is interested in"),
            ("product_wanted", "Would also buy"),
        ],
        required=True,
        default="choice",
    )
    reason_id = fields.Many2one(
        "retention.reason", "Reason to Choose Us", index="btree_not_null", ondelete="restrict"
    )
    lost_reason_id = fields.Many2one(
        "crm.lost.reason", "Deal Breaker", index="btree_not_null", ondelete="restrict"
    )
    competitor_id = fields.Many2one(
        "retention.competitor",
        index="btree_not_null",
        ondelete="restrict",
        help="Whom they bought from or compare us with.",
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_retention_today(),
        help="Day it was said.",
    )
    date_end = fields.Date("Ended", help="Day from which it no longer holds.")
    origin = fields.Selection(
        [
            ("person", "Noted by a person"),
            ("lead", "Opportunity"),
            ("quotation", "Quotation"),
            ("survey", "Survey"),
            ("phone", "Phone"),
        ],
        required=True,
        default="person",
        help="Where it comes from.",
    )
    amount = fields.Monetary(
        "At Stake", help="Untaxed value of the deal in company currency, at the deal's own rate."
    )
    note = fields.Text("In Their Words")
    reference = fields.Char("Document", readonly=True, help="Name of the document it comes from.")
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", readonly=True)

    user_input_id = fields.Many2one(
        "survey.user_input",
        "Answer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups="survey.group_survey_user",
        help="The answer of a survey it comes from; what is deleted there was never said.",
    )

    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("kind", "reason_id", "lost_reason_id", "reference", "partner_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for mention in self:
            words = mention.reason_id.name or mention.lost_reason_id.name or kinds.get(mention.kind)
            mention.display_name = (
                f"{words} ({mention.reference or mention.partner_id.display_name})"
            )

    @api.constrains("kind", "reason_id", "lost_reason_id")
    def _check_reason(self):
        for mention in self:
            if mention.kind == "choice" and not mention.reason_id:
                raise ValidationError(
                    self.env._("Please name the reason why %s chooses us.", mention.partner_id.name)
                )
            if mention.kind == "deal_breaker" and not mention.lost_reason_id and not mention.res_id:
                raise ValidationError(
                    self.env._(
                        "Please name the reason why %s did not buy.", mention.partner_id.name
                    )
                )

    @api.constrains("date", "date_end")
    def _check_dates(self):
        for mention in self:
            if mention.date_end and mention.date_end < mention.date:
                raise ValidationError(
                    self.env._(
                        "Ended is %(end)s. It cannot be before %(start)s, the day it was said.",
                        end=mention.date_end,
                        start=mention.date,
                    )
                )

    def action_end(self):
        """End these mentions today: they no longer hold."""
        for mention in self.filtered(lambda each: not each.date_end):
            mention.date_end = max(mention.date, mention.company_id._get_retention_today())

    # ------------------------------------------------------------------
    # Mentions of documents
    # ------------------------------------------------------------------

    @api.model
    def _record_documents(self, documents):
        """Bring the open mention of each document to what the document says now.

        Calls ``_prepare_mention_values`` of each; where that is empty, an open mention is ended.
        May run again at will. Rights are not asked: whoever may lose a deal may leave its reason.

        :param documents: records of one model
        """
        if not documents:
            return self.browse()
        mentions = {each.res_id: each for each in self._get_of_documents(documents)}
        vals_list = []
        for document in documents.sudo():
            values = document._prepare_mention_values()
            mention = mentions.get(document.id)
            if not values:
                if mention:
                    mention.action_end()
            elif mention:
                mention.write(values)
            else:
                vals_list.append(
                    {
                        "kind": "deal_breaker",
                        "res_model": document._name,
                        "res_id": document.id,
                        "date": document._get_mention_date(),
                        **values,
                    }
                )
        return self.sudo().create(vals_list)

    @api.model
    def _get_of_documents(self, documents, only_open=True):
        """Return the mentions written by ``documents``, as superuser."""
        domain = [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        if only_open:
            domain.append(("date_end", "=", False))
        return self.sudo().search(domain)
