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

    def test_statements(self):
        self._render(self.customer)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get_sections()
        self.assertLessEqual(self.cr.sql_log_count - before, 30)

    @skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf is not there")
    def test_one_page(self):
        """The fullest customer, with the longest names, fits on one page."""
        from pypdf import PdfReader

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
        report = self._as(self.env["ir.actions.report"], self.seller)
        report = report.with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, self.customer.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)
