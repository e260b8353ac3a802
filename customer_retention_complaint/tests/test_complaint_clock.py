from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintClock(ComplaintCase):
    """Deadlines in working hours: 8 to acknowledge, 40 to solve, Easter of 2026 in between."""

    def test_deadlines(self):
        """Weekend, holidays and lunch do not count."""
        complaint = self._create_complaint()
        # Thursday 15:30: 1.5 h that day, none on Friday and Monday, 6.5 h on Tuesday.
        self.assertDue(complaint, ack_deadline=(7, "15:30"), next_due=(7, "15:30"))
        # 1.5 + 4 days of 8 h = 33.5 until Friday 10, 6.5 h on Monday 13. Three quarters: 30 h.
        self.assertDue(complaint, answer_deadline=(13, "15:30"), warn_at=(10, "13:30"))
        self.assertEqual((complaint.target_hours, complaint.used_hours), (40, 0))
        self.assertEqual(complaint.kind, "new")

    def test_waiting(self):
        """Waiting stops the clock, the customer's answer starts it by itself, also on a Saturday."""
        complaint = self._create_complaint()
        self._write_employee(complaint, 7, "09:00")
        self._do(complaint, "action_wait", 8, "10:00")
        # Thursday 1.5, Tuesday 8, Wednesday 2.
        self.assertEqual(complaint.used_hours, 11.5)
        self.assertFalse(complaint.clock_from)
        self.assertDue(complaint, answer_deadline=False, next_due=False)
        self._write_customer(complaint, 11, "22:14")
        self.assertEqual(complaint.kind, "work")
        # 28.5 h left: three days of 8 h until Wednesday 15, 4.5 h on Thursday.
        self.assertDue(complaint, answer_deadline=(16, "13:30"), reply_deadline=(13, "17:00"))
        self.assertDue(complaint, next_due=(13, "17:00"))

    def test_reopened(self):
        """What was left is left, at least a working day; a recorded miss stays."""
        complaint = self._create_complaint()
        self._do(complaint, "action_wait", 8, "10:00")
        self._do(complaint, "action_work", 11, "22:14")
        self._do(complaint, "action_solve", 14, "11:00")
        self.assertEqual(complaint.used_hours, 22.5)
        self.assertEqual(complaint.solved_at, at(14, "11:00"))
        # Nobody had told the customer by Tuesday 7.
        self.assertDue(complaint, first_missed_at=(7, "15:30"), next_due=False)
        self._do(complaint, "action_reopen", 16, "09:00")
        # 17.5 h: 7 on Thursday, 8 on Friday, 2.5 on Monday.
        self.assertDue(complaint, answer_deadline=(20, "10:30"), first_missed_at=(7, "15:30"))
        self.assertEqual((complaint.reopened_count, complaint.solved_at), (1, False))

    def test_reopened_late(self):
        """With 1.5 of 40 hours left there are 8, and waiting in between takes none of them."""
        complaint = self._create_complaint()
        self._do(complaint, "action_acknowledge", 7, "09:00")
        self._do(complaint, "action_solve", 13, "14:00")
        self.assertEqual(complaint.used_hours, 38.5)
        self._do(complaint, "action_reopen", 14, "08:00")
        self.assertDue(complaint, answer_deadline=(14, "17:00"), first_missed_at=False)
        # 3 of the 8 hours are used by 11:00; 5 are left on Wednesday at 8:00.
        self._do(complaint, "action_wait", 14, "11:00")
        self._do(complaint, "action_work", 15, "08:00")
        self.assertDue(complaint, answer_deadline=(15, "14:00"))

    def test_missed_length(self):
        """How late it was is known when it is solved, and grows no more; nor does a pause make it less."""
        complaint = self._create_complaint()
        self._do(complaint, "action_acknowledge", 7, "09:00")
        # Due on Monday 13 at 15:30: 1.5 h on Monday, 3 h on Tuesday.
        self._do(complaint, "action_solve", 14, "11:00")
        self.assertEqual(complaint.missed_hours, 4.5)
        self.assertDue(complaint, first_missed_at=(13, "15:30"))
        self._do(complaint, "action_reopen", 20, "09:00")
        self._do(complaint, "action_solve", 20, "10:00")
        self.assertEqual(complaint.missed_hours, 4.5)
        self.assertEqual(
            complaint.turn_ids.mapped("kind"), ["solved", "reopened", "solved", "overdue"]
        )

    def test_pause_after_target(self):
        """Who waits after the time is over is as late as before when it goes on."""
        complaint = self._create_complaint()
        self._do(complaint, "action_acknowledge", 7, "09:00")
        self._do(complaint, "action_wait", 14, "11:00")
        self.assertFalse(complaint.next_due)
        self._do(complaint, "action_work", 20, "08:00")
        self.assertDue(complaint, answer_deadline=(13, "15:30"), next_due=(13, "15:30"))

    def test_category(self):
        """Another category has another time, less what was used."""
        fast = self.other.copy({"name": "Fast", "acknowledge_hours": 4, "answer_hours": 16})
        complaint = self._create_complaint()
        with self._on(7, "09:00"):
            complaint.category_id = fast
        # 4 h from Thursday 15:30: 2.5 on Tuesday. 16 h: 1.5, 8, 6.5 on Wednesday.
        self.assertDue(complaint, ack_deadline=(7, "10:30"), answer_deadline=(8, "15:30"))
        self._do(complaint, "action_wait", 8, "10:00")
        self._do(complaint, "action_work", 9, "08:00")
        with self._on(9, "08:00"):
            complaint.category_id = self.other
        # 40 less 11.5: 8 on Thursday and on Friday, 8 on Monday, 4.5 on Tuesday.
        self.assertDue(complaint, answer_deadline=(14, "13:30"))

    def test_received(self):
        """Somebody notes it later: the clocks run from when it was received."""
        complaint = self._create_complaint(7, "09:00", received_at=at(2, "15:30"))
        self.assertDue(complaint, ack_deadline=(7, "15:30"), answer_deadline=(13, "15:30"))
        with self._on(7, "10:00"):
            complaint.received_at = at(2, "14:30")
        self.assertDue(complaint, ack_deadline=(7, "14:30"), answer_deadline=(13, "14:30"))

    def test_moment_out_of_hours(self):
        """Received on a Saturday at night, the clock starts on Monday morning: 8 h end at 17:00."""
        complaint = self._create_complaint(11, "22:14")
        self.assertDue(complaint, ack_deadline=(13, "17:00"))

    def test_zones(self):
        """The same moment in another zone has its own hours, and its own holidays."""
        company = self._create_company("Tokyo", tz="Asia/Tokyo")
        company.resource_calendar_id = self._create_calendar(company, "Asia/Tokyo")
        complaint = self._create_complaint(2, "15:30", company_id=company.id)
        # 13:30 UTC on Thursday is 22:30 in Tokyo: Friday 3 is no holiday there, 17:00 is 8:00 UTC.
        self.assertEqual(complaint.ack_deadline, at(3, "10:00"))

    def test_no_fixed_hours(self):
        """Without hours, with an empty calendar and with flexible hours: Monday to Friday, 9 to 17."""
        empty = self._create_calendar(self.company)
        empty.attendance_ids.unlink()
        flexible = self._create_calendar(self.company)
        flexible.flexible_hours = True
        for calendar in (empty, flexible, self.calendar.browse()):
            with self.subTest(calendar=calendar.name):
                self.company.resource_calendar_id = calendar
                self.company.partner_id.tz = "Europe/Berlin"
                # The holidays belong to the other calendar: 1.5 h on Thursday, 6.5 h on Friday.
                complaint = self._create_complaint()
                self.assertDue(complaint, ack_deadline=(3, "15:30"))

    def test_never_at_work(self):
        """A company that never works counts all hours rather than none."""
        self.calendar.attendance_ids[1:].unlink()
        self._create_holiday(1, date_from=at(1, "00:00", 1), date_to=at(1) + timedelta(days=9000))
        complaint = self._create_complaint()
        self.assertDue(complaint, ack_deadline=(2, "23:30"))

    def test_query_count(self):
        """Two statements work out the deadlines of any number of complaints."""
        wanted = {number: (at(1 + number % 28, "09:00"), 40) for number in range(10000)}
        self.company._plan_working_hours({0: wanted[0]})
        self.env.invalidate_all()
        self.company.sudo().resource_calendar_id.mapped(
            "two_weeks_calendar"
        )  # what every request has read
        with self.assertQueryCount(2):
            planned = self.company._plan_working_hours(wanted)
        self.assertEqual(len(planned), 10000)

    # ------------------------------------------------------------------
    # Acknowledged, and answered
    # ------------------------------------------------------------------

    def test_acknowledged(self):
        """The first public message of an employee acknowledges, a note and an automatic one do not."""
        complaint = self._create_complaint()
        self._write_employee(complaint, 7, "09:00", subtype_xmlid="mail.mt_note")
        self._write_employee(complaint, 7, "09:10", message_type="auto_comment")
        self._write_employee(complaint, 7, "09:20", message_type="out_of_office")
        self.assertEqual((complaint.acknowledged_at, complaint.kind), (False, "new"))
        self._write_employee(complaint, 7, "10:00")
        self.assertEqual(complaint.acknowledged_at, at(7, "10:00"))
        self.assertEqual((complaint.kind, complaint.ack_hours), ("acknowledged", 3.5))
        self.assertDue(complaint, next_due=(13, "15:30"))
        self._write_employee(complaint, 8, "10:00")
        self.assertEqual(complaint.acknowledged_at, at(7, "10:00"))

    def test_reply(self):
        """Eight hours from the first message nobody answered, until somebody does."""
        complaint = self._create_complaint()
        self._write_employee(complaint, 7, "09:00")
        self._write_customer(complaint, 8, "10:00")
        self._write_customer(complaint, 8, "16:00")
        self.assertDue(complaint, reply_deadline=(9, "10:00"), next_due=(9, "10:00"))
        self._write_employee(complaint, 9, "09:00")
        self.assertDue(complaint, reply_deadline=False, next_due=(13, "15:30"))
        self._write_customer(complaint, 9, "11:00")
        self._do(complaint, "action_solve", 9, "12:00")
        self.assertDue(complaint, reply_deadline=False, next_due=False)

    def test_customer_reopens(self):
        """Whoever writes again after the solution has not been helped."""
        complaint = self._create_complaint()
        self._do(complaint, "action_solve", 7, "11:00")
        self._write_customer(complaint, 9, "09:00")
        self.assertEqual((complaint.kind, complaint.reopened_count), ("work", 1))
        # 7 h on Thursday, 1 on Friday.
        self.assertDue(complaint, reply_deadline=(10, "09:00"))

    def test_refused(self):
        """Refused is closed, and not solved."""
        complaint = self._create_complaint()
        self._do(complaint, "action_refuse", 7, "11:00")
        self.assertEqual((complaint.solved_at, complaint.closed_at), (False, at(7, "11:00")))
        self.assertFalse(complaint.is_open)
        self.assertFalse(complaint.recovery_state)

    # ------------------------------------------------------------------
    # Promises
    # ------------------------------------------------------------------

    def test_promise(self):
        """A promised day ends with its work; neither a pause nor a category moves it."""
        complaint = self._create_complaint()
        with self._on(7, "09:00"):
            complaint.promised_date = date(2026, 4, 17)
        self.assertDue(complaint, answer_deadline=(17, "17:00"))
        promise = complaint.promise_ids
        self.assertEqual(
            (promise.date, promise.kept, promise.state), (date(2026, 4, 17), False, "open")
        )
        self._do(complaint, "action_wait", 8, "10:00")
        self.assertDue(complaint, answer_deadline=(17, "17:00"), next_due=(17, "17:00"))
        with self._on(8, "10:00"):
            complaint.category_id = self.other.copy({"name": "Fast", "answer_hours": 8})
        self._do(complaint, "action_work", 9, "10:00")
        self.assertDue(complaint, answer_deadline=(17, "17:00"))
        self._do(complaint, "action_solve", 17, "17:00")
        self.assertEqual((promise.state, promise.kept, complaint.missed_hours), ("kept", True, 0))

    def test_second_promise(self):
        """Another promise moves the day, is counted, and the customer is told; the first was not kept."""
        complaint = self._create_complaint()
        messages = complaint.message_ids
        with self._on(7, "09:00"):
            complaint.promised_date = date(2026, 4, 17)
        with self._on(8, "09:00"):
            complaint.promised_date = date(2026, 4, 20)
        self.assertDue(complaint, answer_deadline=(20, "17:00"))
        self.assertEqual(complaint.promise_count, 2)
        promises = complaint.promise_ids.sorted("id")
        self.assertEqual(promises.mapped("state"), ["moved", "open"])
        told = (complaint.message_ids - messages).filtered("partner_ids")
        self.assertEqual(told.partner_ids, self.customer)
        self.assertIn("Monday, 20 April", told[0].body)
        self._do(complaint, "action_solve", 21, "09:00")
        self.assertEqual(promises.mapped("state"), ["moved", "broken"])
        # From Monday 17:00 to Tuesday 9:00.
        self.assertEqual(complaint.missed_hours, 1)

    def test_refused_promises(self):
        """A day off, a past one, today after closing time: refused, the next working day is named."""
        complaint = self._create_complaint()
        cases = (
            ((7, "09:00"), date(2026, 4, 18), "Monday, 20 April"),
            ((2, "16:00"), date(2026, 4, 3), "Tuesday, 7 April"),
            ((7, "09:00"), date(2026, 4, 1), "Tuesday, 7 April"),
            ((7, "17:00"), date(2026, 4, 7), "Wednesday, 8 April"),
            ((10, "17:30"), date(2026, 4, 10), "Monday, 13 April"),
            ((7, "09:00"), date(2999, 4, 1), "04/08/2027"),
        )
        for moment, day, named in cases:
            with self.subTest(day=day), self._on(*moment):
                with self.assertRaises(ValidationError) as refused, self.env.cr.savepoint():
                    complaint.promised_date = day
                self.assertIn(named, str(refused.exception))
        self.assertFalse(complaint.promise_ids)
        with self._on(7, "16:59"):
            complaint.promised_date = date(2026, 4, 7)
        self.assertDue(complaint, answer_deadline=(7, "17:00"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            complaint.promised_date = False

    def test_promise_of_reopened(self):
        """A promise that was kept binds nobody after the complaint is opened again."""
        complaint = self._create_complaint()
        with self._on(7, "09:00"):
            complaint.promised_date = date(2026, 4, 8)
        self._do(complaint, "action_solve", 8, "09:00")
        self._do(complaint, "action_reopen", 9, "09:00")
        self.assertFalse(complaint.promised_date)
        # 8 + 1.5 + 1 h used by Wednesday 9:00: 29.5 h left.
        self.assertEqual(complaint.used_hours, 10.5)
        self.assertDue(complaint, answer_deadline=(14, "15:30"))

    def test_clocks_are_not_written(self):
        """Nobody sets a date that suits: neither on a new complaint nor on one that is there."""
        complaint = self._as(self._create_complaint(), self.sam)
        for name, value in (("answer_deadline", at(20)), ("solved_at", at(3)), ("used_hours", 0)):
            with self.subTest(name=name), self.assertRaises(AccessError):
                complaint.write({name: value})
        with self.assertRaises(AccessError):
            self._as(self.Complaint, self.sam).create(
                {"partner_id": self.customer.id, "name": "x", "acknowledged_at": at(2)}
            )

    def test_words(self):
        """What is due is told in working hours, and what is late by how many."""
        complaint = self._create_complaint()
        for moment, text, state in (
            ((7, "12:30"), "first answer due in 3 working hours", "fine"),
            ((7, "14:00"), "first answer due in 2 working hours", "near"),
            ((7, "15:10"), "first answer due in 20 working minutes", "near"),
            ((8, "08:30"), "first answer late by 2 working hours", "late"),
        ):
            with self.subTest(moment=moment), self._on(*moment):
                complaint.invalidate_recordset(["due_text", "due_state"])
                self.assertEqual((complaint.due_text, complaint.due_state), (text, state))
