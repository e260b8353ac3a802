from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..common import NOW, OWN, TODAY, days_ago
from ..program.test_program import ProgramCase


class AnswerCase(ProgramCase):
    """Answers of customers, and the programs that follow them up; Monday 15 June 2026."""

    @classmethod
    def _create_answer(cls, partner, days=0, **values):
        """Create an answer of some days ago, dissatisfied unless said otherwise."""
        return cls.env["retention.satisfaction"].create(
            {
                "partner_id": partner.id,
                "date": days_ago(days),
                "level": "dissatisfied",
                "company_id": cls.company.id,
                "user_id": cls.user.id,
                "origin": "survey",
                **values,
            }
        )

    @classmethod
    def _get_events(cls, answer):
        """Return the events of ``answer`` as {type: event}."""
        events = cls.Event.search(
            [("res_model", "=", "retention.satisfaction"), ("res_id", "in", answer.ids)]
        )
        return {event.type: event for event in events}

    @classmethod
    def _start(cls, name):
        """Switch on the shipped program of this name, and return it."""
        program = cls.env.ref(f"customer_retention.retention_program_{name}")
        program.action_start()
        return program


@tagged("post_install", "-at_install")
class TestSatisfactionEvent(AnswerCase):
    """What answers make happen, when, and how often."""

    def test_at_once(self):
        """An answer is an event of its day as soon as it is there, with its person and salesperson."""
        customer = self._create_customer("Azure", is_company=True)
        person = self._create_customer("Ann", parent_id=customer.id)
        answer = self._create_answer(person, days=2)
        event = self._get_events(answer)["dissatisfied"]
        self.assertEqual(
            (event.date, event.partner_id, event.contact_id, event.company_id),
            (days_ago(2), customer, person, self.company),
        )
        self.assertEqual(event._get_document_user(), self.user)

    def test_types(self):
        """Level, NPS and the wish for a call are an event each; what was not answered is none."""
        customer = self._create_customer()
        cases = [
            ({"level": "satisfied"}, {"satisfied"}),
            (
                {"level": "very_satisfied", "nps": 9, "nps_group": "promoter"},
                {"very_satisfied", "promoter"},
            ),
            ({"level": False, "nps": 0, "nps_group": "detractor"}, {"detractor"}),
            ({"level": False, "nps": 7, "nps_group": "passive"}, set()),
            ({"level": False, "wants_call": True}, {"wants_call"}),
            ({"level": False, "csat": 1}, set()),
        ]
        for values, types in cases:
            self.assertEqual(set(self._get_events(self._create_answer(customer, **values))), types)

    def test_once(self):
        """The scheduled action finds nothing more; an answer that is edited back and forth counts once."""
        answer = self._create_answer(self._create_customer())
        types = self.Event._get_recorded_types()
        self.assertIn("dissatisfied", types)
        event = self._get_events(answer)["dissatisfied"]
        self.assertFalse(self.Event._record(self.company, types, days_ago(30), TODAY))
        answer.write({"comment": "Late", "csat": 2})
        self.assertEqual(self._get_events(answer), {"dissatisfied": event})

    def test_edited(self):
        """A corrected answer takes its event back, unless a program has taken it up."""
        program = self._start("dissatisfied")
        answer = self._create_answer(self._create_customer())
        answer.level = "satisfied"
        self.assertEqual(set(self._get_events(answer)), {"satisfied"})
        answer.level = "dissatisfied"
        self._enter(program)
        answer.level = "very_satisfied"
        self.assertEqual(set(self._get_events(answer)), {"dissatisfied", "very_satisfied"})
        answer.unlink()
        self.assertEqual(set(self._get_events(answer)), {"dissatisfied"})

    def test_old_and_future(self):
        """An answer of more than 30 days ago is no news; one of tomorrow is not yet."""
        customer = self._create_customer()
        # 30 days back to 16 May count, both included.
        self.assertTrue(self._get_events(self._create_answer(customer, days=30)))
        self.assertFalse(self._get_events(self._create_answer(customer, days=31)))
        tomorrow = self._create_answer(customer, days=-1)
        self.assertFalse(self._get_events(tomorrow))
        with self._at(days=1):
            self.Event._record(self.company, ["dissatisfied"], TODAY, days_ago(-1))
        self.assertTrue(self._get_events(tomorrow))

    def test_words(self):
        """The event says what was answered, about what, and in the customer's words."""
        customer = self._create_customer()
        cases = [
            ({"comment": "Delivery was late"}, "Dissatisfied: “Delivery was late”"),
            ({"level": "satisfied", "reference": "S00042"}, "Satisfied (S00042)"),
            ({"level": "very_satisfied", "comment": " "}, "Very satisfied"),
            (
                {"level": False, "nps": 0, "nps_group": "detractor", "comment": "No"},
                "Would hardly recommend us (0 of 10): “No”",
            ),
            (
                {"level": False, "nps": 10, "nps_group": "promoter"},
                "Would recommend us (10 of 10)",
            ),
            (
                {"level": False, "wants_call": True, "reference": "S00042"},
                "Wants to be called (S00042)",
            ),
        ]
        for values, words in cases:
            (event,) = self._get_events(self._create_answer(customer, **values)).values()
            self.assertEqual(event.description, words)
        long = self._get_events(self._create_answer(customer, comment="x" * 5000))["dissatisfied"]
        # "Dissatisfied: “" and "”" around 199 letters and the ellipsis.
        self.assertEqual(len(long.description), 15 + 200 + 1)

    def test_words_in_few_queries(self):
        """Many events are put in words with the queries of one."""
        customer = self._create_customer()
        for number in range(20):
            self._create_answer(customer, comment=f"Late {number}")
        events = self.Event.search([("partner_id", "=", customer.id)])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            events.mapped("description")

    def test_no_circle(self):
        """An answer in a call about a dissatisfied answer starts no second such call; a better one counts."""
        program = self._start("dissatisfied")
        customer = self._create_customer(user_id=self.user.id)
        self._create_answer(customer)
        self._enter(program)
        call = self._act()
        of_call = {"origin": "phone", "followup_id": call.id}
        self.assertFalse(self._get_events(self._create_answer(customer, **of_call)))
        better = self._create_answer(customer, level="satisfied", **of_call)
        self.assertEqual(set(self._get_events(better)), {"satisfied"})
        # Asked again by a survey of the same program, it is news.
        again = self._create_answer(customer, origin="survey", followup_id=call.id)
        self.assertEqual(set(self._get_events(again)), {"dissatisfied"})

    def test_two_companies(self):
        """An answer given to one company is no event of another."""
        other = self._create_company("Other")
        answer = self._create_answer(self._create_customer(), company_id=other.id)
        self.assertEqual(self._get_events(answer)["dissatisfied"].company_id, other)
        program = self._start("dissatisfied")
        program.company_id = self.company
        self.assertEntered(program)


@tagged("post_install", "-at_install")
class TestSatisfactionProgram(AnswerCase):
    """The shipped programs on answers."""

    def test_no_hold_out(self):
        """Nobody who is dissatisfied or wants a call is held out; the satisfied may be."""
        for name in ("dissatisfied", "wants_call"):
            program = self.env.ref(f"customer_retention.retention_program_{name}")
            with self.assertRaisesRegex(ValidationError, "Held Out is 10. It has to be 0"):
                program.holdout_percent = 10
        satisfied = self.env.ref("customer_retention.retention_program_satisfied")
        satisfied.holdout_percent = 10
        self.assertFalse(satisfied.exit_on_purchase)

    def test_dissatisfied(self):
        """Who was responsible calls by the next working day, whoever's customer it is."""
        program = self._start("dissatisfied")
        owner = self._create_user("answer_owner", OWN)
        responsible = self._create_user("answer_responsible", OWN)
        customer = self._create_customer("Azure", user_id=owner.id)
        self._create_answer(customer, user_id=responsible.id, comment="Too late")
        self.assertEntered(program, (customer, "open", False))
        call = self._act()
        self.assertEqual((call.state, call.user_id), ("open", responsible))
        # Monday, until Tuesday.
        self.assertEqual((call.date_due, call.date_deadline), (TODAY, days_ago(-1)))
        self.assertEqual(call.activity_id.date_deadline, days_ago(-1))
        self.assertEqual(call.activity_id.summary, "Call Azure, who is dissatisfied")
        own = self._as(call, responsible)
        self.env.invalidate_all()
        self.assertEqual((own.why, own.day), ("Dissatisfied: “Too late”", "today"))

    def test_purchase_settles_nothing(self):
        """A dissatisfied customer who buys all the same is called all the same."""
        program = self._start("dissatisfied")
        customer = self._create_customer(user_id=self.user.id)
        self._create_answer(customer)
        self._enter(program)
        self._act()
        with self._at(days=1):
            self._create_past(customer, (-1, 100))
            self._refresh()
            self.assertEqual(self._act().state, "open")

    def test_pause_does_not_hold(self):
        """The pause the survey's own program started keeps nobody from the call, nor does the call start one."""
        first = self._create_program({"purpose": "survey"})
        program = self._start("dissatisfied")
        later = self._create_program(pause_days=30)
        customer, other = self._create_silent(2)
        self._enter(first)
        self._create_answer(customer)
        self.assertEntered(program, (customer, "open", False))
        alone = self._create_customer(user_id=self.user.id)
        self._create_answer(alone)
        self._enter(program)
        self._create_event(alone)
        states = {each.partner_id: each.state for each in self._enter(later)}
        self.assertEqual(states, {customer: "refused", other: "refused", alone: "open"})

    def test_satisfied(self):
        """Who is satisfied is written to two working days later, and the thanks are noted."""
        program = self._start("satisfied")
        customer = self._create_customer(user_id=self.user.id)
        self._create_answer(customer, level="satisfied")
        self._enter(program)
        # Monday and two working days: Wednesday.
        self.assertEqual(program.enrollment_ids.followup_ids.date_due, days_ago(-2))
        with self._at(days=2):
            self._act().action_done()
        thanks = self.env["retention.thanks"].search([("partner_id", "=", customer.id)])
        self.assertEqual((thanks.kind, thanks.reason), ("note", "Satisfied"))

    def test_very_satisfied(self):
        """Who is delighted is asked for a reference, and a month later, if that was done, for a referral."""
        program = self._start("very_satisfied")
        program.step_ids.tries = 1
        # An own program of questions has taken both up today: its pause does not hold this one.
        pausing = self._create_program({"purpose": "survey"})
        asked, missed = self._create_silent(2)
        self._enter(pausing)
        for customer in (asked, missed):
            self._create_answer(customer, level="very_satisfied")
        self.assertEntered(program, (asked, "open", False), (missed, "open", False))
        with self._at(days=2):
            self._act()
            first = program.enrollment_ids.followup_ids.grouped("partner_id")
            self.assertEqual(first[asked].activity_id.summary, "Ask Silent 1 for a reference")
            first[asked].action_done()
            first[missed].action_not_reached()
        # Due Wednesday 17 June; 30 days later it is Friday 17 July.
        second = program.enrollment_ids.followup_ids.filtered(
            lambda each: each.step_id == program.step_ids[1]
        )
        self.assertEqual(set(second.mapped("date_due")), {days_ago(-32)})
        with self._at(days=32):
            self._act()
        states = {each.partner_id: each.state for each in second}
        self.assertEqual(states, {asked: "open", missed: "skipped"})

    def test_complaint(self):
        """While a complaint is open nobody is asked for a reference; the dissatisfied are called."""
        delighted, program = self._start("very_satisfied"), self._start("dissatisfied")
        happy, angry = self._create_silent(2)
        self._create_answer(happy, level="very_satisfied")
        self._create_answer(angry)
        self._enter(delighted)
        self._enter(program)
        self.patch(type(happy), "_filter_open_complaints", lambda partners: partners)
        with self._at(days=2):
            self._act()
        first = delighted.enrollment_ids.followup_ids.sorted("id")[0]
        self.assertEqual((first.state, first.skip_reason), ("skipped", "complaint"))
        self.assertEqual(program.enrollment_ids.followup_ids.state, "open")

    def test_one_answer_one_program(self):
        """Who is dissatisfied and wants a call is called once; another answer is another matter."""
        dissatisfied, wanting = self._start("dissatisfied"), self._start("wants_call")
        customer = self._create_customer(user_id=self.user.id)
        self._create_answer(customer, wants_call=True)
        self.assertEntered(dissatisfied, (customer, "open", False))
        self.assertEntered(wanting, (customer, "refused", "same_answer"))
        self._create_answer(customer, level=False, wants_call=True)
        reasons = self._enter(wanting).sorted("id").mapped("reason")
        self.assertEqual(reasons, ["same_answer", False])

    def test_first_in_the_queue(self):
        """What has to be done in time comes before customers of higher value."""
        self.user.retention_daily_cap = 1
        silent = self._create_program()
        (rich,) = self._create_silent()
        self._create_past(rich, (100, 10000))
        poor = self._create_customer(user_id=self.user.id)
        self._refresh()
        program = self._start("dissatisfied")
        self._create_answer(poor)
        self._enter(silent)
        self._enter(program)
        opened = self._act().filtered(lambda each: each.state == "open")
        self.assertEqual(opened.partner_id, poor)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestEscalation(AnswerCase):
    """What is not done in time goes to the team leader; Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._create_user("loop_leader", OWN, name="Lea Leader")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Loop",
                "user_id": cls.leader.id,
                "company_id": cls.company.id,
                "member_ids": [(6, 0, cls.user.ids)],
            }
        )
        cls.program = cls._start("dissatisfied")

    def _open_call(self, days=0):
        """Hand out a call because of an answer of ``days`` ago, and return it."""
        customer = self._create_customer(f"Azure {days}", user_id=self.user.id)
        self._create_answer(customer, days=days, comment="Too late")
        self.program.activated_on = days_ago(30)
        self._enter(self.program)
        self._act()
        return self.program.enrollment_ids.followup_ids.filtered(
            lambda each: each.partner_id == customer
        )

    def _look(self, **delta):
        """Let the scheduled action look for what is overdue, after a ``timedelta(**delta)``."""
        with self._at(**delta):
            for followup in self.Followup._get_overdue(self.company):
                self.Followup._escalate_isolated(followup)

    def _create_holiday(self, day):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": NOW + timedelta(days=day, hours=-12),
                "date_to": NOW + timedelta(days=day, hours=11),
            }
        )

    def test_handed_on(self):
        """Not done by Tuesday evening, it is the leader's on Wednesday, once and with the reason."""
        call = self._open_call()
        self._look(days=1)
        self.assertEqual(call.user_id, self.user)
        mails = self.env["mail.mail"].search([])
        self._look(days=2)
        # The leader hears of it, and nobody else.
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.leader.partner_id)
        self.assertEqual((call.user_id, call.escalated_from_id), (self.leader, self.user))
        self.assertEqual((call.state, call.escalated_on), ("open", days_ago(-2)))
        words = "Handed on from Sam Sales: it was to be done by Tuesday, 16 June."
        activity = call.activity_id
        self.assertEqual((activity.user_id, activity.date_deadline), (self.leader, days_ago(-2)))
        self.assertIn(words, activity.note)
        self.assertIn("Listen first", activity.note)
        # Another day, nothing more happens to it.
        self.leader.sale_team_id = False
        self.company.retention_escalation_user_id = self.user
        note = activity.note
        self._look(days=5)
        self.assertEqual((call.user_id, activity.note), (self.leader, note))

    def test_done_in_time(self):
        """What is done in time goes to nobody."""
        call = self._open_call()
        call.action_done()
        self._look(days=5)
        self.assertEqual((call.state, call.user_id), ("done", self.user))
        self.assertFalse(call.escalated_on)

    def test_put_off(self):
        """Putting a call off does not put off the day on which it is handed on."""
        call = self._open_call()
        call._postpone(call._get_postponed_date(7))
        self._look(days=2)
        self.assertEqual((call.user_id, call.date_opened), (self.leader, days_ago(-2)))

    def test_weekend(self):
        """An answer of Saturday is to be followed up by Monday; on Tuesday it is handed on."""
        with self._at(days=5):
            call = self._open_call(days=-5)
            self.assertEqual(call.state, "planned")
        with self._at(days=7):
            self._act()
            self.assertEqual((call.state, call.date_deadline), ("open", days_ago(-7)))
        self._look(days=7)
        self.assertEqual(call.user_id, self.user)
        self._look(days=8)
        self.assertEqual(call.user_id, self.leader)

    def test_friday(self):
        """An answer of Friday is to be followed up by Monday; nothing is handed on at the weekend."""
        with self._at(days=4):
            call = self._open_call(days=-4)
            self.assertEqual((call.state, call.date_deadline), ("open", days_ago(-7)))
        for days in (5, 6, 7):
            self._look(days=days)
            self.assertEqual(call.user_id, self.user)
        self._look(days=8)
        self.assertEqual(call.user_id, self.leader)

    def test_holiday(self):
        """With Tuesday and Thursday off, Monday's call has time until Wednesday, and is handed on on Friday."""
        self._create_holiday(1)
        self._create_holiday(3)
        call = self._open_call()
        self.assertEqual(call.date_deadline, days_ago(-2))
        for days in (1, 2, 3):
            self._look(days=days)
            self.assertEqual(call.user_id, self.user, days)
        self._look(days=4)
        self.assertEqual(call.user_id, self.leader)

    def test_handed_out_late(self):
        """Who gets it when the time is up already has that day."""
        # An answer of Monday 8 June: by Tuesday 9 June, which is past.
        call = self._open_call(days=7)
        self.assertEqual((call.state, call.date_deadline), ("open", TODAY))

    def test_to_whom(self):
        """The leader, else the manager, else the deputy: who is there, is somebody else and of the company."""
        manager = self._create_user("loop_manager", OWN)
        deputy = self._create_user("loop_deputy", OWN)
        foreign = self._create_user("loop_foreign", OWN, self._create_company("Foreign"))
        call = self._open_call()

        def heir(day):
            team = call.program_id.responsible_team_id
            return call.user_id._get_escalation_user(self.company, day, team)

        self.user.retention_deputy_id = deputy
        self.assertEqual(heir(TODAY), self.leader)
        self.leader.active = False
        self.assertEqual(heir(TODAY), deputy)
        self.company.retention_escalation_user_id = manager
        self.assertEqual(heir(TODAY), manager)
        self.company.retention_escalation_user_id = self.user
        self.assertEqual(heir(TODAY), deputy)
        self.user.retention_deputy_id = foreign
        self.assertFalse(heir(TODAY))
        # Nobody is there: it stays, and is looked at again.
        self._look(days=2)
        self.assertEqual(call.user_id, self.user)
        self.user.retention_deputy_id = deputy
        self._look(days=3)
        self.assertEqual(call.user_id, deputy)

    def test_to_assign(self):
        """What nobody had in hand goes to the manager, with an activity."""
        manager = self._create_user("loop_manager", OWN)
        self.company.retention_escalation_user_id = manager
        customer = self._create_customer()
        self._create_answer(customer, user_id=False)
        self._enter(self.program)
        call = self._act()
        self.assertEqual((call.state, call.user_id.id, call.activity_id.id), ("open", False, False))
        self._look(days=2)
        self.assertEqual((call.user_id, call.activity_id.user_id), (manager, manager))
        self.assertIn("Nobody had it", call.activity_id.note)

    def test_paused(self):
        """A paused program hands nothing on."""
        call = self._open_call()
        self.program.action_pause()
        self._look(days=2)
        self.assertEqual(call.user_id, self.user)

    def test_one_fails(self):
        """One that cannot be handed on is logged with its number and stops no other."""
        calls = self._open_call(1) | self._open_call()

        def failing(followup, heir):
            if followup == calls[0]:
                raise ValueError("Boom")

        self.patch(type(calls), "_hand_on_activity", failing)
        with self.assertLogs("odoo.addons.customer_retention", "ERROR") as logs:
            self._look(days=2)
        self.assertIn(str(calls[0].id), logs.output[0])
        self.assertEqual(calls.mapped("user_id"), self.user | self.leader)
        self.assertEqual((calls[0].user_id, calls[0].escalated_on), (self.user, False))

    def test_scheduled_action(self):
        """The hourly job hands on what is overdue, and a second run changes nothing."""
        call = self._open_call()
        with self._at(days=2):
            self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **kw: 1)
            self.Followup._act_all()
            self.assertEqual(call.user_id, self.leader)
            note = call.activity_id.note
            self.Followup._act_all()
            self.assertEqual((call.user_id, call.activity_id.note), (self.leader, note))
