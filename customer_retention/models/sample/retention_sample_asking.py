from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ..common.guards import get_first_reasons
from ..common.isolated import isolated
from ..common.only_worker import only_worker

BATCH = 100


class RetentionSample(models.Model):
    """Asking those who were drawn, a batch after the other, by mail or by people who call.

    Whoever cannot be asked any more when the turn comes is replaced by the next in the order.
    """

    _inherit = "retention.sample"

    def action_ask(self):
        """Queue the customers drawn: they are invited, or given to callers, within minutes."""
        self.check_access("write")
        for sample in self:
            if sample.state != "drawn":
                raise UserError(
                    self.env._(
                        "%(sample)s is %(state)s. Only a sample that is drawn can be asked, once.",
                        sample=sample.name,
                        state=dict(sample._fields["state"]._description_selection(self.env))[
                            sample.state
                        ],
                    )
                )
            sample._check_complete()
            sample._check_ready()
        self.state = "sent"
        self.env.ref("customer_retention.ir_cron_ask_samples")._trigger()

    def _check_ready(self):
        """Raise a UserError where nobody can be asked with the survey, or by the program, at all."""
        self.ensure_one()
        if self.mode == "survey":
            self.survey_id.sudo()._check_invitation()
        elif self.program_id.state != "running":
            raise UserError(
                self.env._(
                    "Program is %(program)s, which is not running. Switch it on first.",
                    program=self.program_id.name,
                )
            )

    def _is_ready(self):
        try:
            self._check_ready()
        except UserError:
            return False
        return True

    def action_close(self):
        """Ask nobody any more; late answers still count."""
        self.check_access("write")
        self.filtered(lambda sample: sample.state in ("drawn", "sent")).state = "closed"

    @api.model
    def _cron_ask(self):
        """Ask those who wait, in all samples."""
        with only_worker(self.env, "sample") as alone:
            if alone:
                self._ask_all()

    @api.model
    def _ask_all(self):
        """Ask those who wait, a transaction a batch; stop where the time is up."""
        commit_progress = self.env["ir.cron"]._commit_progress
        waiting = self.env["retention.sample.member"]._read_group(
            [("sample_id.state", "=", "sent"), ("state", "=", "drawn")],
            ["sample_id"],
            ["__count"],
        )
        commit_progress(remaining=sum(count for _sample, count in waiting))
        for sample, _count in waiting:
            while batch := sample._get_waiting():
                if not sample._ask_isolated(batch):
                    break
                time_left = commit_progress(len(batch))
                # What the next batch reads is as of now, and memory does not grow.
                self.env.invalidate_all()
                if not time_left:
                    return

    def _get_waiting(self):
        """Return the next who are to be asked; none where the sample was closed, or cannot be now."""
        self.ensure_one()
        Member = self.env["retention.sample.member"]
        if self.state != "sent" or not self._is_ready():
            return Member
        waiting = [("sample_id", "=", self.id), ("state", "=", "drawn")]
        return Member.search(waiting, order="position", limit=BATCH)

    def _ask_isolated(self, members):
        """Ask ``members``; who cannot be asked is replaced, and stops no other.

        :return: whether the run can go on; not where somebody else works on them, and not where
            it fails for every one of them: then something else is wrong, and nobody is given up
        """

        def ask(some):
            some.lock_for_update(allow_referencing=True)
            self._ask(some)

        failed, busy = isolated(members, ask, f"Sample {self.id}")
        if len(members) == 1 or failed != members:
            self._replace(dict.fromkeys(failed, "failed"))
        return not busy and failed != members

    def _ask(self, members):
        """Ask those of ``members`` who can be asked, and draw replacements for the others."""
        self.ensure_one()
        partners = members.partner_id.with_company(self.company_id)
        refusals = {each.id: why for each, why in self._get_refusals(partners).items()}
        stopped = dict.fromkeys(self._filter_gone(members), "gone")
        for member in members:
            if member.partner_id.id in refusals:
                stopped.setdefault(member, refusals[member.partner_id.id])
        ready = members - self.env["retention.sample.member"].union(*stopped)
        addressees = self._get_addressees(ready.partner_id)
        for member in ready:
            member.contact_id = addressees[member.partner_id]
        if ready:
            stopped |= self._invite(ready) if self.mode == "survey" else self._give(ready)
        self._replace(stopped)

    def _filter_gone(self, members):
        """Return those of ``members`` who are no customer any more: deleted, merged, part of another.

        Two who were drawn and are one by now have one place, the first.
        """
        first = {}
        for each in self.env["retention.sample.member"].search(
            [
                ("sample_id", "=", self.id),
                ("partner_id", "in", members.partner_id.ids),
                ("state", "!=", "replaced"),
            ],
            order="position",
        ):
            first.setdefault(each.partner_id, each)
        return members.filtered(
            lambda each: (
                each.partner_id != each.partner_id.commercial_partner_id
                or first.get(each.partner_id) != each
            )
        )

    def _replace(self, stopped):
        """Note why members cannot be asked, ``{member: reason}``, and draw as many others."""
        reasons = defaultdict(self.env["retention.sample.member"].browse)
        for member, reason in stopped.items():
            reasons[reason] |= member
        for reason, members in reasons.items():
            members.reason = reason
        if stopped:
            self._draw_next(len(stopped))

    def _get_addressees(self, partners):
        """Return who is asked for each customer, ``{partner: person}``.

        The customer itself; where it has no address of the kind needed, the first of its people
        who has one.
        """
        self.ensure_one()
        address = {"survey": "email_normalized", "call": "phone"}[self.mode]
        lacking = partners.filtered(lambda partner: not partner[address])
        people = self.env["res.partner"].search(
            [("commercial_partner_id", "in", lacking.ids), (address, "!=", False)], order="id"
        )
        # Addresses of invoices and deliveries come last.
        people = people.sorted(lambda person: (person.type != "contact", person.id))
        by_customer = people.grouped("commercial_partner_id")
        return {partner: by_customer.get(partner, partner)[0] for partner in partners}

    def _get_refusals(self, partners):
        """Return why customers cannot be asked now, ``{partner: reason}``."""
        return get_first_reasons(self._get_guards(partners))

    def _get_guards(self, partners):
        """Return which customers cannot be asked now, and why, ordered ``{reason: partners}``. Hook.

        A reason is one of those that stop follow-ups or entries; for a row of your own, add its
        reason to ``retention.sample.member._selection_reason``.
        """
        self.ensure_one()
        addressees = self._get_addressees(partners)
        people = partners.browse().union(*addressees.values())
        # What holds for the customer holds for its people.
        guards = partners._get_contact_guards()
        for reason, refused in self._get_person_guards(people).items():
            ids = set(refused.ids)
            guards[reason] = guards.get(reason, partners.browse()) | partners.filtered(
                lambda partner, ids=ids: addressees[partner].id in ids
            )
        return guards

    def _get_person_guards(self, people):
        """Return who of ``people`` cannot be asked now, and why, ordered ``{reason: people}``."""
        today = self.company_id._get_retention_today()
        if self.mode == "call":
            return self._get_call_guards(people, today)
        survey = self.survey_id.sudo()
        refusals = people._get_survey_refusals(survey, self.company_id, today)
        refused = people.filtered(lambda person: person in refusals)
        return refused.grouped(refusals.get)

    def _get_call_guards(self, people, today):
        """Return who of ``people`` cannot be called and asked now, and why, ordered ``{reason: people}``."""
        own = people._get_own_ids()
        asked = people._get_surveyed_ids(self.env["survey.survey"], self.company_id, today)
        everybody = (people | people.commercial_partner_id).with_company(self.company_id)
        complaining = everybody._filter_open_complaints()
        complaining = set(complaining.commercial_partner_id.ids)
        return {
            **people._get_contact_guards(),
            "own": people.filtered(lambda person: person.id in own),
            "no_phone": people.filtered(lambda person: not person.phone),
            "opt_out": people - people._filter_contact_allowed("phone"),
            "complaint": people.filtered(
                lambda person: person.commercial_partner_id.id in complaining
            ),
            "surveyed": people.filtered(lambda person: person.id in asked),
        }

    def _invite(self, members):
        """Send the survey to ``members``; return those it could not be sent to: none."""
        today = self.company_id._get_retention_today()
        people = self.env["res.partner"].union(*[member.contact_id for member in members])
        invitations = self.survey_id.sudo()._invite(people, self.company_id)
        by_person = {each.partner_id: each for each in invitations}
        for member in members:
            member.write({"user_input_id": by_person[member.contact_id].id, "invite_date": today})
        return {}

    def _give(self, members):
        """Put ``members`` into the program that calls; return those it does not take, and why."""
        events = self.env["retention.event"]._record_manual(
            self.program_id, members.contact_id, self.company_id
        )
        enrollments = self.env["retention.enrollment"]._enter(self.program_id, events)
        entered = {each.partner_id: each for each in enrollments}
        met = set(events.partner_id)
        stopped = {}
        for member in members:
            enrollment = entered.get(member.partner_id)
            if not enrollment:
                stopped[member] = "not_meant" if member.partner_id in met else "already_in"
            elif enrollment.state == "refused":
                stopped[member] = enrollment.reason
            elif enrollment.arm == "held_out":
                stopped[member] = "held_out"
            else:
                member.write({"enrollment_id": enrollment.id, "invite_date": enrollment.date})
        return stopped
