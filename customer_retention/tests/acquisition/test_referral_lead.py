from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import OWN, RetentionCase


@tagged("post_install", "-at_install")
class TestReferralLead(RetentionCase):
    """A referrer named on a lead reaches the customer, once and without circles."""

    def _create_lead(self, **values):
        return self.env["crm.lead"].create({"name": "Chairs", "type": "lead", **values})

    def test_company_made_from_a_lead(self):
        """The company made from a lead was brought, its contact was not."""
        ann = self._create_customer("Ann")
        lead = self._create_lead(
            partner_name="Gemini",
            contact_name="Cy",
            referred_by_id=ann.id,
            email_from="cy@gemini.example",
        )
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.name, "Cy")
        gemini = lead.partner_id.parent_id
        self.assertEqual(gemini.referred_by_id, ann)
        self.assertFalse(lead.partner_id.referred_by_id)
        self.assertEqual(ann.referral_ids, gemini)

    def test_person_made_from_a_lead(self):
        """A person without a company is the customer."""
        ann = self._create_customer("Ann")
        lead = self._create_lead(contact_name="Cy", referred_by_id=ann.id)
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.referred_by_id, ann)

    def test_existing_customer(self):
        """Linked to a customer without a referrer, the lead's is noted; one that stands is kept."""
        ann, eve = self._create_customer("Ann"), self._create_customer("Eve")
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        lead = self._create_lead(referred_by_id=ann.id)
        lead._handle_partner_assignment(force_partner_id=contact.id, create_missing=False)
        self.assertEqual(gemini.referred_by_id, ann)
        self._create_lead(referred_by_id=eve.id, partner_id=contact.id)
        self.assertEqual(gemini.referred_by_id, ann)

    def test_no_circle_from_a_lead(self):
        """A customer may recommend another deal to who brought them: the lead says so, the line does not."""
        ann = self._create_customer("Ann")
        bob = self._create_customer("Bob", referred_by_id=ann.id)
        lead = self._create_lead(partner_id=ann.id, referred_by_id=bob.id)
        self.assertEqual(lead.referred_by_id, bob)
        self.assertFalse(ann.referred_by_id)

    def test_not_brought_by_themselves(self):
        """A lead's customer, or one of its contacts, did not bring it; linked later, neither."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        for customer, referrer in ((gemini, gemini), (gemini, contact), (contact, gemini)):
            with self.assertRaisesRegex(ValidationError, "Gemini → Gemini"):
                self._create_lead(partner_id=customer.id, referred_by_id=referrer.id)
        lead = self._create_lead(referred_by_id=contact.id)
        with self.assertRaisesRegex(ValidationError, "Gemini → Gemini"):
            lead.partner_id = gemini

    def test_merged_leads(self):
        """Duplicates become one: the referrer named on any of them stays, but for their customer."""
        ann, gemini = self._create_customer("Ann"), self._create_customer("Gemini")
        first = self._create_lead(partner_name="Gemini", probability=90)
        second = self._create_lead(partner_name="Gemini", referred_by_id=ann.id, probability=10)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.referred_by_id, ann)
        own = self._create_lead(referred_by_id=gemini.id)
        theirs = self._create_lead(partner_id=gemini.id)
        self.assertFalse((own | theirs).merge_opportunity().referred_by_id)

    def test_other_company(self):
        """A lead of one company is not brought by a contact of another."""
        other = self._create_company("Other Company")
        ann = self._create_customer("Ann", company_id=other.id)
        with self.assertRaises(UserError):
            self._create_lead(company_id=self.company.id, referred_by_id=ann.id)

    def test_free_text_is_offered_not_guessed(self):
        """Core's free text finds contacts by name, exact ones first; only a person's choice counts."""
        seller = self._create_user("seller", OWN)
        exact = self._create_customer("Annabel Lee-Quist")
        similar = self._create_customer("Mrs. Annabel Lee-Quist Jr.")
        self._create_customer("Bob")
        lead = self._create_lead(referred=" annabel lee-quist ", user_id=seller.id)
        self.assertEqual(lead._get_referred_matches(), exact + similar)
        self.assertEqual(lead.referred_match_count, 2)
        self.assertFalse(lead.referred_by_id)
        action = self._as(lead, seller).action_match_referrer()
        Match = self._as(self.env["retention.referrer.match"], seller)
        with Form(Match.with_context(**action["context"])) as form:
            self.assertFalse(form.partner_id)
            self.assertEqual(form.referred, " annabel lee-quist ")
            form.partner_id = self._as(exact, seller)
        form.record.action_confirm()
        self.assertEqual(lead.referred_by_id, exact)
        self.assertEqual(lead.referred_match_count, 0)

    def test_free_text_without_match(self):
        """Nobody of that name, or the lead's own customer: nothing is offered."""
        ann = self._create_customer("Annabel Lee-Quist")
        self.assertEqual(self._create_lead(referred="Nobody Known Here").referred_match_count, 0)
        self.assertEqual(self._create_lead(referred="%").referred_match_count, 0)
        own = self._create_lead(referred="Annabel Lee-Quist", partner_id=ann.id)
        self.assertEqual(own.referred_match_count, 0)
