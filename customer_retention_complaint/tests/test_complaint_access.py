from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tests.common import users
from odoo.tools import SQL

from odoo.addons.customer_retention.tests.common import ALL, OWN

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintAccess(ComplaintCase):
    """Who sees and does what: salespeople, managers, other companies, portal users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_user("complaint_stranger", OWN)
        cls.everybody = cls._create_user("complaint_everybody", ALL)
        cls.clerk = cls._create_user("complaint_clerk", "base.group_user")
        cls.sensitive = cls.env.ref("customer_retention_complaint.category_person")
        cls.person = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.customer.id})
        cls.colleague = cls.env["res.partner"].create({"name": "Bob", "parent_id": cls.customer.id})
        cls.portal = cls._create_portal("complaint_portal", cls.person)
        cls.portal_2 = cls._create_portal("complaint_portal_2", cls.colleague)
        cls.elsewhere = cls._create_portal(
            "complaint_portal_3", cls.env["res.partner"].create({"name": "Elsewhere"})
        )

    @classmethod
    def _create_portal(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _get_seen(self, user, model="retention.complaint"):
        return self._as(self.env[model], user).search([("company_id", "=", self.company.id)])

    def test_salespeople(self):
        """Own and unassigned customers; everybody's for those who see all; nothing for others."""
        complaint = self._create_complaint()
        unassigned = self._create_complaint(partner_id=False, email_from="x@example.com")
        both = complaint | unassigned
        for model in ("retention.complaint", "retention.complaint.report"):
            for user, seen in (
                (self.sam, both),
                (self.stranger, unassigned),
                (self.everybody, both),
                (self.manager, both),
            ):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(sorted(self._get_seen(user, model).ids), sorted(seen.ids))
        with self.assertRaises(AccessError):
            self._get_seen(self.clerk)
        groups = self._as(self.Complaint, self.stranger)._read_group([], ["user_id"], ["__count"])
        self.assertEqual(sum(count for _user, count in groups), 1)
        self.stranger.group_ids |= self.env.ref("base.group_allow_export")
        exported = self._as(complaint, self.stranger)
        with self.assertRaises(AccessError):
            exported.export_data(["name"])

    def test_sensitive(self):
        """About a person: the responsible and managers, not colleagues who see all."""
        complaint = self._create_complaint(category_id=self.sensitive.id)
        for user, is_seen in (
            (self.sam, True),
            (self.everybody, False),
            (self.stranger, False),
            (self.manager, True),
        ):
            with self.subTest(user.login):
                self.assertEqual(complaint in self._get_seen(user), is_seen)
        with self._on(7, "09:00"):
            complaint.promised_date = at(8).date()
        self.assertFalse(
            self._as(self.env["retention.complaint.promise"], self.everybody).search([])
        )

    def test_other_company(self):
        """Another company's complaint is nobody's here, nor is its customer kept from surveys."""
        other = self._create_company("Other")
        foreign = self._create_complaint(company_id=other.id)
        self.assertNotIn(foreign, self._as(self.Complaint, self.manager).search([]))
        self.assertFalse(self.customer._filter_open_complaints())
        self.assertTrue(self.customer.with_company(other)._filter_open_complaints())

    def test_salesperson_works(self):
        """A salesperson notes, promises, makes good and solves, and deletes nothing."""
        with self._on(7, "09:00"):
            complaint = self._as(self.Complaint, self.sam).create(
                {"partner_id": self.customer.id, "name": "The lamp flickers"}
            )
            complaint.action_acknowledge()
            complaint.promised_date = at(9).date()
            self._as(self.env["retention.complaint.redress"], self.sam).create(
                {"complaint_id": complaint.id, "kind": "gift", "cost": 5}
            )
            complaint.action_wait()
            complaint.action_work()
            complaint.action_solve()
        self.assertEqual((complaint.kind, complaint.user_id), ("solved", self.sam))
        with self.assertRaises(AccessError):
            complaint.unlink()
        with self.assertRaises(AccessError):
            complaint.promise_ids.write({"state": "kept"})
        with self.assertRaises(AccessError):
            self._as(complaint, self.stranger).action_reopen()

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------

    def test_portal(self):
        """A portal user reads the complaints of the own company, of a sensitive kind only the own."""
        mine = self._create_complaint(partner_id=self.person.id)
        private = self._create_complaint(
            partner_id=self.person.id, category_id=self.sensitive.id, name="He was rude"
        )
        self.assertEqual((mine.partner_id, mine.contact_id), (self.customer, self.person))
        self.assertEqual(self._get_seen(self.portal), mine | private)
        self.assertEqual(self._get_seen(self.portal_2), mine)
        self.assertFalse(self._get_seen(self.elsewhere))

    def test_portal_fields(self):
        """A portal user reads what is said to customers, and nothing internal; writes nothing."""
        complaint = self._as(self._create_complaint(partner_id=self.person.id), self.portal)
        self.assertEqual(complaint.read(["name", "kind"])[0]["kind"], "new")
        internal = (
            "redress_ids",
            "redress_cost",
            "cause_id",
            "person_id",
            "warned_at",
            "escalated_at",
            "recovery_state",
            "recovered_value",
            "promise_ids",
            "missed_hours",
            "is_gold",
            "retention_status",
        )
        for name in internal:
            with self.subTest(name), self.assertRaises(AccessError):
                complaint.read([name])
        for name, arguments in (
            ("write", [{"name": "x"}]),
            ("action_solve", []),
            ("action_acknowledge", []),
            ("action_promise", []),
            ("unlink", []),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(complaint, name)(*arguments)
        for model in (
            "promise",
            "redress",
            "turn",
            "peer",
            "report",
            "unfiled",
            "inbox",
            "category",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self._as(self.env[f"retention.complaint.{model}"], self.portal).search([])
        with self.assertRaises(AccessError):
            self._as(self.env["retention.complaint.analysis"], self.portal).get_complaints()

    @users("complaint_portal")
    def test_portal_creates_nothing(self):
        """Filing is the page's: nobody creates a complaint of somebody else by the API."""
        with self.assertRaises(AccessError):
            self.env["retention.complaint"].create({"name": "x", "partner_id": self.customer.id})

    def test_token(self):
        """Another customer means another link."""
        complaint = self._create_complaint()
        token = complaint._portal_ensure_token()
        complaint.name = "Another name"
        self.assertEqual(complaint.access_token, token)
        complaint.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        self.assertNotEqual(complaint.access_token, token)

    # ------------------------------------------------------------------
    # With the rest
    # ------------------------------------------------------------------

    def test_open_complaints(self):
        """Customer and person wait for an answer until it is closed: one search for all."""
        complaint = self._create_complaint(partner_id=self.person.id)
        everybody = self.customer | self.person | self.colleague | self.elsewhere.partner_id
        expected = everybody - self.elsewhere.partner_id
        self.assertEqual(everybody._filter_open_complaints(), expected)
        self.env.invalidate_all()
        everybody.mapped("commercial_partner_id.name")
        with self.assertQueryCount(1):
            everybody._filter_open_complaints()
        self._do(complaint, "action_solve", 7, "10:00")
        self.assertFalse(everybody._filter_open_complaints())

    def test_quotation(self):
        """A new quotation says at its top what the customer waits for; a confirmed order does not."""
        self._create_complaint()
        order = self._create_order(self.customer, at(7), 100, confirm=False)
        text = self._as(order, self.sam).open_complaint_text
        self.assertIn("Complaint open since 2 April: “The table is scratched”.", text)
        self.assertIn("To be solved by Monday, 13 April.", text)
        order.action_confirm()
        self.assertFalse(self._as(order, self.sam).open_complaint_text)

    def test_events(self):
        """Opened, overdue, solved and reopened are events, each once, and never held out."""
        complaint = self._create_complaint(1, "15:30")
        self._do(complaint, "action_solve", 7, "10:00")
        self._do(complaint, "action_reopen", 8, "10:00")
        self._do(complaint, "action_solve", 8, "11:00")
        for _again in range(2):
            self.Event._record(
                self.company, self.Event._get_recorded_types(), at(1).date(), at(9).date()
            )
        events = self.Event.search([("partner_id", "=", self.customer.id)], order="date, id")
        self.assertEqual(
            [(each.type, each.date.day) for each in events],
            [
                ("complaint_opened", 1),
                ("complaint_overdue", 2),
                ("complaint_solved", 7),
                ("complaint_solved", 8),
                ("complaint_reopened", 8),
            ],
        )
        for each in events:
            self.assertTrue(self.Event._get_traits(each.type).is_never_held_out)
        self.assertEqual(events[0].description, "Complaint: “The table is scratched”")

    def test_programs(self):
        """Two programs are shipped, switched off."""
        for name in ("call", "ask"):
            program = self.env.ref(
                f"customer_retention_complaint.retention_program_complaint_{name}"
            )
            self.assertEqual((program.state, program.event_type), ("off", "complaint_solved"))
            self.assertTrue(program.step_ids._is_complete())

    def test_merge(self):
        """Complaints of merged customers belong to the one that stays."""
        other = self.env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )
        complaint = self._create_complaint(partner_id=other.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        complaint.invalidate_recordset()
        self.assertEqual(complaint.partner_id, self.customer)

    def test_becomes_a_contact(self):
        """A customer who becomes part of a company takes the complaints along."""
        single = self.env["res.partner"].create({"name": "Single"})
        complaint = self._create_complaint(partner_id=single.id)
        single.parent_id = self.customer
        complaint.invalidate_recordset()
        self.assertEqual((complaint.partner_id, complaint.contact_id), (self.customer, single))

    def test_overview(self):
        """The first page counts what is open and what is past its time, each as its list shows it."""
        self._create_complaint()
        solved = self._create_complaint()
        self._do(solved, "action_solve", 8)
        self.env["retention.run"]._refresh(self.company)
        overview = self._as(self.env["retention.overview"], self.sam)
        filled = {
            card["key"]: overview._fill_card(dict(card))
            for card in overview._get_cards()
            if card["key"].startswith("complaint")
        }
        self.assertEqual(set(filled), {"complaints_open", "complaints_overdue"})
        for card in filled.values():
            found = self._as(self.Complaint, self.sam).search_count(card["domain"])
            self.assertEqual(card["value"], found)
        self.assertEqual(filled["complaints_open"]["value"], 1)

    def test_digest(self):
        """The digest counts what came and what was missed in its time, for those who may read it."""
        self._create_complaint(1, "15:30")
        with self._on(7, "08:00"):
            self.Complaint._note_missed_where(
                SQL("complaint.company_id = %s", self.company.id),
                at(7, "08:00"),
            )
        digest = self.env["digest.digest"].create({"name": "Digest"})
        digest = self._as(digest, self.manager).with_context(
            start_datetime=at(1, "00:00"), end_datetime=at(8, "00:00")
        )
        self.assertEqual(
            digest.sudo().with_user(self.manager).kpi_retention_complaint_opened_value, 1
        )
        self.assertEqual(digest.kpi_retention_complaint_late_value, 1)
        with self.assertRaises(AccessError):
            digest.sudo().with_user(self.clerk).kpi_retention_complaint_opened_value  # noqa: B018

    def test_answer_becomes_a_complaint(self):
        """A dissatisfied answer is made a complaint with its words, document and person."""
        order = self._create_order(self.customer, at(1), 100)
        answer = self.env["retention.satisfaction"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "level": "dissatisfied",
                "comment": "The chairs came late",
                "res_model": "sale.order",
                "res_id": order.id,
            }
        )
        context = answer.action_complain()["context"]
        complaint = self.Complaint.with_context(**context).create({})
        self.assertEqual((complaint.name, complaint.order_id), ("The chairs came late", order))
        self.assertEqual(answer.complaint_id, complaint)
        self.assertEqual(answer.action_complain()["res_id"], complaint.id)
        survey = self.env.ref("customer_retention.survey_survey_after_sale")
        other = answer.copy({"survey_id": survey.id})
        other._file_complaints()
        self.assertFalse(other.complaint_id)
        survey.retention_files_complaints = True
        for _again in range(2):
            other._file_complaints()
        self.assertEqual(len(other.complaint_ids), 1)
        self.assertEqual(other.complaint_id.channel, "phone")

    def test_from_call(self):
        """A call ends as a complaint of the answer just noted, or of what was said."""
        program = self.env["retention.program"].create(
            {
                "name": "Calls",
                "event_type": "manual",
                "step_ids": [
                    Command.create(
                        {"activity_type_id": self.env.ref("mail.mail_activity_data_call").id}
                    )
                ],
            }
        )
        program.action_start()
        event = self.Event._record_manual(program, self.customer, self.company)
        enrollment = self.env["retention.enrollment"]._enter(program, event)
        followup = enrollment.followup_ids
        followup.state = "open"
        dialog = self.env["retention.followup.answer"].create(
            {
                "followup_id": followup.id,
                "level": "dissatisfied",
                "comment": "A leg is broken",
                "next_act": "complaint",
            }
        )
        context = dialog.action_save()["context"]
        self.assertEqual(followup.state, "done")
        complaint = self.Complaint.with_context(**context).create({})
        self.assertEqual((complaint.name, complaint.partner_id), ("A leg is broken", self.customer))
        self.assertEqual(followup.satisfaction_ids.complaint_id, complaint)

    def test_filed_twice(self):
        """The same text within ten minutes, and more than ten open ones: the one that is there."""
        values = {"name": "It broke", "description": "In two", "company_id": self.company.id}
        with self._on(7, "09:00"):
            first, is_new = self.Complaint._file(self.person, dict(values))
            self.assertTrue(is_new)
        with self._on(7, "09:09"):
            self.assertEqual(self.Complaint._file(self.person, dict(values)), (first, False))
        with self._on(7, "09:11"):
            second, is_new = self.Complaint._file(self.person, dict(values))
            self.assertTrue(is_new)
            for number in range(9):
                self.Complaint._file(self.person, {**values, "name": str(number)})
            last, is_new = self.Complaint._file(self.person, {**values, "name": "One too many"})
        self.assertFalse(is_new)
        self.assertEqual(last.name, "8")
        self.assertEqual(self.Complaint.search_count([("contact_id", "=", self.person.id)]), 11)

    def test_kanban_queries(self):
        """The board reads 80 complaints with as many statements as 8, at most 20."""
        fields = [
            "name",
            "partner_id",
            "is_gold",
            "due_text",
            "due_state",
            "promise_text",
            "user_id",
        ]
        counts = []
        for number in (8, 0, 72):  # the first fills the caches of the registry
            self.Complaint.create(
                [
                    {"partner_id": self.customer.id, "name": str(each), "received_at": at(1)}
                    for each in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            Complaint = self._as(self.Complaint, self.manager)
            before = self.env.cr.sql_log_count
            with self._on(7, "09:00"):
                Complaint.web_search_read(
                    [], {name: {} for name in [*fields, "category_id", "kind"]}, limit=100
                )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts[1:]), 20, counts)
        self.assertLessEqual(counts[2], counts[1], counts)

    def test_privacy_lookup(self):
        """A request about somebody's data finds the complaint of an address nobody knows, too."""
        complaint = self._create_complaint(partner_id=False, email_from="Gwen <gwen@example.org>")
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Gwen Marsh", "email": "gwen@example.org"}
        )
        wizard.action_lookup()
        found = wizard.line_ids.filtered(lambda line: line.res_model == complaint._name)
        self.assertEqual(found.mapped("res_id"), complaint.ids)
