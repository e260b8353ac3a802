from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..common.groups import SALESMAN
from ..common.visible_one2many import VisibleOne2many
from ..common.window_action import open_action

# Latest of what went wrong that are put in words on the form.
LATEST = 5


class ResPartner(models.Model):
    """Why the customer chooses the current company, and what went wrong.

    Both are read from mentions and losses of the commercial partner that hold today; contacts of
    a company show none, so that nothing is counted twice. What is added on a contact is noted for
    the company as said by that person.
    """

    _inherit = "res.partner"

    retention_mention_ids = VisibleOne2many(
        "retention.mention", "partner_id", "Reasons Given", groups=SALESMAN
    )
    retention_loss_ids = VisibleOne2many("retention.loss", "partner_id", "Losses", groups=SALESMAN)
    choice_reason_ids = fields.Many2many(
        "retention.reason",
        string="Chooses Us For",
        compute="_compute_reasons",
        inverse="_inverse_choice_reason_ids",
        search="_search_choice_reason_ids",
        groups=SALESMAN,
        help="Adding one notes today that the customer said so; removing one ends it.",
    )
    deal_breaker_ids = fields.Many2many(
        "crm.lost.reason",
        string="Deal Breakers",
        compute="_compute_reasons",
        search="_search_deal_breaker_ids",
        groups=SALESMAN,
        help="Why deals, or the customer, were lost and not yet won back.",
    )
    deal_breaker_summary = fields.Text(
        "What Went Wrong",
        compute="_compute_reasons",
        groups=SALESMAN,
        help="The latest lost deals and losses in words, the last one first.",
    )

    # Read with the figures, in one statement, for all that the form shows of reasons.
    reason_details = fields.Json(compute="_compute_retention_figures", groups=SALESMAN)

    def _filter_lost(self, company):
        """Return those who are lost to ``company``, or whose customer is, or was let go. Two queries."""
        customers = self.sudo().commercial_partner_id
        lost = self.env["retention.customer"].sudo().search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("status", "=", "lost"),
            ]
        ).partner_id  # fmt: skip
        lost |= self.env["retention.loss"].sudo().search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("state", "=", "let_go"),
            ]
        ).partner_id  # fmt: skip
        return self.filtered(lambda each: each.sudo().commercial_partner_id in lost)

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @api.depends("reason_details")
    @api.depends_context("company", "uid", "lang")
    def _compute_reasons(self):
        details = defaultdict(list)
        for detail in self._get_reason_details():
            details[detail["partner_id"]].append(detail)
        for partner in self:
            own = details[partner._origin.id]
            partner.choice_reason_ids = list(
                dict.fromkeys(detail["reason_id"] for detail in own if detail["source"] == "choice")
            )
            wrong = [detail for detail in own if detail["source"] != "choice"]
            partner.deal_breaker_ids = list(
                dict.fromkeys(
                    detail["lost_reason_id"] for detail in wrong if detail["lost_reason_id"]
                )
            )
            partner.deal_breaker_summary = self._get_deal_breaker_summary(wrong)

    def _get_reason_details(self):
        """Return what holds today of these partners in the current company, the latest first."""
        details = [
            {**detail, "date": fields.Date.to_date(detail["date"])}
            for partner in self
            for detail in partner.reason_details or []
        ]
        self._keep_reason_names(details)
        return details

    @api.depends(
        "retention_mention_ids.kind",
        "retention_mention_ids.reason_id",
        "retention_mention_ids.lost_reason_id",
        "retention_mention_ids.date_end",
        "retention_loss_ids.reason_id",
        "retention_loss_ids.state",
    )
    def _compute_retention_figures(self):
        for name in (
            "retention.mention",
            "retention.loss",
            "retention.reason",
            "crm.lost.reason",
            "retention.competitor",
        ):
            self.env[name].flush_model()
        return super()._compute_retention_figures()

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "reason_details" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_reason_details_sql(SQL.identifier(alias, "id"))

    @api.model
    def _get_reason_details_sql(self, partner):
        """Return SQL of the details of ``partner`` (SQL, an id) as JSON, names included.

        The reader's own rights apply to mentions and losses.
        """
        of_company = Domain("company_id", "=", self.env.company.id)
        mentions = self.env["retention.mention"]._search(
            of_company
            & Domain("date_end", "=", False)
            & Domain("kind", "in", ("choice", "deal_breaker"))
        )
        losses = self.env["retention.loss"]._search(of_company & Domain("state", "!=", "won_back"))
        return SQL(
            """(SELECT JSONB_AGG(told ORDER BY told.date DESC, told.id DESC)
                  FROM (SELECT detail.*, %(reason_name)s AS reason_name,
                               reason.color AS reason_color, reason.active AS reason_active,
                               %(lost_name)s AS lost_name, %(back_if)s AS back_if,
                               competitor.name AS competitor
                          FROM (SELECT id, partner_id, date, reason_id, lost_reason_id, reference,
                                       competitor_id,
                                       CASE WHEN kind = 'choice' THEN 'choice'
                                            WHEN res_model = 'crm.lead' THEN 'lead'
                                            WHEN res_model = 'sale.order' THEN 'quotation'
                                            ELSE 'said' END AS source
                                  FROM retention_mention
                                 WHERE partner_id = %(partner)s AND id IN %(mentions)s
                                 UNION ALL
                                SELECT id, partner_id, date, NULL, reason_id, NULL, competitor_id, state
                                  FROM retention_loss
                                 WHERE partner_id = %(partner)s AND id IN %(losses)s) AS detail
                          LEFT JOIN retention_reason AS reason ON reason.id = detail.reason_id
                          LEFT JOIN crm_lost_reason AS lost ON lost.id = detail.lost_reason_id
                          LEFT JOIN retention_competitor AS competitor
                            ON competitor.id = detail.competitor_id
                       ) AS told)""",
            partner=partner,
            reason_name=self.env["retention.reason"]._field_to_sql("reason", "name"),
            lost_name=self.env["crm.lost.reason"]._field_to_sql("lost", "name"),
            back_if=self.env["crm.lost.reason"]._field_to_sql("lost", "win_back_if"),
            mentions=mentions.subselect(),
            losses=losses.subselect(),
        )

    def _keep_reason_names(self, rows):
        """Put what tags show of a reason into the cache: the form need not ask for it again."""
        Reason = self.env["retention.reason"]
        chosen = {row["reason_id"]: row for row in rows if row["reason_id"]}
        reasons = Reason.browse(chosen)
        for name in ("name", "color", "active"):
            values = [row[f"reason_{name}"] for row in chosen.values()]
            Reason._fields[name]._insert_cache(reasons, values)

    def _get_deal_breaker_summary(self, details):
        """Return the latest of ``details`` as lines a salesperson would say."""
        company_today = self.env.company._get_retention_today()
        sentences = {
            "lead": self.env._("%(reason)s: opportunity %(document)s, %(day)s"),
            "quotation": self.env._("%(reason)s: quotation %(document)s, %(day)s"),
            "said": self.env._("%(reason)s: said on %(day)s"),
            "open": self.env._("%(reason)s: recorded as lost on %(day)s"),
            "winning_back": self.env._("%(reason)s: recorded as lost on %(day)s, being won back"),
            "let_go": self.env._("%(reason)s: recorded as lost on %(day)s, let go"),
        }
        lines = [
            sentences[detail["source"]]
            % {
                "reason": detail["lost_name"] or self.env._("No reason given"),
                "document": detail["reference"],
                "day": self.env["retention.customer"]._format_day(detail["date"], company_today),
            }
            + self._say_left(detail)
            for detail in details[:LATEST]
        ]
        if len(details) > LATEST:
            lines.append(self.env._("and %s more", len(details) - LATEST))
        return "\n".join(lines) or False

    def _say_left(self, detail):
        """Return to whom a recorded loss went, and what would bring it back, as far as it is known."""
        if detail["source"] not in ("open", "winning_back", "let_go"):
            return ""
        words = ""
        if detail["competitor"]:
            words += self.env._(". Now buys from %s", detail["competitor"])
        if detail["back_if"] and detail["source"] != "let_go":
            words += self.env._(". Back if: %s", detail["back_if"])
        return words

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    def _inverse_choice_reason_ids(self):
        """Note what was added as said today to this user, end what was removed."""
        Mention = self.env["retention.mention"]
        company = self.env.company
        today = company._get_retention_today()
        standing = Mention.search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", company.id),
                ("kind", "=", "choice"),
                ("date_end", "=", False),
            ]
        )
        mentions = standing.grouped("partner_id")
        vals_list = []
        for partner in self:
            own = mentions.get(partner.commercial_partner_id, Mention)
            if partner == partner.commercial_partner_id:
                own.filtered_domain(
                    [("reason_id", "not in", partner.choice_reason_ids.ids)]
                ).action_end()
            vals_list += [
                {
                    "kind": "choice",
                    "partner_id": partner.id,
                    "reason_id": reason.id,
                    "company_id": company.id,
                    "date": today,
                }
                for reason in partner.choice_reason_ids - own.reason_id
            ]
        Mention.create(vals_list)

    # ------------------------------------------------------------------
    # Searching
    # ------------------------------------------------------------------

    def _search_choice_reason_ids(self, operator, value):
        return self._search_reasons(operator, value, mention="reason_id")

    def _search_deal_breaker_ids(self, operator, value):
        return self._search_reasons(operator, value, mention="lost_reason_id", loss="reason_id")

    @api.model
    def _search_reasons(self, operator, value, mention, loss=None):
        """Return the domain of partners one of whose reasons fulfills the condition."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        kind = "deal_breaker" if loss else "choice"
        company = Domain("company_id", "=", self.env.company.id)
        holds = company & Domain("date_end", "=", False) & Domain("kind", "=", kind)

        def given(condition_operator, condition_value):
            domain = Domain(
                "retention_mention_ids",
                "any",
                holds & Domain(mention, condition_operator, condition_value),
            )
            if loss:
                domain |= Domain(
                    "retention_loss_ids",
                    "any",
                    company
                    & Domain("state", "!=", "won_back")
                    & Domain(loss, condition_operator, condition_value),
                )
            return domain

        if operator == "in" and False in value:
            return ~given("!=", False) | given("in", [each for each in value if each])
        return given(operator, value)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_record_loss(self):
        """Open the small form that records this customer as lost."""
        self.ensure_one()
        return open_action(
            self.env,
            "customer_retention.retention_loss_record_action",
            context={"default_partner_id": self.id, "dialog_size": "medium"},
        )

    def action_open_deal_breakers(self):
        """Open everything that went wrong with this customer, whether it still holds or not."""
        self.ensure_one()
        return open_action(
            self.env,
            "customer_retention.retention_loss_report_action",
            [("partner_id", "=", self.commercial_partner_id.id)],
            name=self.env._("What Went Wrong: %s", self.display_name),
            views=[(False, "list"), (False, "pivot"), (False, "graph")],
        )
