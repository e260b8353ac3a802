from lxml import etree

from odoo.tests import tagged

from ..common import ALL, RetentionCase, days_ago

# What this part may add to opening a contact (see test_views for the figures).
FORM_QUERIES = 2
OURS = ("acquisition_", "referral_", "referred_", "referrer_", "last_thanks_date")


@tagged("post_install", "-at_install")
class TestAcquisitionViews(RetentionCase):
    """What the contact shows of sources, referrals and thanks, and what it costs to open it."""

    def _count(self, partner, names, columns):
        spec = {
            name: {"fields": {"display_name": {}}} if columns[name].type == "many2one" else {}
            for name in names
            if columns[name].type not in ("one2many", "many2many")
        }
        for _time in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partner.web_read(spec)
        return self.env.cr.sql_log_count - before

    def test_form_costs_two_queries(self):
        """With everything known of a customer, opening it takes at most two queries more."""
        seller = self._create_user("seller", ALL)
        azure = self._create_customer("Azure", is_company=True)
        contact = self._create_customer("Cy", parent_id=azure.id)
        ann = self._create_customer(
            "Ann",
            [(5, 10)],
            referred_by_id=contact.id,
            acquisition_source_id=self.env["utm.source"].create({"name": "Fair X"}).id,
            acquisition_medium_id=self.env["utm.medium"].create({"name": "Mail X"}).id,
            acquisition_campaign_id=self.env["utm.campaign"].create({"name": "Spring X"}).id,
        )
        self._create_customer("Bob", [(5, 10)], referred_by_id=ann.id)
        self.env["retention.thanks"].create({"partner_id": ann.id, "kind": "call"})
        self._refresh()
        partner = self._as(ann, seller)
        self.assertEqual(partner.acquisition_summary, "Fair X · Mail X · Spring X")
        self.assertEqual(partner.referrer_person, "Cy")
        self.assertEqual(partner.last_thanks_date, days_ago(0))
        view = self.env.ref("base.view_partner_form")
        arch = etree.fromstring(partner.get_view(view.id, "form")["arch"])
        names = {node.get("name") for node in arch.xpath(".//field[not(ancestor::field)]")}
        without = {name for name in names if not name.startswith(OURS)}
        self.assertIn("referral_tree_value", names)
        columns = partner._fields
        more = self._count(partner, names, columns) - self._count(partner, without, columns)
        self.assertLessEqual(more, FORM_QUERIES)

    def test_amounts_in_whole_units(self):
        """The page Retention tells what they brought in whole units, as it tells their own value."""
        form = self.env.ref("base.view_partner_form")
        arch = etree.fromstring(self.env["res.partner"].get_view(form.id, "form")["arch"])
        for name in ("value_month", "referred_lifetime_value", "referral_tree_value"):
            with self.subTest(field=name):
                fields = arch.xpath(f"//page[@name='retention']//field[@name='{name}']")
                self.assertEqual([each.get("widget") for each in fields], ["retention_amount"])

    def test_reasons_on_a_phone(self):
        """A phone, which shows cards where there are any, does not have to show a table of reasons."""
        action = self.env.ref("customer_retention.retention_mention_action")
        self.assertIn("kanban", action.view_mode.split(","))
        view = self.env["retention.mention"].get_view(view_type="kanban")
        self.assertEqual(
            view["id"], self.env.ref("customer_retention.retention_mention_view_kanban").id
        )
