from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import MANAGER, NOW, OWN, TODAY, RetentionCase, days_ago


@freeze_time(NOW)
class ProgramCase(RetentionCase):
    """A running program on a change of status to silent, with one call as its step; Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.user = cls._create_user("program_user", MANAGER, name="Sam Sales")
        cls.company.retention_pause_days = 30
        cls.Enrollment = cls.env["retention.enrollment"]
        cls.Followup = cls.env["retention.followup"]
        cls.number = 0

    @classmethod
    def _create_program(cls, *steps, start=True, **values):
        """Create a program with steps given as values, one call without delay by default."""
        program = cls.env["retention.program"].create(
            {
                "name": "Call who went silent",
                "event_type": "status",
                "status_to": "silent",
                "pause_days": 30,
                "seed": "seed",
                "step_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "activity_type_id": cls.call.id,
                            "summary": "Call {{ object.name }}",
                            "purpose": "offer",
                            **step,
                        }
                    )
                    for number, step in enumerate(steps or [{}], 1)
                ],
                **values,
            }
        )
        if start:
            program.action_start()
        return program

    @classmethod
    def _create_event(cls, partner, days=0, **values):
        """Create the event that ``partner`` went silent, some days ago."""
        cls.number += 1
        return cls.Event.create(
            {
                "type": "status",
                "old_value": "late",
                "new_value": "silent",
                "date": days_ago(days),
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "key": f"program {cls.number}",
                **values,
            }
        )

    @classmethod
    def _create_silent(cls, count=1, **values):
        """Create customers of the user, each with the event of having gone silent today."""
        values = {"user_id": cls.user.id, **values}
        partners = cls.env["res.partner"].create(
            [{"name": f"Silent {number}", **values} for number in range(1, count + 1)]
        )
        for partner in partners:
            cls._create_event(partner)
        return partners

    def _know_purchases(self, partners):
        """Let the events of ``partners`` know of what they bought, as if it had been there before."""
        self.Event.search([("partner_id", "in", partners.ids)])._note_last_purchases()

    def _enter(self, program):
        """Take up what is new, and return all enrollments of the program."""
        for events in program._get_new_event_batches():
            self.Enrollment._enter(program, events)
        return program.enrollment_ids

    def _act(self):
        """Do what is due, and return all follow-ups of the company."""
        self.Enrollment._stop_bought()
        self.Enrollment._stop_over()
        self.Enrollment._finish_held_out()
        self.Followup._get_due(self.company)._act()
        return self.Followup.search([("company_id", "=", self.company.id)])

    def assertEntered(self, program, *expected):
        """Assert the enrollments of ``program`` as (customer, state, reason), in order of entry."""
        enrollments = self._enter(program).sorted("id")
        found = [(each.partner_id, each.state, each.reason) for each in enrollments]
        self.assertEqual(found, list(expected))


@tagged("post_install", "-at_install")
class TestEntering(ProgramCase):
    """Who enters a program, and who is kept out and why."""

    def test_enter_once(self):
        """An event is taken up once, however often the job runs."""
        program = self._create_program()
        partner = self._create_silent()
        self.assertEntered(program, (partner, "open", False))
        self.assertEntered(program, (partner, "open", False))
        self.assertEqual(program.enrollment_ids.followup_ids.date_due, TODAY)

    def test_conditions(self):
        """Only the wanted change, since the activation, of the program's company."""
        program = self._create_program(start=False)
        early = self._create_silent()
        program.action_start()
        self.assertEntered(program)
        self.assertFalse(program.enrollment_ids.filtered(lambda each: each.partner_id == early))
        other = self.env["res.partner"].create({"name": "Became late"})
        self._create_event(other, new_value="late")
        self.assertEntered(program)
        foreign = self._create_company("Foreign")
        program.company_id = self.company
        self._create_event(other, company_id=foreign.id)
        self.assertEntered(program)

    def test_every_change(self):
        """A change of class, gold, segment or status is taken up by what was entered or left."""
        cases = (
            ("status", {"status_from": "late"}, ("late", "silent"), ("active", "silent")),
            ("status", {"status_to": "lost"}, ("silent", "lost"), ("late", "silent")),
            ("abc_class", {"class_from": "a"}, ("a", "b"), ("b", "c")),
            ("abc_class", {"class_to": "a"}, ("b", "a"), ("a", "b")),
            ("rfm_segment", {"segment_from": "champion"}, ("champion", "loyal"), ("new", "loyal")),
            ("rfm_segment", {"segment_to": "at_risk"}, ("loyal", "at_risk"), ("at_risk", "loyal")),
            ("is_gold", {"gold_to": "true"}, ("false", "true"), ("true", "false")),
            ("is_gold", {"gold_to": "false"}, ("true", "false"), ("false", "true")),
        )
        for event_type, conditions, wanted, other in cases:
            program = self._create_program(
                event_type=event_type, pause_days=0, **{"status_to": False, **conditions}
            )
            partners = self.env["res.partner"].create([{"name": "Wanted"}, {"name": "Other"}])
            for partner, (old, new) in zip(partners, (wanted, other), strict=True):
                self._create_event(partner, type=event_type, old_value=old, new_value=new)
            with self.subTest(event_type, **conditions):
                self.assertEntered(program, (partners[0], "open", False))

    def test_every_event_type(self):
        """Whatever can happen starts a program on it, and no other."""
        types = dict(self.env["retention.program"]._selection_event_type())
        for event_type in types:
            program = self._create_program(event_type=event_type, status_to=False, pause_days=0)
            other = "birthday" if event_type != "birthday" else "anniversary"
            partners = self.env["res.partner"].create([{"name": "Wanted"}, {"name": "Other"}])
            self._create_event(partners[1], type=other)
            if event_type == "manual":
                # Not those who were put into another program.
                self.Event._record_manual(self._create_program(), partners[1], self.company)
                self.Event._record_manual(program, partners[0], self.company)
            else:
                self._create_event(partners[0], type=event_type)
            with self.subTest(event_type):
                self.assertEntered(program, (partners[0], "open", False))

    def test_active_dates(self):
        """Nobody is taken up before the first day of a program or after its last."""
        program = self._create_program(date_from=days_ago(-1), date_to=days_ago(-2))
        partner = self._create_silent()
        self.assertEntered(program)
        with freeze_time(NOW + timedelta(days=3)):
            self.assertEntered(program)
        with freeze_time(NOW + timedelta(days=2)):
            self.assertEntered(program, (partner, "open", False))

    def test_too_old(self):
        """Events older than the limit are not taken up any more."""
        program = self._create_program()
        program.activated_on = days_ago(100)
        young, old = self.env["res.partner"].create([{"name": "Young"}, {"name": "Old"}])
        self._create_event(old, days=31)
        self._create_event(young, days=30)
        self.assertEntered(program, (young, "open", False))

    def test_domain_and_sample(self):
        """Whom the program is not for has no row; a sample takes the same customers every time."""
        program = self._create_program(domain="[('name', '=', 'Silent 2')]")
        partners = self._create_silent(3)
        self.assertEntered(program, (partners[1], "open", False))
        sample = self._create_program(sample_percent=30, sequence=1)
        many = self._create_silent(200)
        entered = self._enter(sample).partner_id
        # Binomial: 60 ± 4 standard deviations of 6.5.
        self.assertAlmostEqual(len(entered & many), 60, delta=26)

    def test_archived(self):
        """An archived customer is not approached."""
        program = self._create_program()
        partner = self._create_silent()
        partner.active = False
        self.assertEntered(program, (partner, "refused", "archived"))

    def test_already_in(self):
        """A second event of a customer who is in the program does not count again."""
        program = self._create_program()
        partner = self._create_silent()
        self._create_event(partner)
        self.assertEntered(program, (partner, "open", False), (partner, "refused", "already_in"))

    def test_pause_of_other_program(self):
        """A customer who entered one program is left alone by others for 30 days; lower sequence wins."""
        first = self._create_program(sequence=1)
        second = self._create_program(sequence=2)
        partner = self._create_silent()
        self.assertEntered(first, (partner, "open", False))
        self.assertEntered(second, (partner, "refused", "pause"))
        with freeze_time(NOW + timedelta(days=29)):
            self._create_event(partner, days=-29)
            self.assertEqual(self._enter(second).mapped("reason"), ["pause", "pause"])
        with freeze_time(NOW + timedelta(days=30)):
            self._create_event(partner, days=-30)
            self.assertEqual(self._enter(second).sorted("id")[-1].state, "open")

    def test_pause_is_shared(self):
        """The pause holds for contacts with the same address, also within one batch."""
        first = self._create_program(sequence=1)
        partners = self._create_silent(2, email="edwin@example.com")
        self.assertEntered(first, (partners[0], "open", False), (partners[1], "refused", "pause"))
        second = self._create_program(sequence=2)
        third = self._create_silent(email="Edwin <EDWIN@example.com>")
        self.assertEntered(second, (third, "refused", "pause"))

    def test_one_person_in_three_companies(self):
        """Ann, with three customers of ours, hears from one program once, whomever she speaks for."""
        first, second = self._create_program(sequence=1), self._create_program(sequence=2)
        partners = self._create_silent(3)
        self.Event.search([("partner_id", "in", partners.ids)]).unlink()
        for partner in partners:
            person = self.env["res.partner"].create(
                {"name": "Ann", "email": "Ann@example.com", "parent_id": partner.id}
            )
            self._create_event(partner, contact_id=person.id)
        self.assertEqual(
            first._simulate(
                self.company,
                *first._get_entries(
                    self.company, first._get_past_events(self.company, TODAY, TODAY)
                ),
            )["refused"],
            2,
        )
        self.assertEntered(
            first,
            (partners[0], "open", False),
            (partners[1], "refused", "pause"),
            (partners[2], "refused", "pause"),
        )
        self.assertEqual(set(self._enter(second).mapped("reason")), {"pause"})
        # Without a person, another customer with her address is her, too.
        fourth = self._create_silent(email="ann@example.com")
        enrollment = self._enter(second).filtered(lambda each: each.partner_id == fourth)
        self.assertEqual(enrollment.reason, "pause")

    def test_no_pause(self):
        """A program without a pause takes two who share an address, together as one after the other."""
        program = self._create_program(pause_days=0)
        first, second = self._create_silent(2, email="both@example.com")
        self.assertEntered(program, (first, "open", False), (second, "open", False))

    def test_pause_of_settings(self):
        """The pause is that of the settings of the customer's company, unless the program has its own."""
        follows = self._create_program(start=False, pause_days=30)
        own = self._create_program(start=False, pause_days=7)
        other = self._create_company("Other", retention_pause_days=3)
        everywhere = self._create_program(start=False)
        self.company.retention_pause_days = 10
        self.assertEqual((follows.pause_days, own.pause_days), (10, 7))
        self.assertEqual(everywhere.with_company(other).pause_days, 3)
        # Entered somewhere 9 days ago: within the pause of the first, but not of the second.
        for program, entered in ((follows, False), (own, True)):
            before = self._create_program()
            program.action_start()
            self._create_silent()
            self._enter(before).date = days_ago(9)
            self.assertEqual(self._enter(program).state == "open", entered)

    def test_service_does_not_wait(self):
        """A program of service only neither waits for the pause nor starts it."""
        service = self._create_program({"purpose": "service"}, sequence=1)
        offer = self._create_program(sequence=2)
        again = self._create_program({"purpose": "service"}, sequence=3)
        partner = self._create_silent()
        for program in (service, offer, again):
            self.assertEntered(program, (partner, "open", False))

    def test_reenter_after_pause(self):
        """A customer may enter again when the program is over and the pause too."""
        program = self._create_program()
        partner = self._create_silent()
        self._enter(program)
        self._act().action_done()
        self.assertEqual(program.enrollment_ids.state, "done")
        with freeze_time(NOW + timedelta(days=31)):
            self._create_event(partner, days=-31)
            self.assertEqual(self._enter(program).sorted("id").mapped("state"), ["done", "open"])

    def test_stopped_by_hand(self):
        """Stopped for a customer, the program never takes the customer up again."""
        program = self._create_program()
        partner = self._create_silent()
        self._enter(program)
        self._act().action_stop_customer()
        self.assertEqual(program.enrollment_ids.reason, "by_hand")
        self.assertEqual(program.enrollment_ids.followup_ids.mapped("state"), ["canceled"])
        self.assertFalse(partner.activity_ids)
        with freeze_time(NOW + timedelta(days=40)):
            self._create_event(partner, days=-40)
            self.assertEqual(self._enter(program).sorted("id")[-1].reason, "kept_out")

    def test_arms(self):
        """Held-out customers are enrolled for as long as the steps take, and get nothing."""
        program = self._create_program(
            {}, {"delay_days": 10, "delay_kind": "calendar"}, holdout_percent=50
        )
        partners = self._create_silent(40)
        enrollments = self._enter(program)
        held_out = enrollments.filtered(lambda each: each.arm == "held_out")
        self.assertEqual(enrollments.partner_id, partners)
        # Binomial: 20 ± 4 standard deviations of 3.2.
        self.assertAlmostEqual(len(held_out), 20, delta=12)
        self.assertFalse(held_out.followup_ids)
        self.assertEqual(set(held_out.mapped("date_end")), {TODAY + timedelta(days=10)})
        with freeze_time(NOW + timedelta(days=9)):
            self._act()
            self.assertEqual(set(held_out.mapped("state")), {"open"})
        with freeze_time(NOW + timedelta(days=10)):
            self._act()
            self.assertEqual(set(held_out.mapped("state")), {"done"})

    def test_period(self):
        """A changed domain, step, seed or percent of a running program starts a new period."""
        program = self._create_program(start=False)
        program.holdout_percent = 10
        self.assertEqual(program.period, 1)
        program.action_start()
        for values in (
            {"holdout_percent": 20},
            {"domain": "[('is_company', '=', True)]"},
            {"seed": "other"},
        ):
            period = program.period
            program.write(values)
            self.assertEqual(program.period, period + 1, values)
        period = program.period
        program.step_ids.delay_days = 3
        self.assertEqual(program.period, period + 1)
        program.name = "Another name"
        self.assertEqual(program.period, period + 1)


@tagged("post_install", "-at_install")
class TestActing(ProgramCase):
    """When a step happens, by whom, how many of them, and what comes of it."""

    def test_activity(self):
        """The responsible gets an activity with the placeholders filled, and no mail about it."""
        program = self._create_program({"note": "Ask {{ object.name }} how things are."})
        partner = self._create_silent()
        mails = self.env["mail.mail"].search_count([])
        self._enter(program)
        followup = self._act()
        activity = followup.activity_id
        self.assertEqual((followup.state, followup.user_id), ("open", self.user))
        self.assertEqual(activity.summary, "Call Silent 1")
        self.assertIn("Ask Silent 1 how things are.", activity.note)
        self.assertEqual((activity.user_id, activity.date_deadline), (self.user, TODAY))
        self.assertEqual(partner.activity_ids, activity)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_done_and_next(self):
        """Done with feedback closes the follow-up and plans the next step from its due day."""
        program = self._create_program({}, {"delay_days": 10, "delay_kind": "calendar"})
        self._create_silent()
        self._enter(program)
        followup = self._act()
        followup.activity_id.action_feedback("Will order next week")
        self.assertEqual(followup.state, "done")
        self.assertEqual((followup.reached, followup.feedback), ("yes", "Will order next week"))
        following = program.enrollment_ids.followup_ids - followup
        self.assertEqual((following.state, following.date_due), ("planned", days_ago(-10)))
        self.assertEqual(program.enrollment_ids.state, "open")

    def test_deleted(self):
        """A deleted activity cancels the follow-up, and the program goes on."""
        program = self._create_program({}, {"delay_days": 1})
        self._create_silent()
        self._enter(program)
        followup = self._act()
        followup.activity_id.unlink()
        self.assertEqual(followup.state, "canceled")
        self.assertEqual((program.enrollment_ids.followup_ids - followup).state, "planned")

    def test_condition_previous(self):
        """A step can depend on whether somebody was reached before."""
        later = {"delay_days": 0}
        program = self._create_program(
            {"tries": 1},
            {**later, "condition": "previous_not_reached"},
            {**later, "condition": "previous_done"},
        )
        self._create_silent(2)
        self._enter(program)
        reached, missed = self._act()
        reached.action_done()
        missed.action_not_reached()
        self._act()
        by_partner = program.enrollment_ids.followup_ids.sorted("id").grouped("partner_id")
        # Reached: the second step is not needed; the third follows a skipped one, and is not either.
        self.assertEqual(
            by_partner[reached.partner_id].mapped("state"), ["done", "skipped", "skipped"]
        )
        self.assertEqual(by_partner[missed.partner_id].mapped("state"), ["done", "open"])

    def test_exit_on_purchase(self):
        """A purchase after entry ends the program, and cancels what is open."""
        program = self._create_program()
        partner = self._create_silent()
        self._enter(program)
        followup = self._act()
        with freeze_time(NOW + timedelta(days=3)):
            self._create_past(partner, (-2, 100))
            self._refresh()
            self._act()
        self.assertEqual(program.enrollment_ids.reason, "bought")
        self.assertEqual(followup.state, "canceled")
        self.assertFalse(partner.activity_ids)

    def test_bought_within_the_hour(self):
        """Who bought is not asked whether all is well, though the figures do not know of it yet."""
        program = self._create_program({"delay_days": 3, "delay_kind": "calendar"})
        partner, other = self._create_silent(2)
        self._enter(program)
        with freeze_time(NOW + timedelta(days=3)):
            self._create_past(partner, (-2, 100))
            followups = self._act()
        self.assertEqual(
            {each.partner_id: each.state for each in followups},
            {partner: "canceled", other: "open"},
        )
        self.assertEqual(followups[0].enrollment_id.reason, "bought")

    def test_other_company(self):
        """Who does not work for the company gets nothing of it: the deputy does, or the team leader."""
        other = self._create_company("Other")
        away, deputy, leader = (
            self._create_user(f"program_{name}", OWN, companies)
            for name, companies in (
                ("elsewhere", other),
                ("deputy_here", self.company | other),
                ("leader_here", self.company),
            )
        )
        team = self.env["crm.team"].create(
            {
                "name": "Team",
                "company_id": self.company.id,
                "user_id": leader.id,
                "member_ids": [Command.set(self.user.ids)],
            }
        )
        program = self._create_program(
            company_id=self.company.id, responsible_team_id=team.id, pause_days=0
        )
        for expected in (leader, deputy):
            self._create_silent(user_id=away.id)
            self._enter(program)
            self.assertEqual(self._act().sorted("id")[-1].user_id, expected)
            self.assertEqual(program.get_preview()["past"]["people"][-1:], [expected.name])
            away.retention_deputy_id = deputy

    def test_daily_cap(self):
        """Nobody gets more than the limit of a day; the customers of the highest value come first."""
        self.user.retention_daily_cap = 2
        program = self._create_program()
        partners = self._create_silent(5)
        for number, partner in enumerate(partners):
            self._create_past(partner, (300, 10 + number))
        self._refresh()
        self._know_purchases(partners)
        self._enter(program)
        opened = self._act().filtered(lambda each: each.state == "open")
        self.assertEqual(opened.partner_id, partners[3:])
        self.assertEqual(self._act().mapped("state").count("open"), 2)
        with freeze_time(NOW + timedelta(days=1)):
            self.assertEqual(self._act().mapped("state").count("open"), 4)

    def test_program_cap(self):
        """A program's own limit lowers that of the person."""
        self.user.retention_daily_cap = 10
        program = self._create_program(daily_cap=1)
        self._create_silent(3)
        self._enter(program)
        self.assertEqual(self._act().mapped("state").count("open"), 1)

    def test_expire(self):
        """What finds no place for 14 days is skipped as expired."""
        self.user.retention_daily_cap = 1
        program = self._create_program()
        self._create_silent(20)
        self._enter(program)
        for day in range(15):
            with freeze_time(NOW + timedelta(days=day)):
                followups = self._act()
        # Working days of 15 to 29 June: 11 of them, one each; the others expire on the 29th.
        states = followups.mapped("state")
        self.assertEqual((states.count("open"), states.count("skipped")), (11, 9))
        self.assertEqual(set(followups.mapped("skip_reason")), {False, "expired"})

    def test_working_days(self):
        """Working days leave out weekends and the company's holidays, and nothing is handed out then."""
        # Friday 19 June is a holiday.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 19, 0),
                "date_to": datetime(2026, 6, 19, 23, 59),
            }
        )
        program = self._create_program({"delay_days": 4, "delay_kind": "working"})
        self._create_silent()
        # Tuesday, Wednesday, Thursday, then Monday 22 June.
        self.assertEqual(self._enter(program).followup_ids.date_due, days_ago(-7))
        calendar = self._create_program({"delay_days": 4, "delay_kind": "calendar"}, pause_days=0)
        self._create_silent()
        self._enter(calendar)
        followup = calendar.enrollment_ids.followup_ids
        self.assertEqual(followup.date_due, days_ago(-4))
        for day, state in ((4, "planned"), (5, "planned"), (7, "open")):
            with freeze_time(NOW + timedelta(days=day)):
                self._act()
                self.assertEqual(followup.state, state)

    def _create_holiday(self, begins, ends):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": begins,
                "date_to": ends,
            }
        )

    def test_flexible_working_days(self):
        """Flexible hours are worked from Monday to Friday, but for holidays that take up the day."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        calendar.flexible_hours = True
        # Wednesday 8 July is a holiday, Thursday 9 July one until ten o'clock.
        self._create_holiday(datetime(2026, 7, 8), datetime(2026, 7, 8, 23, 59, 59))
        self._create_holiday(datetime(2026, 7, 9), datetime(2026, 7, 9, 10))
        friday = date(2026, 7, 3)
        self.assertEqual(
            [day.day for day in self.company._get_working_days(friday, date(2026, 7, 12))],
            [3, 6, 7, 9, 10],
        )
        # Monday, Tuesday, Thursday, Friday.
        self.assertEqual(self.company._add_working_days(friday, 4), date(2026, 7, 10))

    def test_years_of_holidays(self):
        """A calendar that is closed for years is asked a few times, not once a month of them."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        for year in range(2026, 2034):
            self._create_holiday(datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59))
        self.env.flush_all()
        with self.assertQueryCount(15):
            day = self.company._add_working_days(date(2026, 6, 12), 3)
        # Monday 2, Tuesday 3, Wednesday 4 January 2034.
        self.assertEqual(day, date(2034, 1, 4))

    def test_absent(self):
        """On leave, the deputy gets it; without one, the team leader; without any, the list To assign."""
        deputy = self._create_user("program_deputy", OWN)
        self.user.retention_deputy_id = deputy
        self._create_leave(self.user)
        program = self._create_program(pause_days=0)
        self._create_silent()
        self._enter(program)
        self.assertEqual(self._act().user_id, deputy)
        self.user.retention_deputy_id = False
        leader = self._create_user("program_leader", OWN)
        self.env["crm.team"].create(
            {"name": "Team", "user_id": leader.id, "member_ids": [Command.set(self.user.ids)]}
        )
        self._create_silent()
        self._enter(program)
        self.assertEqual(self._act().sorted("id")[-1].user_id, leader)
        leader.active = False
        self._create_silent()
        self._enter(program)
        unassigned = self._act().sorted("id")[-1]
        self.assertEqual((unassigned.state, unassigned.user_id.id), ("open", False))
        self.assertFalse(unassigned.activity_id)

    def _create_leave(
        self, user, start=NOW - timedelta(days=2), end=NOW + timedelta(days=2), tz="UTC"
    ):
        resource = self.env["resource.resource"].create(
            {"name": user.name, "user_id": user.id, "company_id": self.company.id, "tz": tz}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "company_id": self.company.id,
                "date_from": start,
                "date_to": end,
            }
        )

    def test_absent_in_zone(self):
        """A leave of one day is that day where the person is, from 8 to 17 o'clock there."""
        for tz, start, end in (
            ("America/Los_Angeles", datetime(2026, 6, 15, 15), datetime(2026, 6, 16, 0)),
            ("Pacific/Auckland", datetime(2026, 6, 14, 20), datetime(2026, 6, 15, 5)),
        ):
            user = self._create_user(f"program_{tz}", OWN)
            self._create_leave(user, start, end, tz)
            with self.subTest(zone=tz):
                days = [user._is_at_work(days_ago(days), self.company) for days in (1, 0, -1)]
                self.assertEqual(days, [True, False, True])

    def test_team_in_turn(self):
        """A team shares the work of the day evenly."""
        members = self._create_user("turn_1", OWN) | self._create_user("turn_2", OWN)
        team = self.env["crm.team"].create(
            {
                "name": "Turns",
                "member_ids": [Command.set(members.ids)],
                "company_id": self.company.id,
            }
        )
        program = self._create_program(
            company_id=self.company.id, responsible_rule="team", responsible_team_id=team.id
        )
        self._create_silent(4)
        self._enter(program)
        counts = self._act().grouped("user_id")
        self.assertEqual(
            {user: len(own) for user, own in counts.items()}, dict.fromkeys(members, 2)
        )

    def test_paused_and_off(self):
        """A paused program does nothing; switched off, it takes back what is open."""
        program = self._create_program()
        self._create_silent(2)
        self._enter(program)
        program.action_pause()
        self.assertEqual(set(self._act().mapped("state")), {"planned"})
        program.action_resume()
        self.assertEqual(set(self._act().mapped("state")), {"open"})
        program.action_stop()
        self.assertEqual(set(program.enrollment_ids.followup_ids.mapped("state")), {"canceled"})
        self.assertEqual(set(program.enrollment_ids.mapped("reason")), {"program_off"})

    def _open_followup(self):
        program = self._create_program()
        self._create_silent()
        self._enter(program)
        return self._act()

    def _put_off(self, followup, days):
        """Answer the dialog of *Not Now* as the user does."""
        action = self._as(followup, self.user).action_not_now()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        with Form(self._as(wizard, self.user).with_context(**action["context"])) as form:
            self.assertEqual(form.days, 7)
            form.days = days
            sentence = form.sentence
        form.record.action_save()
        return sentence

    def test_put_off(self):
        """Tomorrow is the next working day; after three times it has to be done or stopped."""
        followup = self._open_followup()
        followup.action_tomorrow()
        followup.action_tomorrow()
        self.assertEqual(followup.activity_id.date_deadline, days_ago(-1))
        self.assertEqual(followup.postponed_count, 1, "a second click does not count")
        self.assertEqual(
            self._put_off(followup, 7), "Back on Monday, 22 June. Times left after that: 1."
        )
        self.assertEqual(followup.activity_id.date_deadline, days_ago(-7))
        # In 5 days it is Saturday 20 June: it comes back on Monday, as the dialog says.
        self.assertEqual(
            self._put_off(followup, 5),
            "Back on Monday, 22 June. It cannot be put off again after that.",
        )
        self.assertEqual(followup.date_opened, days_ago(-7))
        for button in (followup.action_tomorrow, followup.action_not_now):
            with self.assertRaisesRegex(UserError, "Silent 1 has been put off 3 times"):
                button()

    def test_not_now_days(self):
        """Not now takes 1 to 90 days; anything else is refused with the value."""
        followup = self._open_followup()
        for days in (0, -1, 91):
            with self.assertRaisesRegex(
                UserError, rf"Put Off by \(Days\) is {days}. .* between 1 and 90"
            ):
                self._put_off(followup, days)
        self.assertEqual((followup.postponed_count, followup.date_opened), (0, TODAY))
        # 90 days after 15 June is Sunday 13 September.
        self.assertIn("Monday, 14 September", self._put_off(followup, 90))
        self.assertIn("Tuesday, 16 June", self._put_off(followup, 1))
        self.assertEqual(followup.date_opened, days_ago(-1))

    def test_activity_is_changed(self):
        """Put off or given to a colleague in the list of activities, it is so on My Day too."""
        followup = self._open_followup()
        colleague = self._create_user("program_colleague", OWN)
        activity = followup.activity_id.with_user(self.user)
        activity.date_deadline = days_ago(-3)
        self.assertEqual((followup.date_opened, followup.user_id), (days_ago(-3), self.user))
        activity.user_id = colleague
        self.assertEqual((followup.date_opened, followup.user_id), (days_ago(-3), colleague))
        self.assertEqual(activity._get_open_id(), followup.id)
        activity.with_user(colleague).action_done()
        self.assertEqual(followup.state, "done")
        self.assertFalse(activity._get_open_id())

    def test_plan(self):
        """Each activity of a plan is a follow-up of its own; the next step waits for all of them."""
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Welcome",
                "res_model": "res.partner",
                "template_ids": [
                    Command.create(
                        {"activity_type_id": self.call.id, "summary": "Call", "sequence": 1}
                    ),
                    Command.create(
                        {"activity_type_id": self.call.id, "summary": "Visit", "sequence": 2}
                    ),
                ],
            }
        )
        program = self._create_program(
            {"channel": "plan", "plan_id": plan.id, "summary": False}, {}
        )
        partner = self._create_silent()
        self._enter(program)
        followups = self._act()
        self.assertEqual(followups.sorted("part").mapped("activity_id.summary"), ["Call", "Visit"])
        self.assertEqual(len(partner.activity_ids), 2)
        followups[0].action_done()
        self.assertEqual(len(program.enrollment_ids.followup_ids), 2)
        followups[1].action_done()
        self.assertEqual(len(program.enrollment_ids.followup_ids), 3)

    def test_plan_done_at_once(self):
        """Where both parts of a plan are done together, the next step is planned once."""
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Two acts",
                "res_model": "res.partner",
                "template_ids": [
                    Command.create({"activity_type_id": self.call.id, "summary": summary})
                    for summary in ("Call", "Visit")
                ],
            }
        )
        program = self._create_program({"channel": "plan", "plan_id": plan.id}, {})
        self._create_silent()
        self._enter(program)
        self._act().activity_id.action_done()
        followups = program.enrollment_ids.followup_ids
        self.assertEqual(sorted(followups.mapped("state")), ["done", "done", "planned"])

    def test_step_moved_back(self):
        """A step that was done before somebody moved it behind the present one is not done again."""
        program = self._create_program({}, {})
        self._create_silent()
        self._enter(program)
        self._act().action_done()
        program.step_ids.sorted("sequence")[0].sequence = 9
        self._act().filtered(lambda each: each.state == "open").action_done()
        followups = program.enrollment_ids.followup_ids
        self.assertEqual(followups.mapped("state"), ["done", "done"])
        self.assertEqual(program.enrollment_ids.state, "done")


@tagged("post_install", "-at_install")
class TestProgramMail(ProgramCase):
    """Mails of programs: to the willing only, with one click to end them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "We miss you",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "{{ object.name }}, we miss you",
                "body_html": '<p>Dear <t t-out="object.name" /></p>',
                "use_default_to": True,
            }
        )
        cls.step = {"channel": "email", "mail_template_id": cls.template.id}

    def test_mail(self):
        """A mail is put into the queue, with the headers of a one-click unsubscription."""
        program = self._create_program(self.step)
        self._create_silent(email="edwin@example.com")
        self._enter(program)
        followup = self._act()
        self.assertEqual((followup.state, followup.date_done), ("done", TODAY))
        self.assertEqual(followup.mail_id.subject, "Silent 1, we miss you")
        self.assertEqual(followup.mail_id.state, "outgoing")
        self.assertIn("List-Unsubscribe=One-Click", followup.mail_id.headers)
        self.assertEqual(program.enrollment_ids.state, "done")

    def test_no_mail(self):
        """No address, or no wish for mails: skipped with the reason."""
        program = self._create_program(self.step)
        without = self._create_silent()
        unwilling = self._create_silent(email="no@example.com")
        self.env["mail.blacklist"]._add("no@example.com")
        self._enter(program)
        reasons = {each.partner_id: each.skip_reason for each in self._act()}
        self.assertEqual(reasons, {without: "no_email", unwilling: "opt_out"})

    def test_mail_cap(self):
        """No more mails a day than the company allows."""
        self.company.retention_daily_mail_cap = 1
        program = self._create_program(self.step)
        for number in range(3):
            self._create_silent(email=f"customer{number}@example.com")
        self._enter(program)
        self.assertEqual(self._act().mapped("state").count("done"), 1)
        self.assertEqual(self._act().mapped("state").count("done"), 1)


@tagged("post_install", "-at_install")
class TestProgramRefused(ProgramCase):
    """What a program must not be, told when it is saved."""

    def test_refused(self):
        """Percents, domains, placeholders and incomplete steps are refused with field and value."""
        program = self._create_program(start=False)
        for values, message in (
            ({"holdout_percent": 101}, "Held Out .* is 101"),
            ({"holdout_percent": 100.5}, "Held Out .* is 100.5. It has to be between 0 and 100"),
            ({"sample_percent": 0}, "Sample .* is 0. It has to be between 0.01 and 100"),
            ({"min_amount": -9}, "Purchase of at Least is -9. It has to be between 0 and"),
            ({"max_age_days": 0}, "Events Not Older .* is 0. It has to be between 1 and 3650"),
            ({"window_days": 3651}, "Result After .* is 3651. It has to be between 1 and 3650"),
            ({"pause_days": -1}, "Pause Before .* is -1. It has to be between 0 and 3650"),
            ({"daily_cap": 2147483648}, "A Day per Person is 2147483648. .* between 0 and 10000"),
            ({"expire_days": -1}, "Give Up After .* is -1. It has to be between 0 and 3650"),
            (
                {"date_from": "2026-06-02", "date_to": "2026-06-01"},
                "Not After is 06/01/2026. It must not be before Not Before, which is 06/02/2026",
            ),
            (
                {"status_from": "late", "status_to": "late"},
                "Status From and Status To are both Late",
            ),
            (
                {"event_type": "abc_class", "class_from": "a", "class_to": "a"},
                "Class From and Class To are both A",
            ),
            ({"domain": "[('nothing', '=', 1)]"}, "nothing.*a field in it is not one of contacts"),
            ({"responsible_rule": "user"}, "Responsible is empty"),
            ({"responsible_rule": "team"}, "Team is empty"),
            (
                {"event_type": "referral_converted", "holdout_percent": 10},
                "nobody who brought a customer",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                program.write(values)
        for values, message in (
            ({"note": "Dear {{ object.nothing }}"}, "object.nothing"),
            ({"summary": "{{ object.env.cr }}"}, "object.env.cr"),
            ({"summary": "{{ 1 + 1 }}"}, "Placeholder is"),
            ({"note": "Of {{ object.country_id }}"}, "object.country_id"),
            ({"note": "Ask {{ object.child_ids.name }}"}, "object.child_ids.name"),
            ({"note": "{{ object.name.name }}"}, "object.name.name"),
            ({"note": "Worth {{ object.value_year }}"}, "object.value_year"),
            ({"note": "Dear {{ object.name"}, "braces without"),
            ({"note": "Dear {{ object.name }} }}"}, "braces without"),
            ({"channel": "email"}, "Mail Template is empty|Email Template is empty"),
            ({"activity_type_id": False}, "Activity Type is empty"),
            ({"delay_days": 9999999}, "After is 9999999. It has to be between 0 and 3650"),
            ({"delay_days": -1}, "After is -1. It has to be between 0 and 3650"),
            ({"escalate_days": 2147483647}, "Hand On After .* is 2147483647. .* 0 and 3650"),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                program.step_ids.write(values)

    def test_allowed(self):
        """The last allowed days still give a day; a program may be for one day only."""
        program = self._create_program(
            {"delay_days": 3650},
            {"delay_days": 3650, "delay_kind": "calendar", "escalate_days": 3650},
            start=False,
            date_from="2026-06-01",
            date_to="2026-06-01",
            status_from="late",
            status_to="silent",
            holdout_percent=100,
        )
        # 3650 working days are 730 weeks: from a Monday to a Monday, then 3650 days.
        self.assertEqual(
            program._get_last_due_date(TODAY, self.company),
            TODAY + timedelta(weeks=730, days=3650),
        )
        program.write({"event_type": "purchase", "status_from": "late", "status_to": "late"})

    def test_too_large_for_the_database(self):
        """New programs and steps, too, are refused in words before the database refuses them."""
        with self.assertRaisesRegex(ValidationError, "Result After .* is 2147483648"):
            self._create_program(window_days=2147483648)
        with self.assertRaisesRegex(ValidationError, "Hand On After .* is 2147483648"):
            self._create_program({"escalate_days": 2147483648})

    def test_no_internals(self):
        """What is no domain is refused without a word of Python or SQL."""
        program = self._create_program(start=False)
        for domain in ("foo", "[(", "5", "[('id', '=', 'abc')]", "[('name', 'foo', 1)]"):
            with self.subTest(domain=domain), mute_logger("odoo.sql_db"):
                with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
                    program.domain = domain
                message = str(caught.exception)
                self.assertTrue(message.startswith(f"Customers is {domain}, which cannot be used"))
                for word in ("malformed", "ast.", "0x", "SELECT", "integer", "unpack"):
                    self.assertNotIn(word, message)
