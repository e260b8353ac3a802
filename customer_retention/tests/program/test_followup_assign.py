from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OWN, TODAY, days_ago
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestFollowupAssign(ProgramCase):
    """What nobody has is given to somebody, and what somebody has to somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sally = cls._create_user("assign_sally", OWN, name="Sally Sales")

    def _assign(self, followups, user, by=None):
        """Give ``followups`` to ``user``, as the button on the list does."""
        action = self._as(followups, by or self.user).action_assign()
        wizard = self._as(self.env[action["res_model"]], by or self.user)
        wizard.with_context(**action["context"]).create({"user_id": user.id}).action_save()

    def test_nobody_has_it(self):
        """Who gets it finds an activity and, on My Day, something of today."""
        program = self._create_program({"note": "Ask {{ object.name }} how things are."})
        partner = self._create_silent(user_id=False)
        self._enter(program)
        followup = self._act()
        self.assertFalse(followup.user_id or followup.activity_id)
        # The list says what to do before anybody has it.
        self.assertEqual(followup.what_to_do, "Call Silent 1")
        self.assertIn("Ask Silent 1 how things are.", followup.what_to_say)
        followup.date_opened = days_ago(5)
        self._assign(followup, self.sally)
        activity = followup.activity_id
        self.assertEqual((followup.user_id, activity.user_id), (self.sally, self.sally))
        self.assertEqual((activity.summary, activity.date_deadline), ("Call Silent 1", TODAY))
        self.assertEqual(partner.activity_ids, activity)
        self.assertEqual(self._as(followup, self.sally).day, "today")
        self._as(followup, self.sally).action_done()
        self.assertEqual(followup.state, "done")

    def test_somebody_has_it(self):
        """The activity goes along."""
        self._create_silent()
        program = self._create_program()
        self._create_silent()
        self._enter(program)
        followup = self._act()
        activity = followup.activity_id
        self._assign(followup, self.sally)
        self.assertEqual((followup.user_id, followup.activity_id), (self.sally, activity))
        self.assertEqual(activity.user_id, self.sally)

    def test_part_of_a_plan(self):
        """What nobody had of a plan gets the activity of its part, not of the first."""
        program = self._create_program(
            {"channel": "plan", "plan_id": self._create_plan().id, "summary": False}
        )
        self._create_silent(user_id=False)
        self._enter(program)
        followups = self._act().sorted("part")
        self._assign(followups, self.sally)
        self.assertEqual(followups.mapped("activity_id.summary"), ["Call", "Visit"])

    def test_days_of_a_plan(self):
        """Each activity of a plan is handed out on its day."""
        program = self._create_program(
            {"channel": "plan", "plan_id": self._create_plan(3).id, "summary": False}
        )
        self._create_silent()
        self._enter(program)
        followups = self._act().sorted("part")
        self.assertEqual(followups.mapped("date_opened"), [TODAY, days_ago(-3)])
        self.assertEqual(followups.mapped("day"), ["today", "later"])
        self.assertEqual(
            followups.mapped("activity_id.date_deadline"), followups.mapped("date_opened")
        )

    def _create_plan(self, days=0):
        """Create a plan of a call, and a visit so many days later."""
        return self.env["mail.activity.plan"].create(
            {
                "name": "Welcome",
                "res_model": "res.partner",
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": self.call.id,
                            "summary": summary,
                            "sequence": number,
                            "delay_count": number * days,
                            "delay_unit": "days",
                            "delay_from": "after_plan_date",
                        }
                    )
                    for number, summary in enumerate(("Call", "Visit"))
                ],
            }
        )

    def test_refused(self):
        """Nobody gives away what is a colleague's, nor to somebody who may not see it."""
        program = self._create_program()
        self._create_silent()
        self._enter(program)
        followup = self._act()
        with self.assertRaises(AccessError):
            self._assign(followup, self.sally, by=self.sally)
        elsewhere = self._create_user("assign_elsewhere", OWN, self._create_company("Other"))
        with self.assertRaisesRegex(UserError, "does not work for Retention Company"):
            self._assign(followup, elsewhere)
        self.assertEqual(followup.user_id, self.user)

    def test_unwanted_email(self):
        """An activity to write an email is skipped for who wants no emails, like a mail itself."""
        email = self.env.ref("mail.mail_activity_data_email")
        self.assertTrue(
            email.mail_template_ids >= self.env.ref("customer_retention.mail_template_welcome")
        )
        program = self._create_program({"activity_type_id": email.id})
        willing = self._create_silent(email="yes@example.com")
        unwilling = self._create_silent(email="no@example.com")
        self.env["mail.blacklist"]._add("no@example.com")
        self._enter(program)
        self.assertEqual(
            {each.partner_id: each.skip_reason for each in self._act()},
            {willing: False, unwilling: "opt_out"},
        )
