from odoo.tests import tagged

from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestFollow(ProgramCase):
    """Whatever is about a customer follows it into the company it becomes part of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gemini = cls._create_customer("Gemini", is_company=True)

    def _merge(self, survivor, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(survivor.union(*others).ids, survivor, extra_checks=False)
        self.env.invalidate_all()

    def _create_rows(self, partner):
        """Create one row about ``partner`` of each model of the addon whose rows follow."""
        program = self._create_program()
        event = self._create_event(partner)
        enrollment = self._enter(program)
        reason = self.env["retention.reason"].create({"name": "Price"})
        values = {
            "retention.loss": {},
            "retention.mention": {"kind": "choice", "reason_id": reason.id},
            "retention.thanks": {"kind": "note"},
            "retention.satisfaction": {"level": "satisfied"},
        }
        rows = [event, enrollment, enrollment.followup_ids]
        rows += [
            self.env[name].create({"partner_id": partner.id, **values[name]}) for name in values
        ]
        following = self.env.registry.descendants(["retention.follow.mixin"], "_inherit")
        ours = {
            name
            for name in following
            if not self.env[name]._abstract
            and self.env[name]._original_module == "customer_retention"
        }
        self.assertEqual({row._name for row in rows}, ours)
        return rows

    def _enter(self, program):
        enrollments = self.Enrollment
        for events in program._get_new_event_batches():
            enrollments |= self.Enrollment._enter(program, events)
        return enrollments

    def assertFollowed(self, rows, customer, person):
        for row in rows:
            self.assertEqual((row.partner_id, row.contact_id), (customer, person), row._name)

    def test_becomes_a_contact(self):
        """Who becomes a contact of a company is the person there; the company is the customer."""
        ann = self._create_customer("Ann")
        rows = self._create_rows(ann)
        ann.parent_id = self.gemini
        self.assertFollowed(rows, self.gemini, ann)
        self.assertEqual(self.gemini.thanks_ids, rows[5])

    def test_company_becomes_a_contact(self):
        """A company that is none any more goes with its parent, and its own people go along."""
        azure = self._create_customer("Azure", is_company=True, parent_id=self.gemini.id)
        cy = self._create_customer("Cy", parent_id=azure.id)
        rows = self._create_rows(azure)
        loss = self.env["retention.loss"].create({"partner_id": cy.id, "date": "2026-01-02"})
        self.assertFollowed(loss, azure, cy)
        azure.is_company = False
        self.assertFollowed(rows, self.gemini, azure)
        self.assertFollowed(loss, self.gemini, cy)

    def test_merged_into_a_contact(self):
        """Who is merged into the contact of a company is that person of the company."""
        ann, contact = (
            self._create_customer("Ann"),
            self._create_customer("Ann", parent_id=self.gemini.id),
        )
        rows = self._create_rows(ann)
        self._merge(contact, ann)
        self.assertFollowed(rows, self.gemini, contact)

    def test_contact_merged_into_a_customer(self):
        """A customer merged with the contact of a company takes over its company."""
        ann, contact = (
            self._create_customer("Ann"),
            self._create_customer("Ann", parent_id=self.gemini.id),
        )
        rows = self._create_rows(ann)
        self._merge(ann, contact)
        self.assertEqual(ann.commercial_partner_id, self.gemini)
        self.assertFollowed(rows, self.gemini, ann)

    def test_leaves_a_company(self):
        """What is known of a company stays with it when one of its people leaves."""
        contact = self._create_customer("Cy", parent_id=self.gemini.id)
        loss = self.env["retention.loss"].create({"partner_id": contact.id})
        contact.parent_id = False
        self.assertFollowed(loss, self.gemini, contact)

    def test_nobody_moved(self):
        """Writing the company again moves nobody, and nothing is looked for."""
        contact = self._create_customer("Cy", parent_id=self.gemini.id)
        self.env.flush_all()
        changes = self.env["retention.change"].search_count([])
        contact.write({"parent_id": self.gemini.id})
        self.assertEqual(self.env["retention.change"].search_count([]), changes)
