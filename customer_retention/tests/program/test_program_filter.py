from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import IrCron

from ..common import MANAGER, NOW, OWN
from .test_program import ProgramCase

SECRET = "customer_retention.group_sensitive_profile"


@freeze_time(NOW)
class FilterCase(ProgramCase):
    """Customers with figures in two companies, a manager of the first, and filters by the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Other Company")
        cls.manager = cls._create_user("filter_manager", MANAGER, name="Mia Manager")
        cls.customer = cls._create_customer(
            "Edwin", [(3, 1)], family_notes="two sons", income_range="high", user_id=cls.user.id
        )
        cls._create_past(cls.customer, (3, 4711), company_id=cls.other.id)
        cls._refresh()
        cls._refresh(cls.other)
        cls._create_event(cls.customer)

    def _write_past_checks(self, record, domain):
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET domain = %s WHERE id = %s",
                SQL.identifier(record._table),
                repr(domain),
                record.id,
            )
        )
        record.invalidate_recordset()

    # Each asks for something that not every salesperson may see.
    OUT_OF_REACH = (
        [("income_range", "=", "high")],
        [("family_notes", "ilike", "son")],
        [("parent_id.family_notes", "ilike", "son")],
        [("child_ids", "any", [("income_range", "=", "high")])],
        [("child_ids", "not any", ["|", ("income_range", "=", "high"), ("name", "=", "x")])],
        [("id", "any", [("education", "!=", False)])],
        ["!", ("id", "not any", [("id", "any", [("education", "!=", False)])])],
        [("message_ids.body", "ilike", "secret")],
        [("message_ids", "ilike", "secret")],
        [("activity_ids.note", "ilike", "secret")],
        [("user_ids.api_key_ids", "!=", False)],
        [("user_ids.totp_secret", "!=", False)],
        [("signup_type", "!=", False)],
        [("bank_ids.create_uid.partner_id.financial_notes", "!=", False)],
        [("household_id.partner_ids.financial_notes", "!=", False)],
        [("retention_customer_ids.partner_id.income_range", "=", "high")],
    )
    # What means the figures of the other company where nothing keeps them apart.
    OF_OTHERS = (
        [("retention_customer_ids.value_year", ">", 4710)],
        [("retention_customer_ids", "any", [("value_year", "=", 4711)])],
        [("retention_customer_ids.company_id.name", "=", "Other Company")],
        [
            ("retention_customer_ids", "ilike", "Edwin"),
            ("retention_customer_ids.value_year", ">", 1),
        ],
        [("id", "any", [("retention_customer_ids.value_year", ">", 4710)])],
        [("retention_customer_ids.partner_id.retention_customer_ids.value_year", ">", 4710)],
        ["!", ("retention_customer_ids", "not any", [("value_year", ">", 4710)])],
    )


@tagged("post_install", "-at_install")
class TestProgramFilter(FilterCase):
    """What a program's filter may ask for, when it is saved and when it is used."""

    def _create(self, domain, user=None, **values):
        Program = self._as(self.env["retention.program"], user or self.manager)
        return Program.create(
            {"name": "Filter", "event_type": "status", "domain": repr(domain), **values}
        )

    def test_out_of_reach(self):
        """Sensitive fields, those of other groups and guarded models choose nobody."""
        program = self._create([])
        for domain in self.OUT_OF_REACH:
            with self.subTest(domain=domain):
                with self.assertRaisesRegex(ValidationError, "not for every salesperson"):
                    program.domain = repr(domain)
                with self.assertRaises(ValidationError):
                    self._create(domain)

    def test_out_of_reach_for_everybody(self):
        """Who reads the sensitive profile cannot choose by it either: others see whom it chose."""
        reader = self._create_user("filter_reader", f"{MANAGER},{SECRET}")
        with self.assertRaisesRegex(ValidationError, "income_range is not for every"):
            self._create([("income_range", "=", "high")], reader)
        self.env.ref(OWN).implied_ids = [Command.link(self.env.ref(SECRET).id)]
        with self.assertRaisesRegex(ValidationError, "income_range is not for every"):
            self._create([("income_range", "=", "high")], reader)

    def test_other_company(self):
        """Records of another company choose nobody; those of the program's own do."""
        for domain in self.OF_OTHERS:
            with self.subTest(domain=domain):
                program = self._create(domain, company_id=self.company.id)
                self.assertFalse(program.sudo()._filter_partners(self.customer, self.company))
                past = program.get_preview()["past"]
                self.assertEqual((past["customers"], past["refused"]), (0, 0))
        for domain in (
            [("retention_customer_ids.value_year", "=", 1)],
            [("retention_customer_ids", "!=", False)],
            [("retention_customer_ids.value_year", "not in", [4711])],
            [("user_id.name", "=", "Sam Sales")],
            [("user_id", "=", self.user.id), ("user_id", "ilike", "sam")],
            [("category_id", "=", False), ("parent_id", "=", False)],
            [("child_ids", "=", False), ("child_ids", "not in", self.user.partner_id.ids)],
            [("name", "!=", "Ann"), ("create_date", "!=", False)],
            [("value_year", "=", 1), ("is_gold", "in", [True, False])],
        ):
            with self.subTest(domain=domain):
                program = self._create(domain)
                found = program.sudo()._filter_partners(self.customer, self.company)
                self.assertEqual(found, self.customer)
        rows = self._get_figures(self.customer, self.other)
        for operator, found in (("in", False), ("not in", self.customer), ("=", False)):
            program = self._create([("retention_customer_ids", operator, rows.ids)])
            self.assertEqual(
                program.sudo()._filter_partners(self.customer, self.company),
                found or self.customer.browse(),
            )

    def test_own_rights(self):
        """Nobody saves a filter that they may not search with; constraints run as superuser."""

        def has_access(partners, field, operation):
            return partners.env.su or field.name != "city"

        self.patch(type(self.env["res.partner"]), "_has_field_access", has_access)
        with self.assertRaisesRegex(ValidationError, "not for you to see"):
            self._create([("city", "=", "Paris")])

    def test_not_kept(self):
        """A field that the company does not keep chooses nobody."""
        domain = [("birthday", "!=", False)]
        program = self._create(domain)
        self.company.retention_keep_birthday = False
        with self.assertRaisesRegex(ValidationError, "birthday is not for every"):
            self._create(domain)
        self.assertIn("birthday", program.fault)

    def test_paused(self):
        """A filter that is not allowed any more pauses its program alone, and a manager is told."""
        program = self._create_program()
        other = self._create_program(name="Goes on")
        self.company.retention_escalation_user_id = self.manager
        self._create_event(self.customer)
        self._write_past_checks(program, [("income_range", "=", "high")])
        self.patch(IrCron, "_commit_progress", lambda *args, **kwargs: True)
        self.Enrollment._enter_all()
        self.assertEqual((program.state, other.state), ("paused", "running"))
        self.assertFalse(program.enrollment_ids)
        self.assertEqual(other.enrollment_ids.partner_id, self.customer)
        activity = program.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.manager))
        self.assertIn("income_range is not for every salesperson", activity.note)
        self.assertIn("income_range", program.fault)
        program = self._as(program, self.manager)
        for act in (program.action_resume, program.get_preview):
            with self.assertRaisesRegex(UserError, "income_range"):
                act()
        program.domain = "[]"
        program.action_resume()
        self.assertEqual((program.state, program.fault), ("running", False))
        self.assertFalse(program.activity_ids)

    def test_not_started(self):
        """A program whose filter cannot be used is not switched on."""
        program = self._create_program(start=False, status_to="active")
        self._write_past_checks(program, [("message_ids", "!=", False)])
        with self.assertRaisesRegex(UserError, "message_ids"):
            program.action_start()
        with self.assertRaisesRegex(UserError, "message_ids"):
            Form(self.env["retention.program.start"].with_context(default_program_id=program.id))

    def test_seen_by_a_salesperson(self):
        """A salesperson with own documents is told of nobody else's customers, now and planned."""
        own = self._create_user("filter_own", OWN)
        mine = self.env["res.partner"].create({"name": "Mine", "user_id": own.id})
        program = self._create_program({"delay_days": 5})
        self._create_event(self.customer)
        self._create_event(mine)
        self._enter(program)
        self.assertEqual(program.get_preview()["past"]["customers"], 2)
        preview = self._as(program, own).get_preview()
        self.assertEqual(preview["past"]["customers"], 1)
        self.assertEqual(preview["past"]["people"], [own.name])
        self.assertEqual((preview["next"]["followups"], preview["next"]["people"]), (1, [own.name]))
