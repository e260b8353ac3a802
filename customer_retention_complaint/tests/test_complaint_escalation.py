from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintEscalation(ComplaintCase):
    """Who is told when: each level once, in working time, and no longer than there is a cause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref("customer_retention_complaint.mail_activity_type_due")

    def setUp(self):
        super().setUp()
        # Batches are committed; here all is one transaction.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 60)

    def _look(self, day, clock, month=4):
        """Run the scheduled action's work of the company at a moment."""
        with self._on(day, clock, month):
            self.Complaint._escalate_company(self.company)

    def _get_told(self, complaint):
        """Return who has an activity of ours on this complaint, in order."""
        complaint.invalidate_recordset()
        activities = self.env["mail.activity"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)], order="id"
        )
        self.assertLessEqual(activities.activity_type_id, self.kind)
        return activities.user_id

    def test_levels(self):
        """At 75 % the responsible, at the deadline the leader, 8 hours later the company's manager."""
        complaint = self._create_complaint()
        self._do(complaint, "action_acknowledge", 7, "09:00")
        self._look(10, "13:29")
        self.assertFalse(self._get_told(complaint))
        for _again in range(2):
            self._look(10, "13:30")
            self.assertEqual(self._get_told(complaint), self.sam)
        self._look(13, "15:29")
        self.assertEqual(self._get_told(complaint), self.sam)
        for _again in range(2):
            self._look(13, "15:30")
            self.assertEqual(self._get_told(complaint), self.sam | self.leader)
        self._look(14, "15:29")
        self.assertFalse(complaint.escalated_again_at)
        for _again in range(2):
            self._look(14, "15:30")
            self.assertEqual(self._get_told(complaint), self.sam | self.leader | self.manager)
        self.assertEqual(complaint.first_missed_at, at(13, "15:30"))
        self.assertEqual(complaint.turn_ids.mapped("kind"), ["overdue"])

    def test_out_of_hours(self):
        """Nobody is told at night or on a holiday: on the next working morning."""
        complaint = self._create_complaint(1, "15:30")  # acknowledge by Thursday 2, 15:30
        for moment in ((2, "17:00"), (2, "23:00"), (3, "10:00"), (6, "10:00"), (7, "12:30")):
            self._look(*moment)
            self.assertFalse(self._get_told(complaint), moment)
            self.assertEqual(complaint.first_missed_at, at(2, "15:30"))
        self._look(7, "08:00")
        self.assertEqual(self._get_told(complaint), self.leader)

    def test_cause_is_gone(self):
        """What was answered, solved or promised anew reminds nobody any more."""
        for name, method in (
            ("answered", lambda each: self._write_employee(each, 8, "09:00")),
            ("solved", lambda each: self._do(each, "action_solve", 8, "09:00")),
        ):
            with self.subTest(name):
                complaint = self._create_complaint(1, "15:30")
                self._look(7, "08:00")
                self.assertTrue(self._get_told(complaint))
                method(complaint)
                self.assertFalse(self._get_told(complaint))
                self._look(8, "10:00")
                self.assertFalse(self._get_told(complaint))
                self.assertTrue(complaint.first_missed_at)

    def test_next_deadline(self):
        """Once a late answer is given, the next deadline is told about again."""
        complaint = self._create_complaint(1, "15:30")
        self._look(7, "08:00")
        self._write_employee(complaint, 7, "10:00")
        self.assertFalse(complaint.escalated_at)
        # 1.5 + 8 h before Easter, 24 h until Thursday 9, 6.5 h on Friday.
        self.assertDue(complaint, next_due=(10, "15:30"))
        self._look(10, "15:45")
        self.assertIn(self.leader, self._get_told(complaint))
        self.assertEqual(len(complaint.turn_ids.filtered(lambda each: each.kind == "overdue")), 2)

    def test_waiting(self):
        """While we wait for the customer nobody is reminded."""
        complaint = self._create_complaint()
        self._write_employee(complaint, 7, "09:00")
        self._do(complaint, "action_wait", 8, "10:00")
        self._look(20, "10:00")
        self.assertFalse(self._get_told(complaint))
        self.assertFalse(complaint.first_missed_at)

    def test_promise_broken(self):
        """A promise whose day has passed is broken, before anybody opens the complaint."""
        complaint = self._create_complaint()
        with self._on(7, "09:00"):
            complaint._promise(at(8).date(), at(7, "09:00"))
        self._look(8, "17:30")
        self.assertEqual(complaint.promise_ids.state, "broken")
        self._look(9, "08:00")
        self.assertIn(self.leader, self._get_told(complaint))

    def test_unassigned(self):
        """What nobody has goes to whoever leads, else to the company's manager."""
        complaint = self._create_complaint(1, "15:30", partner_id=False, email_from="x@example.com")
        self.assertFalse(complaint.user_id)
        self._look(7, "08:00")
        self.assertEqual(self._get_told(complaint), self.manager)

    def test_nobody_there(self):
        """Where nobody is there it is not forgotten: it is looked at again."""
        self.company.retention_escalation_user_id = False
        complaint = self._create_complaint(1, "15:30", partner_id=False, email_from="x@example.com")
        self._look(7, "08:00")
        self.assertFalse(complaint.escalated_at)
        self.company.retention_escalation_user_id = self.manager
        self._look(7, "08:15")
        self.assertEqual(self._get_told(complaint), self.manager)

    def test_one_fails(self):
        """One that fails stops no other, and is tried again."""
        good = self._create_complaint(1, "15:30")
        bad = self._create_complaint(1, "15:30", name="Bad")
        create = type(self.Complaint)._create_level_activities

        def fail(complaints, users):
            if bad in complaints:
                raise ValueError("bad")
            return create(complaints, users)

        with (
            patch.object(type(self.Complaint), "_create_level_activities", fail),
            mute_logger("odoo.addons.customer_retention.models.common.isolated"),
        ):
            self._look(7, "08:00")
        self.assertEqual(self._get_told(good), self.leader)
        self.assertFalse(self._get_told(bad))
        self._look(7, "08:15")
        self.assertEqual(self._get_told(bad), self.leader)

    def test_leaving(self):
        """Whoever leaves hands open complaints to the deputy, else to the leader of the team."""
        complaint = self._create_complaint()
        closed = self._create_complaint()
        self._do(closed, "action_solve", 7, "09:00")
        with self._on(7, "10:00"):
            self.sam.active = False
        self.assertEqual((complaint.user_id, closed.user_id), (self.leader, self.sam))

    def test_query_count(self):
        """A batch of 200 takes as many statements as one of 20, at most 8 a level beside those of core."""
        counts = []
        for number in (20, 200):
            complaints = self.Complaint.create(
                [
                    {
                        "partner_id": self.customer.id,
                        "name": "Late",
                        "received_at": at(1, "15:30"),
                    }
                    for _each in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            with self._on(7, "08:00"):
                before = self.env.cr.sql_log_count
                complaints._tell("escalated_at", at(7, "08:00"))
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self._get_all(complaints)), number)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def _get_all(self, complaints):
        return self.env["mail.activity"].search(
            [("res_model", "=", complaints._name), ("res_id", "in", complaints.ids)]
        )

    def test_action(self):
        """The scheduled action does it for all companies, by its own name."""
        cron = self.env.ref("customer_retention_complaint.ir_cron_escalate_complaints")
        self.assertEqual((cron.interval_number, cron.interval_type), (15, "minutes"))
        self.assertEqual(cron.code, "model._cron_escalate_complaints()")
