from odoo import api, fields, models
from odoo.tools import SQL

from ..event.retention_event_traits import Traits

# What an answer can make happen: event type → the condition on retention_satisfaction.
ANSWERS = {
    "dissatisfied": SQL("answer.level = 'dissatisfied'"),
    "satisfied": SQL("answer.level = 'satisfied'"),
    "very_satisfied": SQL("answer.level = 'very_satisfied'"),
    "detractor": SQL("answer.nps_group = 'detractor'"),
    "promoter": SQL("answer.nps_group = 'promoter'"),
    "wants_call": SQL("answer.wants_call"),
}
SHORT = 200
# What nobody is left alone with.
BAD = ("dissatisfied", "detractor", "wants_call")


class RetentionEvent(models.Model):
    """Events of answers: how satisfied a customer is, would they recommend us, shall we call.

    The key is the answer, so that one that is edited or read again counts once. An answer given in
    a call that was made because of such an answer makes no event of the same type: nobody is
    called in circles.
    """

    _inherit = "retention.event"

    type = fields.Selection(
        selection_add=[
            ("dissatisfied", "Dissatisfied"),
            ("satisfied", "Satisfied"),
            ("very_satisfied", "Very satisfied"),
            ("detractor", "Detractor"),
            ("promoter", "Promoter"),
            ("wants_call", "Wants a call"),
        ],
        ondelete=dict.fromkeys(ANSWERS, "cascade"),
    )

    @api.model
    def _get_type_traits(self):
        # Another purchase does not settle what somebody said; who is dissatisfied or wants a call
        # is never left without one.
        return {
            **super()._get_type_traits(),
            **{
                kind: Traits(
                    ends_on_purchase=False,
                    is_never_held_out=kind in BAD,
                    theme="wrong" if kind in BAD else "thanks",
                )
                for kind in ANSWERS
            },
        }

    @api.model
    def _get_recorded_types(self):
        return [*super()._get_recorded_types(), *ANSWERS]

    @api.model
    def _get_dissatisfied_events(self, company, since, until):
        """Collect the answers of dissatisfied customers of ``company``."""
        return self._get_answer_query(company, since, until, ["dissatisfied"])

    @api.model
    def _get_satisfied_events(self, company, since, until):
        """Collect the answers of satisfied customers of ``company``."""
        return self._get_answer_query(company, since, until, ["satisfied"])

    @api.model
    def _get_very_satisfied_events(self, company, since, until):
        """Collect the answers of very satisfied customers of ``company``."""
        return self._get_answer_query(company, since, until, ["very_satisfied"])

    @api.model
    def _get_detractor_events(self, company, since, until):
        """Collect the answers of customers of ``company`` who would not recommend us (0 to 6)."""
        return self._get_answer_query(company, since, until, ["detractor"])

    @api.model
    def _get_promoter_events(self, company, since, until):
        """Collect the answers of customers of ``company`` who would recommend us (9 or 10)."""
        return self._get_answer_query(company, since, until, ["promoter"])

    @api.model
    def _get_wants_call_events(self, company, since, until):
        """Collect the answers of customers of ``company`` who want to be called."""
        return self._get_answer_query(company, since, until, ["wants_call"])

    @api.model
    def _get_answer_query(self, company, since, until, types, answers=None):
        """Return what answers of ``company`` make happen, as SQL of a collector with ``kind``, the type.

        :param answers: rows of ``retention.satisfaction`` to look at; all by default
        """
        holds = SQL(", ").join(SQL("(%s, %s)", each, ANSWERS[each]) for each in types)
        return SQL(
            """SELECT answer.id::text AS key, answer.date,
                      customer.commercial_partner_id AS partner_id,
                      NULL::int AS related_partner_id, answer.contact_id,
                      'retention.satisfaction' AS res_model, answer.id AS res_id, kind.kind
                 FROM retention_satisfaction AS answer
                 JOIN res_partner AS customer ON customer.id = answer.partner_id
                CROSS JOIN LATERAL (VALUES %(holds)s) AS kind (kind, holds)
                WHERE kind.holds AND answer.company_id = %(company)s
                  AND answer.date BETWEEN %(since)s AND %(until)s AND %(wanted)s
                  AND NOT EXISTS (
                      SELECT FROM retention_followup AS call
                        JOIN retention_enrollment AS enrollment
                          ON enrollment.id = call.enrollment_id
                        JOIN retention_event AS cause ON cause.id = enrollment.event_id
                       WHERE call.id = answer.followup_id AND answer.origin = 'phone'
                         AND cause.type = kind.kind)""",
            holds=holds,
            company=company.id,
            since=since,
            until=until,
            wanted=SQL("TRUE") if answers is None else SQL("answer.id = ANY(%s)", answers.ids),
        )

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    @api.model
    def _get_document_models(self):
        return [*super()._get_document_models(), "retention.satisfaction"]

    def _get_subject(self):
        """Return the document this event is about, or that of the answer it comes from; None without."""
        self.ensure_one()
        document = self._get_document()
        if document is not None and self.res_model == "retention.satisfaction":
            name, document_id = self._get_of_document("res_model"), self._get_of_document("res_id")
            document = self.env[name].sudo().browse(document_id) if name and document_id else None
        return document.exists() if document else None

    def _get_description(self):
        if self.type not in ANSWERS:
            return super()._get_description()
        what = self._get_answer_in_words()
        comment = (self._get_of_document("comment") or "").strip()
        # Where the words stand beside the list already, they are not said twice.
        if not comment or self.env.context.get("retention_brief"):
            return what
        if len(comment) > SHORT:
            comment = comment[: SHORT - 1].rstrip() + "…"
        return self.env._("%(answer)s: “%(comment)s”", answer=what, comment=comment)

    def _get_answer_in_words(self):
        if self.type in ("detractor", "promoter"):
            score = self._get_of_document("nps") or 0
            if self.type == "detractor":
                return self.env._("Would hardly recommend us (%(score)s of 10)", score=score)
            return self.env._("Would recommend us (%(score)s of 10)", score=score)
        if self.type == "wants_call":
            what = self.env._("Wants to be called")
        else:
            what = dict(self._fields["type"]._description_selection(self.env))[self.type]
        reference = self._get_of_document("reference")
        if not reference:
            return what
        return self.env._("%(answer)s (%(document)s)", answer=what, document=reference)
