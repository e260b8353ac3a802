from datetime import timedelta

from odoo.tests import HttpCase, tagged


class ProgramTours(HttpCase):
    """Three customers who are gold and silent, all of the administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.write({"company_id": cls.company.id, "retention_daily_cap": 0})
        cls.company.retention_gold_percent = 100
        cls.today = cls.company._get_retention_today()
        cls.program = cls.env.ref("customer_retention.retention_program_silent_gold")
        # With a usual gap of 90 days: due some 60 days after, and 200 is more than 3 times that.
        for name, amount in (("First", 300), ("Second", 200), ("Third", 100)):
            partner = cls.env["res.partner"].create(
                {"name": f"Tour {name}", "user_id": cls.admin.id}
            )
            cls.env["retention.past.purchase"].create(
                [
                    {
                        "partner_id": partner.id,
                        "date": cls.today - timedelta(days=days),
                        "amount": amount,
                        "company_id": cls.company.id,
                    }
                    for days in (200, 230, 260)
                ]
            )
        assert cls.env["retention.run"]._refresh(cls.company)

    def setUp(self):
        super().setUp()
        # Whatever the day the tests are run on.
        self.patch(
            type(self.company),
            "_get_working_days",
            lambda company, first, last: [
                first + timedelta(days=number) for number in range((last - first).days + 1)
            ],
        )

    def _take_up(self):
        """Take up what is new in the program, and hand out what is due."""
        for events in self.program._get_new_event_batches():
            self.env["retention.enrollment"]._enter(self.program, events)
        self.env["retention.followup"]._get_due(self.company)._act()
        return self.program.enrollment_ids.followup_ids

    def _check_my_day(self):
        """One follow-up is done, the other put off, from the list of the day."""
        self.program.action_start()
        # The two of the highest value.
        self.program._take_in_state(self.company, 2)
        first, second = self._take_up().sorted("partner_id")
        self.start_tour("/odoo/retention-my-day", "retention_my_day", login="admin")
        self.env.invalidate_all()
        self.assertEqual((first.state, first.reached), ("done", "yes"))
        answer = self.env["retention.satisfaction"].search([("followup_id", "=", first.id)])
        self.assertEqual((answer.level, answer.comment), ("dissatisfied", "The chairs came late"))
        self.assertEqual((second.state, second.postponed_count, second.tries), ("open", 1, 0))
        self.assertEqual(second.date_opened, self.today + timedelta(days=3))
        self.assertEqual(second.activity_id.date_deadline, second.date_opened)


@tagged("post_install", "-at_install")
class TestProgramTours(ProgramTours):
    """Programs in a browser, as an administrator."""

    def test_start(self):
        """A program is chosen by its preview and switched on, with two who are in its state already."""
        self.start_tour("/odoo/retention-programs", "retention_program", login="admin")
        self.env.invalidate_all()
        self.assertEqual(self.program.state, "running")
        names = self._take_up().partner_id.mapped("name")
        self.assertEqual(sorted(names), ["Tour First", "Tour Second"])

    def test_activity(self):
        """From the menu of activities to My Day, and on the contact the same buttons."""
        self.program.action_start()
        self.program._take_in_state(self.company, 1)
        [followup] = self._take_up()
        self.start_tour("/odoo", "retention_followup_activity", login="admin")
        self.env.invalidate_all()
        self.assertEqual((followup.state, followup.postponed_count), ("canceled", 2))
        self.assertEqual(followup.enrollment_id.reason, "by_hand")

    def test_my_day(self):
        """What is done leaves the day; what is put off comes back tomorrow."""
        self._check_my_day()


@tagged("post_install", "-at_install")
class TestProgramToursPhone(ProgramTours):
    """The same on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_my_day(self):
        """The day can be worked through on a telephone."""
        self._check_my_day()
