from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import NOW, TODAY, days_ago
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestProgramSources(ProgramCase):
    """Programs and what is known of a customer: wishes, thanks, birthdays, lost sales."""

    def _create_thanking(self):
        program = self._create_program(
            {
                "activity_type_id": self.env.ref(
                    "customer_retention.mail_activity_type_postcard"
                ).id,
                "summary": "Postcard for {{ object.name }}",
            },
            event_type="referral_converted",
            status_to=False,
        )
        brought = self._create_customer("Brought")
        referrer = self._create_customer("Referrer", user_id=self.user.id)
        self._create_event(
            referrer,
            type="referral_converted",
            old_value=False,
            new_value=False,
            related_partner_id=brought.id,
        )
        self._enter(program)
        return referrer, brought, self._act()

    def test_done_thanks_are_noted(self):
        """A done thank-you step is noted among the thanks, with what it was for."""
        referrer, brought, followup = self._create_thanking()
        followup.activity_id.with_user(self.user).action_feedback("Sent")
        thanks = self.env["retention.thanks"].search([("partner_id", "=", referrer.id)])
        self.assertEqual(
            (thanks.kind, thanks.referral_id, thanks.user_id, thanks.date),
            ("postcard", brought, self.user, TODAY),
        )

    def test_costs(self):
        """Work by kind, emails and the cost of thanks of the treated stand beside the proof."""
        template = self.env["mail.template"].create(
            {"name": "Miss you", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        postcard = self.env.ref("customer_retention.mail_activity_type_postcard")
        program = self._create_program(
            {"tries": 1},
            {"delay_days": 0, "activity_type_id": postcard.id},
            {"delay_days": 0, "channel": "email", "mail_template_id": template.id},
            holdout_percent=50,
        )
        self.user.retention_daily_cap = 0
        partners = self._create_silent(40)
        for number, partner in enumerate(partners):
            partner.email = f"{number}@example.com"
        treated = self._enter(program).filtered(lambda each: each.arm == "treated")
        count = len(treated)
        # Binomial: 20 ± 4 standard deviations of 3.2.
        self.assertAlmostEqual(count, 20, delta=12)
        calls = self._act()
        calls[0].action_not_reached()
        calls[1:].action_done()
        cards = self._act() - calls
        cards.filtered(lambda each: each.state == "open")[1:].action_done()
        self._act()
        thanks = self.env["retention.thanks"].search([("followup_id.program_id", "=", program.id)])
        self.assertEqual(len(thanks), count - 1)
        thanks.cost = 2.5
        # Thanks for something else are no cost of the program.
        self.env["retention.thanks"].create(
            {"partner_id": self._create_customer().id, "kind": "call", "cost": 100}
        )
        self.assertEqual(program.done_count, count + count - 1)
        self.assertEqual(program.done_kinds, f"Call {count}, Postcard {count - 1}")
        self.assertEqual(program.mail_count, count - 1)
        self.assertEqual(
            (program.thanks_count, program.thanks_cost), (count - 1, 2.5 * (count - 1))
        )
        # A new measurement period begins at nothing.
        program.step_ids[0].delay_days = 1
        program.invalidate_recordset()
        self.assertEqual((program.done_count, program.thanks_cost), (0, 0))

    def test_thanking_by_hand_closes(self):
        """Thanking by hand closes the step that asks for it, and is noted once."""
        referrer, brought, followup = self._create_thanking()
        other = self._create_customer("Somebody else")
        Thanks = self.env["retention.thanks"]
        Thanks.create({"partner_id": referrer.id, "kind": "call", "referral_id": other.id})
        self.assertEqual(followup.state, "open")
        Thanks.create({"partner_id": referrer.id, "kind": "call", "referral_id": brought.id})
        self.assertEqual((followup.state, followup.reached), ("done", "yes"))
        self.assertEqual(Thanks.search_count([("partner_id", "=", referrer.id)]), 2)
        thanked = Thanks.search([("referral_id", "=", brought.id)])
        self.assertEqual(thanked.followup_id, followup)
        self.assertFalse(referrer.activity_ids)

    def test_not_reached_is_no_thanks(self):
        """Who was not reached has not been thanked."""
        referrer, _brought, followup = self._create_thanking()
        followup.step_id.tries = 1
        followup.action_not_reached()
        self.assertEqual(followup.state, "done")
        self.assertFalse(self.env["retention.thanks"].search([("partner_id", "=", referrer.id)]))

    def test_no_post(self):
        """Who wants no letters gets no postcard; who wants no calls is not called."""
        program = self._create_program(
            {"activity_type_id": self.env.ref("customer_retention.mail_activity_type_postcard").id}
        )
        self._create_silent(no_post=True)
        self._enter(program)
        self.assertEqual(self._act().skip_reason, "opt_out")

    def test_do_not_contact(self):
        """Who does not want to be contacted enters nothing, and leaves everything at once."""
        program = self._create_program()
        inside, outside = self._create_silent(2)
        outside.do_not_contact = True
        self.assertEntered(program, (inside, "open", False), (outside, "refused", "do_not_contact"))
        self._act()
        self.assertTrue(inside.activity_ids)
        inside.do_not_contact = True
        enrollment = program.enrollment_ids.filtered(lambda each: each.partner_id == inside)
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "do_not_contact"))
        self.assertFalse(inside.activity_ids)

    def test_birthday(self):
        """Birthdays of people of customers are events; 29 February is 28 February in other years."""
        customer = self._create_customer(purchases=[(10, 5)])
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": customer.id, "birthday": "1980-06-16"}
        )
        leap = self._create_customer(purchases=[(10, 5)], birthday="2000-02-29")
        self._create_customer(birthday="1990-06-16")  # no customer
        self._refresh()

        def replay(since, until):
            found = self.Event._replay(self.company, ["birthday"], since, until)
            return [(str(each["date"]), each["partner_id"], each["contact_id"]) for each in found]

        self.assertEqual(replay(TODAY, days_ago(-30)), [("2026-06-16", customer.id, person.id)])
        self.assertEqual(replay(days_ago(120), days_ago(100)), [("2026-02-28", leap.id, None)])
        self.company.retention_keep_birthday = False
        self.assertEqual(replay(TODAY, days_ago(-30)), [])

    def test_non_sale(self):
        """One non-sale is the opportunity where there is one, else the quotation, cancelled or expired."""
        customer = self._create_customer()
        lead = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "partner_id": customer.id,
                "type": "opportunity",
                "company_id": self.company.id,
            }
        )
        of_lead = self._create_order(customer, NOW, 100, confirm=False)
        of_lead.opportunity_id = lead
        expired = self._create_order(customer, NOW, 100, confirm=False)
        (of_lead | expired).write({"state": "sent", "validity_date": days_ago(3)})
        lead.action_set_lost()
        of_lead._action_cancel()
        found = self.Event._replay(self.company, ["non_sale"], days_ago(30), TODAY)
        documents = {(each["res_model"], each["res_id"]): each["date"] for each in found}
        self.assertEqual(
            documents,
            {("crm.lead", lead.id): TODAY, ("sale.order", expired.id): days_ago(2)},
        )
        # Cancelled later, an expired quotation is no second event.
        self.Event._record(self.company, ["non_sale"], days_ago(30), TODAY)
        expired._action_cancel()
        self.assertFalse(self.Event._record(self.company, ["non_sale"], days_ago(30), TODAY))

    def test_sale_goes_on(self):
        """A lost opportunity that is taken up again, or a quotation that is confirmed, ends the program."""
        program = self._create_program(event_type="non_sale", status_to=False)
        customers = self._create_customers(*[[(400, 10)]] * 4)
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "Chairs",
                    "partner_id": customer.id,
                    "type": "opportunity",
                    "company_id": self.company.id,
                }
                for customer in customers[:2]
            ]
        )
        orders = [self._create_order(each, NOW, 100, confirm=False) for each in customers[2:]]
        for order in orders:
            order.write({"state": "sent", "validity_date": days_ago(1)})
        leads.action_set_lost()
        self.Event._record(self.company, ["non_sale"], days_ago(30), TODAY)
        self.assertEqual(self._enter(program).partner_id, customers)
        self._act()
        leads[0].action_set_won()
        orders[0].action_confirm()
        self.Enrollment._stop_over()
        self.assertEqual(
            {each.partner_id: each.reason for each in program.enrollment_ids},
            {
                customers[0]: "over",
                customers[1]: False,
                customers[2]: "over",
                customers[3]: False,
            },
        )
        gone = program.enrollment_ids.followup_ids.filtered(lambda each: each.state == "canceled")
        self.assertEqual(gone.partner_id, customers[0] | customers[2])

    def test_good_purchase(self):
        """A program can take up large purchases only."""
        program = self._create_program(event_type="purchase", status_to=False, min_amount=500)
        small, large = self._create_customers([(1, 499.99)], [(1, 500)])
        program.activated_on = days_ago(5)
        self._refresh()
        self.Event._record(self.company, ["purchase"], days_ago(5), TODAY)
        self.assertEntered(program, (large, "open", False))
        self.assertTrue(small)

    def test_shipped_programs(self):
        """All shipped programs are off, and each can be switched on and previewed as it is."""
        programs = (
            self.env["ir.model.data"]
            .search([("module", "=", "customer_retention"), ("model", "=", "retention.program")])
            .mapped("res_id")
        )
        programs = self.env["retention.program"].browse(programs)
        by_hand = programs.filtered("is_by_hand")
        with self.assertRaisesRegex(UserError, "cannot be switched on"):
            by_hand.action_start()
        programs -= by_hand
        self.assertEqual(len(programs), 22)
        self.assertEqual(set(programs.mapped("state")), {"off"})
        self._create_customers([(1, 600)], [(300, 20)])
        self._refresh()
        for program in programs:
            self.assertIn("followups", program.get_preview()["past"], program.name)
        programs.action_start()
        self.assertEqual(set(programs.mapped("state")), {"running"})

    def test_shipped_mail(self):
        """A shipped mail greets by name, in the queue."""
        program = self.env.ref("customer_retention.retention_program_late")
        program.action_start()
        partner = self._create_silent(
            email="edwin@example.com", preferred_name="Edwin", salutation="informal"
        )
        self._create_event(partner, new_value="late", old_value="active")
        self._enter(program)
        mail = self._act().mail_id
        self.assertIn("Hello Edwin,", mail.body_html)
        self.assertEqual(mail.recipient_ids, partner)

    def test_my_day_queries(self):
        """My day reads 80 follow-ups with everything to know in few queries."""
        self.user.retention_daily_cap = 0
        program = self._create_program()
        partners = self._create_silent(80)
        self._create_past(partners[0], (300, 10))
        self._refresh()
        self._enter(program)
        followups = self._as(self._act(), self.user)
        names = ["day", "why", "what_to_do", "what_to_say", "what_to_know", "is_gold"]
        names += ["partner_id", "contact_id", "step_id", "state"]
        names += [
            "is_call",
            "date_deadline",
            "escalated_on",
            "reach",
            "phone",
            "is_assigned",
            "documents",
        ]
        names += ["value_at_stake", "value_trend", "is_value_hidden", "tries_in_words"]
        for _warm in range(2):  # rules and the like are kept after the first time
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            mine = followups.search(
                [("user_id", "=", self.user.id), ("state", "=", "open")],
                order="value_at_stake desc, date_due, id",
            )
            mine.read(names)
        self.assertLessEqual(self.cr.sql_log_count - before, 15)
