from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from ...models.sample import retention_sample_asking
from ...tools import arms
from .common_sample import SampleCase


class AskingCase(SampleCase):
    """Samples that are asked."""

    def _ask(self, sample):
        """Ask as the scheduled action does, without its commits."""
        if sample.state == "drawn":
            sample.action_ask()
        with patch.object(IrCron, "_commit_progress", return_value=True):
            self.Sample._ask_all()


@tagged("post_install", "-at_install")
class TestInviting(AskingCase):
    """Inviting those who were drawn, in batches."""

    def _record_progress(self, turns=100):
        """Note what the scheduled action reports; the time is up after so many reports."""
        reports = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            reports.append((processed, remaining))
            return len(reports) < turns

        self.startPatcher(patch.object(IrCron, "_commit_progress", commit))
        return reports

    def test_invite(self):
        """The click queues them; the scheduled action invites each once, whatever is run again."""
        sample = self._draw()
        cron = self.env.ref("customer_retention.ir_cron_ask_samples")
        sample.action_ask()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.assertEqual((sample.state, sample.asked_count, sample.waiting_count), ("sent", 0, 33))
        self.assertIn("33 are still to be asked; this goes on by itself.", sample.progress)
        self._ask(sample)
        self._ask(sample)
        self.assertEqual(self.invited, self._get_order()[:33].ids)
        self.assertEqual((sample.asked_count, sample.waiting_count), (33, 0))
        self.assertEqual(sample.progress, "33 asked, nobody has answered yet.")
        member = sample.member_ids[0]
        self.assertEqual(member.user_input_id.partner_id, member.partner_id)
        self.assertEqual(member.invite_date, self.company._get_retention_today())
        with self.assertRaisesRegex(UserError, "is Asked. Only a sample that is drawn"):
            sample.action_ask()

    def test_scheduled_action(self):
        """The action itself asks, under its lock."""
        sample = self._draw()
        sample.action_ask()
        with self.enter_registry_test_mode():
            self.env.ref("customer_retention.ir_cron_ask_samples").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(sample.asked_count, 33)

    def test_refused_meanwhile(self):
        """Who cannot be asked any more is replaced by the next, the 34th; the 35th cannot either."""
        sample = self._draw()
        order = self._get_order()
        self.refused = {order[2]: "do_not_contact", order[34]: "surveyed"}
        self.refused[order[33]] = "surveyed"
        self._ask(sample)
        self.assertEqual(set(self.invited), set((order[:33] - order[2] | order[35]).ids))
        self.assertEqual((sample.asked_count, sample.replaced_count), (33, 3))

    def test_row_of_an_addon(self):
        """A customer whom a row of an addon names is replaced by the next in the order."""
        order = self._get_order()
        guards = type(self.Sample)._get_guards

        def extended(sample, partners):
            return {**guards(sample, partners), "complaint": partners & (order[0] | order[33])}

        self.startPatcher(patch.object(type(self.Sample), "_get_guards", extended))
        sample = self._draw()
        self.assertEqual(self._get_drawn(sample), order[1:33] | order[34:35])
        replaced = sample.member_ids.filtered(lambda member: member.reason == "complaint")
        self.assertEqual(replaced.partner_id, order[0] | order[33])

    def test_deleted_meanwhile(self):
        """Who was deleted leaves the place empty, and the next one takes it."""
        sample = self._draw()
        order = self._get_order()
        ids = order.ids
        self.env["retention.past.purchase"].search(
            [("partner_id", "in", (order[0] | order[33]).ids)]
        ).unlink()
        (order[0] | order[33]).unlink()
        self.env.invalidate_all()
        self._ask(sample)
        self.assertEqual(set(self.invited), set(ids[1:33] + ids[34:35]))
        gone = sample.member_ids.filtered(lambda member: member.reason == "gone")
        self.assertEqual(gone.mapped("position"), [1, 34])
        self.assertFalse(gone.partner_id)

    def test_one_by_now(self):
        """Two drawn who are one by now are asked once, and nobody who is part of another customer."""
        sample = self._draw()
        order = self._get_order()
        ids = order.ids
        self.env["base.partner.merge.automatic.wizard"]._merge(
            order[:2].ids, order[0], extra_checks=False
        )
        order[2].parent_id = order[3]
        self.env.invalidate_all()
        self._ask(sample)
        # Places 2 and 3 are taken by the next in the order, 34 and 35.
        self.assertEqual(set(self.invited), {ids[0], *ids[3:35]})
        gone = sample.member_ids.filtered(lambda member: member.reason == "gone")
        self.assertEqual(gone.mapped("position"), [2, 3])

    def test_time_is_up(self):
        """Where the time is up, or the process is killed, the next run goes on with what is left."""
        sample = self._draw()
        sample.action_ask()
        self.patch(retention_sample_asking, "BATCH", 10)
        reports = self._record_progress(turns=2)
        self.Sample._ask_all()
        self.assertEqual(reports, [(0, 33), (10, None)])
        self.assertEqual((sample.asked_count, sample.waiting_count), (10, 23))
        reports.clear()
        self.Sample._ask_all()
        self.assertEqual(reports, [(0, 23), (10, None)])
        self.assertEqual(self.invited, self._get_order()[:20].ids)

    def test_closed_meanwhile(self):
        """A sample that is closed while a run is at it asks nobody more."""
        sample = self._draw()
        sample.action_ask()
        self.patch(retention_sample_asking, "BATCH", 10)
        ask = type(sample)._ask

        def closing(each, members):
            ask(each, members)
            each.action_close()

        self.patch(type(sample), "_ask", closing)
        self._ask(sample)
        self.assertEqual((sample.state, sample.asked_count), ("closed", 10))

    def test_one_fails(self):
        """What fails for one customer is logged and replaced; the others are asked."""
        sample = self._draw()
        order = self._get_order()
        survey = type(self.survey)
        invite = survey._invite

        def failing(each, partners, company, **options):
            if order[3] in partners:
                raise ZeroDivisionError
            return invite(each, partners, company, **options)

        self.startPatcher(patch.object(survey, "_invite", failing))
        with self.assertLogs("odoo.addons.customer_retention", "ERROR") as logs:
            self._ask(sample)
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(set(self.invited), set((order[:34] - order[3]).ids))
        self.assertEqual(sample.member_ids[3].reason, "failed")

    def test_everything_fails(self):
        """What fails for everybody is no customer's fault: nobody is given up, they wait."""
        sample = self._draw()
        self.startPatcher(patch.object(type(self.survey), "_invite", lambda *args: 1 / 0))
        with self.assertLogs("odoo.addons.customer_retention", "ERROR"):
            self._ask(sample)
        self.assertEqual((sample.waiting_count, sample.replaced_count), (33, 0))

    def test_survey_not_ready(self):
        """A survey that cannot be sent is named at the click; later they wait, and it is said why."""
        sample = self._draw()
        refuse = UserError("Survey cannot be sent.")
        broken = patch.object(type(self.survey), "_check_invitation", side_effect=refuse)
        with broken, self.assertRaisesRegex(UserError, "Survey cannot be sent."):
            sample.action_ask()
        sample.action_ask()
        with broken:
            self._ask(sample)
            self.assertEqual(sample.progress, "33 wait: Survey cannot be sent.")
        self._ask(sample)
        self.assertEqual(sample.asked_count, 33)

    def test_person(self):
        """A company without an address of its own is asked through the first of its people."""
        sample = self._draw()
        company = self._get_order()[0]
        company.email = False
        self.env["res.partner"].create(
            [
                {"name": "Billing", "type": "invoice", "parent_id": company.id, "email": "b@x.org"},
                {"name": "Nobody", "parent_id": company.id},
                {"name": "Ann", "parent_id": company.id, "email": "ann@x.org"},
                {"name": "Bob", "parent_id": company.id, "email": "bob@x.org"},
            ]
        )
        self._ask(sample)
        member = sample.member_ids.sorted("position")[0]
        self.assertEqual((member.contact_id.name, member.partner_id), ("Ann", company))
        self.assertEqual(member.user_input_id.partner_id, member.contact_id)


@tagged("post_install", "-at_install")
class TestSampleSurvey(AskingCase):
    """A sample in earnest: real refusals, real invitations."""

    faked = False

    def test_nobody_too_often(self):
        """Five were asked by a sample: one of all 40 passes them over, and takes 33 of the others."""
        asked = self.customers[:5]
        before = self.env["mail.mail"].search([])
        first = self._draw(domain=f"[('id', 'in', {asked.ids})]")
        self._ask(first)
        self.assertEqual((first.asked_count, first.replaced_count), (5, 0))
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.recipient_ids | mails.partner_ids, asked)
        self.assertEqual(len(set(first.member_ids.user_input_id.mapped("invite_token"))), 5)
        second = self._draw()
        order = self._get_order()
        drawn = (order - asked)[:33]
        self.assertEqual(self._get_drawn(second).ids, drawn.ids)
        places = order.ids.index(drawn.ids[-1]) + 1
        self.assertEqual(second.replaced_count, places - 33)
        self.assertEqual(set(second.member_ids.filtered("reason").mapped("reason")), {"surveyed"})

    def test_called_is_asked(self):
        """Who was sent the survey is not called for another sample either."""
        first = self._draw(domain=f"[('id', 'in', {self.customers[:5].ids})]")
        self._ask(first)
        program = self.env.ref("customer_retention.retention_program_sample")
        program.action_start()
        calls = self._draw(mode="call", survey_id=False, program_id=program.id)
        self.assertFalse(self._get_drawn(calls) & self.customers[:5])
        self._ask(calls)
        self.assertEqual((calls.asked_count, calls.population_count), (33, 40))
        self.assertEqual(calls.member_ids.enrollment_id.program_id, program)


@tagged("post_install", "-at_install")
class TestSampleProgress(AskingCase):
    """How far a sample has come."""

    def test_answers(self):
        """10 of 33 answer, one half-way: 30.3 %, ±22.8 % (0.822427 · √(30 / 39 / 10) = 0.22810)."""
        sample = self._draw()
        self._ask(sample)
        invitations = sample.member_ids.user_input_id
        invitations[:10].state = "done"
        invitations[10].state = "in_progress"
        self.assertEqual((sample.asked_count, sample.answered_count), (33, 10))
        self.assertAlmostEqual(sample.response_rate, 10 / 33)
        self.assertAlmostEqual(sample.reached_percent, 22.81, 2)
        self.assertEqual(
            sample.progress,
            "33 asked, 10 answered (30.3 %): what all 40 think is known within ±22.8 %.",
        )
        # An answer that is deleted does not count; the customer was asked all the same.
        invitations[0].unlink()
        self.env.invalidate_all()
        self.assertEqual((sample.asked_count, sample.answered_count), (33, 9))

    def test_everybody(self):
        """Where all have answered, it is known exactly."""
        sample = self._draw(domain=f"[('id', 'in', {self.customers[:5].ids})]")
        self._ask(sample)
        sample.member_ids.user_input_id.state = "done"
        self.assertEqual((sample.answered_count, sample.reached_percent), (5, 0))
        self.assertIn("5 asked, 5 answered (100 %)", sample.progress)

    def test_opened(self):
        """The numbers open the answers of these customers alone."""
        sample = self._draw()
        self._ask(sample)
        Satisfaction = self.env["retention.satisfaction"]
        mine, other = Satisfaction.create(
            [
                {
                    "partner_id": member.partner_id.id,
                    "origin": "survey",
                    "level": "satisfied",
                    "user_input_id": invitation.id,
                }
                for member, invitation in (
                    (sample.member_ids[0], sample.member_ids[0].user_input_id),
                    (
                        sample.member_ids[1],
                        self._create_invitations(self.survey, self.customers[:1], self.company),
                    ),
                )
            ]
        )
        action = sample.action_open_answers()
        self.assertEqual(Satisfaction.search(action["domain"]), mine)
        self.assertNotEqual(mine, other)

    def test_queries(self):
        """Twenty samples in the list take as many queries as one."""
        fields = ["name", "asked_count", "answered_count", "response_rate", "reached_percent"]
        samples = self._draw()
        for _each in range(19):
            samples |= self._draw()
        counts = []
        for some in (samples[:1], samples):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read([*fields, "progress"])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 4)

    def test_drawing_queries(self):
        """Drawing takes as many queries for 33 customers as for 9."""
        chosen = f"[('id', 'in', {self.customers[:10].ids})]"
        self._draw()
        counts = []
        for domain in (chosen, "[]"):
            sample = self._create_sample(domain=domain)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            sample.action_draw()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestCalling(AskingCase):
    """A sample that salespeople call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["retention.program"].create(
            {
                "name": "Ask by phone",
                "event_type": "manual",
                "pause_days": 0,
                "step_ids": [
                    Command.create(
                        {
                            "activity_type_id": cls.env.ref(
                                "customer_retention.mail_activity_type_survey_call"
                            ).id,
                            "summary": "Ask {{ object.name }}",
                            "purpose": "survey",
                            "delay_kind": "calendar",
                        }
                    )
                ],
            }
        )
        cls.program.action_start()

    def _draw_calls(self, **values):
        return self._draw(mode="call", survey_id=False, program_id=self.program.id, **values)

    def test_give(self):
        """Everybody drawn gets a follow-up of the program, as if put there by hand."""
        sample = self._draw_calls()
        self._ask(sample)
        self.assertEqual(sample.asked_count, 33)
        followups = sample.member_ids.enrollment_id.followup_ids
        self.assertEqual(len(followups), 33)
        self.assertEqual(set(followups.mapped("state")), {"planned"})
        self.assertEqual(set(followups.partner_id.ids), set(self._get_order()[:33].ids))
        action = sample.action_open_followups()
        self.assertEqual(self.env["retention.followup"].search(action["domain"]), followups)
        # The program does not take them up again by itself.
        self.assertFalse(self.program._count_new_events())

    def test_writableable(self):
        """No phone number, on the list of those not to call, not to be contacted: replaced."""
        order = self._get_order()
        order[0].phone = False
        self.env["phone.blacklist"].create({"number": order[1].phone_sanitized})
        order[2].do_not_contact = True
        sample = self._draw_calls()
        self.assertEqual(
            sample.member_ids[:3].mapped("reason"), ["no_phone", "opt_out", "do_not_contact"]
        )
        self.assertEqual(self._get_drawn(sample).ids, order[3:36].ids)

    def test_refused_by_program(self):
        """Whom the program refuses, holds out or is not for is replaced, with its reason."""
        order = self._get_order()
        self.env["retention.enrollment"]._enter(
            self.program,
            self.env["retention.event"]._record_manual(self.program, order[0], self.company),
        )
        # The next day: today's entry by hand would be the same event.
        with self._at(days=1):
            inside = self._draw_calls()
            self._ask(inside)
        self.assertEqual(inside.member_ids[0].reason, "already_in")
        self.assertEqual(inside.asked_count, 33)

    def test_not_for_them(self):
        """A program for others than were drawn takes nobody, and it is said why."""
        self.program.domain = "[('id', '=', 0)]"
        sample = self._draw_calls()
        self._ask(sample)
        self.assertEqual(set(sample.member_ids.mapped("reason")), {"not_meant"})
        self.assertEqual((sample.asked_count, sample.replaced_count), (0, 40))

    def test_held_out(self):
        """Those a program holds out are not asked."""
        sample = self._draw_calls()
        with patch.object(arms, "is_held_out", return_value=True):
            self._ask(sample)
        self.assertEqual(set(sample.member_ids.mapped("reason")), {"held_out"})

    def test_answer_by_phone(self):
        """What the caller notes is the answer: 1 of 33."""
        sample = self._draw_calls()
        self._ask(sample)
        followup = sample.member_ids[0].enrollment_id.followup_ids
        self.env["retention.satisfaction"].create(
            {
                "partner_id": followup.partner_id.id,
                "level": "very_satisfied",
                "followup_id": followup.id,
            }
        )
        self.assertEqual((sample.asked_count, sample.answered_count), (33, 1))
        action = sample.action_open_answers()
        self.assertEqual(
            self.env["retention.satisfaction"].search(action["domain"]).followup_id, followup
        )

    def test_program_off(self):
        """A program that does not run takes nobody: said at the click; paused later, they wait."""
        sample = self._draw_calls()
        self.program.action_stop()
        with self.assertRaisesRegex(UserError, "Ask by phone, which is not running. Switch it on"):
            sample.action_ask()
        self.program.action_start()
        sample.action_ask()
        self.program.action_pause()
        self._ask(sample)
        self.assertEqual((sample.asked_count, sample.waiting_count), (0, 33))
        self.program.action_resume()
        self._ask(sample)
        self.assertEqual(sample.asked_count, 33)
