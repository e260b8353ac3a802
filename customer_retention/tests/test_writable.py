from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ALL, MANAGER, OWN, RetentionCase

NOTES = ("retention.loss", "retention.mention", "retention.thanks")


class WritableCase(RetentionCase):
    """A salesperson with an own customer, a colleague with another, and a company of neither."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_company("Foreign Company")
        cls.seller, cls.everything, cls.manager = (
            cls._create_user(f"writable_{group}", group) for group in (OWN, ALL, MANAGER)
        )
        cls.colleague = cls._create_user("writable_colleague", OWN)
        cls.mine = cls._create_customer("Mine", user_id=cls.seller.id)
        cls.theirs = cls._create_customer("Theirs", user_id=cls.colleague.id)
        cls.nobodys = cls._create_customer("Nobody's")
        cls.person = cls._create_customer("Their Person", parent_id=cls.theirs.id)
        cls.outside = cls._create_customer("Outside", company_id=cls.foreign.id)
        cls.order = cls._create_order(cls.theirs, datetime(2026, 6, 1), 100)
        cls.order.user_id = cls.colleague
        cls.reason = cls.env["retention.reason"].create({"name": "Price"})

    def _get_values(self, model):
        values = {
            "retention.mention": {"kind": "choice", "reason_id": self.reason.id},
            "retention.thanks": {"kind": "note"},
            "retention.past.purchase": {"amount": 7},
        }
        return values.get(model, {})

    def _create_row(self, model, user=None):
        """Create a row about the seller's customer, as ``user`` sees it."""
        row = self.env[model].create({"partner_id": self.mine.id, **self._get_values(model)})
        return self._as(row, user or self.seller)

    def _write(self, row, values):
        row.write(values)

    def _load(self, row, values):
        """Write ``values`` as a file that is imported does."""
        names = [f"{name}/.id" if row._fields[name].type == "many2one" else name for name in values]
        cells = [str(value) for value in (row.id, *values.values())]
        result = row.browse().load([".id", *names], [cells])
        if not result["ids"]:
            raise UserError(str(result["messages"]))

    @mute_logger("odoo.sql_db", "odoo.models")
    def assertRefused(self, row, **values):
        """Assert that neither writing nor importing moves ``row``, nor can one be made so."""
        names = [*values]
        before = row.sudo().read(names)
        for change in (self._write, self._load):
            with (
                self.assertRaises(UserError, msg=(row._name, values)) as refused,
                self.env.cr.savepoint(),
            ):
                change(row, values)
                row.flush_recordset()
            self.assertNotIn("Outside", str(refused.exception))
            self.env.invalidate_all()
            self.assertEqual(row.sudo().read(names), before, (row._name, values))
        made = {"partner_id": self.mine.id, **self._get_values(row._name)}
        context = {f"default_{name}": value for name, value in values.items()}
        # The company of a past purchase is no matter of the context.
        is_asked = (row._name, *values) != ("retention.past.purchase", "company_id")
        for given, proposed in ((values, {}), ({}, context))[: 1 + is_asked]:
            made = {name: value for name, value in made.items() if name not in values}
            with (
                self.assertRaises(UserError, msg=(row._name, values)) as refused,
                self.env.cr.savepoint(),
            ):
                row.browse().with_context(**proposed).create({**made, **given})
            self.assertNotIn("Outside", str(refused.exception))


@tagged("post_install", "-at_install")
class TestWritable(WritableCase):
    """Nobody moves a row out of their reach, or names in one what they may not see."""

    def test_every_model(self):
        """Whatever people may write of ours, and names a customer, company or document, is asked."""
        mixin = self.env.registry["retention.writable.mixin"]
        writable = self.env["ir.model.access"].search(
            [("model_id.model", "=like", "retention.%"), ("group_id", "!=", False)]
        )
        writable = writable.filtered(
            lambda each: (
                (each.perm_write or each.perm_create)
                and each.group_id != self.env.ref("base.group_system")
            )
        )
        missing = set()
        for name in set(writable.mapped("model_id.model")):
            model = self.env[name]
            names = [
                field.name
                for field in model._fields.values()
                if field.store
                and field.type in ("many2one", "many2many", "many2one_reference")
                and field.comodel_name not in ("res.users", "ir.model.fields", "res.currency")
            ]
            if names and not isinstance(model, mixin):
                missing.add(name)
        self.assertEqual(missing, set())

    def test_colleagues_customer(self):
        """A salesperson moves nothing onto a colleague's customer, nor onto one of its people."""
        for model in NOTES:
            row = self._create_row(model)
            for partner in (self.theirs, self.person, self.outside):
                self.assertRefused(row, partner_id=partner.id)
            self.assertRefused(row, contact_id=self.person.id)
            row.write({"partner_id": self.nobodys.id})
            self.assertEqual(row.partner_id, self.nobodys)

    def test_all_documents(self):
        """Who sees all customers moves rows between them, and not out of the company."""
        for user in (self.everything, self.manager):
            for model in NOTES:
                row = self._create_row(model, user)
                self.assertRefused(row, company_id=self.foreign.id)
                self.assertRefused(row, partner_id=self.outside.id)
                row.write({"partner_id": self.person.id})
                self.assertEqual((row.partner_id, row.contact_id), (self.theirs, self.person))

    def test_person_of_another_customer(self):
        """The person belongs to the customer, whoever writes it."""
        loss = self._create_row("retention.loss", self.manager)
        values = {"partner_id": self.mine.id, "contact_id": self.person.id}
        with self.assertRaisesRegex(
            ValidationError, "Person is Theirs, Their Person, who does not belong to Mine"
        ):
            loss.write(values)

    def test_companies(self):
        """Nothing is moved into a company that its writer does not belong to."""
        for model in NOTES:
            self.assertRefused(self._create_row(model), company_id=self.foreign.id)
        row = self._create_row("retention.past.purchase", self.manager)
        self.assertRefused(row, company_id=self.foreign.id)
        self.assertRefused(row, partner_id=self.outside.id)

    def test_chosen_company(self):
        """Who belongs to two companies moves a row between them where both are chosen."""
        both = self._create_user("writable_both", OWN, self.company | self.foreign)
        loss = self._as(self._create_row("retention.loss"), both)
        loss.sudo().partner_id = self.nobodys
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            loss.write({"company_id": self.foreign.id})
        self.env.invalidate_all()
        loss = self._as(loss, both, self.company | self.foreign)
        loss.write({"company_id": self.foreign.id})
        self.assertEqual(loss.company_id, self.foreign)

    def test_documents(self):
        """A row is about no document that its writer may not read, whichever way it is named."""
        mention = self._create_row("retention.mention")
        self.assertRefused(mention, res_model="sale.order", res_id=self.order.id)
        mention.sudo().write({"res_model": "res.partner", "res_id": self.order.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mention.write({"res_model": "sale.order"})
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "no documents of model no.model"):
            mention.write({"res_model": "no.model", "res_id": 1})
        thanks = self._create_row("retention.thanks")
        self.assertRefused(thanks, referral_id=self.outside.id)
        own = self._create_order(self.mine, datetime(2026, 6, 1), 100)
        own.user_id = self.seller
        mention.write({"res_model": "sale.order", "res_id": own.id})
        self.assertEqual(mention.res_id, own.id)

    def test_other_fields(self):
        """What a row named before is not asked about when something else is written."""
        mention = self._create_row("retention.mention")
        mention.sudo().write({"res_model": "sale.order", "res_id": self.order.id})
        mention.write({"note": "Said so", "reason_id": self.reason.copy({"name": "Near"}).id})
        self.assertEqual(mention.note, "Said so")

    def test_handing_over(self):
        """Work and customers are given to a colleague, also together with what was noted."""
        for model in NOTES:
            row = self._create_row(model)
            row.write({"user_id": self.colleague.id})
            self.assertEqual(row.user_id, self.colleague)
        self._as(self.mine, self.seller).user_id = self.colleague
        self.assertEqual(self.mine.user_id, self.colleague)

    def test_superuser(self):
        """Scheduled actions and what documents leave behind are asked nothing."""
        loss = self._create_row("retention.loss")
        loss.sudo().write({"partner_id": self.theirs.id})
        self.assertEqual(loss.sudo().partner_id, self.theirs)

    def test_programs(self):
        """Programs, steps and samples stay in companies of the manager."""
        program = self.env["retention.program"].create(
            {"name": "Ours", "event_type": "manual", "company_id": self.company.id}
        )
        other = program.copy({"company_id": self.foreign.id})
        call = self.env.ref("mail.mail_activity_data_call")
        program.step_ids = [Command.create({"activity_type_id": call.id})]
        sample = self.env["retention.sample"].create({"name": "Ours"})
        step = program.step_ids
        cases = [
            (program, {"company_id": self.foreign.id}),
            (step, {"program_id": other.id}),
            (sample, {"company_id": self.foreign.id}),
            (sample, {"program_id": other.id}),
        ]
        for record, values in cases:
            record = self._as(record, self.manager)
            with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
                record.write(values)
                record.flush_recordset()
            self.env.invalidate_all()
        self.assertEqual((program | step.program_id | other)[:2], program | other)

    def test_wizards(self):
        """A dialog cannot be opened on what its user may not see."""
        event = self.Event.create(
            {
                "type": "manual",
                "date": "2026-06-15",
                "partner_id": self.theirs.id,
                "key": "writable",
            }
        )
        program = self.env["retention.program"].create(
            {"name": "Ours", "event_type": "manual", "company_id": self.company.id}
        )
        call = self.env.ref("mail.mail_activity_data_call")
        program.step_ids = [Command.create({"activity_type_id": call.id})]
        program.action_start()
        enrollment = self.env["retention.enrollment"].create(
            {
                "program_id": program.id,
                "event_id": event.id,
                "partner_id": self.theirs.id,
                "date": "2026-06-15",
                "state": "open",
            }
        )
        followup = self.env["retention.followup"].create(
            {"enrollment_id": enrollment.id, "date_due": "2026-06-15", "state": "open"}
        )
        for model, values in {
            "retention.followup.postpone": {"followup_id": followup.id},
            "retention.followup.answer": {"followup_id": followup.id},
            "retention.followup.assign": {"followup_ids": [Command.set(followup.ids)]},
            "retention.loss.record": {"partner_id": self.outside.id},
            "retention.survey.send": {"order_ids": [Command.set(self.order.ids)]},
        }.items():
            with self.assertRaises(AccessError, msg=model), self.env.cr.savepoint():
                self._as(self.env[model], self.seller).create(values)

    def test_add_to_program(self):
        """Own customers and nobody's are put into a program; those of colleagues by who sees all."""
        program = self.env["retention.program"].create(
            {"name": "Ours", "event_type": "manual", "company_id": self.company.id}
        )
        call = self.env.ref("mail.mail_activity_data_call")
        program.step_ids = [Command.create({"activity_type_id": call.id})]
        program.action_start()

        def add(user, partners):
            wizard = self._as(self.env["retention.program.add"], user).create(
                {"program_id": program.id, "partner_ids": [Command.set(partners.ids)]}
            )
            wizard.action_add()
            return self.Event.search([("type", "=", "manual")]).partner_id

        for partner in (self.theirs, self.person):
            with self.assertRaisesRegex(UserError, f"by you: .*{partner.name}"):
                add(self.seller, self.mine | partner)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            add(self.everything, self.outside)
        self.assertFalse(self.Event.search([("type", "=", "manual")]))
        self.assertEqual(add(self.seller, self.mine | self.nobodys), self.mine | self.nobodys)
        self.assertIn(self.theirs, add(self.everything, self.person))

    def test_referrer(self):
        """A customer, or a lead, was brought by nobody and recorded in no company out of reach."""
        mine = self._as(self.mine, self.seller)
        lead = self.env["crm.lead"].create({"name": "Lead", "user_id": self.seller.id})
        lead.company_id = False
        for record, values in (
            (mine, {"referred_by_id": self.outside.id}),
            (mine, {"referred_by_contact_id": self.outside.id}),
            (mine, {"referred_company_id": self.foreign.id}),
            (self._as(lead, self.seller), {"referred_by_id": self.outside.id}),
        ):
            with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
                record.write(values)
            self.env.invalidate_all()
            with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
                record.browse().create({"name": "New", **values})
            context = {f"default_{name}": value for name, value in values.items()}
            with self.assertRaises(UserError, msg=context), self.env.cr.savepoint():
                record.browse().with_context(**context).create({"name": "New"})
        mine.write({"referred_by_id": self.theirs.id})
        self.assertEqual(self.mine.referred_by_id, self.theirs)
