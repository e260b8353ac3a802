from odoo.tests import tagged

from ..common import RetentionCase


@tagged("post_install", "-at_install")
class TestReferralMerge(RetentionCase):
    """Merged contacts: no line ends in itself, and what others brought stays theirs."""

    def _merge(self, survivor, *others):
        partners = survivor.union(*others)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, survivor, extra_checks=False)
        self.env.invalidate_all()
        self.assertFalse(survivor._has_cycle("referred_by_id"))
        return survivor

    def _chain(self, *names):
        """Create customers, each brought by the one before."""
        partners = self.env["res.partner"]
        for name in names:
            partners |= self._create_customer(name, referred_by_id=partners[-1:].id)
        return partners

    def test_both_brought_somebody(self):
        """The merged customer brought everybody whom either brought."""
        ann, bob = self._chain("Ann", "Bob")
        eve, flo = self._chain("Eve", "Flo")
        self._merge(ann, eve)
        self.assertEqual(ann.referral_ids, bob | flo)

    def test_referrer_with_referred(self):
        """Who brought whom they are merged with keeps the referrer above both, whoever stays."""
        top, ann, bob = self._chain("Top", "Ann", "Bob")
        self._merge(bob, ann)
        self.assertEqual(bob.referred_by_id, top)
        ann, bob = self._chain("Ann", "Bob")
        self._merge(ann, bob)
        self.assertFalse(ann.referred_by_id)
        self.assertFalse(ann.referral_ids)

    def test_brought_each_others_child(self):
        """Ann brought Cy's referrer's child and Bob Ann's: each line is cut where it would close."""
        # Ann → Cy → Bob and, apart, Bob → Dora: merged, Cy is below and above; above goes.
        ann, cy, bob = self._chain("Ann", "Cy", "Bob")
        dora = self._create_customer("Dora", referred_by_id=bob.id)
        self._merge(ann, bob)
        self.assertFalse(ann.referred_by_id)
        self.assertEqual(ann.referral_ids, cy | dora)
        # The same with the lower one staying.
        ann, cy, bob = self._chain("Ann", "Cy", "Bob")
        self._merge(bob, ann)
        self.assertFalse(bob.referred_by_id)
        self.assertEqual(bob.referral_ids, cy)

    def test_three_of_one_line(self):
        """Three of a line of five become one, with the two others above and below."""
        top, one, two, three, last = self._chain("Top", "One", "Two", "Three", "Last")
        self._merge(three, one, two)
        self.assertEqual(three.referred_by_id, top)
        self.assertEqual(three.referral_ids, last)

    def test_survivors_referrer_goes_first(self):
        """Both were brought by somebody: that of the contact that stays is kept, with its day."""
        _ann, bob = self._chain("Ann", "Bob")
        eve, flo = self._chain("Eve", "Flo")
        flo.referred_date = "2026-01-05"
        self._merge(flo, bob)
        self.assertEqual(flo.referred_by_id, eve)
        self.assertEqual(str(flo.referred_date), "2026-01-05")

    def test_referrer_is_taken_over(self):
        """Only the merged one was brought by somebody: that is kept."""
        ann, bob = self._chain("Ann", "Bob")
        flo = self._create_customer("Flo")
        self._merge(flo, bob)
        self.assertEqual(flo.referred_by_id, ann)
        self.assertEqual(ann.referral_ids, flo)

    def test_person_into_contact_of_a_company(self):
        """Merged into a contact, a person's referrals go to the company, without a circle."""
        ann, bob = self._chain("Ann", "Bob")
        gemini = self._create_customer("Gemini", is_company=True, referred_by_id=bob.id)
        contact = self._create_customer("Ann at Gemini", parent_id=gemini.id)
        self._merge(contact, ann)
        self.assertEqual(bob.referred_by_id, gemini)
        self.assertEqual(bob.referred_by_contact_id, contact)
        self.assertFalse(gemini.referred_by_id)

    def test_contacts_of_two_companies(self):
        """Merging contacts of two companies does not mix what the companies brought."""
        gemini = self._create_customer("Gemini", is_company=True)
        azure = self._create_customer("Azure", is_company=True, referred_by_id=gemini.id)
        one = self._create_customer("One", parent_id=gemini.id)
        two = self._create_customer("Two", parent_id=azure.id)
        bob = self._create_customer("Bob", referred_by_id=two.id)
        self._merge(one, two)
        self.assertEqual(azure.referred_by_id, gemini)
        self.assertEqual(bob.referred_by_id, azure)
        self.assertEqual(bob.referred_by_contact_id, one)

    def test_figures_after_merge(self):
        """After the next run the merged customer shows what both brought."""
        ann = self._create_customer("Ann", [(5, 1)])
        eve = self._create_customer("Eve", [(5, 2)])
        self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id)
        self._create_customer("Flo", [(5, 20)], referred_by_id=eve.id)
        self._refresh()
        self._merge(ann, eve)
        self._refresh()
        self.assertEqual((ann.referral_count, ann.referred_value_year), (2, 30))
