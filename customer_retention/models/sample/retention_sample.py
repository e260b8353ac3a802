import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import get_lang

# What the draw depends on, and what it is for: fixed once it is drawn.
FIXED = (
    "company_id",
    "domain",
    "error_percent",
    "confidence_percent",
    "response_percent",
    "seed",
    "mode",
    "survey_id",
    "program_id",
)
# Percent fields and what is allowed in them.
LIMITS = {
    "error_percent": (0.1, 50),
    "confidence_percent": (50, 99.99),
    "response_percent": (1, 100),
}


class RetentionSample(models.Model):
    """A random sample of a company's customers: whom to ask, so that the answers speak for all.

    Population: active customers with figures in ``company_id`` that ``domain`` finds, at the moment
    of drawing. ``needed_count`` answers know a share of them within ``error_percent``, at
    ``confidence_percent`` (see ``tools/sampling.py``); ``wanted_count`` have to be asked for them
    where ``response_percent`` answer.

    Drawing puts the population in the order of its ``seed`` and takes the first; whoever cannot be
    asked (fatigue, opt-out, no address) is replaced by the next in the same order and counted. The
    order is kept (``order_file``), so that the draw can be checked and replacements go on in it.
    Drawn once, a sample is never drawn again.
    """

    _name = "retention.sample"
    _inherit = ["retention.writable.mixin"]
    _description = "Random Sample"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Draft"), ("drawn", "Drawn"), ("sent", "Asked"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="Draft: nothing is drawn yet. Drawn: it is known whom to ask. Asked: they are asked, "
        "a batch after the other. Closed: nobody is asked any more.",
    )

    # Whom, and how
    domain = fields.Char("Customers", default="[]", required=True, help="All where empty.")
    mode = fields.Selection(
        [("survey", "Email, with a survey"), ("call", "Phone, by salespeople")],
        "Asked By",
        default="survey",
        required=True,
    )
    survey_id = fields.Many2one(
        "survey.survey",
        domain="[('retention_kind', '!=', False)]",
        ondelete="restrict",
        help="What is asked. Its kind decides how long ago a customer must have been asked last.",
    )
    program_id = fields.Many2one(
        "retention.program",
        domain="[('state', '=', 'running'), ('company_id', 'in', (False, company_id))]",
        check_company=True,
        ondelete="restrict",
        help="The running program that calls them, never more than its limits of a day.",
    )

    # How exactly
    error_percent = fields.Float(
        "Error (±%)",
        default=5,
        required=True,
        help="A share of all customers is known within so many percentage points.",
    )
    confidence_percent = fields.Float(
        "Confidence (%)", default=95, required=True, help="In so many of 100 samples."
    )
    response_percent = fields.Float(
        "Expected to Answer (%)", default=30, required=True, help="Of those who are asked."
    )
    seed = fields.Char(
        default=lambda self: secrets.token_hex(4),
        required=True,
        copy=False,
        help="What the draw begins with. The same seed draws the same customers.",
    )

    # What was drawn
    date = fields.Date("Drawn On", readonly=True, copy=False)
    population_count = fields.Integer("Population", readonly=True, copy=False)
    needed_count = fields.Integer("Answers Needed", readonly=True, copy=False)
    wanted_count = fields.Integer("To Ask", readonly=True, copy=False)
    order_file = fields.Binary(
        "Order of Drawing",
        readonly=True,
        copy=False,
        help="Database numbers of the population in the order of the draw, a line each.",
    )
    order_name = fields.Char(compute="_compute_order_name")
    member_ids = fields.One2many("retention.sample.member", "sample_id", readonly=True)

    @api.depends("name")
    def _compute_order_name(self):
        for sample in self:
            sample.order_name = f"{sample.name or ''}.txt"

    # ------------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------------

    @api.constrains("error_percent", "confidence_percent", "response_percent")
    def _check_percents(self):
        for sample in self:
            if message := sample._get_percent_message():
                raise ValidationError(message)

    def _get_percent_message(self):
        """Return what is wrong with a percent, "" where all are allowed."""
        self.ensure_one()
        for name, (lowest, highest) in LIMITS.items():
            if not lowest <= self[name] <= highest:
                return self.env._(
                    "%(field)s is %(value)s. It has to be between %(lowest)s and %(highest)s.",
                    field=self._fields[name].get_description(self.env)["string"],
                    value=self._format(self[name]),
                    lowest=self._format(lowest),
                    highest=self._format(highest),
                )
        return ""

    @api.constrains("domain", "company_id")
    def _check_domain(self):
        for sample in self:
            if message := sample._get_domain_message():
                raise ValidationError(message)

    def _get_domain_message(self):
        """Return why the user finds no customers with the domain, "" where they can."""
        self.ensure_one()
        return self.env["res.partner"]._get_filter_refusal(self.domain, self.company_id)

    @api.constrains("survey_id")
    def _check_survey(self):
        for sample in self.sudo():
            if sample.survey_id and not sample.survey_id.retention_kind:
                raise ValidationError(
                    self.env._(
                        "Survey is %(survey)s, which is not made for customers. Choose one, or say "
                        "on the survey what it asks customers about.",
                        survey=sample.survey_id.display_name,
                    )
                )

    def write(self, vals):
        for sample in self.filtered(lambda each: each.state != "draft"):
            if changed := [
                name for name in FIXED if name in vals and sample._is_different(name, vals)
            ]:
                raise UserError(
                    self.env._(
                        "%(field)s of %(sample)s cannot be changed: it is drawn already. Duplicate "
                        "it to draw another.",
                        field=self._fields[changed[0]].get_description(self.env)["string"],
                        sample=sample.name,
                    )
                )
        return super().write(vals)

    def _is_different(self, name, vals):
        field = self._fields[name]
        return field.convert_to_cache(vals[name], self) != field.convert_to_cache(self[name], self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        for sample in self.filtered(lambda each: each.state in ("sent", "closed")):
            raise UserError(
                self.env._(
                    "%(sample)s cannot be deleted: customers were asked. Close it instead.",
                    sample=sample.name,
                )
            )

    def _get_population_domain(self):
        """Return the domain of the customers it is about: active, with figures in its company."""
        self.ensure_one()
        figures = Domain("company_id", "=", self.company_id.id)
        meant = self.env["res.partner"]._parse_filter(self.domain, self.company_id)
        return Domain("retention_customer_ids", "any", figures) & meant

    def _format(self, number):
        """Return ``number`` as the user's language writes it, with no more decimals than it has."""
        lang = self.env["res.lang"].browse(get_lang(self.env).id)
        return lang.format("%.10g", number, grouping=True)
