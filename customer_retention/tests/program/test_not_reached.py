from datetime import datetime, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import NOW, TODAY, days_ago
from .test_program import ProgramCase

AFTERNOON = NOW + timedelta(hours=2)
MORNING = NOW - timedelta(hours=2)


class ReachCase(ProgramCase):
    """A call to one customer, open since today, Monday 15 June 2026."""

    def _open(self, *steps, **values):
        self.program = self._create_program(*steps, **values)
        self._create_silent()
        self._enter(self.program)
        return self._as(self._act(), self.user)

    def _get_others(self, followup):
        return self.program.enrollment_ids.followup_ids - followup


@tagged("post_install", "-at_install")
class TestNotReached(ReachCase):
    """Nobody there: tried on the next working days, in the other half of the day, then the next step."""

    def test_three_times(self):
        """Tuesday afternoon, Wednesday morning, then the next step, counted from the day it was due."""
        followup = self._open({}, {"delay_days": 2, "condition": "previous_not_reached"})
        with freeze_time(MORNING):
            action = followup.action_not_reached()
        self.assertEqual(action["tag"], "retention_said")
        self.assertEqual(
            action["params"]["message"],
            "Silent 1: not reached, 1 of 3. Again on Tuesday, 16 June, in the afternoon.",
        )
        self.assertEqual((followup.state, followup.tries), ("open", 1))
        self.assertEqual((followup.date_opened, followup.date_done), (days_ago(-1), False))
        self.assertEqual(followup.activity_id.date_deadline, days_ago(-1))
        self.assertEqual(followup.tries_in_words, "Not reached, 1 of 3. Try in the afternoon.")
        self.assertFalse(self._get_others(followup))
        with freeze_time(AFTERNOON + timedelta(days=1)):
            followup.action_not_reached()
        self.assertEqual((followup.date_opened, followup.try_half), (days_ago(-2), "morning"))
        with freeze_time(MORNING + timedelta(days=2)):
            action = followup.action_not_reached()
        self.assertEqual(
            action["params"]["message"],
            "Silent 1: not reached, 3 of 3. That was the last time.",
        )
        self.assertEqual((followup.state, followup.reached), ("done", "no"))
        self.assertFalse(followup.tries_in_words)
        following = self._get_others(followup)
        self.assertEqual((following.state, following.date_due), ("planned", days_ago(-2)))

    def test_second_click(self):
        """A second click at once is no second try."""
        followup = self._open()
        followup.action_not_reached()
        message = followup.action_not_reached()["params"]["message"]
        self.assertEqual(followup.tries, 1)
        self.assertIn("not reached, 1 of 3", message)

    def test_no_postponement(self):
        """It is not put off: that is counted by itself."""
        followup = self._open()
        followup.action_not_reached()
        self.assertEqual(followup.postponed_count, 0)

    def test_step(self):
        """As often as the step says, 1 to 9."""
        followup = self._open({"tries": 1})
        followup.action_not_reached()
        self.assertEqual(followup.state, "done")
        with self.assertRaisesRegex((UserError, ValidationError), "Tried .* is 0.*1 and 9"):
            self.program.step_ids.tries = 0

    def test_room(self):
        """Within the limit of the day: Tuesday is full, so it is Wednesday."""
        self.user.retention_daily_cap = 2
        followup = self._open()
        for partner in self._create_silent(2):
            other = self._create_program(name=f"Other {partner.id}", pause_days=0)
            self._create_event(partner)
            self._enter(other)
        others = self.Followup.search([("program_id", "!=", self.program.id)])
        others.write({"user_id": self.user.id, "state": "open", "date_opened": days_ago(-1)})
        self.assertGreaterEqual(len(others), 2)
        followup.action_not_reached()
        self.assertEqual(followup.date_opened, days_ago(-2))

    def test_holiday(self):
        """On Friday it is tried again on Monday."""
        followup = self._open()
        with freeze_time(datetime(2026, 6, 19, 12)):
            followup.action_not_reached()
        self.assertEqual(followup.date_opened, days_ago(-7))

    def test_zone(self):
        """Morning and afternoon are those of the person: 12:00 UTC is 8:00 in New York."""
        followup = self._open()
        self.user.tz = "America/New_York"
        followup.with_context(tz="America/New_York").action_not_reached()
        self.assertEqual(followup.try_half, "afternoon")

    def test_needless_step_is_not_planned(self):
        """Reached: a step for those not reached is not shown as planned, the one after it is."""
        followup = self._open(
            {}, {"delay_days": 1, "condition": "previous_not_reached"}, {"delay_days": 1}
        )
        followup.action_done()
        self.assertEqual(
            self._get_others(followup).sorted("id").mapped("state"), ["skipped", "planned"]
        )


@tagged("post_install", "-at_install")
class TestUndo(ReachCase):
    """Taken back for a moment; opened again on the same day as long as nothing has followed."""

    def setUp(self):
        super().setUp()
        self.env.cr._now = NOW

    def assertAsBefore(self, followup):
        self.assertEqual(
            (followup.state, followup.date_opened, followup.tries, followup.postponed_count),
            ("open", TODAY, 0, 0),
        )
        self.assertEqual(followup.activity_id.date_deadline, TODAY)
        self.assertTrue(followup.activity_id.active)

    def test_undo(self):
        followup = self._open()
        for button in (followup.action_not_reached, followup.action_tomorrow):
            self.assertEqual(button()["params"]["undo"], followup.ids)
            self.assertEqual(followup.date_opened, days_ago(-1))
            followup.action_undo()
            self.assertAsBefore(followup)

    def test_undo_last_time(self):
        """The last time closes it and plans the next step; taken back, both are as before."""
        followup = self._open({"tries": 1}, {"delay_days": 1})
        followup.action_not_reached()
        self.assertEqual(self._get_others(followup).state, "planned")
        followup.action_undo()
        self.assertAsBefore(followup)
        self.assertFalse(self._get_others(followup))

    def test_too_late(self):
        followup = self._open()
        with self.assertRaisesRegex(UserError, "Silent 1: it is too late"):
            followup.action_undo()
        followup.action_tomorrow()
        with freeze_time(NOW + timedelta(seconds=61)):
            with self.assertRaisesRegex(UserError, "Silent 1: it is too late"):
                followup.action_undo()

    def test_of_somebody_else(self):
        followup = self._open()
        followup.action_tomorrow()
        leader = self._create_user("undo_leader", "sales_team.group_sale_manager")
        with self.assertRaisesRegex(UserError, "Silent 1: it is too late"):
            self._as(followup, leader).action_undo()

    def test_reopen(self):
        """Done by mistake: open again with an activity, the program goes on where it was."""
        followup = self._open()
        followup.action_done()
        self.assertEqual((followup.state, self.program.enrollment_ids.state), ("done", "done"))
        self.assertTrue(followup.can_reopen)
        followup.action_reopen()
        self.assertAsBefore(followup)
        self.assertEqual(self.program.enrollment_ids.state, "open")
        self.assertFalse(self.program.enrollment_ids.date_end)
        followup.action_done()
        self.assertEqual(self.program.enrollment_ids.state, "done")

    def test_not_reopened(self):
        """What has followed is named: the next step, or another day."""
        followup = self._open({}, {"delay_days": 0})
        followup.action_done()
        self._act()
        self.assertFalse(followup.can_reopen)
        with self.assertRaisesRegex(UserError, "Silent 1 cannot be .* next step has begun"):
            followup.action_reopen()
        self._get_others(followup).action_done()
        with freeze_time(NOW + timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "Silent 1 cannot be .* not done today"):
                self._get_others(followup).action_reopen()

    def test_thanked(self):
        """Thanks that are noted stay noted."""
        followup = self._open()
        self.call.retention_thanks_kind = "call"
        followup.action_done()
        with self.assertRaisesRegex(UserError, "thanks are noted"):
            followup.action_reopen()
