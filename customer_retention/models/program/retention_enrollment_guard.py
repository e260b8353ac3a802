from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class RetentionEnrollment(models.Model):
    """Who is not taken up, and why: asked before the arm is drawn, so that both arms are alike."""

    _inherit = "retention.enrollment"

    @api.model
    def _get_refusals(self, program, events, today):
        """Return why customers of ``events`` are kept out, ``{event id: reason}``; the same for both arms."""
        refusals = {}
        partners = events.partner_id
        people = partners | events.contact_id
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
        contacts = people._get_contact_refusals()
        previous = self.search(
            [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
        )
        kept_out = set(previous.filtered(lambda each: each.reason == "by_hand").partner_id.ids)
        inside = set(previous.filtered(lambda each: each.state == "open").partner_id.ids)
        paused = set() if program.is_service else self._get_paused_ids(program, people, today)
        # Two contacts who share an address may be the same person.
        waits = program.pause_days and not program.is_service
        addresses = {each: each._get_addresses() if waits else set() for each in people}
        met = set()
        for event in events.sorted("id"):
            partner, person = event.partner_id, event.contact_id
            own = addresses[partner] | addresses[person] if person else addresses[partner]
            if partner in contacts or person in contacts:
                refusals[event.id] = contacts.get(partner) or contacts[person]
            elif partner.id in kept_out:
                refusals[event.id] = "kept_out"
            elif partner.id in inside:
                refusals[event.id] = "already_in"
            elif partner.id in paused or person.id in paused or met & own:
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
