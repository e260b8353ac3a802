from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import NOW, OWN, TODAY, days_ago
from .test_satisfaction_event import AnswerCase


@tagged("post_install", "-at_install")
class TestFollowupAnswer(AnswerCase):
    """What came of a call on My Day; Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("answer_seller", OWN, name="Sally Seller")
        cls.program = cls._create_program()

    def _open_call(self, program=None, **values):
        """Hand out a call to a customer of the seller, and return it as the seller sees it."""
        program = program or self.program
        self._create_silent(**{"user_id": self.seller.id, **values})
        self._enter(program)
        self._act()
        call = program.enrollment_ids.followup_ids.sorted("id")[-1]
        return self._as(call, self.seller)

    def _open_dialog(self, call, **values):
        """Press Done on My Day, and return the dialog."""
        action = call.action_note_done()
        return (
            self.env[action["res_model"]]
            .with_env(call.env)
            .with_context(**action["context"])
            .create(values)
        )

    def _save(self, dialog, level=False):
        """Choose a face and press Save; return the action that follows."""
        dialog.level = level
        return dialog.action_save()

    def _get_answers(self, call):
        return self.env["retention.satisfaction"].search([("followup_id", "=", call.id)])

    def test_levels(self):
        """One button notes level and words, closes the call and its activity, and is an event."""
        for level in ("dissatisfied", "satisfied", "very_satisfied"):
            call = self._open_call()
            activity = call.sudo().activity_id
            dialog = self._open_dialog(call, comment=" The chairs came late ")
            self.assertEqual(dialog.what_to_do, "Call Silent 1")
            self.assertFalse(self._get_answers(call), "nothing is noted before Save")
            action = self._save(dialog, level)
            self.assertEqual(action["params"], {"message": "Silent 1: noted.", "undo": False})
            answer = self._get_answers(call)
            self.assertEqual(
                (answer.level, answer.comment, answer.origin, answer.date),
                (level, "The chairs came late", "phone", TODAY),
            )
            self.assertEqual(
                (answer.partner_id, answer.user_id, answer.company_id),
                (call.partner_id, self.seller, self.company),
            )
            self.assertEqual(
                (call.state, call.reached, call.feedback), ("done", "yes", "The chairs came late")
            )
            self.assertFalse(activity.active)
            self.assertEqual(set(self._get_events(answer)), {level})

    def test_before_the_call(self):
        """Who calls reads how satisfied the customer was last, unless that is why they call."""
        call = self._open_call()
        self._create_answer(call.partner_id, days=3, level="very_satisfied")
        self.env.invalidate_all()
        self.assertIn("Satisfaction: Very satisfied, on June 12.", call.what_to_know)
        program = self._start("dissatisfied")
        customer = self._create_customer(user_id=self.seller.id)
        self._create_answer(customer, user_id=self.seller.id)
        self._enter(program)
        self._act()
        call = self._as(program.enrollment_ids.followup_ids, self.seller)
        self.assertEqual((call.why, call.what_to_know), ("Dissatisfied", "No purchase yet"))

    def test_without_words(self):
        """What lies behind may stay empty; the feedback then says the level."""
        call = self._open_call()
        self._save(self._open_dialog(call), "very_satisfied")
        self.assertEqual((call.reached, call.feedback), ("yes", "Very satisfied"))
        self.assertFalse(self._get_answers(call).comment)

    def test_not_asked(self):
        """Reached and not asked, or not reached: the words are kept, and there is no answer."""
        self.program.step_ids.tries = 1
        for button, reached in (("action_save", "yes"), ("action_not_reached", "no")):
            call = self._open_call()
            getattr(self._open_dialog(call, comment="In a meeting"), button)()
            self.assertEqual(
                (call.state, call.reached, call.feedback), ("done", reached, "In a meeting")
            )
            self.assertFalse(self._get_answers(call))

    def test_not_reached_again(self):
        """Not reached the first time, the words wait with the call; undone, nothing is left."""
        call = self._open_call()
        action = self._open_dialog(call, note="Ask for Ann").action_not_reached()
        self.assertIn("not reached, 1 of 3", action["params"]["message"])
        self.assertEqual((call.state, call.feedback), ("open", "Ask for Ann"))
        call.action_undo()
        self.assertEqual((call.tries, call.feedback), (0, False))

    def test_reasons(self):
        """Reasons become mentions said on the phone, the own note stays with the call."""
        price, late = self.env["crm.lost.reason"].create([{"name": "Dear"}, {"name": "Late"}])
        rival = self.env["retention.competitor"].create({"name": "Rival"})
        advice = self.env["retention.reason"].create({"name": "Said on the phone"})
        call = self._open_call()
        dialog = self._open_dialog(
            call,
            comment="Too dear",
            lost_reason_ids=(price | late).ids,
            competitor_id=rival.id,
            reason_ids=advice.ids,
            note="Back in June",
        )
        self._save(dialog, "satisfied")
        mentions = self.env["retention.mention"].search([("partner_id", "=", call.partner_id.id)])
        self.assertEqual(
            {
                (each.kind, each.lost_reason_id.name, each.competitor_id.name, each.reason_id.name)
                for each in mentions
            },
            {
                ("deal_breaker", "Dear", "Rival", False),
                ("deal_breaker", "Late", "Rival", False),
                ("choice", False, False, "Said on the phone"),
            },
        )
        self.assertEqual(set(mentions.mapped("origin")), {"phone"})
        self.assertEqual(set(mentions.mapped("date")), {TODAY})
        self.assertEqual(call.feedback, "Too dear\nBack in June")
        self.assertEqual(self._get_answers(call).comment, "Too dear")

    def test_call_again(self):
        """The call is done, and planned once more with its words; the next step waits for it."""
        program = self._create_program({}, {"delay_days": 1}, pause_days=0)
        call = self._open_call(program)
        dialog = self._open_dialog(call, next_act="call")
        self.assertEqual(dialog.call_date, days_ago(-7))
        dialog.call_date = days_ago(-5)  # Saturday
        action = self._save(dialog, "dissatisfied")
        self.assertEqual(action["params"]["message"], "Silent 1: back on Monday, 22 June.")
        self.assertEqual((call.state, call.reached), ("done", "yes"))
        again = program.enrollment_ids.followup_ids - call
        self.assertEqual((again.state, again.date_opened), ("open", days_ago(-7)))
        self.assertEqual((again.user_id, again.activity_id.user_id), (self.seller, self.seller))
        self.assertEqual(again.activity_id.date_deadline, days_ago(-7))
        self.assertEqual(again.activity_id.summary, "Call Silent 1")
        with self.assertRaisesRegex(UserError, "another call is planned"):
            call.action_reopen()
        self._save(self._open_dialog(self._as(again, self.seller)))
        last = program.enrollment_ids.followup_ids - call - again
        self.assertEqual((last.state, last.step_id), ("planned", program.step_ids[1]))

    def test_uncalled(self):
        """Where no program has dissatisfied customers called, the dialog says so and proposes it."""
        call = self._open_call()
        with Form(self._open_dialog(call)) as form:
            form.level = "satisfied"
            self.assertEqual((form.is_uncalled, form.next_act), (False, "nothing"))
            form.level = "dissatisfied"
            self.assertEqual((form.is_uncalled, form.next_act), (True, "call"))
            self.assertEqual(form.call_date, days_ago(-7))
        self._start("dissatisfied")
        with Form(self._open_dialog(call)) as form:
            form.level = "dissatisfied"
            self.assertEqual((form.is_uncalled, form.next_act), (False, "nothing"))

    def test_call_again_refused(self):
        call = self._open_call()
        dialog = self._open_dialog(call, next_act="call", call_date=TODAY, comment="Late")
        with self.assertRaisesRegex(UserError, "Call Again On is 2026-06-15.*after today"):
            self._save(dialog, "dissatisfied")

    def test_loss(self):
        """Recording a loss opens its form with what is known already."""
        reason = self.env["crm.lost.reason"].create({"name": "Dear"})
        call = self._open_call()
        dialog = self._open_dialog(
            call, next_act="loss", comment="Gone", lost_reason_ids=reason.ids
        )
        action = self._save(dialog, "dissatisfied")
        self.assertEqual(action["res_model"], "retention.loss.record")
        context = action["context"]
        self.assertEqual(
            (context["default_partner_id"], context["default_reason_id"], context["default_note"]),
            (call.partner_id.id, reason.id, "Gone"),
        )
        self.assertEqual(call.state, "done")

    def test_about(self):
        """The answer is about the order it was called for, and counts for its salesperson."""
        other = self._create_user("answer_other", OWN)
        customer = self._create_customer("Azure", user_id=self.seller.id, is_company=True)
        person = self._create_customer("Ann", parent_id=customer.id)
        order = self._create_order(customer, NOW, 100)
        order.user_id = other
        about = {"res_model": "sale.order", "res_id": order.id, "reference": order.name}
        program = self._start("dissatisfied")
        program.responsible_rule = "customer"
        self._create_answer(person, user_id=other.id, **about)
        self._enter(program)
        self._act()
        call = self._as(program.enrollment_ids.followup_ids, self.seller)
        self._save(self._open_dialog(call), "satisfied")
        answer = self._get_answers(call)
        self.assertEqual((answer.partner_id, answer.contact_id), (customer, person))
        self.assertEqual({name: answer[name] for name in about}, about)
        self.assertEqual(answer.user_id, other)

    def test_about_purchase(self):
        """A call because of a lost sale is about that quotation."""
        customer = self._create_customer(user_id=self.seller.id)
        order = self._create_order(customer, NOW, 100, confirm=False)
        order._action_cancel()
        program = self._create_program(event_type="non_sale", status_to=False, pause_days=0)
        self._create_event(
            customer,
            type="non_sale",
            old_value=False,
            new_value=False,
            res_model="sale.order",
            res_id=order.id,
        )
        self._enter(program)
        self._act()
        call = self._as(program.enrollment_ids.followup_ids, self.seller)
        self._save(self._open_dialog(call), "satisfied")
        answer = self._get_answers(call)
        self.assertEqual((answer.res_id, answer.reference), (order.id, order.name))

    def test_no_call(self):
        """What is no call is done without a question; so is a call marked as done elsewhere."""
        postcard = self.env.ref("customer_retention.mail_activity_type_postcard")
        program = self._create_program({"activity_type_id": postcard.id}, pause_days=0)
        followup = self._open_call(program)
        self.assertFalse(followup.is_call)
        followup.action_note_done()
        self.assertEqual((followup.state, followup.reached), ("done", "yes"))
        call = self._open_call()
        self.assertTrue(call.is_call)
        call.sudo().activity_id.with_user(self.seller).action_feedback("All well")
        self.assertEqual((call.state, call.feedback), ("done", "All well"))
        self.assertFalse(self._get_answers(call))

    def test_survey_call(self):
        """A survey call is asked about like any call."""
        kind = self.env.ref("customer_retention.mail_activity_type_survey_call")
        program = self._create_program({"activity_type_id": kind.id}, pause_days=0)
        self.assertTrue(self._open_call(program).is_call)

    def test_to_assign(self):
        """A call that nobody has in hand can be noted too."""
        call = self._open_call(user_id=False)
        self.assertFalse(call.sudo().activity_id)
        self._save(self._open_dialog(call, comment="Fine"), "satisfied")
        self.assertEqual((call.state, call.feedback), ("done", "Fine"))
        self.assertEqual(self._get_answers(call).user_id, self.seller)

    def test_closed_meanwhile(self):
        """A dialog left open in another window notes nothing twice."""
        call = self._open_call()
        first, second = self._open_dialog(call), self._open_dialog(call)
        self._save(first, "satisfied")
        with self.assertRaisesRegex(UserError, "Silent 1: this call has been closed already"):
            self._save(second, "dissatisfied")
        self.assertEqual(self._get_answers(call).level, "satisfied")

    def test_rights(self):
        """Nobody notes an answer of a colleague's customer, or of another company's."""
        call = self._open_call()
        stranger = self._create_user("answer_stranger", OWN)
        foreign = self._create_user("answer_foreign", OWN, self._create_company("Foreign"))
        clerk = self._create_user("answer_clerk")
        for user in (stranger, foreign, clerk):
            dialog = self.env["retention.followup.answer"].create({"followup_id": call.id})
            with self.assertRaises(AccessError):
                self._as(dialog, user).action_save()
            with self.assertRaises(AccessError):
                self._as(call, user).action_note_done()
            with self.assertRaises(AccessError):
                self._as(self.env["retention.followup.answer"], user).create(
                    {"followup_id": call.id}
                ).action_save()
        self.assertEqual(call.state, "open")

    def test_foreign_call_in_dialog(self):
        """There is no dialog for the call of a colleague, and if there were, it told nothing of it."""
        call = self._open_call().sudo()
        stranger = self._create_user("dialog_stranger", OWN)
        Dialog = self._as(self.env["retention.followup.answer"], stranger)
        with self.assertRaises(AccessError):
            Dialog.create({"followup_id": call.id})
        dialog = Dialog.sudo().create({"followup_id": call.id}).sudo(False)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.read(["what_to_do"])

    def _correct(self, answer, user, **values):
        """Press Correct on ``answer`` as ``user``, and return the dialog."""
        action = self._as(answer, user).action_correct()
        return (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create(values)
        )

    def test_correct(self):
        """A change of mind on the same day corrects answer, feedback and event."""
        call = self._open_call()
        self._save(self._open_dialog(call, comment="Late"), "dissatisfied")
        answer = self._get_answers(call)
        self.assertTrue(self._as(answer, self.seller).is_correctable)
        dialog = self._correct(answer, self.seller)
        self.assertEqual(dialog.comment, "Late")
        dialog.comment = "Late, but all is well"
        self._save(dialog, "satisfied")
        self.assertEqual((answer.level, answer.comment), ("satisfied", "Late, but all is well"))
        self.assertEqual(call.feedback, "Late, but all is well")
        self.assertEqual(set(self._get_events(answer)), {"satisfied"})
        self.assertEqual(self._get_answers(call), answer)

    def test_correct_without_words(self):
        """Words taken back leave nothing to read on the customer."""
        call = self._open_call()
        self._save(self._open_dialog(call, comment="Late"), "dissatisfied")
        answer = self._get_answers(call)
        dialog = self._correct(answer, self.seller, comment=" ")
        self._save(dialog, "satisfied")
        self.env.invalidate_all()
        self.assertFalse(self._as(call.partner_id, self.seller).satisfaction_comments)
        self.assertIs(answer.comment, False)

    def test_correct_refused(self):
        """Not on another day, not by a colleague, not what the customer wrote."""
        call = self._open_call()
        self._save(self._open_dialog(call), "dissatisfied")
        answer = self._get_answers(call)
        written = self._create_answer(call.partner_id)
        for record, user in ((answer, self.user), (written, self.seller)):
            self.assertFalse(self._as(record, user).is_correctable)
            with self.assertRaisesRegex(UserError, "cannot be corrected"):
                self._save(self._correct(record, user), "satisfied")
        with self._at(days=1):
            with self.assertRaisesRegex(UserError, "Silent 1 of 06/15/2026 cannot be corrected"):
                self._save(self._correct(answer, self.seller), "satisfied")
        stranger = self._create_user("correct_stranger", OWN)
        with self.assertRaises(AccessError):
            self._save(self._correct(answer, stranger), "satisfied")
        self.assertEqual((answer.level, written.level), ("dissatisfied", "dissatisfied"))
