from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import ALL, MANAGER, NOW, OWN, TODAY
from .test_program import ProgramCase

LOGGER = "odoo.addons.customer_retention.models.common.isolated"


@freeze_time(NOW)
class HandOverCase(ProgramCase):
    """A program whose calls lie with Lea, whose deputy is Dan; Tess leads the program's team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls._create_company("Other")
        cls.lea, cls.dan, cls.tess = (
            cls._create_user(
                f"hand_over_{name}", groups, cls.company | cls.other_company, name=name.title()
            )
            for name, groups in (("lea", OWN), ("dan", ALL), ("tess", MANAGER))
        )
        cls.lea.retention_deputy_id = cls.dan
        cls.team = cls.env["crm.team"].create({"name": "Team", "user_id": cls.tess.id})
        cls.program = cls._create_program(pause_days=0, responsible_team_id=cls.team.id)

    def _open_call(self, user=None):
        """Return an open follow-up that lies with ``user``, Lea by default."""
        self._create_silent(user_id=(user or self.lea).id)
        self._enter(self.program)
        followup = self._act().sorted("id")[-1]
        self.assertEqual((followup.state, followup.user_id), ("open", user or self.lea))
        return followup

    def assertLiesWith(self, followup, user):
        """Assert who has the open follow-up, and that its activity is theirs."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((followup.state, followup.user_id), ("open", user))
        self.assertEqual(followup.activity_id.exists().user_id, user)
        self.assertEqual(followup.enrollment_id.state, "open")


@tagged("post_install", "-at_install")
class TestLeaving(HandOverCase):
    """Whoever is archived or deleted, in whichever way, leaves their work to who steps in."""

    def _leave(self, how, users):
        """Archive or delete ``users``."""
        if how == "button":
            users.action_archive()
        elif how == "write":
            users.write({"active": False})
        elif how == "import":
            rows = [[str(user.id), "0"] for user in users]
            result = self.env["res.users"].load([".id", "active"], rows)
            self.assertFalse(result["messages"])
        else:
            users.unlink()

    def test_deputy(self):
        """The deputy gets the call as it stands, with its activity, and without a mail for each."""
        for how in ("button", "write", "import", "deletion"):
            leaver = self.lea.copy({"login": f"leaver_{how}", "name": how})
            followup = self._open_call(leaver)
            activity = followup.activity_id
            mails = self.env["mail.mail"].search_count([])
            with self.subTest(how=how):
                self._leave(how, leaver)
                self.assertLiesWith(followup, self.dan)
                self.assertEqual((followup.activity_id, followup.date_opened), (activity, TODAY))
                self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_several_at_once(self):
        """Where the deputy leaves too, it is the team leader; where she leaves as well, nobody has it."""
        for how in ("button", "write", "import", "deletion"):
            lea, dan, tess = (
                each.copy({"login": f"{each.login}_{how}"})
                for each in (self.lea, self.dan, self.tess)
            )
            lea.retention_deputy_id = dan
            self.team.user_id = tess
            followup = self._open_call(lea)
            self._create_silent(user_id=tess.id)
            with self.subTest(how=how):
                self._leave(how, lea | dan)
                self.assertLiesWith(followup, tess)
                self._leave(how, tess)
                self.assertLiesWith(followup, self.env["res.users"])

    def test_other_activities(self):
        """What is no follow-up goes as Odoo has it go."""
        partner = self._create_silent()
        activity = partner.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.lea.id, summary="Water the plants"
        )
        followup = self._open_call()
        self.lea.action_archive()
        self.assertFalse(activity.exists())
        self.assertLiesWith(followup, self.dan)

    def test_closed_ones(self):
        """What was done before stays under the name of who did it."""
        followup = self._open_call()
        followup.with_user(self.lea).action_done()
        self.lea.action_archive()
        self.assertEqual((followup.state, followup.user_id), ("done", self.lea))


@tagged("post_install", "-at_install")
class TestUnable(HandOverCase):
    """Who became a portal user, or lost the sales rights or the company, is somebody away."""

    def _make_unable(self, user):
        """Yield what makes ``user`` unable to work for the company, taken back after each."""
        groups, companies = user.group_ids, user.company_ids
        values = {
            "portal": {"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]},
            "no sales rights": {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]},
            "other company": {
                "company_id": self.other_company.id,
                "company_ids": [Command.set(self.other_company.ids)],
            },
        }
        for name, unable in values.items():
            user.write(unable)
            with self.subTest(name, user=user.name):
                yield name
            user.write(
                {
                    "group_ids": [Command.set(groups.ids)],
                    "company_ids": [Command.set(companies.ids)],
                    "company_id": self.company.id,
                }
            )

    def test_can_work(self):
        """Sales rights in the company, as an active user of our own: nobody else can do work."""
        for user in self.lea | self.dan | self.tess:
            self.assertTrue(user._can_work_for(self.company), user.name)
        for _name in self._make_unable(self.lea):
            self.assertFalse(self.lea._can_work_for(self.company))
        self.lea.active = False
        self.assertFalse(self.lea._can_work_for(self.company))
        portal = self._create_user("hand_over_portal", "base.group_portal")
        self.assertFalse(portal._can_work_for(self.company))
        self.assertNotIn(
            portal, self.env["res.users"].search(self.env["res.users"]._get_worker_domain())
        )

    def test_new_work(self):
        """New work goes past the customer's salesperson to the deputy, the team leader, nobody."""
        for _name in self._make_unable(self.lea):
            for number, (user, expected) in enumerate(
                ((None, self.dan), (self.dan, self.tess), (self.tess, self.env["res.users"]))
            ):
                if user:
                    user.write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)]})
                self._create_silent(user_id=self.lea.id)
                self._enter(self.program)
                followup = self._act().sorted("id")[-1]
                self.assertLiesWith(followup, expected)
                people = self.program.get_preview()["past"]["people"]
                self.assertIn(expected.name or "To assign", people, number)
            for user, group in ((self.dan, ALL), (self.tess, MANAGER)):
                user.write({"group_ids": [Command.set(self.env.ref(group).ids)]})

    def test_lying_work(self):
        """What lies with them already moves with the next run of the scheduled action, the rest stays."""
        staying = self._open_call(self.dan)
        for name in self._make_unable(self.lea):
            # It was handed out before.
            self.lea.write({"group_ids": [Command.set(self.env.ref(OWN).ids)]})
            self.lea.write({"company_ids": [Command.link(self.company.id)]})
            followup = self._open_call()
            gone = {
                "portal": {"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]},
                "no sales rights": {
                    "group_ids": [Command.set(self.env.ref("base.group_user").ids)]
                },
                "other company": {"company_ids": [Command.unlink(self.company.id)]},
            }
            self.lea.write({"company_id": self.other_company.id, **gone[name]})
            self.assertLiesWith(followup, self.lea)
            self._run_hand_over()
            self.assertLiesWith(followup, self.dan)
            self.assertLiesWith(staying, self.dan)

    def _run_hand_over(self):
        cron = self.env.ref("customer_retention.ir_cron_act_followups")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_one_fails(self):
        """Where one person's work cannot be handed over, that of the others is all the same."""
        first, second = self._open_call(), self._open_call(self.dan)
        self.lea.retention_deputy_id = self.tess
        portal = [Command.set(self.env.ref("base.group_portal").ids)]
        (self.lea | self.dan).write({"group_ids": portal})
        hand_over = type(self.Followup)._hand_over

        def fail(followups, leaving=None):
            if first in followups:
                raise ValueError("No")
            return hand_over(followups, leaving)

        self.patch(type(self.Followup), "_hand_over", fail)
        with mute_logger(LOGGER):
            self._run_hand_over()
        self.assertLiesWith(first, self.lea)
        self.assertLiesWith(second, self.tess)

    def test_team_in_turn(self):
        """A member of the team who cannot do work is left out of the turns, in the preview too."""
        self.team.member_ids = self.lea | self.dan
        self.program.write({"responsible_rule": "team", "company_id": self.company.id})
        for _name in self._make_unable(self.lea):
            self._create_silent(2)
            self._enter(self.program)
            self.assertEqual(self._act().sorted("id")[-2:].user_id, self.dan)
            self.assertEqual(self.program.get_preview()["past"]["people"], ["Dan"])
            self.program.enrollment_ids._stop("by_hand")

    def test_escalation(self):
        """What is not done in time is not handed on to a leader who cannot do it."""

        def heir():
            return self.lea._get_escalation_user(self.company, TODAY, self.team)

        self.assertEqual(heir(), self.tess)
        for _name in self._make_unable(self.tess):
            self.assertEqual(heir(), self.dan)
        self.company.retention_escalation_user_id = self.user
        for _name in self._make_unable(self.tess):
            self.assertEqual(heir(), self.user)

    def test_given_by_hand(self):
        """Nobody gives work to who cannot see it, whoever is named in the dialog."""
        followup = self._open_call()
        wizard = self._as(self.env["retention.followup.assign"], self.tess)
        for _name in self._make_unable(self.lea):
            for followups in (followup, followup | self._open_call(self.dan)):
                given = wizard.create(
                    {"followup_ids": [Command.set(followups.ids)], "user_id": self.lea.id}
                )
                with self.assertRaisesRegex(UserError, "Lea, who does not work for Retention"):
                    given.action_save()
