from ast import literal_eval

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import ALL, OWN, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestReferral(RetentionCase):
    """Who brought whom: what may be entered, and what it adds up to."""

    def _brought(self, referrer, name, *purchases, **values):
        return self._create_customer(name, purchases, referred_by_id=referrer.id, **values)

    # ------------------------------------------------------------------
    # Entering
    # ------------------------------------------------------------------

    def test_day_and_company_are_noted(self):
        """A referral carries the day and the company in which it was recorded."""
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob")
        self.assertEqual(bob.referred_date, days_ago(0))
        self.assertEqual(bob.referred_company_id, self.company)
        self.assertEqual(ann.referral_ids, bob)

    def test_day_is_that_of_the_first_contact(self):
        """Named later, a customer was brought when we first met; another day said so stays."""
        ann, eve = self._create_customer("Ann"), self._create_customer("Eve")
        bob = self._create_customer("Bob", acquisition_date=days_ago(90))
        bob.referred_by_id = ann
        self.assertEqual(bob.referred_date, days_ago(90))
        bob.referred_date = days_ago(30)
        bob.referred_by_id = ann
        self.assertEqual(bob.referred_date, days_ago(30))
        bob.write({"referred_by_id": eve.id, "referred_date": days_ago(20)})
        self.assertEqual(bob.referred_date, days_ago(20))

    def test_saying_it_again_keeps_the_day(self):
        """The same referrer written once more (an import run twice) is no new referral."""
        ann, eve = self._create_customer("Ann"), self._create_customer("Eve")
        bob = self._brought(ann, "Bob", referred_date=days_ago(40))
        new = self._create_customer("New")
        (bob | new).write({"referred_by_id": ann.id})
        self.assertEqual(bob.referred_date, days_ago(40))
        self.assertEqual(new.referred_date, days_ago(0))
        bob.referred_by_id = eve
        self.assertEqual(bob.referred_date, days_ago(0))
        bob.referred_by_id = False
        self.assertFalse(bob.referred_date)
        self.assertFalse(bob.referred_company_id)

    def test_contact_as_referrer(self):
        """A contact who recommends us does so for the company; who it was stands beside it."""
        gemini = self._create_customer("Gemini", is_company=True)
        ann = self._create_customer("Ann", parent_id=gemini.id)
        bob = self._brought(ann, "Bob")
        self.assertEqual(bob.referred_by_id, gemini)
        self.assertEqual(bob.referred_by_contact_id, ann)
        self.assertEqual(gemini.referral_ids, bob)

    def test_referrer_entered_on_contact(self):
        """A referrer entered on a contact is that of the company it belongs to."""
        ann = self._create_customer("Ann")
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id, referred_by_id=ann.id)
        self.assertEqual(gemini.referred_by_id, ann)
        self.assertFalse(contact.referred_by_id)
        self.assertEqual(ann.referral_ids, gemini)
        # Told again on another contact, it is the same; somebody else is a contradiction.
        self._create_customer("Di", parent_id=gemini.id, referred_by_id=ann.id)
        with self.assertRaisesRegex(ValidationError, "Gemini, which was brought by Ann"):
            self._create_customer("Ed", parent_id=gemini.id, referred_by_id=contact.copy().id)

    def test_referrer_becomes_a_contact(self):
        """Who brought others and then joins a company brings them to the company's account."""
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob")
        gemini = self._create_customer("Gemini", is_company=True)
        ann.parent_id = gemini
        self.assertEqual(bob.referred_by_id, gemini)
        self.assertEqual(bob.referred_by_contact_id, ann)

    # ------------------------------------------------------------------
    # Circles
    # ------------------------------------------------------------------

    def test_self_is_refused(self):
        """Nobody brings themselves, neither their own company."""
        ann = self._create_customer("Ann")
        with self.assertRaisesRegex(ValidationError, "Brought By of Ann is Ann"):
            ann.referred_by_id = ann
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        with self.assertRaisesRegex(ValidationError, "Brought By of Gemini is Gemini, Cy"):
            gemini.referred_by_id = contact
        with self.assertRaisesRegex(ValidationError, "Brought By of Gemini is Gemini"):
            contact.referred_by_id = gemini

    def test_circle_is_refused_with_its_names(self):
        """Of a circle the message names everybody, who brought whom from left to right."""
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob")
        cy = self._brought(bob, "Cy")
        with self.assertRaisesRegex(ValidationError, "Ann → Bob → Cy → Ann"):
            ann.referred_by_id = cy
        with self.assertRaisesRegex(ValidationError, "Ann → Bob → Ann"):
            ann.referred_by_id = bob

    def test_circle_through_company_and_contact(self):
        """A contact of a company stands for it, on both ends and when it joins later."""
        gemini = self._create_customer("Gemini", is_company=True)
        contact = self._create_customer("Cy", parent_id=gemini.id)
        bob = self._brought(contact, "Bob")
        with self.assertRaisesRegex(ValidationError, "Gemini → Bob → Gemini"):
            contact.referred_by_id = bob
        # Dora brought Azure's referrer; when she joins Azure, Azure would have brought itself.
        dora = self._create_customer("Dora")
        eve = self._brought(dora, "Eve")
        azure = self._brought(eve, "Azure", is_company=True)
        with self.assertRaisesRegex(ValidationError, "Azure → Eve → Azure"):
            dora.parent_id = azure

    def test_circle_in_one_write_of_many(self):
        """A write that gives many customers the same referrer finds the one that brought it."""
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob")
        others = self.env["res.partner"].create([{"name": f"N{each}"} for each in range(20)])
        with self.assertRaisesRegex(ValidationError, "Ann → Bob → Ann"):
            (others | ann).write({"referred_by_id": bob.id})

    def test_names_of_other_companies_stay_hidden(self):
        """A line through a contact of a company the reader may not see is named without its name."""
        other = self._create_company("Other Company")
        ann = self._create_customer("Ann")
        secret = self._brought(ann, "Secret", company_id=other.id)
        bob = self._brought(secret, "Bob")
        seller = self._create_user("seller", OWN)
        with self.assertRaisesRegex(
            ValidationError, "Ann → a contact of another company → Bob → Ann"
        ):
            self._as(ann, seller).referred_by_id = self._as(bob, seller)

    def test_other_company(self):
        """A customer of one company is not brought by a contact of another; one of all may be."""
        other = self._create_company("Other Company")
        ann = self._create_customer("Ann", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "Other Company"):
            self._brought(ann, "Bob", company_id=self.company.id)
        shared = self._brought(ann, "Shared")
        with self.assertRaisesRegex(ValidationError, "Other Company"):
            shared.company_id = self.company

    def test_cost_in_bulk(self):
        """The check of 500 brought customers takes as many queries as that of 5, of others none."""
        ann = self._create_customer("Ann")

        def count(number, **values):
            partners = self.env["res.partner"].create(
                [{"name": "N", **values} for _each in range(number)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partners._check_referred_by_id()
            return self.env.cr.sql_log_count - before

        few = count(5, referred_by_id=ann.id)
        self.assertGreater(few, 0)
        self.assertEqual(few, count(500, referred_by_id=ann.id))
        self.assertEqual(count(500), 0)
        self.assertFalse(ann.referred_by_id)

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def test_figures(self):
        """Direct and whole-tree values of what they brought, by hand."""
        # Ann brought Bob (100 this year, 40 before) and Cy (nothing); Bob brought Di (1,000);
        # Di brought Ed (10 two years ago), Cy brought Flo (5).
        ann = self._create_customer("Ann", [(10, 7)])
        bob = self._brought(ann, "Bob", (20, 100), (400, 40))
        cy = self._brought(ann, "Cy")
        di = self._brought(bob, "Di", (30, 1000))
        ed = self._brought(di, "Ed", (720, 10))
        flo = self._brought(cy, "Flo", (1, 5))
        self._refresh()
        for partner, expected in {
            ann: (2, 1, 100, 140, 140 + 1000 + 10 + 5),
            bob: (1, 1, 1000, 1000, 1000 + 10),
            cy: (1, 1, 5, 5, 5),
            di: (1, 1, 0, 10, 10),
            ed: (0, 0, 0, 0, 0),
            flo: (0, 0, 0, 0, 0),
        }.items():
            self.assertEqual(
                (
                    partner.referral_count,
                    partner.referral_converted_count,
                    partner.referred_value_year,
                    partner.referred_lifetime_value,
                    partner.referral_tree_value,
                ),
                expected,
                partner.name,
            )
        family = ann | bob | cy | di | ed | flo
        Partner = self.env["res.partner"]
        mine = [("id", "in", family.ids)]
        self.assertEqual(
            Partner.search(mine, order="referral_tree_value desc, name").mapped("name"),
            ["Ann", "Bob", "Di", "Cy", "Ed", "Flo"],
        )
        self.assertEqual(
            Partner.search([*mine, ("referred_value_year", ">", 50)], order="name"),
            ann | bob,
        )
        self.assertEqual(Partner.search([*mine, ("referral_count", "=", 0)]), ed | flo)
        [[count, year, lifetime]] = Partner._read_group(
            mine,
            [],
            [
                "referral_count:sum",
                "referred_value_year:sum",
                "referred_lifetime_value:sum",
            ],
        )
        # 2 + 1 + 1 + 1; 100 + 1,000 + 5; 140 + 1,000 + 5 + 10
        self.assertEqual((count, year, lifetime), (5, 1105, 1155))

    def test_archived_referrals_count(self):
        """An archived customer was brought all the same; a credit note lessens the value."""
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob", (5, 100), (3, -30), active=False)
        self._refresh()
        self.assertEqual(ann.referral_ids, bob)
        self.assertEqual((ann.referral_count, ann.referred_value_year), (1, 70))

    def test_figures_follow_the_customer(self):
        """What a contact of the new customer buys counts, once."""
        ann = self._create_customer("Ann")
        gemini = self._brought(ann, "Gemini", (5, 100), is_company=True)
        self._create_customer("Cy", [(4, 20)], parent_id=gemini.id)
        self._refresh()
        self.assertEqual((ann.referral_count, ann.referred_lifetime_value), (1, 120))

    def test_figures_per_company(self):
        """Everybody sees the same referrals; the money is that of the current company."""
        other = self._create_company("Other Company", currency=self.eur)
        ann = self._create_customer("Ann")
        bob = self._brought(ann, "Bob", (5, 100))
        self._create_past(bob, (5, 9), company_id=other.id)
        self._refresh()
        self._refresh(other)
        self.assertEqual(ann.referred_value_year, 100)
        elsewhere = ann.with_context(allowed_company_ids=other.ids)
        self.assertEqual((elsewhere.referral_count, elsewhere.referred_value_year), (1, 9))
        self.assertEqual(elsewhere.referral_currency_id, self.eur)

    def test_circle_in_the_database_ends(self):
        """Two people saving at the same moment may close a circle: figures are still told."""
        ann = self._create_customer("Ann", [(5, 10)])
        bob = self._brought(ann, "Bob", (5, 100))
        self._refresh()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET referred_by_id = %s WHERE id = %s", [bob.id, ann.id]
        )
        self.env.invalidate_all()
        self.assertEqual(ann.referral_tree_value, 100)
        self.assertEqual(bob.referral_tree_value, 10)
        both = [("id", "in", (ann | bob).ids)]
        ordered = self.env["res.partner"].search(both, order="referral_tree_value desc")
        self.assertEqual(ordered, ann | bob)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_rights_on_figures(self):
        """A salesperson with own documents sees what own and unassigned customers are worth."""
        seller = self._create_user("seller", f"{OWN},base.group_allow_export")
        colleague = self._create_user("colleague", OWN)
        lead = self._create_user("lead", ALL)
        ann = self._create_customer("Ann", [(5, 1)], user_id=seller.id)
        self._brought(ann, "Bob", (5, 100), user_id=seller.id)
        self._brought(ann, "Cy", (5, 20), user_id=colleague.id)
        self._brought(ann, "Di", (5, 3))
        eve = self._create_customer("Eve", [(5, 1)], user_id=colleague.id)
        self._brought(eve, "Flo", (5, 50), user_id=seller.id)
        gus = self._create_customer("Gus", user_id=colleague.id)
        self._brought(gus, "Hal", (5, 60), user_id=seller.id)
        self._refresh()

        def read(partner, user):
            partner = self._as(partner, user)
            names = ("referral_count", "referred_value_year", "referral_tree_value")
            return tuple(partner[name] for name in names)

        self.assertEqual(read(ann, lead), (3, 123, 123))
        # Cy counts as a contact that everybody sees, but what Cy bought is the colleague's.
        self.assertEqual(read(ann, seller), (3, 103, 103))
        # Of a colleague's customer nothing is told, whether it bought, as Eve, or not, as Gus.
        self.assertEqual(read(eve, seller), (0, 0, 0))
        self.assertEqual(read(gus, seller), (0, 0, 0))
        self.assertEqual(read(gus, lead), (1, 60, 60))
        self.assertEqual(read(eve, colleague), (1, 0, 0))
        # What is not told is said to be so: never as nothing bought.
        words = "Not visible: a colleague's customer"
        self.assertEqual(self._as(eve, seller).figures_hidden, words)
        self.assertFalse(self._as(ann, seller).figures_hidden)
        hidden = [self._as(ann, user).referral_hidden_count for user in (seller, lead)]
        self.assertEqual(hidden, [1, 0])
        self.assertEqual(self._as(eve, colleague).referral_hidden_count, 1)
        self.assertEqual(self._as(ann, seller).referral_converted_count, 2)
        search = self.env.ref("customer_retention.retention_referral_view_search")
        [domain] = etree.fromstring(search.arch).xpath("//filter[@name='not_bought']/@domain")
        mine = [("id", "in", (ann | eve | gus).ids)]
        Partner = self._as(self.env["res.partner"], seller)
        self.assertFalse(Partner.search(mine + literal_eval(domain)))
        tree = self.env.ref("customer_retention.retention_referrer_view_hierarchy")
        self.assertIn("record.figures_hidden.raw_value", tree.arch)
        Partner = self._as(self.env["res.partner"], seller)
        family = [("id", "in", (ann | eve).ids)]
        self.assertEqual(Partner._read_group(family, [], ["referred_value_year:sum"]), [(103,)])
        self.assertFalse(Partner.search([*family, ("referred_value_year", "=", 123)]))
        both = [("id", "in", (eve | gus).ids)]
        for name in ("referral_count", "referral_converted_count", "referral_tree_value"):
            self.assertFalse(Partner.search([*both, (name, ">", 0)]))
            self.assertEqual(Partner.search(both, order=f"{name} desc, id"), eve | gus)
        exported = (self._as(ann, seller) | self._as(eve, seller)).export_data(
            ["name", "referred_value_year", "referral_tree_value"]
        )
        self.assertEqual(exported["datas"], [["Ann", 103.0, 103.0], ["Eve", 0.0, 0.0]])
