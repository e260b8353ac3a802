from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..common.groups import SALESMAN


class ResPartner(models.Model):
    """What comes next for a customer: planned, deliberately left alone, or the best thing to do now."""

    _inherit = "res.partner"

    # Read with the figures, in one statement.
    next_details = fields.Json(compute="_compute_retention_figures", groups=SALESMAN)
    next_kind = fields.Selection(
        [
            ("followup", "Somebody has it"),
            ("planned", "Planned"),
            ("held_out", "Deliberately left alone"),
            ("call", "Call"),
            ("thank", "Thank"),
        ],
        "What Comes Next",
        compute="_compute_next",
        groups=SALESMAN,
    )
    next_sentence = fields.Char("Next", compute="_compute_next", groups=SALESMAN)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "next_details" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_next_details_sql(SQL.identifier(alias, "id"))

    @api.model
    def _get_next_details_sql(self, partner):
        """Return SQL of the next follow-up of ``partner`` (SQL, an id), else of its comparison, as JSON.

        Of the current company, as far as the reader may see it; what is to be done goes first.
        """
        company = self.env.company
        of_company = [("company_id", "=", company.id)]
        Followup, Enrollment = self.env["retention.followup"], self.env["retention.enrollment"]
        followups = Followup._search([*of_company, ("state", "in", ("open", "planned"))])
        held_out = Enrollment._search(
            [*of_company, ("state", "=", "open"), ("arm", "=", "held_out")]
        )
        return SQL(
            """(SELECT JSONB_BUILD_OBJECT(
                           'kind', kind, 'day', day, 'act', act, 'channel', channel,
                           'user', person.name, 'program', %(program)s)
                  FROM (SELECT CASE state WHEN 'open' THEN 'followup' ELSE 'planned' END AS kind,
                               COALESCE(date_opened, date_due) AS day, step.channel,
                               %(act)s AS act, followup.user_id, followup.program_id
                          FROM retention_followup AS followup
                          LEFT JOIN retention_program_step AS step ON step.id = followup.step_id
                          LEFT JOIN mail_activity_type AS kind ON kind.id = step.activity_type_id
                         WHERE followup.partner_id = %(partner)s
                           AND followup.id IN %(followups)s
                         UNION ALL
                        SELECT 'held_out', date_end, NULL, NULL, NULL, program_id
                          FROM retention_enrollment
                         WHERE partner_id = %(partner)s AND id IN %(held_out)s) AS next
                  JOIN retention_program AS program ON program.id = next.program_id
                  LEFT JOIN res_users AS account ON account.id = next.user_id
                  LEFT JOIN res_partner AS person ON person.id = account.partner_id
                 ORDER BY kind = 'held_out', kind = 'planned', day LIMIT 1)""",
            partner=partner,
            program=self.env["retention.program"]._field_to_sql("program", "name"),
            act=self.env["mail.activity.type"]._field_to_sql("kind", "name"),
            followups=followups.subselect(),
            held_out=held_out.subselect(),
        )

    @api.depends("retention_followup_ids.state", "retention_followup_ids.date_opened")
    def _compute_retention_figures(self):
        for name in ("retention.followup", "retention.enrollment"):
            self.env[name].flush_model()
        return super()._compute_retention_figures()

    @api.depends("next_details", "retention_status")
    @api.depends_context("company", "uid", "lang")
    def _compute_next(self):
        for partner in self:
            details = partner.next_details
            if details:
                partner.next_kind = details["kind"]
                partner.next_sentence = partner._say_next(details)
                continue
            kind, sentence = (False, False)
            if partner.retention_status:
                kind, sentence = partner._get_best_action() or (False, False)
            partner.next_kind, partner.next_sentence = kind, sentence

    def _say_next(self, details):
        """Return ``details`` in words."""
        words = {
            "act": details["act"] or self._get_act_label(details["channel"]),
            "user": details["user"] or self.env._("nobody yet"),
            "program": details["program"],
            "day": details["day"]
            and format_date(
                self.env, fields.Date.to_date(details["day"]), date_format="EEEE, d MMMM"
            ),
        }
        if details["kind"] == "held_out":
            return self.env._(
                "Deliberately left alone until %(day)s: comparison group of “%(program)s”.", **words
            )
        if details["kind"] == "planned":
            return self.env._("%(act)s on %(day)s, planned by “%(program)s”.", **words)
        return self.env._("%(act)s by %(user)s on %(day)s (%(program)s).", **words)

    @api.model
    def _get_act_label(self, channel):
        channels = self.env["retention.program.step"]._fields["channel"]
        return dict(channels._description_selection(self.env)).get(channel, "")

    def _get_best_action(self):
        """Return ``(kind, sentence)`` of the best thing to do where nothing is planned, or None. Hook.

        ``kind`` is one of ``next_kind``, whose button the form shows.
        """
        self.ensure_one()
        if self.retention_status in ("late", "silent"):
            return "call", self.env._("Nobody follows up yet.")
        if self.referral_converted_count and not self.last_thanks_date:
            return "thank", self.env._("Brought us customers, and was not thanked yet.")
        return None

    def _say_uncalled_reason(self):
        """Return ``{"words", "can_call"}``: why this customer is to be called, or why deliberately not."""
        self.ensure_one()
        if self.next_kind == "held_out":
            return {"words": self.next_sentence, "can_call": False}
        return {"words": self.status_reason or "", "can_call": True}

    def action_take_out(self):
        """Take this customer out of the comparison groups of the current company: it may be approached.

        In the proof of a program it stays where it was drawn.
        """
        self.ensure_one()
        self._check_callable()
        enrollments = (
            self.env["retention.enrollment"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.commercial_partner_id.id),
                    ("company_id", "=", self.env.company.id),
                    ("state", "=", "open"),
                    ("arm", "=", "held_out"),
                ]
            )
        )
        enrollments._stop("taken_out")
