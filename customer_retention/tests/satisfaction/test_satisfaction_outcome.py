from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import ALL, NOW, OWN, TODAY, days_ago
from .test_satisfaction_analysis import SatisfactionPageCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSatisfactionOutcome(SatisfactionPageCase):
    """What customers tell, and what we made of it, by hand."""

    # ------------------------------------------------------------------
    # Word of mouth
    # ------------------------------------------------------------------

    def test_word_of_mouth(self):
        """Customers by their last answer, weighed by value, with whom they brought."""
        fan, critic, friend, late_friend = self._create_customers(
            [(10, 300)], [(10, 100)], [(5, 70)], [(200, 50)]
        )
        (friend | late_friend).referred_by_id = fan
        self._refresh()
        self._say(fan, days=20, nps=0)
        self._say(fan, days=2, nps=9)
        self._say(critic, days=2, nps=6)
        mouth = self._get_page()["word_of_mouth"]
        promoters, detractors = mouth["groups"]["promoter"], mouth["groups"]["detractor"]
        self.assertEqual((promoters["count"], detractors["count"]), (1, 1))
        self.assertEqual((promoters["value"], detractors["value"]), (300, 100))
        self.assertEqual((promoters["reach"], detractors["reach"]), (3, 10))
        # The other friend bought first before the period.
        self.assertEqual((promoters["brought"], promoters["brought_value"]), (1, 70))
        self.assertEqual(self.Customer.search(promoters["brought_domain"]).partner_id, friend)
        # (300 − 100) / 400
        self.assertAlmostEqual(mouth["weighted_nps"], 50)
        self.assertEqual(self.Report.search(promoters["domain"]).partner_id, fan)
        self.assertEqual(self.Report.search(mouth["domain"]).partner_id, fan | critic)

    def test_told_is_a_setting(self):
        """How many people a customer tells is said by the company, from 0 to 1,000."""
        self.company.retention_detractor_tells = 4
        self._say_each(2, nps=0)
        groups = self._get_page()["word_of_mouth"]["groups"]
        self.assertEqual(groups["detractor"]["reach"], 8)
        with self.assertRaisesRegex(ValidationError, "A Promoter Tells.* is -1.*0 and 1000"):
            self.company.retention_promoter_tells = -1

    # ------------------------------------------------------------------
    # The loop
    # ------------------------------------------------------------------

    def _call(self, partner, days, level="satisfied"):
        """Note an answer given on the phone."""
        return self._say(partner, days, origin="phone", level=level)

    def _get_uncalled(self, user=None):
        analysis = self._as(self.Analysis, user) if user else self.Analysis
        return analysis.get_uncalled()

    def test_uncalled_refused(self):
        with self.assertRaisesRegex(UserError, "Period is 7"):
            self.Analysis.get_uncalled(7)
        with self.assertRaises(AccessError):
            self._get_uncalled(self._create_user("uncalled_clerk"))

    def test_silent(self):
        """Where no program has anybody call, the page says so, and who may switch it on can do it here."""
        program = self.env.ref("customer_retention.retention_program_dissatisfied")
        loop = self._get_uncalled()
        self.assertEqual((loop["silent"], loop["program"]), (True, program.id))
        seller = self._create_user("silent_seller", ALL)
        loop = self._get_uncalled(seller)
        self.assertEqual((loop["silent"], loop["program"]), (True, False))
        program.action_start()
        loop = self._get_uncalled()
        self.assertEqual((loop["silent"], loop["program"]), (False, False))

    def test_uncalled(self):
        """The latest who were not called are named with their words; called from there, they are gone."""
        seller = self._create_user("uncalled_seller", OWN)
        ann, bob, eve = self._create_customers([], [], [])
        (ann | bob).user_id = seller
        self._say(ann, 6, level="dissatisfied", comment="Late again")
        self._say(bob, 3, level="dissatisfied")
        self._say(eve, 3, level="dissatisfied")
        self._call(eve, 2)
        rows = self._get_uncalled(seller)["rows"]
        self.assertEqual(
            [(row["name"], row["words"]) for row in rows],
            [(bob.display_name, ""), (ann.display_name, "Late again")],
        )
        answer = self.env["retention.satisfaction"].browse(rows[1]["id"])
        self._as(answer, seller).action_call()
        call = self.env["retention.followup"].search([("partner_id", "=", ann.id)])
        self.assertEqual((call.state, call.user_id, call.date_opened), ("open", seller, TODAY))
        self.assertIn("Late again", call.activity_id.note)
        rows = self._get_uncalled(seller)["rows"]
        self.assertEqual([row["name"] for row in rows], [bob.display_name])
        with self.assertRaisesRegex(UserError, "A call is planned already"):
            self._as(answer, seller).action_call()
        stranger = self._create_user("uncalled_stranger", OWN)
        with self.assertRaises(AccessError):
            self._as(answer, stranger).action_call()

    def test_loop_times(self):
        """Called until the end of the next working day is in time; a weekend does not count."""
        # Today is Monday, 15 June: 3 days ago is Friday, 6 days ago Tuesday.
        people = self._create_customers([], [], [], [], [])
        same_day, monday, late, never, waiting = people
        for partner, days in ((same_day, 6), (monday, 3), (late, 6), (never, 6), (waiting, 3)):
            self._say(partner, days, level="dissatisfied")
        self._call(same_day, 6)
        self._call(monday, 0)
        self._call(late, 4)
        loop = self._get_page()["loop"]
        counts = {name: cell["count"] for name, cell in loop["called"].items()}
        self.assertEqual(counts, {"in_time": 2, "late": 1, "not_called": 1, "waiting": 1})
        # 2 of the 4 whose time is up or who were called; after 0, 1 and 2 working days.
        self.assertEqual((loop["due"], loop["rate"], loop["median_days"]), (4, 50, 1))
        self.assertEqual(
            (self._count(loop["due_domain"]), self._count(loop["called_domain"])), (4, 3)
        )
        for name, partners in (
            ("in_time", same_day | monday),
            ("late", late),
            ("not_called", never),
            ("waiting", waiting),
        ):
            found = self.Report.search(loop["called"][name]["domain"])
            self.assertEqual(found.partner_id, partners, name)
            self.assertEqual(set(found.mapped("call_state")), {name})

    def test_called_by_activity_or_followup(self):
        """A phone activity done with a person of the customer counts; one not reached does not."""
        call = self.env["mail.activity.type"].create({"name": "Ring", "retention_reach": "phone"})
        note = self.env["mail.activity.type"].create({"name": "Write", "retention_reach": "post"})
        company, written = self._create_customers([], [])
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": company.id})
        for partner in (company, written):
            self._say(partner, 0, level="dissatisfied")
        person.activity_schedule(activity_type_id=call.id).action_done()
        written.activity_schedule(activity_type_id=note.id).action_done()
        called = self._get_page()["loop"]["called"]
        self.assertEqual(self.Report.search(called["in_time"]["domain"]).partner_id, company)
        self.assertEqual(self.Report.search(called["waiting"]["domain"]).partner_id, written)

    def _follow_up(self, answer, reached):
        """Do a call of a program that the answer started; return its follow-up."""
        program = self.env["retention.program"].create(
            {
                "name": "Call them",
                "event_type": "status",
                "step_ids": [
                    Command.create(
                        {"activity_type_id": self.env.ref("mail.mail_activity_data_call").id}
                    )
                ],
            }
        )
        event = self.Event.create(
            {
                "type": "dissatisfied",
                "date": answer.date,
                "partner_id": answer.partner_id.id,
                "company_id": self.company.id,
                "res_model": answer._name,
                "res_id": answer.id,
                "key": f"test {answer.id}",
            }
        )
        enrollment = self.env["retention.enrollment"].create(
            {
                "program_id": program.id,
                "event_id": event.id,
                "partner_id": answer.partner_id.id,
                "company_id": self.company.id,
                "date": answer.date,
                "arm": "treated",
                "state": "open",
            }
        )
        followup = self.env["retention.followup"].create(
            {
                "enrollment_id": enrollment.id,
                "step_id": program.step_ids.id,
                "date_due": answer.date,
                "state": "open",
            }
        )
        followup._close(reached)
        return followup

    def test_called_by_program(self):
        """A follow-up the answer started counts once the customer was reached."""
        reached, missed = self._create_customers([], [])
        answer = self._say(reached, 0, level="dissatisfied")
        followup = self._follow_up(answer, "yes")
        self._follow_up(self._say(missed, 0, level="dissatisfied"), "no")
        # What is said in that call is no new cause to call.
        self._say(reached, 0, level="dissatisfied", origin="phone", followup_id=followup.id)
        loop = self._get_page()["loop"]
        self.assertEqual(loop["count"], 2)
        self.assertEqual(loop["called"]["in_time"]["count"], 1)
        self.assertEqual(loop["called"]["waiting"]["count"], 1)
        self.assertEqual(loop["next"]["dissatisfied"]["count"], 1)

    def test_what_became_of_them(self):
        """Bought again within the usual gap, and the next answer, each opening its records."""
        # Without figures the gap is the company's 90 days.
        bought, not_yet, too_late, never = self._create_customers(
            [(10, 50)], [], [(5, 20)], [(300, 5)]
        )
        self._say(bought, 40, level="dissatisfied")
        self._say(bought, 5, level="very_satisfied")
        self._say(not_yet, 40, level="dissatisfied")
        self._say(not_yet, 39, nps=9)
        self._say(too_late, 200, level="dissatisfied")
        self._say(never, 91, level="dissatisfied")
        loop = self._get_page(365)["loop"]
        for name, partners in (
            ("yes", bought),
            ("waiting", not_yet),
            # 5 days ago is 195 days after the answer; 91 days are more than 90.
            ("no", too_late | never),
        ):
            found = self.Report.search(loop["bought"][name]["domain"])
            self.assertEqual(found.partner_id, partners, name)
            self.assertEqual(loop["bought"][name]["count"], len(partners))
        self.assertEqual(loop["next"]["very_satisfied"]["count"], 1)
        self.assertEqual(loop["next"]["none"]["count"], 3)
        self.assertEqual(self._count(loop["next"]["none"]["domain"]), 3)

    def test_own_gap(self):
        """The gap is the customer's own, rounded half up, and the last day counts."""
        # 31 days between two purchases: (2 · 90 + 31) / (2 + 1) = 70.33, so 70 days.
        on_time, late = self._create_customers([(101, 10), (70, 10)], [(101, 10), (70, 10)])
        self._refresh()
        for partner in (on_time, late):
            self.assertAlmostEqual(partner.expected_gap_days, 211 / 3)
            self._say(partner, 69, level="dissatisfied")
        self.assertEqual(self.Report.search([("partner_id", "=", late.id)]).bought_again, "waiting")
        with self._at(days=1):
            self._create_past(on_time, (-1, 10))
            # Still on the last day: 69 + 1 = 70 days after the answer.
            self.env.invalidate_all()
            found = {row.partner_id: row.bought_again for row in self.Report.search([])}
            self.assertEqual(found, {on_time: "yes", late: "waiting"})
        with self._at(days=2):
            self.env.invalidate_all()
            found = {row.partner_id: row.bought_again for row in self.Report.search([])}
            self.assertEqual(found, {on_time: "yes", late: "no"})

    def test_called_before_is_not_called(self):
        """A call of the day before the answer does not count."""
        partner = self._create_customer()
        self._call(partner, 1)
        answer = self._say(partner, 0, level="dissatisfied")
        self.assertFalse(self.Report.browse(answer.id).call_date)
        self.assertEqual(answer.date, days_ago(0))
