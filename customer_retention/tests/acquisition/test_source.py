from datetime import timedelta

from odoo.tests import tagged

from ...models.acquisition import res_partner_source
from ..common import ALL, NOW, OWN, RetentionCase, days_ago


def moment(days, hour=12):
    return NOW.replace(hour=hour) - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestSource(RetentionCase):
    """Where customers came from: the first touch, never over what a person entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair, cls.search = cls.env["utm.source"].create(
            [{"name": "Fair X"}, {"name": "Search X"}]
        )
        cls.mail = cls.env["utm.medium"].create({"name": "Mail X"})
        cls.spring = cls.env["utm.campaign"].create({"name": "Spring X"})

    def _create_lead(self, partner, days, hour=12, **values):
        lead = self.env["crm.lead"].create(
            {"name": "Chairs", "partner_id": partner.id, "company_id": self.company.id, **values}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [moment(days, hour), lead.id]
        )
        lead.invalidate_recordset()
        return lead

    def _fill(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_retention.ir_cron_fill_sources").method_direct_trigger()
        self.env.invalidate_all()

    def assertSource(self, partner, source, day, origin):
        self.assertEqual(
            (partner.acquisition_source_id, partner.acquisition_date, partner.acquisition_origin),
            (source, day, origin),
            partner.name,
        )

    # ------------------------------------------------------------------
    # The first touch
    # ------------------------------------------------------------------

    def test_first_lead(self):
        """The first of two leads tells source, medium and campaign; a contact's counts for the company."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        self._create_lead(gemini, 50, source_id=self.search.id)
        self._create_lead(
            contact, 90, source_id=self.fair.id, medium_id=self.mail.id, campaign_id=self.spring.id
        )
        self._fill()
        self.assertSource(gemini, self.fair, days_ago(90), "lead")
        self.assertEqual(gemini.acquisition_medium_id, self.mail)
        self.assertEqual(gemini.acquisition_campaign_id, self.spring)
        self.assertFalse(contact.acquisition_origin)

    def test_lead_or_order(self):
        """The earlier day counts, on the same day the lead."""
        earlier, same, later = (self._create_customer(name) for name in ("E", "S", "L"))
        for customer, order_days in ((earlier, 51), (same, 50), (later, 49)):
            self._create_lead(customer, 50, hour=15, source_id=self.search.id)
            order = self._create_order(customer, moment(order_days, 9), 10)
            order.source_id = self.fair
        self._fill()
        self.assertSource(earlier, self.fair, days_ago(51), "order")
        self.assertSource(same, self.search, days_ago(50), "lead")
        self.assertSource(later, self.search, days_ago(50), "lead")

    def test_what_is_a_touch(self):
        """A quotation and a lost lead are one, a cancelled order is none, neither is our own company."""
        quoted, lost, cancelled = (self._create_customer(name) for name in ("Q", "L", "C"))
        self._create_order(quoted, moment(5), 10, confirm=False).source_id = self.fair
        self._create_lead(lost, 6, source_id=self.fair.id, active=False, probability=0)
        order = self._create_order(cancelled, moment(7), 10)
        order.source_id = self.fair
        order._action_cancel()
        own = self.company.partner_id
        self._create_lead(own, 6, source_id=self.fair.id)
        self._fill()
        self.assertSource(quoted, self.fair, days_ago(5), "order")
        self.assertSource(lost, self.fair, days_ago(6), "lead")
        self.assertFalse(cancelled.acquisition_origin)
        self.assertFalse(own.acquisition_origin)

    def test_touch_without_source(self):
        """A first touch that says no source is still the first: day and origin are known."""
        ann = self._create_customer("Ann")
        self._create_lead(ann, 50)
        self._create_lead(ann, 40, source_id=self.fair.id)
        self._fill()
        self.assertSource(ann, self.env["utm.source"], days_ago(50), "lead")

    def test_day_of_the_company(self):
        """A lead of 22:30 UTC belongs to the next day in Auckland."""
        self.company.partner_id.tz = "Pacific/Auckland"
        ann = self._create_customer("Ann")
        self._create_lead(ann, 50, hour=22)
        self._fill()
        self.assertEqual(ann.acquisition_date, days_ago(49))

    def test_follows_what_is_found_later(self):
        """An earlier touch found later is taken over; without a change nothing is written."""
        ann = self._create_customer("Ann")
        self._create_lead(ann, 10, source_id=self.search.id)
        self._fill()
        self._create_lead(ann, 20, source_id=self.fair.id)
        self._fill()
        self.assertSource(ann, self.fair, days_ago(20), "lead")
        self.assertEqual(self.env["res.partner"]._create_touches(), 0)

    # ------------------------------------------------------------------
    # A person's word
    # ------------------------------------------------------------------

    def test_person_first(self):
        """What a person entered stays, also an empty value, and carries today where no day is known."""
        ann = self._create_customer("Ann", acquisition_source_id=self.search.id)
        self.assertSource(ann, self.search, days_ago(0), "person")
        bob = self._create_customer("Bob")
        self._create_lead(ann, 90, source_id=self.fair.id)
        self._create_lead(bob, 90, source_id=self.fair.id)
        self._fill()
        self.assertSource(ann, self.search, days_ago(0), "person")
        bob.acquisition_source_id = False
        self._fill()
        self.assertSource(bob, self.env["utm.source"], days_ago(90), "person")
        (ann | bob).write({"acquisition_source_id": self.fair.id})
        self.assertEqual((ann | bob).mapped("acquisition_date"), [days_ago(0), days_ago(90)])

    def test_other_writes_are_no_entry(self):
        """Saving a contact without a word about its source leaves the source to the pass."""
        ann = self._create_customer("Ann", acquisition_source_id=False)
        ann.phone = "123"
        self.assertFalse(ann.acquisition_origin)
        ann.copy({"name": "Copy"})
        bob = self._create_customer("Bob", acquisition_source_id=self.fair.id).copy()
        self.assertFalse(bob.acquisition_source_id)

    def test_button_hands_it_back(self):
        """The button forgets the entry and takes the first touch of this customer at once."""
        seller = self._create_user("seller", OWN)
        ann = self._create_customer("Ann", acquisition_source_id=self.search.id)
        bob = self._create_customer("Bob")
        self._create_lead(ann, 90, source_id=self.fair.id)
        self._create_lead(bob, 90, source_id=self.fair.id)
        self._as(ann, seller).action_fill_source()
        self.env.invalidate_all()
        self.assertSource(ann, self.fair, days_ago(90), "lead")
        self.assertFalse(bob.acquisition_origin)

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------

    def test_in_batches(self):
        """More customers than a batch are all filled."""
        self.patch(res_partner_source, "BATCH", 3)
        customers = self._create_customers(*[[] for _each in range(8)])
        for customer in customers:
            self._create_lead(customer, 9, source_id=self.fair.id)
        self._fill()
        self.assertEqual(customers.acquisition_source_id, self.fair)
        self.assertEqual(set(customers.mapped("acquisition_origin")), {"lead"})

    def test_write_date_stays(self):
        """Nobody changed the contact, so that nothing that follows changes is set off."""
        ann = self._create_customer("Ann")
        before = ann.write_date
        self._create_lead(ann, 9, source_id=self.fair.id)
        self._fill()
        self.assertTrue(ann.acquisition_origin)
        self.assertEqual(ann.write_date, before)

    # ------------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------------

    def test_merge(self):
        """Merged, a person's word goes before the earliest touch, and one source is not mixed from two."""
        ann, bob, cy = (self._create_customer(name) for name in ("Ann", "Bob", "Cy"))
        self._create_lead(ann, 20, source_id=self.search.id)
        self._create_lead(bob, 30, source_id=self.fair.id, medium_id=self.mail.id)
        self._fill()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((ann | bob).ids, ann, extra_checks=False)
        self.assertSource(ann, self.fair, days_ago(30), "lead")
        self.assertEqual(ann.acquisition_medium_id, self.mail)
        cy.acquisition_source_id = self.search
        wizard._merge((ann | cy).ids, ann, extra_checks=False)
        self.assertSource(ann, self.search, days_ago(0), "person")
        self.assertFalse(ann.acquisition_medium_id)

    # ------------------------------------------------------------------
    # The report
    # ------------------------------------------------------------------

    def _report(self, user=None, company=None):
        Report = self.env["retention.source.report"]
        if user:
            Report = self._as(Report, user, company)
        Report.invalidate_model()
        measures = ("customer_count", "new_count", "value_year", "lifetime_value", "referral_count")
        groups = Report._read_group(
            [("company_id", "=", (company or self.company).id)],
            ["source_id"],
            [*[f"{name}:sum" for name in measures], "silent_rate:avg", "lost_rate:avg"],
        )
        return {source.name or "": values for source, *values in groups}

    def test_report(self):
        """Customers, new ones, value, silent and lost share and referrals of each source, by hand."""
        fair = {"acquisition_source_id": self.fair.id}
        # Fair: 100 today's year and 7 before; 50 new this year; silent: last 300 days ago, 90 usual.
        ann = self._create_customer("Ann", [(5, 100), (500, 7)], **fair)
        self._create_customer("Bob", [(10, 50)], **fair)
        self._create_customer("Cy", [(364, 9)], **fair)
        self._create_customer("Lost", [(800, 30)], **fair)
        self._create_customer("Di", [(3, 11)], referred_by_id=ann.id)
        self._create_customer("Prospect", **fair)
        self._refresh()
        report = self._report()
        # New: Bob and Cy (364 days ago). Silent: Cy, lost: Lost; of 4 customers.
        self.assertEqual(report["Fair X"], [4, 2, 159, 196, 1, 0.25, 0.25])
        self.assertEqual(report[""], [1, 1, 11, 11, 0, 0, 0])

    def test_report_rights(self):
        """Own and unassigned customers for salespeople, all for their lead, each company apart."""
        other = self._create_company("Other Company")
        seller, lead = self._create_user("seller", OWN), self._create_user("lead", ALL)
        colleague = self._create_user("colleague", OWN)
        self._create_customer("Mine", [(5, 1)], user_id=seller.id)
        self._create_customer("Free", [(5, 20)])
        theirs = self._create_customer("Theirs", [(5, 300)], user_id=colleague.id)
        self._create_past(theirs, (5, 4000), company_id=other.id)
        self._refresh()
        self._refresh(other)
        self.assertEqual(self._report(seller)[""][2], 21)
        self.assertEqual(self._report(lead)[""][2], 321)
        abroad = self._create_user("abroad", ALL, other)
        self.assertEqual(self._report(abroad, other)[""][2], 4000)
