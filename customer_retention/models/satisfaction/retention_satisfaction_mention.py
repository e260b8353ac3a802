from collections import defaultdict
from typing import NamedTuple

from odoo import Command, api, models
from odoo.tools import SQL

# Measures that say something beside the row, and the kind of mention each makes.
KINDS = {
    "choice_reason": "choice",
    "deal_breaker": "deal_breaker",
    "interest": "interest",
    "product_wanted": "product_wanted",
}
WRITTEN_BACK = [*KINDS, "competitor", "priority", "referral"]


class Told(NamedTuple):
    """One answered line: a record (``(model, id)``, or None) or a text, as choice or as comment."""

    record: tuple | None
    text: str | None
    is_comment: bool


class Mention(NamedTuple):
    """One reason an answer gives: what makes it the same when the answer is read again."""

    kind: str
    reason_id: int | None = None
    lost_reason_id: int | None = None
    words: str | None = None


class RetentionSatisfaction(models.Model):
    """What answers say beside the measures goes where people look for it.

    * Reasons, interests and products wanted become mentions of the answer; edited or deleted
      answers take theirs along.
    * A reason not to buy that is given about a lost opportunity or a cancelled quotation without
      a reason becomes the reason of that document, and the reason given in an exit survey by a
      silent or lost customer its loss: one non-sale is never noted twice.
    * The priority goes to the customer with its day, unless a later one is known.
    * Somebody the customer knows becomes a lead brought by the customer, in the customer's words:
      who that is, a salesperson finds out.
    """

    _inherit = "retention.satisfaction"

    def _write_back(self, ids):
        """Bring what the answers ``ids`` say beside the measures to where it belongs.

        May run again at will. ``self`` are the rows of those answers that count.
        """
        told = self._get_told(ids)
        rows = {row.user_input_id.id: row for row in self} if told else {}
        said = {rows[key]: measures for key, measures in told.items() if key in rows}
        self._note_mentions(ids, said)
        self._note_priorities(said)
        self._note_referrals(said)

    @api.model
    def _get_told(self, ids):
        """Return ``{answer id: {measure: [Told]}}`` in the order of the questions."""
        lines = self.env.execute_query(
            SQL(
                """SELECT user_input_id, measure, record, text, is_comment FROM (%s) AS line
                    WHERE measure = ANY(%s) ORDER BY user_input_id, place""",
                self._get_lines_query(SQL("line.user_input_id = ANY(%s)", ids)),
                WRITTEN_BACK,
            )
        )
        parsed = []
        named = defaultdict(set)
        for key, measure, reference, text, is_comment in lines:
            record = None
            if reference:
                model, _comma, record_id = reference.partition(",")
                record = (model, int(record_id))
                named[model].add(record[1])
            parsed.append((key, measure, record, text, is_comment))
        there = {
            (model, record_id)
            for model, record_ids in named.items()
            for record_id in self.env[model].browse(record_ids).exists().ids
        }
        told = defaultdict(lambda: defaultdict(list))
        for key, measure, record, text, is_comment in parsed:
            if record in there or text:
                told[key][measure].append(Told(record, text, is_comment))
        return told

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------

    @api.model
    def _note_mentions(self, ids, said):
        """Create the mentions of ``said`` that are missing, delete those no longer said."""
        Mentions = self.env["retention.mention"].sudo()
        standing = defaultdict(dict)
        for mention_id, key, *what in self.env.execute_query(
            SQL(
                """SELECT id, user_input_id, kind, reason_id, lost_reason_id,
                          CASE WHEN kind IN ('interest', 'product_wanted') THEN note END
                     FROM retention_mention WHERE user_input_id = ANY(%s)""",
                ids,
            )
        ):
            standing[key][Mention(*what)] = mention_id
        values, gone = [], []
        competitors = self._get_competitors(said)
        for row, measures in said.items():
            competitor_id = competitors.get(row)
            wanted = row._get_mentions(measures)
            for mention in row._get_noted_elsewhere(wanted, measures, competitor_id):
                wanted.pop(mention)
            own = standing.pop(row.user_input_id.id, {})
            gone += [own[each] for each in own.keys() - wanted.keys()]
            values += [
                (row.id, *each[:3], competitor_id, note)
                for each, note in wanted.items()
                if each not in own
            ]
        gone += [each for own in standing.values() for each in own.values()]
        Mentions.browse(gone).unlink()
        self._insert_mentions(values)
        self._add_interests(said)

    def _get_mentions(self, measures):
        """Return ``{Mention: note}`` of this answer, names in the language of the company."""
        self.ensure_one()
        lang = self.company_id.partner_id.lang
        wanted = {}
        for measure, kind in KINDS.items():
            lines = measures.get(measure, ())
            comment = "\n".join(each.text for each in lines if each.is_comment) or None
            for line in lines:
                if line.record and measure == "choice_reason":
                    wanted[Mention(kind, reason_id=line.record[1])] = comment
                elif line.record and measure == "deal_breaker":
                    wanted[Mention(kind, lost_reason_id=line.record[1])] = comment
                elif line.record:
                    model, record_id = line.record
                    words = self.env[model].with_context(lang=lang).browse(record_id).name
                    wanted[Mention(kind, words=words)] = words
                elif not line.is_comment and measure in ("interest", "product_wanted"):
                    wanted[Mention(kind, words=line.text)] = line.text
        return wanted

    @api.model
    def _get_competitors(self, said):
        """Return ``{row: competitor id}``: the one chosen, or the only one of exactly that name."""
        lines = {
            row: measures["competitor"]
            for row, measures in said.items()
            if "competitor" in measures
        }
        if not lines:
            return {}
        by_name = defaultdict(list)
        for competitor in self.env["retention.competitor"].sudo().search([]):
            by_name[competitor.name.strip().casefold()].append(competitor.id)
        found = {}
        for row, told in lines.items():
            for line in told:
                named = by_name.get((line.text or "").casefold(), [])
                if line.record:
                    found[row] = line.record[1]
                elif len(named) == 1 and not line.is_comment:
                    found[row] = named[0]
        return found

    @api.model
    def _insert_mentions(self, values):
        """Insert mentions ``[(row id, kind, reason, lost reason, competitor, note)]`` of answers."""
        if not values:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO retention_mention (
                       partner_id, contact_id, company_id, currency_id, user_id, date, origin,
                       reference, user_input_id, kind, reason_id, lost_reason_id, competitor_id,
                       note, create_uid, create_date, write_uid, write_date)
                   SELECT noted.partner_id, noted.contact_id, noted.company_id,
                          company.currency_id, noted.user_id, noted.date, 'survey',
                          noted.reference, noted.user_input_id, told.kind, told.reason_id::int,
                          told.lost_reason_id::int, told.competitor_id::int, told.note,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (VALUES %(values)s)
                          AS told (id, kind, reason_id, lost_reason_id, competitor_id, note)
                     JOIN retention_satisfaction AS noted ON noted.id = told.id
                     JOIN res_company AS company ON company.id = noted.company_id""",
                values=SQL(", ").join(
                    SQL("(%s, %s, %s::int, %s::int, %s::int, %s::text)", *each) for each in values
                ),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env["retention.mention"].invalidate_model()
        self.env["res.partner"].invalidate_model(
            ["reason_details", "choice_reason_ids", "deal_breaker_ids", "deal_breaker_summary"]
        )

    @api.model
    def _add_interests(self, said):
        """Add chosen interests to the person, where the company keeps interests."""
        for row, measures in said.items():
            interest_ids = [each.record[1] for each in measures.get("interest", ()) if each.record]
            if not interest_ids:
                continue
            person = (row.contact_id or row.partner_id).with_company(row.company_id)
            if "interest_ids" not in person._get_hidden_profile_fields():
                person.interest_ids = [Command.link(each) for each in interest_ids]
