from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..common import ALL, MANAGER, OWN, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestThanks(RetentionCase):
    """Who was thanked, and who is still to be."""

    def _thank(self, partner, **values):
        return self.env["retention.thanks"].create(
            {"partner_id": partner.id, "kind": "note", **values}
        )

    def _to_thank(self, user=None, company=None):
        ToThank = self.env["retention.to.thank"]
        if user:
            ToThank = self._as(ToThank, user, company)
        ToThank.invalidate_model()
        rows = ToThank.search([("company_id", "=", (company or self.company).id)])
        return sorted((row.partner_id.name, row.referral_id.name or row.occasion) for row in rows)

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------

    def test_customer_and_kind_suffice(self):
        """Everything else has a default: by me, today, here, for nothing in particular, at no cost."""
        seller = self._create_user("seller", OWN)
        ann = self._create_customer("Ann")
        thanks = self._as(self.env["retention.thanks"], seller).create(
            {"partner_id": ann.id, "kind": "call"}
        )
        self.assertEqual(
            (thanks.user_id, thanks.date, thanks.company_id, thanks.cost, thanks.reason),
            (seller, days_ago(0), self.company, 0, False),
        )
        self.assertEqual(ann.last_thanks_date, days_ago(0))

    def test_contact_is_thanked_for_the_company(self):
        """A contact given as the customer becomes the person of its company."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        thanks = self._thank(contact)
        self.assertEqual((thanks.partner_id, thanks.contact_id), (gemini, contact))
        with Form(self.env["retention.thanks"]) as form:
            form.partner_id = contact
            form.kind = "gift"
        self.assertEqual((form.record.partner_id, form.record.contact_id), (gemini, contact))

    def test_buttons(self):
        """Thank on a customer, a contact and a referral opens what is known already."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        bob = self._create_customer("Bob", referred_by_id=contact.id)
        Thanks = self.env["retention.thanks"]
        for action, expected in (
            (
                gemini.action_thank(),
                (gemini, self.env["res.partner"], self.env["res.partner"], False),
            ),
            (contact.action_thank(), (gemini, contact, self.env["res.partner"], False)),
            (bob.action_thank_referrer(), (gemini, contact, bob, "Brought us Bob")),
        ):
            with Form(Thanks.with_context(**action["context"])) as form:
                form.kind = "postcard"
            thanks = form.record
            self.assertEqual(
                (thanks.partner_id, thanks.contact_id, thanks.referral_id, thanks.reason), expected
            )
        opened = gemini.action_open_thanks()
        self.assertEqual(Thanks.search(opened["domain"]), gemini.thanks_ids)
        self.assertEqual(len(gemini.thanks_ids), 3)

    def test_cost(self):
        """A negative cost is refused with what is allowed."""
        with self.assertRaisesRegex(ValidationError, "Cost is -1. It has to be 0 or more"):
            self._thank(self._create_customer("Ann"), cost=-1)

    def test_last_thanks(self):
        """The last day counts; the list sorts by it, those never thanked apart."""
        ann, bob, cy = (self._create_customer(name) for name in ("Ann", "Bob", "Cy"))
        self._thank(ann, date=days_ago(9))
        self._thank(ann, date=days_ago(30))
        self._thank(bob, date=days_ago(5))
        mine = [("id", "in", (ann | bob | cy).ids)]
        Partner = self.env["res.partner"]
        self.assertEqual(ann.last_thanks_date, days_ago(9))
        self.assertEqual(
            Partner.search(
                [*mine, ("last_thanks_date", ">=", days_ago(9))], order="last_thanks_date"
            ),
            ann | bob,
        )
        self.assertEqual(Partner.search([*mine, ("last_thanks_date", "=", False)]), cy)

    def test_customer_joins_a_company(self):
        """Thanks follow a person who becomes a contact of a company."""
        ann = self._create_customer("Ann")
        thanks = self._thank(ann)
        gemini = self._create_customer("Gemini", is_company=True)
        ann.parent_id = gemini
        self.assertEqual((thanks.partner_id, thanks.contact_id), (gemini, ann))

    def test_merge(self):
        """Merged customers keep the thanks of both; merged into a contact, they are its company's."""
        ann, bob = self._create_customer("Ann"), self._create_customer("Bob")
        self._thank(ann)
        thanks = self._thank(bob)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((ann | bob).ids, ann, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(len(ann.thanks_ids), 2)
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Ann at Gemini", parent_id=gemini.id)
        wizard._merge((ann | contact).ids, contact, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual((thanks.partner_id, thanks.contact_id), (gemini, contact))

    # ------------------------------------------------------------------
    # To thank
    # ------------------------------------------------------------------

    def test_referrals_to_thank_for(self):
        """Each referral who bought, until its referrer was thanked for it in this company."""
        # Ann is the best of three buyers, so ⌈10 % of 3⌉ = 1 is gold: turn that off by thanking.
        ann = self._create_customer("Ann", [(5, 1000)])
        self._thank(ann)
        bob = self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id)
        self._create_customer("Cy", [(5, 20)], referred_by_id=ann.id)
        self._create_customer("No Purchase", referred_by_id=ann.id)
        self._refresh()
        self.assertEqual(self._to_thank(), [("Ann", "Bob"), ("Ann", "Cy")])
        self._thank(ann, referral_id=bob.id)
        self.assertEqual(self._to_thank(), [("Ann", "Cy")])
        # Corrected to another referrer, that one is to be thanked.
        eve = self._create_customer("Eve")
        bob.referred_by_id = eve
        self.assertEqual(self._to_thank(), [("Ann", "Cy"), ("Eve", "Bob")])
        eve.active = False
        self.assertEqual(self._to_thank(), [("Ann", "Cy")])

    def test_gold_customers_to_thank(self):
        """A gold customer comes up when the last thanks are 12 months old, to the day."""
        self.company.retention_gold_percent = 100
        for name, day in (("A", "2025-06-14"), ("B", "2025-06-15"), ("C", "2025-06-16")):
            self._thank(self._create_customer(name, [(5, 10)]), date=day)
        self._create_customer("D", [(5, 10)])
        self._create_customer("Not Gold", [(400, 10)])
        self._refresh()
        self.assertEqual(self._to_thank(), [("A", "gold"), ("B", "gold"), ("D", "gold")])
        rows = self.env["retention.to.thank"].search([("company_id", "=", self.company.id)])
        # Since when thanks are due is a year after the last, and nothing where there were none.
        self.assertEqual(
            {row.partner_id.name: (str(row.date), str(row.last_thanks_date)) for row in rows},
            {
                "A": ("2026-06-14", "2025-06-14"),
                "B": ("2026-06-15", "2025-06-15"),
                "D": ("False", "False"),
            },
        )
        self.company.retention_thanks_months = 6
        self.env.flush_all()
        self.assertEqual(len(self._to_thank()), 4)
        with self.assertRaisesRegex(ValidationError, "is 0. It has to be between 1 and 120"):
            self.company.retention_thanks_months = 0

    def test_thank_from_the_list(self):
        """The button on the list records the thanks that take the line off it."""
        seller = self._create_user("seller", OWN)
        gemini = self._create_customer("Gemini", is_company=True, user_id=seller.id)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        self._create_customer("Bob", [(5, 10)], referred_by_id=contact.id, user_id=seller.id)
        self._refresh()
        row = self._as(self.env["retention.to.thank"], seller).search(
            [("partner_id", "=", gemini.id)]
        )
        self.assertEqual(row.contact_id, contact)
        context = row.action_thank()["context"]
        with Form(self._as(self.env["retention.thanks"], seller).with_context(**context)) as form:
            form.kind = "call"
        self.assertEqual(form.record.contact_id, contact)
        self.assertNotIn(("Gemini", "Bob"), self._to_thank(seller))

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_rights(self):
        """Own and unassigned customers for salespeople, all for their lead; deleting is the manager's."""
        seller, colleague = self._create_user("seller", OWN), self._create_user("colleague", OWN)
        lead, manager = self._create_user("lead", ALL), self._create_user("manager", MANAGER)
        employee = self._create_user("employee")
        mine = self._create_customer("Mine", [(5, 10)], user_id=seller.id)
        theirs = self._create_customer("Theirs", [(5, 10)], user_id=colleague.id)
        self.company.retention_gold_percent = 100
        self._refresh()
        self.assertEqual(self._to_thank(seller), [("Mine", "gold")])
        self.assertEqual(self._to_thank(lead), [("Mine", "gold"), ("Theirs", "gold")])
        own, other = self._thank(mine), self._thank(theirs)
        Thanks = self.env["retention.thanks"]
        self.assertEqual(self._as(Thanks, seller).search([("id", "in", (own | other).ids)]), own)
        self.assertFalse(self._as(theirs, seller).last_thanks_date)
        self.assertTrue(self._as(theirs, lead).last_thanks_date)
        with self.assertRaises(AccessError):
            self._as(Thanks, seller).create({"partner_id": theirs.id, "kind": "note"})
        with self.assertRaises(AccessError):
            self._as(own, seller).unlink()
        self._as(own, manager).unlink()
        for model in ("retention.thanks", "retention.to.thank", "retention.source.report"):
            with self.assertRaises(AccessError):
                self._as(self.env[model], employee).search([])

    def test_companies_apart(self):
        """Thanks of one company say nothing in another; both may have to thank."""
        other = self._create_company("Other Company")
        ann = self._create_customer("Ann")
        bob = self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id)
        self._create_past(bob, (5, 10), company_id=other.id)
        self._refresh()
        self._refresh(other)
        self._thank(ann, referral_id=bob.id)
        lead = self._create_user("lead", ALL, self.company | other)
        self.assertNotIn(("Ann", "Bob"), self._to_thank(lead))
        self.assertIn(("Ann", "Bob"), self._to_thank(lead, other))
        self.assertFalse(ann.with_context(allowed_company_ids=other.ids).last_thanks_date)

    def test_outsiders(self):
        """Portal and public users read none of it on contacts, not even on their own."""
        gemini = self._create_customer("Gemini", is_company=True)
        ann = self._create_customer("Ann")
        gemini.referred_by_id = ann
        for group in ("base.group_portal", "base.group_public"):
            user = self._create_user(f"outsider {group}", group)
            user.partner_id.parent_id = gemini
            for name in (
                "referred_by_id",
                "referral_ids",
                "referral_count",
                "referred_lifetime_value",
                "acquisition_source_id",
                "acquisition_origin",
                "thanks_ids",
                "last_thanks_date",
            ):
                record = self._as(gemini, user)
                with self.assertRaises(AccessError):
                    record.read([name])
                with self.assertRaises(AccessError):
                    record.search([(name, "!=", False)])
                self.assertNotIn(name, record.fields_get())

    # ------------------------------------------------------------------
    # Printing
    # ------------------------------------------------------------------

    def _render(self, report, thanks):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"customer_retention.retention_thanks_report_{report}", thanks.ids
        )
        return " ".join(html.decode().split())

    def test_note(self):
        """The note greets the person, says what for, and is signed."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy Young", parent_id=gemini.id)
        bob = self._create_customer("Bob Ross", referred_by_id=contact.id)
        thanks = self._thank(gemini, referral_id=bob.id)
        html = self._render("note", thanks)
        self.assertIn("Dear Cy Young,", html)
        self.assertIn("Thank you for recommending us to Bob Ross", html)
        self.assertIn("Retention Company", html)
        self.assertIn("Thank you for your trust", self._render("note", self._thank(gemini)))
        own_words = self._render("note", self._thank(gemini, message="What a week!"))
        self.assertIn("What a week!", own_words)
        self.assertNotIn("Thank you for", own_words)

    def test_note_in_the_customers_language(self):
        """Each note of a print is in the language of its addressee."""
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("customer_retention.report_thanks_note_document")
        [term] = [
            each
            for each in view._fields["arch_db"].get_trans_terms(view.arch_db)
            if "Thank you for your trust" in each
        ]
        view.update_field_translations("arch_db", {"fr_FR": {term: "merci de votre confiance."}})
        ann = self._create_customer("Ann", lang="en_US")
        luc = self._create_customer("Luc", lang="fr_FR")
        html = self._render("note", self._thank(ann) | self._thank(luc, date="2026-03-05"))
        self.assertEqual(html.count("merci de votre confiance"), 1)
        self.assertEqual(html.count("Thank you for your trust"), 1)
        self.assertIn("05/03/2026", html)

    def test_label(self):
        """The label names the person, the company and the address."""
        gemini = self._create_customer(
            "Gemini",
            is_company=True,
            street="Main Street 1",
            city="Springfield",
            country_id=self.env.ref("base.us").id,
        )
        contact = self._create_customer("Cy Young", parent_id=gemini.id)
        html = self._render("label", self._thank(contact))
        for words in ("Gemini", "Cy Young", "Main Street 1", "Springfield", "United States"):
            self.assertIn(words, html)
