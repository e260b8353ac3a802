import io
import shutil
from unittest import skipUnless

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOW, OWN, RetentionCase, days_ago

REPORT = "customer_retention.retention_customer_sheet"
NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCustomerSheet(RetentionCase):
    """One page about a customer; Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("sheet_seller", OWN, name="Sam Sales")
        cls.customer = cls._create_customer(
            "Gemini <b>Furniture</b>",
            [(10 * number, 100) for number in range(1, 12)],
            user_id=cls.seller.id,
            preferred_name="Edwin",
            phone="+1 555 1",
        )
        cls._refresh()

    def _render(self, partners, user=None):
        report = self._as(self.env["ir.actions.report"], user or self.seller)
        return report._render_qweb_html(REPORT, partners.ids)[0].decode()

    def _get_sections(self, partner=None, user=None):
        partner = self._as(partner or self.customer, user or self.seller)
        return {each["title"]: each for each in partner._get_sheet_sections()}

    def test_sections(self):
        """How to speak to them, value, the last 8 of 11 purchases, why, what went wrong, what comes next."""
        reason = self.env["retention.reason"].create({"name": "Sheet reason"})
        Mention = self.env["retention.mention"]
        Mention.create({"partner_id": self.customer.id, "reason_id": reason.id})
        order = self._create_order(self.customer, NOW, 70, confirm=False)
        self.env["res.partner"]._plan_calls({self.seller: self.customer}, days_ago(0), self.company)
        sections = self._get_sections()
        self.assertEqual(sections["How to speak to them"]["lines"], ["Call them Edwin."])
        self.assertIn(
            f"${NBSP}1,100 in 12 months, ${NBSP}0 in the 12 months before",
            sections["Value"]["lines"][0],
        )
        purchases = sections["Last purchases"]
        self.assertEqual((len(purchases["lines"]), purchases["more"]), (8, 3))
        self.assertEqual(purchases["lines"][0], f"06/05/2026   ${NBSP}100   Past purchase")
        self.assertTrue(sections["Open quotations"]["lines"][0].startswith(order.name))
        self.assertEqual(sections["Why they choose us"]["lines"], ["Sheet reason"])
        self.assertIn("Call by Sam Sales", sections["Next"]["lines"][0])
        # What is empty takes no line.
        self.assertNotIn("What went wrong", sections)
        text = html.fromstring(self._render(self.customer)).text_content()
        for section in sections.values():
            self.assertIn(section["title"], text)
        self.assertIn("and 3 more", " ".join(text.split()))

    def test_bars(self):
        """24 months as bars, worked by hand: 1, 3, 3, 3 and 1 purchases of 100 from February to June."""
        page = html.fromstring(self._render(self.customer))
        heights = [each.get("style") for each in page.xpath("//table[@name='bars']//div[@style]")]
        expected = [0] * 19 + [12, 36, 36, 36, 12]
        self.assertEqual(
            heights, [f"height: {each}px; background: currentColor" for each in expected]
        )
        text = " ".join(page.text_content().split())
        self.assertIn("Jul 2024", text)
        self.assertIn("24 months, the best $ 300", text)
        self.assertIn("Jun 2026", text)
        prospect = self._create_customer("Prospect", user_id=self.seller.id)
        self.assertNotIn("24 months", self._render(prospect))

    def test_names_are_text(self):
        self.assertIn("Gemini &lt;b&gt;Furniture", self._render(self.customer))

    def test_contact(self):
        """A contact has the sheet of its company, and two of one company one sheet."""
        ann, bob = (self._create_customer(name, parent_id=self.customer.id) for name in ("Ann", "Bob"))  # fmt: skip
        page = html.fromstring(self._render(ann | bob))
        self.assertEqual(len(page.xpath("//div[hasclass('page')]")), 1)
        self.assertIn("+1 555 1", page.text_content())

    def test_prospect(self):
        prospect = self._create_customer("Prospect", user_id=self.seller.id)
        self.assertIn("No purchase yet", self._render(prospect))
        self.assertNotIn("Value", self._get_sections(prospect))

    def test_refused(self):
        """Not a colleague's customer, not for clerks, not more than 100."""
        stranger = self._create_user("sheet_stranger", OWN)
        with self.assertRaisesRegex(AccessError, "not visible to you: Gemini"):
            self._render(self.customer, stranger)
        with self.assertRaises(AccessError):
            self._render(self.customer, self._create_user("sheet_clerk"))
        many = self.env["res.partner"].create([{"name": f"{n}"} for n in range(101)])
        with self.assertRaisesRegex(UserError, "101 customers at once are too many.* 100 at most"):
            self._render(many)

    def test_documents(self):
        """Orders, opportunities and follow-ups print the sheets of their customers, each once."""
        person = self._create_customer("Ann", parent_id=self.customer.id)
        orders = self.env["sale.order"].create(
            [{"partner_id": each.id, "user_id": self.seller.id} for each in self.customer | person]
        )
        leads = self.env["crm.lead"].create(
            {"name": "Chairs", "partner_id": person.id, "user_id": self.seller.id}
        )
        self.env["res.partner"]._plan_calls({self.seller: self.customer}, days_ago(0), self.company)
        followups = self.env["retention.followup"].search([("partner_id", "=", self.customer.id)])
        for name, records in (("order", orders), ("lead", leads), ("followup", followups)):
            with self.subTest(name=name):
                self.assertTrue(records)
                xmlid = f"customer_retention.retention_customer_sheet_{name}"
                offered = self.env["ir.actions.actions"].with_user(self.seller)
                bindings = offered.get_bindings(records._name)["report"]
                self.assertIn(self.env.ref(xmlid).id, [each["id"] for each in bindings])
                run = self._as(self.env["ir.actions.server"], self.seller).browse(
                    self.env.ref(xmlid).id
                )
                action = run.with_context(active_model=records._name, active_ids=records.ids).run()
                self.assertEqual(action["report_name"], "customer_retention.report_customer_sheet")
                self.assertEqual(action["context"]["active_ids"], self.customer.ids)
        lost = self.env["crm.lead"].create({"name": "Nobody"})
        with self.assertRaisesRegex(UserError, "no customer"):
            lost.partner_id.action_print_customer_sheet()

    def test_statements(self):
        self._render(self.customer)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get_sections()
        self.assertLessEqual(self.cr.sql_log_count - before, 30)

    @skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf is not there")
    def test_one_page(self):
        """The fullest customer, with the longest names, fits on one page."""
        self.customer.name = "A very long name of a customer " * 4
        for number in range(8):
            self._create_order(self.customer, NOW, 70 + number, confirm=False)
            self.env["retention.mention"].create(
                {
                    "partner_id": self.customer.id,
                    "kind": "deal_breaker",
                    "lost_reason_id": self.env.ref("crm.lost_reason_1").id,
                    "date": days_ago(number),
                }
            )
            self.env["retention.satisfaction"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": days_ago(number),
                    "origin": "phone",
                    "level": "dissatisfied",
                    "comment": "Everything came late, and nobody told us when. " * 6,
                }
            )
        self.assertEqual(len(self._print(REPORT, self.customer)), 1)

    def _print(self, report, records):
        """Return the texts of the pages of a PDF."""
        from pypdf import PdfReader

        printer = self._as(self.env["ir.actions.report"], self.seller)
        printer = printer.with_context(force_report_rendering=True)
        content, kind = printer._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, "pdf")
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    @skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf is not there")
    def test_letters(self):
        """Names keep their letters in everything that is printed, a page each."""
        one, two = (
            self._create_customer("Zoë Müller", street="Höhenweg 3"),
            self._create_customer("Łukasz Çelik"),
        )
        (one | two).user_id = self.seller
        thanks = self.env["retention.thanks"].create(
            [
                {"partner_id": each.id, "kind": "note", "message": f"Danke, {each.name}!"}
                for each in (one, two)
            ]
        )
        for report, records in (
            (REPORT, one | two),
            ("customer_retention.retention_thanks_report_note", thanks),
            ("customer_retention.retention_thanks_report_label", thanks),
        ):
            with self.subTest(report):
                pages = self._print(report, records)
                self.assertEqual(len(pages), 2)
                self.assertIn("Müller", pages[0])
                self.assertIn("Łukasz", pages[1])

    def test_articles(self):
        """Odoo prints what stands in an article; without one it prints in the wrong encoding."""
        thanks = self.env["retention.thanks"].create(
            {"partner_id": self.customer.id, "kind": "note"}
        )
        for report, record in (
            (REPORT, self.customer),
            ("customer_retention.retention_thanks_report_note", thanks),
            ("customer_retention.retention_thanks_report_label", thanks),
        ):
            printer = self._as(self.env["ir.actions.report"], self.seller)
            page = html.fromstring(printer._render_qweb_html(report, record.ids)[0])
            self.assertEqual(len(page.xpath("//div[hasclass('article')]")), 1, report)
