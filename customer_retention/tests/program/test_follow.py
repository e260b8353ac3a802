from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import TODAY, days_ago
from .test_program import ProgramCase


class FollowCase(ProgramCase):
    """Customers who become part of the company Gemini, by hand or merged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gemini = cls._create_customer("Gemini", is_company=True)

    def _merge(self, survivor, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(survivor.union(*others).ids, survivor, extra_checks=False)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestFollow(FollowCase):
    """Whatever is about a customer follows it into the company it becomes part of."""

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
        # Figures have no person, see test_figures.
        self.assertEqual({row._name for row in rows}, ours - {"retention.customer"})
        return rows

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

    def test_figures(self):
        """Until the next run the company has the figures of its new contact, or keeps its own."""
        ann = self._create_customer("Ann", [(5, 10)])
        eve = self._create_customer("Eve", [(9, 20)])
        azure = self._create_customer("Azure", [(7, 40)], is_company=True)
        self._refresh()
        ann.parent_id = self.gemini
        eve.parent_id = azure
        self.assertFigures(self.gemini, lifetime_value=10)
        self.assertFigures(azure, lifetime_value=40)
        self.assertFalse(self._get_figures(ann) | self._get_figures(eve))
        self._refresh()
        self.assertFigures(azure, lifetime_value=60)
        # Nobody is new, and nobody is none any more: only what they are together.
        moved = ann | eve | self.gemini
        events = self.Event.search([("partner_id", "in", moved.ids), ("type", "=", "status")])
        self.assertFalse(events)


@tagged("post_install", "-at_install")
class TestFollowedEvents(FollowCase):
    """What happened to a customer does not happen again to whom it becomes part of."""

    def _record(self, types):
        return self.Event._record(self.company, types, days_ago(20), TODAY)

    def test_keys(self):
        """A key with a contact's number is, also worked out afterwards, the one its collector gives."""
        self.company.retention_keep_birthday = True
        self.company.retention_review_c_months = 1
        top = self._create_customer("Top")
        ann = self._create_customer(
            "Ann", [(390, 1), (31, 1)], referred_by_id=top.id, birthday="1980-06-10"
        )
        ann.last_review_date = days_ago(40)
        self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id, referred_date=days_ago(9))
        self._refresh()
        kinds = {kind for kind, traits in self.Event._get_type_traits().items() if traits.key}
        self.assertLessEqual({"first_purchase", "anniversary", "birthday"}, kinds)
        for kind in sorted(kinds - {"manual", "cause_gone"}):
            collector = self.Event._get_collector(kind)(self.company, date(2025, 1, 1), TODAY)
            rows = self.env.execute_query(
                SQL(
                    "SELECT key, %s FROM (%s) AS event",
                    self.Event._get_traits(kind).key,
                    collector,
                )
            )
            self.assertTrue(rows, kind)
            for key, worked_out in rows:
                self.assertEqual(key, worked_out, kind)

    def test_by_hand(self):
        """A first purchase, a review and a friend's are not told again of the company."""
        ann = self._create_customer("Ann", [(5, 10)], last_review_date=days_ago(400))
        self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id, referred_date=days_ago(9))
        self._refresh()
        types = ["first_purchase", "referral_named", "referral_converted", "review_due"]
        recorded = self._record(types)
        own = recorded.filtered(lambda event: event.partner_id == ann)
        self.assertLessEqual({"first_purchase", "referral_named"}, set(own.mapped("type")))
        ann.parent_id = self.gemini
        self.assertEqual(own.partner_id, self.gemini)
        self._refresh()
        self.assertFalse(self._record(types).filtered(lambda e: e.partner_id == self.gemini))

    def test_merged(self):
        """Two who are one: each birthday, first purchase and entry by hand is told once."""
        self.company.retention_keep_birthday = True
        ann = self._create_customer("Ann", [(5, 10)], birthday="1980-06-10")
        twin = self._create_customer("Ann Twin")
        program = self._create_program(event_type="manual", status_to=False)
        self._refresh()
        types = ["first_purchase", "birthday"]
        self.assertEqual(len(self._record(types)), 2)
        manual = self.Event._record_manual(program, ann, self.company)
        self._merge(twin, ann)
        self._refresh()
        self.assertFalse(self._record(types))
        self.assertFalse(self.Event._record_manual(program, twin, self.company))
        self.assertEqual(manual.partner_id, twin)

    def test_two_of_one_key(self):
        """Where both bought for the first time lately, both events stay, the older with the key."""
        ann = self._create_customer("Ann", [(5, 10)])
        azure = self._create_customer("Azure", [(4, 10)], is_company=True)
        self._refresh()
        events = self._record(["first_purchase"])
        ann.parent_id = azure
        self.assertEqual(events.partner_id, azure)
        self.assertEqual(len(set(events.mapped("key"))), 2)
        self._refresh()
        self.assertFalse(self._record(["first_purchase"]))

    def test_referrer_and_referred(self):
        """Who was brought by the company they join was somebody they brought, not the company itself."""
        ann = self._create_customer("Ann", referred_by_id=self.gemini.id)
        event = self._record(["referral_named"])
        ann.parent_id = self.gemini
        self.assertEqual((event.partner_id, event.related_partner_id), (self.gemini, ann))


@tagged("post_install", "-at_install")
class TestFollowedEnrollments(FollowCase):
    """Customers who become one are in each program once."""

    def test_bought_meanwhile(self):
        """Who joined a company leaves the program when the company buys."""
        program = self._create_program({}, {"delay_days": 5})
        ann = self._create_silent()
        enrollment = self._enter(program)
        enrollment.date = days_ago(3)
        first = self._act()
        ann.parent_id = self.gemini
        self._create_past(self.gemini, (1, 10))
        self._refresh()
        self._act()
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "bought"))
        self.assertEqual((first.state, first.partner_id), ("canceled", self.gemini))

    def test_two_become_one(self):
        """The older enrollment stays with its work; that of the younger is taken back."""
        for become_one in (self._merge, lambda to, who: who.write({"parent_id": to.id})):
            program = self._create_program()
            one, two = self._create_silent(2)
            two.is_company = True
            older, younger = self._enter(program).sorted(lambda each: each.partner_id.name)
            older.date = days_ago(1)
            self._act()
            become_one(two, one)
            self.assertEqual((older | younger).partner_id, two)
            self.assertEqual((older.state, older.followup_ids.state), ("open", "open"))
            self.assertEqual((younger.state, younger.reason), ("stopped", "already_in"))
            self.assertEqual(younger.followup_ids.state, "canceled")
            self.assertFalse(younger.followup_ids.activity_id)
            self.assertTrue(older.followup_ids.activity_id)

    def test_kept_out(self):
        """Who was stopped for good stays so after a merge, whoever is left."""
        program = self._create_program()
        one, two = self._create_silent(2)
        enrollments = self._enter(program)
        self._act()
        stopped = enrollments.filtered(lambda each: each.partner_id == one)
        stopped.followup_ids.action_stop_customer()
        other = enrollments - stopped
        self._merge(two, one)
        self.assertEqual((other.state, other.reason), ("stopped", "kept_out"))
        self.assertEqual(other.followup_ids.state, "canceled")

    def test_other_programs(self):
        """In two programs of its own, the customer stays in both."""
        first, second = (
            self._create_program(domain=f"[('name', '=', 'Silent {number}')]") for number in (1, 2)
        )
        one, two = self._create_silent(2)
        enrollments = self._enter(first) | self._enter(second)
        self._merge(two, one)
        self.assertEqual(enrollments.mapped("state"), ["open", "open"])
        self.assertEqual(enrollments.partner_id, two)
