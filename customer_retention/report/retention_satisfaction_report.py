from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.common.window_action import open_form
from ..models.figures.retention_customer import CLASSES, STATUSES
from ..sql import satisfaction_answer

# What is copied from the answer as it stands.
ANSWERED = (
    "date",
    "company_id",
    "currency_id",
    "partner_id",
    "contact_id",
    "user_id",
    "origin",
    "res_model",
    "res_id",
    "reference",
    "level",
    "csat",
    "nps",
    "nps_group",
    "expectation",
    "courtesy",
    "empathy",
    "effort",
    "honesty",
    "knowledge",
    "ease",
    "wants_call",
    "quote_allowed",
    "comment",
)
# What happened on the order it is about, and what came after the answer.
ORDER_DETAILS = ("reality", "late_days", "price_over_rate", "short_rate")
DETAILS = (
    *ORDER_DETAILS,
    "is_last_nps",
    "is_from_call",
    "call_date",
    "bought_again",
    "next_level",
)


class RetentionSatisfactionReport(models.Model):
    """Answers beside what is known of the customer and of what came after: one row per answer.

    Nothing is stored. A number that was not answered is null, so averages leave it out. Class,
    status and value are those of the last run; value is untaxed, in company currency. Days are
    those of the company's zone. Averages here count each answer once; the page *Satisfaction*
    counts each customer once.
    """

    _name = "retention.satisfaction.report"
    _inherit = [
        "retention.open.partner.mixin",
        "retention.customer.text.mixin",
        "retention.speaking.mixin",
    ]
    _description = "Answers of Customers"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    _customer_texts = ("comment", "reference")

    date = fields.Date(readonly=True, help="Day of the answer.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", "Person", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Salesperson", readonly=True, help="Responsible when the customer was asked."
    )
    survey = fields.Char(readonly=True, help="Title of the survey that asked.")
    origin = fields.Selection(
        [("survey", "Survey"), ("phone", "Phone"), ("portal", "Portal")], readonly=True
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", readonly=True)
    reference = fields.Char("About", readonly=True, help="Name of the document it is about.")

    level = fields.Selection(
        [
            ("dissatisfied", "Dissatisfied"),
            ("satisfied", "Satisfied"),
            ("very_satisfied", "Very satisfied"),
        ],
        "Satisfaction",
        readonly=True,
    )
    csat = fields.Integer("CSAT (1–5)", aggregator="avg", readonly=True)
    nps = fields.Integer("NPS Answer (0–10)", aggregator="avg", readonly=True)
    nps_group = fields.Selection(
        [("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
        "Would Recommend",
        readonly=True,
    )
    expectation = fields.Selection(
        [
            ("worse", "Worse than expected"),
            ("as_expected", "As expected"),
            ("better", "Better than expected"),
        ],
        readonly=True,
    )
    courtesy = fields.Integer("Courtesy (1–5)", aggregator="avg", readonly=True)
    empathy = fields.Integer("Empathy (1–5)", aggregator="avg", readonly=True)
    effort = fields.Integer("Effort (1–5)", aggregator="avg", readonly=True)
    honesty = fields.Integer("Honesty (1–5)", aggregator="avg", readonly=True)
    knowledge = fields.Integer("Product Knowledge (1–5)", aggregator="avg", readonly=True)
    ease = fields.Integer("Ease (1–5)", aggregator="avg", readonly=True)
    wants_call = fields.Boolean(readonly=True, help="Asked to be called.")
    quote_allowed = fields.Boolean("May Be Quoted", readonly=True)
    comment = fields.Text("What Lies Behind", readonly=True, help="In the customer's words.")

    satisfied_rate = fields.Float(
        "Satisfied",
        aggregator="avg",
        readonly=True,
        help="Share of satisfied and very satisfied among the three levels (0 to 1).",
    )
    csat_rate = fields.Float(
        "CSAT",
        aggregator="avg",
        readonly=True,
        help="Share of answers 4 and 5 on the scale from 1 to 5 (0 to 1).",
    )
    nps_score = fields.Float(
        "NPS",
        aggregator="avg",
        readonly=True,
        help="100 for a promoter, -100 for a detractor: the average is the NPS.",
    )

    level_count = fields.Integer("Answers: Satisfied", readonly=True)
    csat_count = fields.Integer("Answers: CSAT", readonly=True)
    nps_count = fields.Integer("Answers: NPS", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True, help="Where the customer came from.")
    abc_class = fields.Selection(CLASSES, "Class", readonly=True)
    status = fields.Selection(
        STATUSES,
        readonly=True,
    )
    value_year = fields.Monetary(
        "Last 12 Months",
        readonly=True,
        help="What the customer bought in the last 365 days, without taxes.",
    )

    reality = fields.Selection(
        [("kept", "As ordered"), ("not_kept", "Not as ordered")],
        "What Happened",
        readonly=True,
        help="Not as ordered: something was late, dearer than quoted or short in quantity. Empty "
        "where it is not known.",
    )
    late_days = fields.Integer(
        "Days Late",
        aggregator="avg",
        readonly=True,
        help="Of what came latest on the order, after the promised day.",
    )
    price_over_rate = fields.Float(
        "Above the Quoted Price",
        aggregator="avg",
        readonly=True,
        help="Of the line of the order that was invoiced furthest above the quoted price (0.1: a "
        "tenth dearer).",
    )
    short_rate = fields.Float(
        "Short",
        aggregator="avg",
        readonly=True,
        help="Share not delivered, of the line of the order that misses most (0 to 1).",
    )
    is_last_nps = fields.Boolean(
        "Last NPS Answer", readonly=True, help="The customer has not answered it again since."
    )
    is_from_call = fields.Boolean(
        "Given in a Call Back",
        readonly=True,
        help="Said when somebody called because of an answer before.",
    )
    call_date = fields.Date(
        "Called On", readonly=True, help="First call with the customer from that day on."
    )
    bought_again = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("waiting", "There is time yet")],
        readonly=True,
        help="Bought within the interval that is usual for the customer, counted from the answer.",
    )
    next_level = fields.Selection(
        [
            ("dissatisfied", "Dissatisfied"),
            ("satisfied", "Satisfied"),
            ("very_satisfied", "Very satisfied"),
        ],
        "Next Answer",
        readonly=True,
        help="What the customer answered next.",
    )

    _depends = {
        "mail.activity": ["active", "activity_type_id", "date_done", "res_id", "res_model"],
        "res.partner": ["acquisition_source_id", "commercial_partner_id", "user_id"],
        "retention.customer": [
            "abc_class",
            "expected_gap_days",
            "partner_id",
            "status",
            "value_year",
        ],
        "retention.followup": ["activity_id", "date_done", "partner_id", "reached", "state"],
        "retention.satisfaction": [*ANSWERED, "followup_id", "survey_id"],
        "sale.order": ["commitment_date", "currency_id", "currency_rate", "state"],
        "sale.order.line": [
            "order_id",
            "price_subtotal",
            "product_id",
            "product_uom_qty",
            "qty_delivered",
            "qty_delivered_method",
            "qty_invoiced",
            "untaxed_amount_invoiced",
        ],
        "survey.survey": ["title"],
    }

    @property
    def _table_query(self):
        return self._get_query(SQL.identifier("retention_satisfaction"), DETAILS)

    @api.model
    def _get_query(self, answers, details=()):
        """Return the SQL of ``answers`` with the shares, the customer's figures and ``details``.

        What is not asked for costs nothing when it is run (left joins on unique columns go, and so
        do expressions), but all cost when it is planned.

        :param answers: SQL, rows of ``retention_satisfaction``
        :param details: names that :meth:`_get_details` knows
        """
        columns = [SQL("answer.%s", SQL.identifier(name)) for name in ANSWERED]
        columns += [
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._get_details(details).items()
        ]
        return SQL(
            """SELECT answer.id, %(columns)s,
                      CASE answer.level WHEN 'dissatisfied' THEN 0.0::float8
                                        WHEN 'satisfied' THEN 1 WHEN 'very_satisfied' THEN 1
                           END AS satisfied_rate,
                      CASE WHEN answer.csat > 0 THEN (answer.csat >= 4)::int::float8
                           END AS csat_rate,
                      CASE answer.nps_group WHEN 'promoter' THEN 100.0::float8
                                            WHEN 'detractor' THEN -100 WHEN 'passive' THEN 0
                           END AS nps_score,
                      COALESCE(answer.level IS NOT NULL, FALSE)::int AS level_count,
                      COALESCE(answer.csat > 0, FALSE)::int AS csat_count,
                      COALESCE(answer.nps_group IS NOT NULL, FALSE)::int AS nps_count,
                      COALESCE(survey.title->>%(lang)s, survey.title->>'en_US') AS survey,
                      customer.acquisition_source_id AS source_id,
                      figure.abc_class, figure.status, figure.value_year
                 FROM %(answers)s AS answer
                 LEFT JOIN res_partner AS customer ON customer.id = answer.partner_id
                 LEFT JOIN retention_customer AS figure
                   ON figure.partner_id = answer.partner_id
                  AND figure.company_id = answer.company_id
                 LEFT JOIN survey_survey AS survey ON survey.id = answer.survey_id
                 %(order)s""",
            columns=SQL(", ").join(columns),
            lang=self.env.lang or "en_US",
            answers=answers,
            order=satisfaction_answer.join_order(
                self.env["retention.expectation.report"]._get_query(
                    SQL("(SELECT answer.*)"), once=True
                )
            )
            if set(ORDER_DETAILS) & set(details)
            else SQL(),
        )

    @api.model
    def _get_details(self, names):
        """Return ``{name: SQL over the row answer}`` of ``names``: of ``DETAILS``, or ``bought_until``."""
        details = {name: SQL("fact.%s", SQL.identifier(name)) for name in ORDER_DETAILS}
        details["is_last_nps"] = satisfaction_answer.is_last_nps()
        details["is_from_call"] = satisfaction_answer.is_from_call()
        details["call_date"] = satisfaction_answer.called_on()
        details["next_level"] = satisfaction_answer.next_level()
        details["bought_until"] = satisfaction_answer.bought_until()
        if "bought_again" in names:
            today = self.env["retention.customer"]._get_today_sql(SQL("answer.company_id"))
            purchases = self.env["retention.purchase"]._get_query()
            details["bought_again"] = satisfaction_answer.bought_again(
                satisfaction_answer.has_bought(purchases, today), details["bought_until"], today
            )
        return {name: details[name] for name in names}

    def action_open_answer(self):
        """Open the answer."""
        self.ensure_one()
        return open_form("retention.satisfaction", self.id)

    @api.model
    def _get_sentence(self, domain):
        """Say how many are satisfied, and how many of the others nobody has called."""
        answered = domain & Domain("level", "!=", False)
        counts = dict(self._read_group(answered, ["level"], ["__count"]))
        total = sum(counts.values())
        if not total:
            return None
        bad = answered & Domain("level", "=", "dissatisfied") & Domain("is_from_call", "=", False)
        uncalled = bad & Domain("call_date", "=", False)
        count = self.search_count(uncalled)
        sentence = self.env._(
            "%(good)s of %(total)s answers are satisfied or better. Dissatisfied and not called: "
            "%(uncalled)s.",
            good=total - counts.get("dissatisfied", 0),
            total=total,
            uncalled=count,
        )
        return sentence, uncalled if count else answered
