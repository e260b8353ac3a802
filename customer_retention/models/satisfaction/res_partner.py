from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.measures import LEVELS, nps_group
from ..common.groups import SALESMAN
from ..common.sql_field import sql_field
from ..common.visible_one2many import VisibleOne2many
from ..common.window_action import open_action

# Comments shown on the page of a customer, and how much of each, in characters.
LATEST = 3
SHORT = 200


class ResPartner(models.Model):
    """What the customer says about the current company: last level and NPS, trend, comments.

    Read from the answers of the commercial partner that the reader may see; contacts of a company
    show none, so that nothing is counted twice.
    """

    _inherit = "res.partner"

    satisfaction_ids = VisibleOne2many(
        "retention.satisfaction", "partner_id", "What They Said", groups=SALESMAN
    )
    # Read with the figures, in one statement, for all that the form shows of answers.
    satisfaction_details = fields.Json(compute="_compute_retention_figures", groups=SALESMAN)
    satisfaction_count = fields.Integer(
        "Answers",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="Answers to surveys and calls in the current company.",
    )
    satisfaction_level = sql_field(
        fields.Selection,
        selection=lambda self: self.env["retention.satisfaction"]._fields["level"].selection,
        string="Satisfaction",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="What the customer last said, in the current company.",
    )
    satisfaction_summary = fields.Char(
        "Last Said", compute="_compute_satisfaction", groups=SALESMAN, help="With day and trend."
    )
    nps_group = sql_field(
        fields.Selection,
        selection=lambda self: self.env["retention.satisfaction"]._fields["nps_group"].selection,
        string="NPS Group",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="Of the last NPS answer: promoters answered 9 or 10, detractors 0 to 6.",
    )
    is_nps_better = fields.Boolean(
        compute="_compute_satisfaction", groups=SALESMAN, help="Than the time before."
    )
    nps_summary = fields.Char(
        "Would Recommend Us",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="The last NPS answer, with day and trend.",
    )
    satisfaction_comments = fields.Text(
        "In Their Words",
        compute="_compute_satisfaction",
        groups=SALESMAN,
        help="The latest comments, the last one first.",
    )

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @api.depends(
        "satisfaction_ids.level",
        "satisfaction_ids.nps",
        "satisfaction_ids.comment",
        "satisfaction_ids.date",
    )
    def _compute_retention_figures(self):
        self.env["retention.satisfaction"].flush_model()
        return super()._compute_retention_figures()

    @api.depends("satisfaction_details")
    @api.depends_context("company", "uid", "lang")
    def _compute_satisfaction(self):
        Answers = self.env["retention.satisfaction"]
        levels = dict(Answers._fields["level"]._description_selection(self.env))
        groups = dict(Answers._fields["nps_group"]._description_selection(self.env))
        for partner in self:
            details = partner.satisfaction_details or {}
            said, scores = details.get("levels") or [], details.get("scores") or []
            partner.satisfaction_count = details.get("count", 0)
            partner.satisfaction_level = said and said[0]["value"]
            partner.satisfaction_summary = self._get_last_text(
                [(LEVELS.index(each["value"]), each["date"]) for each in said],
                lambda place: levels[LEVELS[place]],
            )
            partner.nps_group = scores and scores[0]["group"]
            partner.is_nps_better = len(scores) > 1 and scores[0]["value"] > scores[1]["value"]
            partner.nps_summary = self._get_last_text(
                [(each["value"], each["date"]) for each in scores],
                lambda score: self.env._(
                    "%(score)s of 10 (%(group)s)",
                    score=score,
                    group=groups[nps_group(score)].lower(),
                ),
            )
            partner.satisfaction_comments = "\n".join(
                self._get_comment_text(each) for each in details.get("comments") or []
            )

    @api.model
    def _get_last_text(self, answers, label):
        """Return the last of ``answers`` ``[(value, day)]`` in words, and how it compares to the one before."""
        if not answers:
            return False
        (value, day), *before = answers
        words = {"value": label(value), "day": self._get_day_text(day)}
        if not before:
            return self.env._("%(value)s, on %(day)s", **words)
        last, last_day = before[0]
        words |= {"last": label(last), "last_day": self._get_day_text(last_day)}
        if value > last:
            return self.env._(
                "%(value)s, on %(day)s: better than last time (%(last)s, on %(last_day)s)", **words
            )
        if value < last:
            return self.env._(
                "%(value)s, on %(day)s: worse than last time (%(last)s, on %(last_day)s)", **words
            )
        return self.env._("%(value)s, on %(day)s: as last time, on %(last_day)s", **words)

    @api.model
    def _get_day_text(self, day):
        today = self.env.company._get_retention_today()
        return self.env["retention.customer"]._format_day(fields.Date.to_date(day), today)

    @api.model
    def _get_comment_text(self, comment):
        text = " ".join(comment["comment"].split())
        if len(text) > SHORT:
            text = text[: SHORT - 1].rstrip() + "…"
        words = {"day": self._get_day_text(comment["date"]), "comment": text}
        if comment["reference"]:
            return self.env._(
                "%(day)s, %(document)s: “%(comment)s”", document=comment["reference"], **words
            )
        return self.env._("%(day)s: “%(comment)s”", **words)

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        names = {
            "satisfaction_level": "level",
            "nps_group": "nps_group",
            "satisfaction_details": None,
        }
        if field_expr not in names or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        partner = SQL.identifier(alias, "id")
        if field_expr == "satisfaction_details":
            return self._get_satisfaction_details_sql(partner)
        column = SQL.identifier("said", names[field_expr])
        return SQL(
            """(SELECT %(column)s FROM retention_satisfaction AS said
                 WHERE said.partner_id = %(partner)s AND %(column)s IS NOT NULL
                   AND said.id IN %(visible)s
                 ORDER BY said.date DESC, said.id DESC LIMIT 1)""",
            column=column,
            partner=partner,
            visible=self._get_visible_answers().subselect(),
        )

    @api.model
    def _get_visible_answers(self):
        """Return the query of answers to the current company that the reader may see."""
        return self.env["retention.satisfaction"]._search(
            Domain("company_id", "=", self.env.company.id)
        )

    @api.model
    def _get_satisfaction_details_sql(self, partner):
        """Return SQL of what ``partner`` (SQL, an id) said, as JSON: the last two of each measure."""

        def last(number, condition, **values):
            pairs = SQL(", ").join(
                SQL("%s, %s", name, SQL.identifier("said", column))
                for name, column in {**values, "date": "date"}.items()
            )
            return SQL(
                """TO_JSONB((ARRAY_AGG(JSONB_BUILD_OBJECT(%(pairs)s)
                                      ORDER BY said.date DESC, said.id DESC)
                             FILTER (WHERE %(condition)s))[1:%(number)s])""",
                pairs=pairs,
                condition=condition,
                number=number,
            )

        return SQL(
            """(SELECT JSONB_BUILD_OBJECT('count', COUNT(*), 'levels', %(levels)s,
                                         'scores', %(scores)s, 'comments', %(comments)s)
                  FROM retention_satisfaction AS said
                 WHERE said.partner_id = %(partner)s AND said.id IN %(visible)s
                HAVING COUNT(*) > 0)""",
            levels=last(2, SQL("said.level IS NOT NULL"), value="level"),
            scores=last(2, SQL("said.nps IS NOT NULL"), value="nps", group="nps_group"),
            comments=last(
                LATEST,
                SQL("said.comment IS NOT NULL"),
                comment="comment",
                reference="reference",
            ),
            partner=partner,
            visible=self._get_visible_answers().subselect(),
        )

    @api.model
    def _forget_satisfaction(self):
        """Forget what was read of answers: some were written past the ORM."""
        computes = ("_compute_satisfaction", "_compute_retention_figures")
        names = [name for name, field in self._fields.items() if field.compute in computes]
        self.invalidate_model(["satisfaction_ids", *names])

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_open_satisfaction(self):
        """Open what this customer said to the current company."""
        self.ensure_one()
        return open_action(
            self.env,
            "customer_retention.retention_satisfaction_action",
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ],
            name=self.env._("What %s Says", self.display_name),
        )
