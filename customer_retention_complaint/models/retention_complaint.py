from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from .retention_complaint_stage import OPEN

INTERNAL = "base.group_user"
# What the clocks write, and what happens to them: see retention_complaint_clock.py and
# retention_complaint_course.py. Nobody sets a date that suits.
CLOCKS = frozenset(
    (
        "acknowledged_at",
        "ack_hours",
        "solved_at",
        "closed_at",
        "ack_deadline",
        "answer_deadline",
        "reply_deadline",
        "next_due",
        "warn_at",
        "target_hours",
        "used_hours",
        "clock_from",
        "missed_hours",
        "first_missed_at",
        "warned_at",
        "escalated_at",
        "escalated_again_at",
        "reopened_count",
        "recovery_state",
        "recovery_from",
        "recovery_until",
        "recovered_value",
    )
)


class RetentionComplaint(models.Model):
    """One complaint: what happened, until when the customer hears from us, what came of it.

    ``partner_id`` and ``name``, one sentence, are enough. ``partner_id`` is the customer, a
    commercial partner, ``contact_id`` the person; a mail of somebody unknown has neither and waits
    under *To Assign*. Moments are UTC; working hours are the company's (``res.company``), money is
    in company currency.

    The fields in ``CLOCKS`` follow from what happens (stage, messages, promises) and are written by
    the methods of ``retention_complaint_course.py`` only. Portal users read the complaints of their
    company, of a sensitive category only their own, and none of the internal fields.
    """

    _name = "retention.complaint"
    _inherit = [
        "retention.record.mixin",
        "retention.customer.text.mixin",
        "retention.open.partner.mixin",
        "retention.badge.mixin",
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "mail.tracking.duration.mixin",
    ]
    _description = "Complaint"
    _order = "next_due, received_at desc, id desc"
    _primary_email = "email_from"
    _track_duration_field = "stage_id"
    _mail_post_access = "read"
    _customer_texts = ("name", "description", "verdict_comment")

    # ------------------------------------------------------------------
    # What happened
    # ------------------------------------------------------------------
    name = fields.Char("In One Sentence", required=True, tracking=True)
    description = fields.Html("What Happened", sanitize_attributes=True, sanitize_style=True)
    partner_id = fields.Many2one(required=False, tracking=True)
    user_id = fields.Many2one(
        string="Responsible",
        default=False,
        tracking=True,
        domain=lambda self: self.env["res.users"]._get_worker_domain(),
        help="Who answers. Left out: the person named by the category, else the salesperson of the "
        "customer, else who notes it.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        groups=INTERNAL,
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("person", "In person"),
            ("email", "Email"),
            ("portal", "Portal"),
            ("survey", "Survey answer"),
            ("letter", "Letter"),
            ("other", "Other"),
        ],
        "Came By",
        required=True,
        default="phone",
    )
    category_id = fields.Many2one(
        "retention.complaint.category",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self._get_default_category(),
    )
    severity = fields.Selection(
        [("1", "Minor"), ("2", "Normal"), ("3", "Serious")], required=True, default="2"
    )
    order_id = fields.Many2one(
        "sale.order",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('move_type', '=', 'out_invoice')]",
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", check_company=True, groups=INTERNAL
    )
    person_id = fields.Many2one(
        "res.users",
        "About Whom of Us",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        groups=INTERNAL,
        help="Where the customer complains about somebody: who it was.",
    )
    cause_id = fields.Many2one(
        "retention.complaint.cause",
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="What lay behind, once it is known.",
    )
    satisfaction_id = fields.Many2one(
        "retention.satisfaction",
        "Answer",
        index="btree_not_null",
        groups=INTERNAL,
        help="The answer of the customer that was made a complaint.",
    )
    email_from = fields.Char("Email", help="Who wrote the mail this complaint came by.")
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, groups=INTERNAL)

    # ------------------------------------------------------------------
    # Where it stands
    # ------------------------------------------------------------------
    stage_id = fields.Many2one(
        "retention.complaint.stage",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        copy=False,
        group_expand="_read_group_stage_ids",
        default=lambda self: self._get_stage("new"),
    )
    kind = fields.Selection(related="stage_id.kind", store=True, index=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    received_at = fields.Datetime(
        "Received", required=True, default=fields.Datetime.now, copy=False, tracking=True
    )
    acknowledged_at = fields.Datetime("Acknowledged", readonly=True, copy=False, groups=INTERNAL)
    solved_at = fields.Datetime("Solved", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed", readonly=True, copy=False, groups=INTERNAL)
    reopened_count = fields.Integer("Reopened", readonly=True, copy=False, groups=INTERNAL)
    customer_verdict = fields.Selection(
        [("settled", "Settled"), ("not_settled", "Not settled")],
        "The Customer Says",
        copy=False,
        tracking=True,
        help="Whether it is settled, as the customer says.",
    )
    would_buy_again = fields.Selection(
        [("yes", "Yes"), ("perhaps", "Perhaps"), ("no", "No")],
        copy=False,
        help="Whether they would buy from us again, as the customer says.",
    )
    verdict_comment = fields.Text("In Their Words", copy=False)

    _due_idx = models.Index("(company_id, next_due) WHERE next_due IS NOT NULL")
    _warn_idx = models.Index(
        "(company_id, warn_at) WHERE warned_at IS NULL AND warn_at IS NOT NULL"
    )
    _open_idx = models.Index("(partner_id) WHERE is_open")
    _sender_idx = models.Index("(email_normalized, create_date) WHERE email_normalized IS NOT NULL")

    # ------------------------------------------------------------------
    # Defaults and computed fields
    # ------------------------------------------------------------------

    @api.model
    def _get_default_category(self):
        other = self.env.ref(
            "customer_retention_complaint.category_other", raise_if_not_found=False
        )
        found = other if other and other.active else False
        return found or self.env["retention.complaint.category"].search([], limit=1)

    @api.model
    def _get_stage(self, kind):
        """Return the first stage of ``kind``, an archived one where there is no other."""
        Stage = self.env["retention.complaint.stage"].sudo()
        found = Stage.search([("kind", "=", kind)], limit=1)
        found = found or Stage.with_context(active_test=False).search(
            [("kind", "=", kind)], limit=1
        )
        return found.sudo(self.env.su)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        return stages.search([])

    @api.depends("kind")
    def _compute_is_open(self):
        for complaint in self:
            complaint.is_open = complaint.kind in OPEN

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for complaint in self:
            complaint.email_normalized = email_normalize(complaint.email_from)

    @api.depends("user_id")
    def _compute_team_id(self):
        for complaint in self:
            if complaint.user_id and not complaint.team_id:
                team = complaint.user_id.sudo().sale_team_id
                if not team.company_id or team.company_id == complaint.company_id:
                    complaint.team_id = team

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"
        return result

    # ------------------------------------------------------------------
    # Saving
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_clocks(*vals_list)
        completed = [self._complete_values(dict(vals)) for vals in vals_list]
        # All begin as new: where they go from there, and when, is done to each.
        stages = [vals.pop("stage_id", False) for vals in completed]
        complaints = super().create(completed)
        complaints._start_clocks()
        for complaint, stage_id, vals in zip(complaints, stages, completed, strict=True):
            if stage_id and stage_id != complaint.stage_id.id:
                at = vals.get("solved_at") or vals.get("closed_at")
                complaint._change_stage(
                    self.env["retention.complaint.stage"].browse(stage_id),
                    fields.Datetime.to_datetime(at) or fields.Datetime.now(),
                )
        return complaints

    def write(self, vals):
        self._check_clocks(vals)
        vals = dict(vals)
        now = fields.Datetime.now()
        owners = {each: each.partner_id for each in self} if "partner_id" in vals else {}
        planned = {"category_id", "received_at", "company_id"} & vals.keys()
        stage_id = vals.pop("stage_id", False)
        result = super().write(vals) if vals else True
        if planned:
            self._plan_again(now)
        if stage_id:
            self._change_stage(self.env["retention.complaint.stage"].browse(stage_id), now)
        # Whoever had a link to the complaint of another customer has none any more.
        moved = self.filtered(lambda each: owners.get(each, each.partner_id) != each.partner_id)
        if moved:
            moved.sudo().access_token = False
        return result

    def _write_stage(self, stage):
        """Put these into ``stage``, without what it means for the clocks."""
        return super().write({"stage_id": stage.id})  # pylint: disable=super-method-mismatch

    @api.model
    def _check_clocks(self, *vals_list):
        """Refuse dates that follow from what happened."""
        if self.env.su:
            return
        for vals in vals_list:
            if names := CLOCKS & vals.keys():
                raise AccessError(
                    self.env._(
                        "%(fields)s cannot be set: it follows from what happens to the complaint. "
                        "Acknowledge, promise, solve or reopen it instead.",
                        fields=", ".join(sorted(self._get_label(name) for name in names)),
                    )
                )

    @api.model
    def _complete_values(self, vals):
        """Return ``vals`` with what follows from its document, customer and category."""
        document = self.env["sale.order"].browse(vals.get("order_id") or False)
        document = document or self.env["account.move"].browse(vals.get("invoice_id") or False)
        if document:
            vals.setdefault("partner_id", document.sudo().partner_id.id)
            vals.setdefault("company_id", document.sudo().company_id.id)
        vals = self._prepare_commercial_values(vals)
        vals.setdefault("company_id", self.env.company.id)
        vals.setdefault("category_id", self._get_default_category().id)
        if not vals.get("user_id"):
            vals["user_id"] = self._get_responsible(vals).id
        return vals

    @api.model
    def _get_responsible(self, vals):
        """Return who answers a complaint of these values; nobody where it is to be assigned."""
        company = self.env["res.company"].browse(vals["company_id"])
        category = self.env["retention.complaint.category"].browse(vals["category_id"]).sudo()
        partner = self.env["res.partner"].browse(vals.get("partner_id") or False).sudo()
        user = self.env.user
        noting = user.browse() if self.env.su else user
        for each in (category.user_id, partner.user_id, noting):
            if each and each._can_work_for(company):
                return each
        return user.browse()

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id", "partner_id"]

    def _mail_get_partners(self, introspect_fields=False):
        """Return whom public messages are for: the person, else the customer."""
        return {each.id: each.contact_id or each.partner_id for each in self}

    @api.model
    def _get_label(self, name):
        return self._fields[name].get_description(self.env, ["string"])["string"]

    def action_open_satisfaction(self):
        """Open the answer this complaint was made of."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "retention.satisfaction",
            "res_id": self.satisfaction_id.id,
            "views": [(False, "form")],
        }
