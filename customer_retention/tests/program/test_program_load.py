from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import IrCron

from ..common import MANAGER, NOW, TODAY, days_ago
from .test_program import ProgramCase

CUSTOMERS = 5000
PEOPLE = 5
CAP = 15


@tagged("post_install", "-at_install")
class TestProgramLoad(ProgramCase):
    """Many at once, time that runs out, and what fails half-way."""

    def _create_many(self, people):
        """Create customers who bought once, 270 days ago, for 1, 2, 3 … dollars; the people in turn."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH number AS (
                          SELECT n, NEXTVAL('res_partner_id_seq') AS id
                            FROM GENERATE_SERIES(1, %(count)s) AS n ORDER BY n),
                        partner AS (
                          INSERT INTO res_partner (id, commercial_partner_id, name, complete_name,
                                                   active, type, autopost_bills, user_id)
                          SELECT id, id, 'Many ' || n, 'Many ' || n, TRUE, 'contact', 'ask',
                                 (%(people)s::int[])[1 + n %% %(turns)s]
                            FROM number),
                        purchase AS (
                          INSERT INTO retention_past_purchase (
                                 partner_id, currency_id, company_id, company_currency_id, date,
                                 amount, company_amount, write_date)
                          SELECT id, %(currency)s, %(company)s, %(currency)s, %(day)s, n, n, %(now)s
                            FROM number)
                   SELECT id FROM number ORDER BY n""",
                count=CUSTOMERS,
                people=people.ids,
                turns=PEOPLE,
                currency=self.usd.id,
                company=self.company.id,
                day=days_ago(270),
                now=NOW,
            )
        )
        return self.env["res.partner"].browse(row[0] for row in self.env.cr.fetchall())

    def _count(self, method, *args):
        """Return what a method returns, and how many statements it took."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        result = method(*args)
        self.env.flush_all()
        return result, self.cr.sql_log_count - before

    def assertHandedOut(self, followups, people, expected):
        """Assert whom each of the people is to call, ``expected`` being all, the best first."""
        for user in people:
            mine = followups.filtered(lambda each, user=user: each.user_id == user)
            self.assertEqual(mine.partner_id.sorted(), expected[user][: len(mine)].sorted())
            self.assertFalse(len(mine) % CAP)

    def test_everybody_in_one_night(self):
        """5,000 customers of 5 people go silent in one night: 15 each a day, the best first."""
        people = self.env["res.users"].union(
            *(self._create_user(f"load_{n}", MANAGER) for n in range(PEOPLE))
        )
        people.retention_daily_cap = CAP
        program = self._create_program(status_from="late")
        partners = self._create_many(people)
        best = partners[::-1].grouped("user_id")
        # Bought once, usual gap 90 days: silent after more than 3 * 90 = 270 days, tomorrow.
        self._refresh()
        self.assertFalse(self._enter(program))
        with self._at(days=1):
            self._refresh()
            enrollments, entering = self._count(self._enter, program)
            self.assertEqual(len(enrollments), CUSTOMERS)
            self.assertEqual(set(enrollments.mapped("state")), {"open"})
            followups, acting = self._count(self._act)
            opened = followups.filtered(lambda each: each.state == "open")
            self.assertEqual(len(opened), PEOPLE * CAP)
            self.assertHandedOut(opened, people, best)
            activities = self.env["mail.activity"].search([("res_id", "in", partners.ids)])
            self.assertEqual(activities, opened.activity_id)
            # A statement for each of 5,000 would be thousands.
            self.assertLessEqual(entering, 160)
            self.assertLessEqual(acting, 120)
            # On the same day nobody gets more; the others wait.
            self._act()
            self.assertEqual(program.followup_count, CUSTOMERS)
            self.assertEqual(
                len(followups.filtered(lambda each: each.state == "planned")),
                CUSTOMERS - PEOPLE * CAP,
            )
        with self._at(days=2):
            self._act()
            opened = followups.filtered(lambda each: each.state == "open")
            self.assertEqual(len(opened), 2 * PEOPLE * CAP)
            self.assertHandedOut(opened, people, best)

    def test_queue_over_programs(self):
        """The limit of a day goes to the highest value, whichever program it is of."""
        self.user.retention_daily_cap = 2
        first = self._create_program(sequence=1, pause_days=0)
        second = self._create_program(sequence=2, pause_days=0, status_from="active")
        small, great = self._create_silent(), self.env["res.partner"]
        for amount in (50, 60):
            partner = self.env["res.partner"].create({"name": str(amount), "user_id": self.user.id})
            self._create_event(partner, old_value="active")
            self._create_past(partner, (300, amount))
            great |= partner
        first.status_from = "late"
        self._refresh()
        self._know_purchases(great)
        self._enter(first)
        self._enter(second)
        opened = self._act().filtered(lambda each: each.state == "open")
        self.assertEqual(opened.partner_id, great)
        self.assertFalse(small.activity_ids)

    def _record_progress(self, turns=100):
        """Note what scheduled actions report; the time is up after so many reports."""
        reports = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            reports.append((processed, remaining))
            return len(reports) < turns

        self.startPatcher(patch.object(IrCron, "_commit_progress", commit))
        return reports

    def test_progress(self):
        """Both scheduled actions say how much there is to do, and how much of it is done."""
        program = self._create_program()
        self._create_silent(5)
        batches = type(program)._get_new_event_batches
        self.patch(type(program), "_get_new_event_batches", lambda each: batches(each, 2))
        reports = self._record_progress()
        self.Enrollment._cron_enter()
        self.assertEqual(reports[1:], [(0, 5), (2, None), (2, None), (1, None)])
        reports.clear()
        self.Followup._cron_act()
        self.assertEqual(reports[1:], [(0, 5), (5, None)])
        self.assertEqual(program.followup_count, 5)

    def test_time_is_up(self):
        """Where the time is up, the next run goes on with what is left."""
        program = self._create_program()
        self._create_silent(5)
        batches = type(program)._get_new_event_batches
        self.patch(type(program), "_get_new_event_batches", lambda each: batches(each, 2))
        reports = self._record_progress(turns=3)
        self.Enrollment._cron_enter()
        self.assertEqual(len(program.enrollment_ids), 2)
        reports.clear()
        self.Enrollment._cron_enter()
        self.assertEqual(reports[1], (0, 3))
        self.assertEqual(len(program.enrollment_ids), 4)

    def test_paused_meanwhile(self):
        """A program that is paused while a run is at it takes up nobody more."""
        program = self._create_program()
        self._create_silent(4)
        batches = type(program)._get_new_event_batches
        self.patch(type(program), "_get_new_event_batches", lambda each: batches(each, 2))
        reports = self._record_progress()
        enter = type(self.Enrollment)._enter

        def pausing(*args):
            enter(*args)
            program.action_pause()

        self.patch(type(self.Enrollment), "_enter", pausing)
        self.Enrollment._cron_enter()
        self.assertEqual(len(program.enrollment_ids), 2)
        self.assertEqual(reports[-1], (2, None))

    def test_one_fails(self):
        """What fails for one customer is skipped and said on the program; the others go on."""
        program = self._create_program()
        bad = self._create_silent(3)[1]
        self._enter(program)
        fill = type(program.step_ids)._fill

        def failing(step, name, followups):
            if bad in followups.partner_id:
                raise ZeroDivisionError
            return fill(step, name, followups)

        self.patch(type(program.step_ids), "_fill", failing)
        with self.assertLogs("odoo.addons.customer_retention", "ERROR") as logs:
            self.Followup._act_isolated(self.Followup._get_due(self.company))
        self.assertEqual(len(logs.output), 1)
        states = program.enrollment_ids.followup_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["open", "skipped", "open"])
        self.assertEqual(program.broken_count, 1)
        self.assertEqual(program.enrollment_ids.sorted("partner_id")[1].state, "done")

    def test_template_deleted(self):
        """A step whose template was deleted is skipped, and the next one follows; the manager is told."""
        template = self.env["mail.template"].create(
            {"name": "Bye", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        program = self._create_program({"channel": "email", "mail_template_id": template.id}, {})
        partner = self._create_silent(email="edwin@example.com")
        self._enter(program)
        self.assertFalse(program.is_incomplete)
        template.unlink()
        self._act()
        self._act()
        first, second = program.enrollment_ids.followup_ids.sorted("id")
        self.assertEqual((first.state, first.skip_reason), ("skipped", "incomplete"))
        self.assertEqual((second.state, second.partner_id), ("open", partner))
        self.assertTrue(program.is_incomplete)
        self.assertEqual(program.broken_count, 1)
        self.assertEqual(self.Followup.search(program.action_open_broken()["domain"]), first)

    def test_asked_a_short_time_ago(self):
        """Who was asked about a sale within 90 days is not asked again; service goes on."""
        survey = {"purpose": "survey"}
        first = self._create_program(survey, pause_days=0)
        partner = self._create_silent()
        self._enter(first)
        self._act().action_done()
        first.action_stop()
        second = self._create_program(survey, {"purpose": "service"}, pause_days=0)
        self._create_event(partner)
        self._enter(second)
        self._act()
        self._act()
        asked, served = second.enrollment_ids.followup_ids.sorted("id")
        self.assertEqual((asked.state, asked.skip_reason), ("skipped", "surveyed"))
        self.assertEqual(served.state, "open")
        # 90 days later the question is allowed again.
        first.enrollment_ids.followup_ids.date_done = TODAY.replace(month=3, day=17)
        self.assertFalse(asked._get_surveyed_ids(asked.step_id))


@tagged("post_install", "-at_install")
class TestProgramLanguage(ProgramCase):
    """What customers read, and what is said to them, is in their language."""

    def test_language(self):
        """A French and a German customer each get mail and activity in their own words."""
        for code in ("fr_FR", "de_DE"):
            self.env["res.lang"]._activate_lang(code)
        template = self.env["mail.template"].create(
            {
                "name": "Miss you",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "We miss you, {{ object.name }}",
                "body_html": "<p>Come back</p>",
                "lang": "{{ object.lang }}",
                "use_default_to": True,
            }
        )
        words = {
            "fr_FR": ("Vous nous manquez, {{ object.name }}", "Appeler {{ object.name }}"),
            "de_DE": ("Sie fehlen uns, {{ object.name }}", "{{ object.name }} anrufen"),
        }
        program = self._create_program({}, {"channel": "email", "mail_template_id": template.id})
        for lang, (subject, summary) in words.items():
            template.with_context(lang=lang).subject = subject
            program.step_ids[0].with_context(lang=lang).summary = summary
        french = self._create_silent(lang="fr_FR", email="fr@example.com")
        german = self._create_silent(lang="de_DE", email="de@example.com")
        other = self._create_silent(lang="en_US", email="en@example.com")
        (french | german | other).write({"name": "X"})
        self._enter(program)
        self._act()
        summaries = [each.activity_ids.summary for each in (french, german, other)]
        self.assertEqual(summaries, ["Appeler X", "X anrufen", "Call X"])
        (french | german | other).activity_ids.action_done()
        self._act()
        mails = program.enrollment_ids.followup_ids.mail_id
        subjects = {mail.recipient_ids: mail.subject for mail in mails}
        self.assertEqual(
            subjects,
            {french: "Vous nous manquez, X", german: "Sie fehlen uns, X", other: "We miss you, X"},
        )
