import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.window_action import open_action
from ..figures.retention_customer import CLASSES, SEGMENTS, STATUSES

# Instead of a pause of its own: the program follows the settings of the company.
FROM_SETTINGS = -1
# Reasons of skipped follow-ups that somebody can do something about.
BROKEN = ("incomplete", "failed", "no_email")


class RetentionProgram(models.Model):
    """A rule: on which event, for whom, which steps after how long, by whom, and how many at most.

    Trigger: events of ``event_type`` recorded after the activation, of days from the activation on
    and at most ``max_age_days`` old, whose change fits the conditions, in ``company_id`` (in any
    company where it is empty). For whom: commercial partners that ``domain`` finds in the event's
    company, of these a sample.

    At entry the guards are asked, the same for everybody, then the arm is drawn: treated customers
    get the steps, held-out customers get none and are watched, so that the difference shows what
    the program brings. A changed domain, step, seed or percent starts a new measurement period.
    """

    _name = "retention.program"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "retention.range.mixin",
        "retention.writable.mixin",
    ]
    _description = "Follow-up Program"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=50, help="Where two programs want the same customer, the lower sequence wins."
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: events of every company."
    )
    state = fields.Selection(
        [("off", "Off"), ("running", "Running"), ("paused", "Paused")],
        default="off",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Off: nothing happens. Running: events are taken up. Paused: nothing happens until it "
        "goes on.",
    )
    is_by_hand = fields.Boolean(
        readonly=True,
        copy=False,
        help="Holds the calls that people plan themselves; never switched on, and not listed.",
    )
    activated_on = fields.Date(readonly=True, copy=False)
    activation_event_id = fields.Integer(readonly=True, copy=False)
    note = fields.Text("What It Is For", translate=True)
    theme = fields.Selection(
        [
            ("start", "Start Here"),
            ("sale", "After a Sale"),
            ("wrong", "When It Goes Wrong"),
            ("thanks", "Thanks"),
            ("later", "Later"),
        ],
        "Heading",
        compute="_compute_theme",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        group_expand=True,
        help="Under which heading the program stands; those to start with are recommended.",
    )

    # When
    event_type = fields.Selection(
        selection="_selection_event_type", required=True, help="What has to happen to a customer."
    )
    status_from = fields.Selection(STATUSES, help="Only from this status; any where empty.")
    status_to = fields.Selection(STATUSES, help="Only to this status; any where empty.")
    class_from = fields.Selection(CLASSES, help="Only from this class; any where empty.")
    class_to = fields.Selection(CLASSES, help="Only to this class; any where empty.")
    segment_from = fields.Selection(SEGMENTS, help="Only from this segment; any where empty.")
    segment_to = fields.Selection(SEGMENTS, help="Only to this segment; any where empty.")
    gold_to = fields.Selection(
        [("true", "Became gold"), ("false", "No longer gold")], string="Gold Changed"
    )
    min_amount = fields.Float(
        "Purchase of at Least",
        help="Only purchases of this amount or more, without taxes, in company currency.",
    )
    max_age_days = fields.Integer(
        "Events Not Older Than (Days)",
        default=30,
        required=True,
        help="Events older than this are not taken up.",
    )
    date_from = fields.Date("Not Before", help="The program takes up nobody before this day.")
    date_to = fields.Date("Not After", help="The program takes up nobody after this day.")

    # For whom
    domain = fields.Char(
        "Customers",
        default="[]",
        required=True,
        tracking=True,
        help="Which customers; all where empty.",
    )
    sample_percent = fields.Float(
        "Sample (%)", default=100, digits=(5, 2), help="Take only this part, drawn at random."
    )
    holdout_percent = fields.Float(
        "Held Out (%)",
        default=0,
        digits=(5, 2),
        help="This part gets nothing and is compared with the others, to see what the program brings.",
    )
    seed = fields.Char(
        default=lambda self: secrets.token_hex(4),
        required=True,
        copy=False,
        help="What the random draws begin with. The same seed draws the same customers.",
    )

    # Then
    step_ids = fields.One2many("retention.program.step", "program_id", "Steps", copy=True)
    is_service = fields.Boolean(
        compute="_compute_is_service",
        store=True,
        help="All steps are service: the program neither waits for the pause nor starts it.",
    )
    exit_on_purchase = fields.Boolean(
        compute="_compute_exit_on_purchase",
        store=True,
        readonly=False,
        help="A purchase ends the program for this customer, and cancels what is open.",
    )
    window_days = fields.Integer(
        "Result After (Days)",
        default=90,
        required=True,
        help="Purchases of this many days after entry are compared.",
    )

    # By whom, and never more than
    responsible_rule = fields.Selection(
        [
            ("customer", "Salesperson of the customer"),
            ("document", "Salesperson of the document"),
            ("user", "One person"),
            ("team", "A team, in turn"),
        ],
        default="customer",
        required=True,
    )
    responsible_user_id = fields.Many2one(
        "res.users", "Person", domain=lambda self: self.env["res.users"]._get_worker_domain()
    )
    responsible_team_id = fields.Many2one("crm.team", check_company=True)
    pause_days = fields.Integer(
        "Pause Before (Days)",
        compute="_compute_pause_days",
        inverse="_inverse_pause_days",
        help="Days since the customer last entered any program (service apart) before this one "
        "takes the customer up. The pause of the settings, unless there is another one here.",
    )
    own_pause_days = fields.Integer(
        default=FROM_SETTINGS, help="The pause where it is another one than in the settings."
    )
    daily_cap = fields.Integer(
        "A Day per Person",
        help="Follow-ups of this program per person and day; 0: only the person's own limit counts.",
    )
    expire_days = fields.Integer(
        "Give Up After (Days)",
        default=14,
        required=True,
        help="A follow-up that finds no free place for so many days is skipped.",
    )

    period = fields.Integer("Measurement Period", default=1, readonly=True, copy=False)
    enrollment_ids = fields.One2many("retention.enrollment", "program_id", readonly=True)
    open_count = fields.Integer("In It Now", compute="_compute_counts")
    followup_count = fields.Integer("Open Follow-ups", compute="_compute_counts")
    broken_count = fields.Integer(
        compute="_compute_broken",
        help="Follow-ups of the last 30 days that were skipped because something is missing.",
    )
    is_incomplete = fields.Boolean(
        compute="_compute_broken", help="A step lacks its activity type, email template or plan."
    )

    # What starts a new measurement period.
    _PERIOD_FIELDS = ("domain", "seed", "sample_percent", "holdout_percent", "step_ids")

    def _get_event_traits(self):
        """Return what distinguishes the event of this program, see ``retention.event``."""
        return self.env["retention.event"]._get_traits(self.event_type)

    @api.model
    def _selection_event_type(self):
        return self.env["retention.event"]._get_program_types()

    @api.depends("step_ids.purpose")
    def _compute_is_service(self):
        for program in self:
            purposes = set(program.step_ids.mapped("purpose"))
            program.is_service = bool(purposes) and purposes <= {"service"}

    @api.depends("event_type")
    def _compute_theme(self):
        for program in self:
            program.theme = program._get_event_traits().theme

    @api.depends("event_type")
    def _compute_exit_on_purchase(self):
        for program in self:
            program.exit_on_purchase = program._get_event_traits().ends_on_purchase

    @api.depends("own_pause_days", "company_id.retention_pause_days")
    @api.depends_context("company")
    def _compute_pause_days(self):
        for program in self:
            program.pause_days = (
                program._get_default_pause_days()
                if program.own_pause_days == FROM_SETTINGS
                else program.own_pause_days
            )

    def _inverse_pause_days(self):
        for program in self:
            program._check_range_values({"pause_days": program.pause_days})
            follows = program.pause_days == program._get_default_pause_days()
            program.own_pause_days = FROM_SETTINGS if follows else program.pause_days

    def _get_default_pause_days(self):
        return (self.company_id or self.env.company).sudo().retention_pause_days

    def _compute_counts(self):
        enrolled = dict(
            self.env["retention.enrollment"]._read_group(
                [("program_id", "in", self.ids), ("state", "=", "open")],
                ["program_id"],
                ["__count"],
            )
        )
        waiting = dict(
            self.env["retention.followup"]._read_group(
                [("program_id", "in", self.ids), ("state", "in", ("planned", "open"))],
                ["program_id"],
                ["__count"],
            )
        )
        for program in self:
            program.open_count = enrolled.get(program, 0)
            program.followup_count = waiting.get(program, 0)

    @api.depends("step_ids.activity_type_id", "step_ids.mail_template_id", "step_ids.plan_id")
    def _compute_broken(self):
        broken = dict(
            self.env["retention.followup"]._read_group(
                [
                    ("program_id", "in", self.ids),
                    ("skip_reason", "in", BROKEN),
                    ("date_due", ">=", "today -30d"),
                ],
                ["program_id"],
                ["__count"],
            )
        )
        for program in self:
            program.broken_count = broken.get(program._origin, 0)
            program.is_incomplete = not all(step._is_complete() for step in program.step_ids)

    def _get_partner_domain(self, company):
        """Return the domain of the customers of ``company`` whom the program is for, drawing apart.

        :raise UserError: the filter asks for more than filters may
        """
        self.ensure_one()
        return self.env["res.partner"]._parse_filter(self.domain, company)

    def write(self, vals):
        if set(self._PERIOD_FIELDS) & vals.keys():
            self.filtered(lambda program: program.state != "off")._start_period()
        return super().write(vals)

    def _start_period(self):
        for program in self:
            program.period += 1

    # ------------------------------------------------------------------
    # On, paused, off
    # ------------------------------------------------------------------

    def action_open_broken(self):
        """Open the follow-ups that were skipped because something is missing."""
        self.ensure_one()
        domain = [("program_id", "=", self.id), ("skip_reason", "in", BROKEN)]
        return open_action(self.env, "customer_retention.retention_followup_action", domain)

    def action_start(self):
        """Take up events from now on; what is running goes on as it is."""
        self._check_filters()
        if by_hand := self.filtered("is_by_hand"):
            raise UserError(
                self.env._(
                    "%s cannot be switched on: it holds the calls that people plan themselves.",
                    by_hand[0].name,
                )
            )
        for program in self.filtered(lambda each: each.state != "running"):
            if not program.step_ids:
                raise UserError(
                    self.env._(
                        "%(program)s has no steps. Add what is to be done.", program=program.name
                    )
                )
            last_event = self.env["retention.event"].sudo().search([], order="id desc", limit=1)
            company = program.company_id or self.env.company
            program.write(
                {
                    "state": "running",
                    "activated_on": company._get_retention_today(),
                    "activation_event_id": last_event.id,
                }
            )

    def action_pause(self):
        """Stop at once: nobody enters, and nothing is sent or planned, until it goes on."""
        self.filtered(lambda program: program.state == "running").state = "paused"

    def action_resume(self):
        """Go on with what was planned when the program was paused."""
        self._check_filters()
        self.filtered(lambda program: program.state == "paused").state = "running"
        self._withdraw_activities()

    def action_stop(self):
        """End the program: whoever is in it leaves it, and what is open is cancelled."""
        open_enrollments = self.enrollment_ids.filtered(lambda each: each.state == "open")
        open_enrollments._stop("program_off")
        self.state = "off"
