from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..common.guards import get_first_reasons


class RetentionEnrollment(models.Model):
    """Who is not taken up, and why: asked before the arm is drawn, so that both arms are alike."""

    _inherit = "retention.enrollment"

    @api.model
    def _get_refusals(self, program, events, today):
        """Return why customers of ``events`` are kept out, ``{event id: reason}``; the same for both arms."""
        people = events.partner_id | events.contact_id
        # Of thousands of customers no more than this is wanted.
        people.fetch(
            [
                "active",
                "commercial_partner_id",
                "do_not_contact",
                "email_normalized",
                "phone_sanitized",
            ]
        )
        reasons = get_first_reasons(self._get_entry_guards(program, events, today))
        refusals = {event.id: reason for event, reason in reasons.items()}
        entering = events.filtered(lambda event: event.id not in refusals)
        return refusals | self._get_repeated(program, entering)

    @api.model
    def _get_entry_guards(self, program, events, today):
        """Return whom ``program`` does not take up, and why, ordered ``{reason: events}``. Hook.

        Add a row of your own, and its reason with ``selection_add`` on ``reason``. Asked before the
        arm is drawn: the same for both.
        """
        people = events.partner_id | events.contact_id
        previous = self.search(
            [("program_id", "=", program.id), ("partner_id", "in", events.partner_id.ids)]
        )
        stopped = previous.filtered(lambda each: each.reason == "by_hand").partner_id
        inside = previous.filtered(lambda each: each.state == "open").partner_id
        paused = set() if program.is_service else self._get_paused_ids(program, people, today)
        return {
            **{
                reason: events._filter_people(contacts.ids)
                for reason, contacts in people._get_contact_guards().items()
            },
            "over": events._filter_over(),
            "kept_out": events._filter_people(stopped.ids, persons=False),
            "already_in": events._filter_people(inside.ids, persons=False)
            | events._filter_people(self._get_welcomed_ids(program, people)),
            "pause": events._filter_people(paused),
        }

    @api.model
    def _get_welcomed_ids(self, program, people):
        """Return the ids of ``people`` who share an address with somebody this program has welcomed.

        One person noted as two new customers is welcomed once, however the pause is set.
        """
        if not people or not program._is_welcome():
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH same AS (%(same)s)
                   SELECT same.id
                     FROM same
                     JOIN retention_enrollment AS enrollment
                       ON enrollment.program_id = %(program)s AND enrollment.arm IS NOT NULL
                      AND same.other_id IN (enrollment.partner_id, enrollment.contact_id)
                    WHERE same.id != same.other_id""",
                same=people._get_same_person_query(),
                program=program.id,
            )
        )
        return {partner_id for (partner_id,) in rows}

    @api.model
    def _get_repeated(self, program, events):
        """Return which of ``events`` that may all enter are of somebody who does so before, ``{event id: reason}``.

        Two contacts who share an address may be the same person.
        """
        waits = (program.pause_days and not program.is_service) or program._is_welcome()
        people = events.partner_id | events.contact_id
        addresses = {each: each._get_addresses() if waits else set() for each in people}
        inside, met, refusals = set(), set(), {}
        for event in events.sorted("id"):
            partner, person = event.partner_id, event.contact_id
            own = addresses[partner] | addresses[person] if person else addresses[partner]
            if partner.id in inside:
                refusals[event.id] = "already_in"
            elif met & own:
                refusals[event.id] = "pause"
            else:
                inside.add(partner.id)
                met |= own
        return refusals

    @api.model
    def _get_paused_ids(self, program, partners, today):
        """Return the ids of ``partners`` who entered a program within the pause, or share an address with one.

        One person may be the contact of several customers: who was enrolled as the person counts.
        Programs that are service only neither wait for the pause nor start it.
        """
        if not partners or not program.pause_days:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH same AS (%(same)s)
                   SELECT same.id
                     FROM same
                     JOIN retention_enrollment AS enrollment
                       ON enrollment.partner_id = same.other_id
                      AND enrollment.arm IS NOT NULL AND enrollment.date > %(since)s
                     JOIN retention_program AS program
                       ON program.id = enrollment.program_id AND NOT program.is_service
                    UNION
                   SELECT same.id
                     FROM same
                     JOIN retention_enrollment AS enrollment
                       ON enrollment.contact_id = same.other_id
                      AND enrollment.arm IS NOT NULL AND enrollment.date > %(since)s
                     JOIN retention_program AS program
                       ON program.id = enrollment.program_id AND NOT program.is_service""",
                since=today - timedelta(days=program.pause_days),
                same=partners._get_same_person_query(),
            )
        )
        return {partner_id for (partner_id,) in rows}
