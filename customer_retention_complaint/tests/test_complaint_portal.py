from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestComplaintPortal(HttpCase):
    """What customers see and file in the portal: their own, whatever the request says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.ann, cls.bob = cls.env["res.partner"].create(
            [
                {"name": "Ann", "email": "ann@example.com"},
                {"name": "Bob", "email": "bob@example.com"},
            ]
        )
        for login, partner in (("complaint_ann", cls.ann), ("complaint_bob", cls.bob)):
            new_test_user(
                cls.env,
                login=login,
                password=login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
        cls.product = cls.env["product.product"].create({"name": "Lamp", "type": "service"})
        cls.order = cls._create_order(cls.ann, cls.company)
        cls.Complaint = cls.env["retention.complaint"]

    @classmethod
    def _create_order(cls, partner, company):
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "order_line": [(0, 0, {"product_id": cls.product.id, "price_unit": 10})],
                }
            )
        )
        order.state = "sale"
        return order

    def _file(self, **values):
        values = {"name": "It broke", "csrf_token": http.Request.csrf_token(self), **values}
        return self.url_open("/my/complaints/new", data=values)

    def _get_filed(self, partner=None):
        self.env.invalidate_all()
        return self.Complaint.search([("partner_id", "=", (partner or self.ann).id)])

    def test_file(self):
        """A complaint about an own order is of its company; who filed it gets one answer."""
        self.authenticate("complaint_ann", "complaint_ann")
        self.assertIn(self.order.name, self.url_open("/my/complaints/new").text)
        answer = self._file(document=f"order-{self.order.id}", description="<b>In</b> two")
        complaint = self._get_filed()
        self.assertEqual((complaint.order_id, complaint.channel), (self.order, "portal"))
        self.assertIn(f"/my/complaints/{complaint.id}", answer.url)
        self.assertIn("&lt;b&gt;In&lt;/b&gt; two", complaint.description)
        self.assertTrue(complaint.receipt_sent_at)
        self.assertIn("You hear from us by", answer.text)
        self.assertIn("It broke", self.url_open("/my/complaints").text)

    def test_foreign_documents(self):
        """Somebody else's order, one of nobody, a thing that is no document: there is no such page."""
        self.authenticate("complaint_bob", "complaint_bob")
        draft = self._create_order(self.bob, self.company)
        draft.state = "draft"
        for document in (
            f"order-{self.order.id}",
            f"order-{draft.id}",
            "order-0",
            "order-99999999999999",
            "invoice-1",
            "picking-1",
            "order-1;drop",
        ):
            with self.subTest(document):
                self.assertEqual(self._file(document=document).status_code, 404)
        self.assertFalse(self._get_filed(self.bob))

    def test_two_companies(self):
        """An order of the other company makes a complaint there, for the same customer only."""
        order = self._create_order(self.ann, self.other_company)
        self.authenticate("complaint_ann", "complaint_ann")
        self._file(document=f"order-{order.id}")
        self.assertEqual(self._get_filed().company_id, self.other_company)
        self.authenticate("complaint_bob", "complaint_bob")
        self.assertEqual(self._file(document=f"order-{order.id}").status_code, 404)

    def test_what_was_typed(self):
        """What is missing or too long is said, and nothing that was typed is lost."""
        self.authenticate("complaint_ann", "complaint_ann")
        answer = self._file(name=" ", description="It flickers")
        self.assertIn("It flickers", answer.text)
        self.assertIn("Say in one sentence", answer.text)
        answer = self._file(name="x" * 201)
        self.assertIn("This is 201 characters long. Up to 200 fit here", answer.text)
        self.assertFalse(self._get_filed())
        self._file(name="It\x00 broke<script>alert(1)</script>")
        self.assertEqual(self._get_filed().name, "It broke<script>alert(1)</script>")
        self.assertNotIn("<script>alert(1)", self.url_open("/my/complaints").text)

    def test_filed_twice(self):
        """Sent twice, it is one: the one that is there is shown."""
        self.authenticate("complaint_ann", "complaint_ann")
        self._file()
        answer = self._file()
        self.assertIn("You have told us this already", answer.text)
        self.assertEqual(len(self._get_filed()), 1)

    def test_without_token(self):
        """Nobody else reads it: not another customer, not somebody who is not signed in."""
        complaint = self.Complaint.create({"partner_id": self.ann.id, "name": "Ann's lamp"})
        url = f"/my/complaints/{complaint.id}"
        self.authenticate("complaint_bob", "complaint_bob")
        for address in (url, f"{url}?access_token=wrong", "/my/complaints"):
            self.assertNotIn("Ann's lamp", self.url_open(address).text)
        answer = self._say(complaint, verdict="settled")
        self.assertEqual(answer.status_code, 404)
        self.authenticate(None, None)
        self.assertNotIn("Ann's lamp", self.url_open(url).text)

    def test_token(self):
        """A link shows the one complaint, and never the list; another customer's link is another."""
        complaint = self.Complaint.create({"partner_id": self.ann.id, "name": "The lamp"})
        self.Complaint.create({"partner_id": self.ann.id, "name": "The chair"})
        url = f"/my/complaints/{complaint.id}?access_token={complaint._portal_ensure_token()}"
        page = self.url_open(url).text
        self.assertIn("The lamp", page)
        self.assertNotIn("The chair", page)
        self.assertIn("/web/login", self.url_open("/my/complaints").url)
        complaint.partner_id = self.bob
        self.assertNotIn("The lamp", self.url_open(url).text)

    def _say(self, complaint, token=None, **values):
        values["csrf_token"] = http.Request.csrf_token(self)
        if token:
            values["access_token"] = token
        return self.url_open(f"/my/complaints/{complaint.id}/verdict", data=values)

    def test_verdict(self):
        """The customer says that it is settled, or not: then it is open again."""
        complaint = self.Complaint.create({"partner_id": self.ann.id, "name": "The lamp"})
        complaint.action_solve()
        token = complaint._portal_ensure_token()
        self.authenticate(None, None)
        self.assertEqual(self._say(complaint, token, verdict="perhaps").status_code, 404)
        self.assertEqual(self._say(complaint, "wrong", verdict="settled").status_code, 404)
        self._say(complaint, token, verdict="settled", would_buy_again="yes")
        self.env.invalidate_all()
        self.assertEqual((complaint.kind, complaint.customer_verdict), ("confirmed", "settled"))
        self.assertEqual(complaint.would_buy_again, "yes")
        self._say(complaint, token, verdict="not_settled", comment="It flickers again")
        self.env.invalidate_all()
        self.assertEqual((complaint.kind, complaint.customer_verdict), ("work", "not_settled"))
        self.assertTrue(complaint.reply_deadline)
        said = complaint.message_ids.filtered(lambda each: "flickers again" in each.body)
        self.assertEqual(said.author_id, self.ann)

    def test_home(self):
        """The home of the portal leads there."""
        self.authenticate("complaint_ann", "complaint_ann")
        self.assertIn("/my/complaints", self.url_open("/my/home").text)


@tagged("post_install", "-at_install")
class TestComplaintTours(HttpCase):
    """A salesperson from filing to solved, and the page that says what came of it."""

    def _create_seller(self):
        return new_test_user(
            self.env,
            login="complaint_seller",
            password="complaint_seller",
            groups="sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
            name="Sam Sales",
        )

    def test_salesperson(self):
        """Noted from the contact, promised, answered, made good, solved."""
        self._create_seller()
        partner = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        self.start_tour(
            f"/odoo/contacts/{partner.id}", "retention_complaint", login="complaint_seller"
        )
        self.env.invalidate_all()
        complaint = self.env["retention.complaint"].search([("partner_id", "=", partner.id)])
        self.assertEqual((complaint.kind, complaint.user_id.name), ("solved", "Sam Sales"))
        self.assertTrue(complaint.acknowledged_at and complaint.promise_ids)
        self.assertEqual(complaint.redress_cost, 12.5)

    def test_page(self):
        """The page in a browser: another period, another group, a number opens its records."""
        self._create_seller()
        self.env["retention.complaint"].search([]).unlink()
        partner = self.env["res.partner"].create({"name": "Ann"})
        self.env["retention.complaint"].create(
            {"partner_id": partner.id, "name": "The lamp flickers"}
        )
        self.start_tour(
            "/odoo/retention-complaint-page", "retention_complaint_page", login="complaint_seller"
        )


@tagged("post_install", "-at_install")
class TestComplaintPortalTour(HttpCase):
    """The customer's page on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_portal(self):
        """A customer files, follows and answers; once it is solved, says that it is settled."""
        partner = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        new_test_user(
            self.env,
            login="complaint_phone",
            password="complaint_phone",
            groups="base.group_portal",
            partner_id=partner.id,
        )
        self.start_tour("/my/home", "retention_complaint_portal", login="complaint_phone")
        self.env.invalidate_all()
        complaint = self.env["retention.complaint"].search([("partner_id", "=", partner.id)])
        self.assertEqual(complaint.name, "The lamp flickers")
        self.assertTrue(complaint.reply_deadline)
        complaint.action_solve()
        self.start_tour(
            complaint.access_url, "retention_complaint_portal_verdict", login="complaint_phone"
        )
        self.env.invalidate_all()
        self.assertEqual((complaint.kind, complaint.would_buy_again), ("confirmed", "perhaps"))
